//! The store: a file, one connection that writes and some that read.

use crate::codec::Segment;
use crate::write::Writer;
use crate::{StoreError, migrate};
use sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, SqliteConnection, SqlitePool};
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Mutex;

/// What may be done to the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Access {
    /// Reading and writing; the file is made when it does not exist.
    #[default]
    ReadWrite,
    /// Reading only; the file must exist in the newest layout.
    ReadOnly,
}

/// What happens before a layout changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Migration {
    /// The file is copied beside itself, as `<name>.layout-<number>`.
    #[default]
    CopyFirst,
    /// It is changed without a copy.
    InPlace,
}

/// How a store is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StoreOptions {
    /// What may be done to the file.
    pub access: Access,
    /// What happens before a layout changes.
    pub migration: Migration,
    /// How long to wait for another process that writes.
    pub busy_timeout: Duration,
    /// Readers at a time.
    pub max_readers: u32,
}

impl Default for StoreOptions {
    fn default() -> Self {
        Self {
            access: Access::default(),
            migration: Migration::default(),
            busy_timeout: Duration::from_secs(10),
            max_readers: 4,
        }
    }
}

/// The history of the network in one file.
///
/// Several processes may use a file at a time; one at a time writes. Every call is one transaction:
/// readers see a consensus whole or not at all.
#[derive(Debug)]
pub struct Store {
    path: PathBuf,
    readers: SqlitePool,
    /// `None` for a store that is only read.
    writer: Option<Mutex<Writer>>,
    /// Segments of open days that were read before.
    segments: std::sync::Mutex<HashMap<SegmentKey, Arc<Segment>>>,
}

/// What tells a state of a segment from others: its time and the digest of its document.
pub(crate) type SegmentKey = (i64, Vec<u8>);

impl Store {
    /// Opens a store, and makes or upgrades it where that is allowed.
    ///
    /// # Errors
    /// [`StoreError::Newer`], [`StoreError::NotAStore`], [`StoreError::Missing`], [`StoreError::ReadOnly`]
    /// and those of the disk.
    pub async fn open(path: impl AsRef<Path>, options: StoreOptions) -> Result<Self, StoreError> {
        let path = path.as_ref();
        let writer = match options.access {
            Access::ReadWrite => Some(Mutex::new(open_writer(path, options).await?)),
            Access::ReadOnly => None,
        };
        let readers = open_readers(path, options).await?;
        Ok(Self { path: path.to_owned(), readers, writer, segments: std::sync::Mutex::default() })
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Ends all connections; the write-ahead log is folded into the file.
    pub async fn close(self) -> Result<(), StoreError> {
        self.readers.close().await;
        if let Some(writer) = self.writer {
            writer.into_inner().close().await?;
        }
        Ok(())
    }

    /// Limits the file to so many pages, or to what it has now, as a full disk would.
    #[doc(hidden)]
    pub async fn set_page_limit_for_tests(&self, pages: u32) -> Result<(), StoreError> {
        let mut writer = self.writer()?.lock().await;
        let limit = AssertSqlSafe(format!("PRAGMA max_page_count = {pages}"));
        sqlx::raw_sql(limit).execute(writer.connection()).await?;
        Ok(())
    }

    pub(crate) fn readers(&self) -> &SqlitePool {
        &self.readers
    }

    pub(crate) fn writer(&self) -> Result<&Mutex<Writer>, StoreError> {
        self.writer.as_ref().ok_or(StoreError::ReadOnly)
    }

    pub(crate) fn segments(&self) -> std::sync::MutexGuard<'_, HashMap<SegmentKey, Arc<Segment>>> {
        self.segments.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

async fn open_writer(path: &Path, options: StoreOptions) -> Result<Writer, StoreError> {
    let connect = connect_options(path, options).create_if_missing(true);
    let mut connection = connect.connect().await.map_err(|error| opening(error, path))?;
    let prepared = prepare(&mut connection, path, options).await;
    match prepared {
        Ok(()) => Ok(Writer::new(connect.create_if_missing(false), connection)),
        Err(error) => {
            let _ = connection.close().await;
            Err(error)
        }
    }
}

async fn prepare(
    connection: &mut SqliteConnection,
    path: &Path,
    options: StoreOptions,
) -> Result<(), StoreError> {
    // What the file is must be known before anything is changed in it.
    migrate::layout(connection, path).await.map_err(|error| of_file(error, path))?;
    sqlx::query("PRAGMA journal_mode = WAL").execute(&mut *connection).await?;
    migrate::migrate(connection, path, options.migration).await
}

async fn open_readers(path: &Path, options: StoreOptions) -> Result<SqlitePool, StoreError> {
    if !path.exists() {
        return Err(StoreError::Missing(path.to_owned()));
    }
    let connect = connect_options(path, options).read_only(true);
    let opened = open_pool(path, options, connect.clone()).await;
    match opened {
        // On a disk that cannot be written there is no room for the log's index. Without a log the file
        // is all there is, and nobody changes it.
        Err(StoreError::Unopenable(_)) if options.access == Access::ReadOnly && !has_log(path) => {
            open_pool(path, options, connect.immutable(true)).await
        }
        opened => opened,
    }
}

/// Whether there is a write-ahead log with something in it.
fn has_log(path: &Path) -> bool {
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    std::fs::metadata(PathBuf::from(log)).is_ok_and(|metadata| metadata.len() > 0)
}

async fn open_pool(
    path: &Path,
    options: StoreOptions,
    connect: SqliteConnectOptions,
) -> Result<SqlitePool, StoreError> {
    let pool = SqlitePoolOptions::new().max_connections(options.max_readers.max(1)).min_connections(0);
    let pool = pool.connect_with(connect).await.map_err(|error| opening(error, path))?;
    let mut connection = pool.acquire().await?;
    match migrate::layout(&mut connection, path).await.map_err(|error| of_file(error, path))? {
        migrate::NEWEST_LAYOUT => Ok(pool),
        0 => Err(StoreError::NotAStore(path.to_owned())),
        found => Err(StoreError::Older { found, known: migrate::NEWEST_LAYOUT }),
    }
}

/// Pages kept in memory by each connection, in kibibytes.
const CACHE_KIBIBYTES: &str = "-8000";

/// Rows that a connection reads ahead; with few of them two threads wake each other all the time.
const ROWS_AHEAD: usize = 4096;

fn connect_options(path: &Path, options: StoreOptions) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .busy_timeout(options.busy_timeout)
        .synchronous(SqliteSynchronous::Normal)
        .row_buffer_size(ROWS_AHEAD)
        .pragma("cache_size", CACHE_KIBIBYTES)
        .pragma("temp_store", "MEMORY")
        .disable_statement_logging()
}

/// A database that cannot be opened: its folder is missing, it may not be read, or it is no database.
fn opening(error: sqlx::Error, path: &Path) -> StoreError {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    if folder.is_some_and(|folder| !folder.is_dir()) {
        return StoreError::Missing(path.to_owned());
    }
    of_file(error.into(), path)
}

fn of_file(error: StoreError, path: &Path) -> StoreError {
    match error {
        StoreError::Damaged(_) => StoreError::NotAStore(path.to_owned()),
        error if error.is_unopenable() => StoreError::Unopenable(path.to_owned()),
        error => error,
    }
}
