//! The log of changes: who did what and when.

use super::Desk;
use crate::NotifyError;
use crate::db::Write;
use allium_model::{Timestamp, printable};

/// What was changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Action {
    Confirmed,
    Unsubscribed,
    Forgotten,
    SilenceAdded,
    SilenceEnded,
    MaintenanceAdded,
    MaintenanceEnded,
    Tested,
}

impl Action {
    const fn name(self) -> &'static str {
        match self {
            Self::Confirmed => "subscription-confirmed",
            Self::Unsubscribed => "unsubscribed",
            Self::Forgotten => "address-forgotten",
            Self::SilenceAdded => "silence-added",
            Self::SilenceEnded => "silence-ended",
            Self::MaintenanceAdded => "maintenance-added",
            Self::MaintenanceEnded => "maintenance-ended",
            Self::Tested => "channel-tested",
        }
    }
}

/// An entry of the log of changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Audited {
    /// When.
    pub at: Timestamp,
    /// Who, as it was given; `subscriber` for people who follow links of mails.
    pub author: String,
    /// What was done, by name.
    pub action: String,
    /// To what; never an address.
    pub detail: String,
}

/// Notes a change; it is there exactly when the change is.
pub(super) async fn note(
    write: &mut Write,
    action: Action,
    author: &str,
    detail: &str,
    now: Timestamp,
) -> Result<(), NotifyError> {
    sqlx::query("INSERT INTO audit (at, author, action, detail) VALUES (?, ?, ?, ?)")
        .bind(now.0)
        .bind(printable(author).into_owned())
        .bind(action.name())
        .bind(printable(detail).into_owned())
        .execute(&mut **write)
        .await?;
    Ok(())
}

impl Desk {
    /// The newest changes, newest first.
    pub async fn audit(&self, limit: u32) -> Result<Vec<Audited>, NotifyError> {
        let rows: Vec<(i64, String, String, String)> =
            sqlx::query_as("SELECT at, author, action, detail FROM audit ORDER BY seq DESC LIMIT ?")
                .bind(i64::from(limit))
                .fetch_all(self.db.read())
                .await?;
        let entry = |(at, author, action, detail)| Audited { at: Timestamp(at), author, action, detail };
        Ok(rows.into_iter().map(entry).collect())
    }
}
