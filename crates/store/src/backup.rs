//! Copies of the store that are whole, also while it is written to, and the way back from one.

use crate::{Access, Store, StoreError, StoreOptions};
use sqlx::SqliteConnection;
use std::path::Path;

/// Writes a copy of the database to a file that must not exist yet. A copy that fails is taken away.
pub(crate) async fn copy_into(connection: &mut SqliteConnection, to: &Path) -> Result<(), StoreError> {
    if to.exists() {
        return Err(StoreError::Exists(to.to_owned()));
    }
    let name = to.to_str().ok_or(StoreError::Record("the name of the copy is no text"))?;
    let copied = sqlx::query("VACUUM INTO ?").bind(name).execute(connection).await;
    match copied {
        Ok(_) => Ok(std::fs::File::open(to)?.sync_all()?),
        Err(error) => {
            let _ = std::fs::remove_file(to);
            Err(error.into())
        }
    }
}

impl Store {
    /// Writes a consistent copy of the store as it is now. Others may read and write meanwhile; what they
    /// write after the beginning is not in it.
    ///
    /// # Errors
    /// [`StoreError::Exists`], [`StoreError::Full`] and others of the disk.
    pub async fn backup(&self, to: impl AsRef<Path>) -> Result<(), StoreError> {
        let mut reader = self.readers().acquire().await?;
        copy_into(&mut reader, to.as_ref()).await
    }
}

/// Puts a backup in the place of a store, or where none is. The backup is looked at first; the store that
/// was there is kept as `<name>.before-restore`, and nothing may have it open.
///
/// # Errors
/// [`StoreError::Exists`] when an earlier `.before-restore` is still there, what [`Store::open`] says of
/// the backup, and those of the disk.
pub async fn restore(from: impl AsRef<Path>, to: impl AsRef<Path>) -> Result<(), StoreError> {
    let (from, to) = (from.as_ref(), to.as_ref());
    let options = StoreOptions { access: Access::ReadOnly, ..StoreOptions::default() };
    let backup = Store::open(from, options).await?;
    let part = beside(to, ".restoring");
    let _ = std::fs::remove_file(&part);
    let copied = backup.backup(&part).await;
    backup.close().await?;
    copied?;
    if to.exists() {
        let kept = beside(to, ".before-restore");
        if kept.exists() {
            let _ = std::fs::remove_file(&part);
            return Err(StoreError::Exists(kept));
        }
        set_aside(to, &kept)?;
    }
    Ok(std::fs::rename(&part, to)?)
}

/// Moves a store with its write-ahead log to another name.
fn set_aside(store: &Path, kept: &Path) -> Result<(), StoreError> {
    for suffix in ["-wal", "-shm"] {
        let log = beside(store, suffix);
        if log.exists() {
            std::fs::rename(&log, beside(kept, suffix))?;
        }
    }
    Ok(std::fs::rename(store, kept)?)
}

fn beside(path: &Path, suffix: &str) -> std::path::PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}
