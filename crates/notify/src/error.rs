//! Why something could not be kept, read or sent.

use allium_sqlite::{Failure, failure};
use std::fmt::Display;
use std::path::PathBuf;

/// A failure of the alerts' store or of its settings. What was committed before is lost by none of them.
#[derive(Debug, thiserror::Error)]
pub enum NotifyError {
    /// The file was written by a newer version of Allium.
    #[error(
        "the alerts' store has layout {found}, and this version of Allium knows layouts up to {known}; use the version that wrote it"
    )]
    Newer {
        /// Layout of the file.
        found: i64,
        /// Newest layout that is known here.
        known: i64,
    },
    /// The file is a database of something else, or no database.
    #[error("{} is no store of Allium's alerts", .0.display())]
    NotAStore(PathBuf),
    /// There is no file.
    #[error("there is no alerts' store at {}", .0.display())]
    Missing(PathBuf),
    /// The file or its folder cannot be written.
    #[error("the alerts' store is read-only")]
    ReadOnly,
    /// The disk is full.
    #[error("the disk of the alerts' store is full")]
    Full,
    /// Another process writes and does not come to an end.
    #[error("another process is writing to the alerts' store")]
    Busy,
    /// The file is damaged, or a row in it is not what this version writes.
    #[error("the alerts' store is damaged: {0}")]
    Damaged(String),
    /// A file of secrets cannot be used.
    #[error("the secret of {what} cannot be read: {reason}")]
    Secret {
        /// Whose.
        what: String,
        /// Why, without the secret.
        reason: String,
    },
    /// A part of the configuration cannot be used.
    #[error("{what}: {reason}")]
    Configuration {
        /// Which part.
        what: String,
        /// Why.
        reason: String,
    },
    /// The system gives no randomness.
    #[error("the system gives no randomness")]
    Randomness,
    /// A file cannot be read or written.
    #[error("{} cannot be used: {error}", .path.display())]
    Io {
        /// Which.
        path: PathBuf,
        /// Why.
        error: std::io::Error,
    },
    /// Anything else that the database says.
    #[error("the database of the alerts failed: {0}")]
    Database(sqlx::Error),
}

impl NotifyError {
    /// A part of the configuration that cannot be used.
    pub(crate) fn configuration(what: impl Into<String>, reason: &dyn Display) -> Self {
        Self::Configuration { what: what.into(), reason: reason.to_string() }
    }

    /// A row that this version did not write.
    pub(crate) fn damaged(what: &str) -> Self {
        Self::Damaged(format!("{what} cannot be read"))
    }
}

impl From<sqlx::Error> for NotifyError {
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
