//! Copies of the store that are whole, also while it is written to, and the way back from one.

use crate::{Access, Store, StoreError, StoreOptions};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection, SqliteConnection};
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Writes a copy of the database to a file that must not exist yet.
pub(crate) async fn copy_into(connection: &mut SqliteConnection, to: &Path) -> Result<(), StoreError> {
    if to.exists() {
        return Err(StoreError::Exists(to.to_owned()));
    }
    copy_over(connection, to).await
}

/// Writes a copy of the database, in the place of what has its name. It is made beside as `<name>.part` and gets the
/// name when it is whole and on the disk, so that a copy is there whole or not at all.
pub(crate) async fn copy_over(connection: &mut SqliteConnection, to: &Path) -> Result<(), StoreError> {
    let part = beside(to, ".part");
    let name = part.to_str().ok_or(StoreError::Record("the name of the copy is no text"))?;
    remove_if_there(&part)?;
    let copied = sqlx::query("VACUUM INTO ?").bind(name).execute(connection).await;
    let copied = copied.map_err(StoreError::from).and_then(|_| Ok(name_durably(&part, to)?));
    if copied.is_err() {
        let _ = std::fs::remove_file(&part);
    }
    copied
}

/// Gives a file its name once what is in it is on the disk, and the name too.
fn name_durably(part: &Path, to: &Path) -> io::Result<()> {
    File::open(part)?.sync_all()?;
    std::fs::rename(part, to)?;
    sync_folder(to)
}

/// Makes sure of the names in the folder of a file.
fn sync_folder(of: &Path) -> io::Result<()> {
    let folder = of.parent().filter(|folder| !folder.as_os_str().is_empty());
    File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
}

fn remove_if_there(path: &Path) -> io::Result<()> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
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
/// was there is kept as `<name>.before-restore`, and nothing may have it open. At every moment the name
/// stands for the one or the other, whole.
///
/// # Errors
/// [`StoreError::Exists`] when an earlier `.before-restore` is still there, [`StoreError::Busy`] when somebody has
/// the store open, what [`Store::open`] says of the backup, and those of the disk.
pub async fn restore(from: impl AsRef<Path>, to: impl AsRef<Path>) -> Result<(), StoreError> {
    let (from, to) = (from.as_ref(), to.as_ref());
    let options = StoreOptions { access: Access::ReadOnly, ..StoreOptions::default() };
    let backup = Store::open(from, options).await?;
    let (part, kept) = (beside(to, ".restoring"), beside(to, ".before-restore"));
    if to.exists() && kept.exists() {
        backup.close().await?;
        return Err(StoreError::Exists(kept));
    }
    remove_if_there(&part)?;
    let copied = backup.backup(&part).await;
    backup.close().await?;
    copied?;
    let replaced = replace(&part, to, &kept).await;
    if replaced.is_err() {
        let _ = std::fs::remove_file(&part);
    }
    replaced
}

/// Puts a file in the place of a store, which is kept under another name.
async fn replace(part: &Path, to: &Path, kept: &Path) -> Result<(), StoreError> {
    if !to.exists() {
        // A log without its store would be read into the new one.
        set_log_aside(to, kept)?;
        return Ok(name_durably(part, to)?);
    }
    let alone = match Alone::with(to).await {
        Ok(alone) => Some(alone),
        // What is no database any more has no log that could be folded in, and nobody can have it open.
        Err(StoreError::Damaged(_)) => None,
        Err(error) => return Err(error),
    };
    set_log_aside(to, kept)?;
    // With a second name for the old store there is no moment without a store; not every disk has them.
    if std::fs::hard_link(to, kept).is_err() {
        std::fs::rename(to, kept)?;
    }
    name_durably(part, to)?;
    match alone {
        Some(alone) => alone.leave().await,
        None => Ok(()),
    }
}

/// Moves what is left of a write-ahead log; nothing is of a store whose log was folded in.
fn set_log_aside(store: &Path, kept: &Path) -> Result<(), StoreError> {
    for suffix in ["-wal", "-shm"] {
        match std::fs::rename(beside(store, suffix), beside(kept, suffix)) {
            // A connection that just ended may take its log along at this very moment.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            moved => moved?,
        }
    }
    Ok(())
}

/// Seconds that somebody has to let go of a store.
const PATIENCE: Duration = Duration::from_secs(1);

/// A store that nobody else can open, and all of which is in one file.
struct Alone(SqliteConnection);

impl Alone {
    async fn with(store: &Path) -> Result<Self, StoreError> {
        let connect = SqliteConnectOptions::new().filename(store).busy_timeout(PATIENCE);
        let mut connection = connect.disable_statement_logging().connect().await?;
        // Folds the log into the file and removes it; whoever has the store open stands in the way.
        let mode: String =
            sqlx::query_scalar("PRAGMA journal_mode = DELETE").fetch_one(&mut connection).await?;
        if mode != "delete" {
            return Err(StoreError::Busy);
        }
        sqlx::raw_sql("BEGIN EXCLUSIVE").execute(&mut connection).await?;
        Ok(Self(connection))
    }

    async fn leave(self) -> Result<(), StoreError> {
        Ok(self.0.close().await?)
    }
}

fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}
