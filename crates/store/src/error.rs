//! Why the store could not do its work.

use crate::codec::CodecError;
use allium_sqlite::{Failure, failure};
use std::path::PathBuf;

/// A failure of the store. Nothing that was committed before is lost by any of them.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The file was written by a newer version of Allium.
    #[error(
        "the store has layout {found}, and this version of Allium knows layouts up to {known}; use the version that wrote it, or the copy that was made before the upgrade"
    )]
    Newer {
        /// Layout of the file.
        found: i64,
        /// Newest layout that is known here.
        known: i64,
    },
    /// The file has an older layout, and was opened to be read only.
    #[error("the store has the older layout {found}; whatever writes to it brings it to layout {known}")]
    Older {
        /// Layout of the file.
        found: i64,
        /// Newest layout.
        known: i64,
    },
    /// The file is a database of something else, or no database.
    #[error("{} is no store of Allium", .0.display())]
    NotAStore(PathBuf),
    /// There is no file.
    #[error("there is no store at {}", .0.display())]
    Missing(PathBuf),
    /// The file that is to be made exists.
    #[error("{} exists already", .0.display())]
    Exists(PathBuf),
    /// The file, its folder or its disk cannot be written.
    #[error("the store is read-only")]
    ReadOnly,
    /// The disk is full.
    #[error("the disk of the store is full")]
    Full,
    /// Another process writes and does not come to an end, or has a store open that is to be replaced.
    #[error("another process is using the store")]
    Busy,
    /// The file is damaged.
    #[error("the store is damaged ({0}); restore a backup")]
    Damaged(String),
    /// A record cannot be taken as it is.
    #[error("the record cannot be stored: {0}")]
    Record(&'static str),
    /// The file, or the log beside it, cannot be opened.
    #[error("{} cannot be opened; the store and its folder must be readable, and to be written also writable, for this user", .0.display())]
    Unopenable(PathBuf),
    /// The file cannot be reached.
    #[error("the store cannot be opened or copied: {0}")]
    Io(#[from] std::io::Error),
    /// Anything else that the database says.
    #[error("the database failed: {0}")]
    Database(sqlx::Error),
}

impl From<CodecError> for StoreError {
    fn from(error: CodecError) -> Self {
        Self::Damaged(error.to_string())
    }
}

impl StoreError {
    /// Whether SQLite could not open a file.
    pub(crate) fn is_unopenable(&self) -> bool {
        matches!(self, Self::Database(error) if failure(error) == Some(Failure::Unopenable))
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        let found = failure(&error);
        match found {
            Some(Failure::Busy) => Self::Busy,
            Some(Failure::ReadOnly) => Self::ReadOnly,
            Some(Failure::Full) => Self::Full,
            _ => match found.and_then(Failure::damage) {
                Some(damage) => Self::Damaged(damage.to_owned()),
                None => Self::Database(error),
            },
        }
    }
}
