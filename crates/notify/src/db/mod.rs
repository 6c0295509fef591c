//! The store of alerts: one SQLite file of its own, so that a copy of the history holds no addresses.
//!
//! Every write is one transaction and is on the disk when it returns (`synchronous=FULL`): what was
//! decided to be sent is sent after a crash too.

mod migrate;
mod row;

pub(crate) use row::{id_of_row, row_of_id};

use crate::NotifyError;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Sqlite, SqlitePool, Transaction};
use std::fs::{OpenOptions, Permissions};
use std::io::ErrorKind;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::Path;
use std::time::Duration;

/// What may be done to the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Making {
    /// It is made when it does not exist.
    IfMissing,
    /// It must exist.
    Never,
}

/// The file, opened.
#[derive(Debug)]
pub(crate) struct Db {
    pool: SqlitePool,
}

/// A transaction that writes.
pub(crate) type Write = Transaction<'static, Sqlite>;

impl Db {
    /// Opens the file and brings it to the newest layout.
    pub(crate) async fn open(path: &Path, making: Making) -> Result<Self, NotifyError> {
        prepare_file(path, making)?;
        let options = SqliteConnectOptions::new()
            .filename(path)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .busy_timeout(Duration::from_secs(10))
            // What is erased is overwritten: addresses do not stay in free pages.
            .pragma("secure_delete", "ON")
            .pragma("temp_store", "MEMORY");
        let pool = SqlitePoolOptions::new().max_connections(4).min_connections(0);
        let pool = pool.connect_with(options).await.map_err(|error| of_file(error.into(), path))?;
        let migrated = migrate::migrate(&pool, path).await;
        migrated.map_err(|error| of_file(error, path))?;
        Ok(Self { pool })
    }

    /// For reading.
    pub(crate) fn read(&self) -> &SqlitePool {
        &self.pool
    }

    /// Begins to write; one transaction at a time does.
    pub(crate) async fn write(&self) -> Result<Write, NotifyError> {
        Ok(self.pool.begin_with("BEGIN IMMEDIATE").await?)
    }

    /// Folds the log into the file, so that what was erased is in neither.
    pub(crate) async fn checkpoint(&self) -> Result<(), NotifyError> {
        sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").execute(&self.pool).await?;
        Ok(())
    }

    /// Sets a pragma on every connection.
    pub(crate) async fn set_pragma_for_tests(&self, pragma: &str) -> Result<(), NotifyError> {
        let mut connections = Vec::new();
        for _ in 0..self.pool.options().get_max_connections() {
            connections.push(self.pool.acquire().await?);
        }
        for connection in &mut connections {
            let limit = sqlx::AssertSqlSafe(format!("PRAGMA {pragma}"));
            sqlx::raw_sql(limit).execute(&mut **connection).await?;
        }
        Ok(())
    }

    pub(crate) async fn close(&self) {
        self.pool.close().await;
    }
}

/// The file exists afterwards and is readable for this user alone; SQLite gives its logs the same rights.
fn prepare_file(path: &Path, making: Making) -> Result<(), NotifyError> {
    let failed = |error: std::io::Error| match error.kind() {
        ErrorKind::NotFound => NotifyError::Missing(path.to_owned()),
        _ => NotifyError::Io { path: path.to_owned(), error },
    };
    let opened = OpenOptions::new()
        .write(true)
        .create(making == Making::IfMissing)
        .mode(0o600)
        .open(path)
        .map_err(failed)?;
    opened.set_permissions(Permissions::from_mode(0o600)).map_err(failed)
}

fn of_file(error: NotifyError, path: &Path) -> NotifyError {
    match error {
        NotifyError::Damaged(_) => NotifyError::NotAStore(path.to_owned()),
        error => error,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_file_is_for_this_user_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("alerts.sqlite");
        let db = Db::open(&path, Making::IfMissing).await.unwrap();
        for entry in std::fs::read_dir(folder.path()).unwrap() {
            let metadata = entry.unwrap().metadata().unwrap();
            assert_eq!(metadata.permissions().mode() & 0o777, 0o600);
        }
        db.close().await;
    }

    #[tokio::test]
    async fn newer_layouts_and_other_files_are_refused_and_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("alerts.sqlite");
        assert!(matches!(Db::open(&path, Making::Never).await, Err(NotifyError::Missing(_))));
        let db = Db::open(&path, Making::IfMissing).await.unwrap();
        sqlx::raw_sql("PRAGMA user_version = 99").execute(db.read()).await.unwrap();
        db.close().await;
        let newer = Db::open(&path, Making::IfMissing).await;
        assert!(matches!(newer, Err(NotifyError::Newer { found: 99, .. })), "{newer:?}");
        let text = folder.path().join("text");
        std::fs::write(&text, "this is no database, and it stays as it is".repeat(100)).unwrap();
        assert!(matches!(Db::open(&text, Making::Never).await, Err(NotifyError::NotAStore(_))));
    }
}
