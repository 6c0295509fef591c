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

type AuditRow = (i64, String, String, String);

fn entry((at, author, action, detail): AuditRow) -> Audited {
    Audited { at: Timestamp(at), author, action, detail }
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

/// What is done with the operator's token, and by whoever runs the service.
const BY_OPERATORS: [Action; 5] = [
    Action::SilenceAdded,
    Action::SilenceEnded,
    Action::MaintenanceAdded,
    Action::MaintenanceEnded,
    Action::Tested,
];

impl Desk {
    /// The newest changes by operators, newest first: nothing that subscribers did, and nobody who was
    /// forgotten. Of tests the detail is the kind of the channel, whose name is not for everybody.
    pub async fn changes(&self, limit: u32) -> Result<Vec<Audited>, NotifyError> {
        let [silence, silence_over, window, window_over, test] = BY_OPERATORS.map(Action::name);
        let rows: Vec<AuditRow> = sqlx::query_as(
            "SELECT at, author, action, detail FROM audit WHERE action IN (?, ?, ?, ?, ?) ORDER BY seq DESC LIMIT ?",
        )
        .bind(silence)
        .bind(silence_over)
        .bind(window)
        .bind(window_over)
        .bind(test)
        .bind(i64::from(limit))
        .fetch_all(self.db.read())
        .await?;
        let mut entries: Vec<Audited> = rows.into_iter().map(entry).collect();
        for entry in entries.iter_mut().filter(|entry| entry.action == test) {
            let channel = self.channels.get(&entry.detail);
            entry.detail = channel.map_or_else(String::new, |channel| channel.kind().name().to_owned());
        }
        Ok(entries)
    }

    /// The newest changes, newest first.
    pub async fn audit(&self, limit: u32) -> Result<Vec<Audited>, NotifyError> {
        let rows: Vec<AuditRow> =
            sqlx::query_as("SELECT at, author, action, detail FROM audit ORDER BY seq DESC LIMIT ?")
                .bind(i64::from(limit))
                .fetch_all(self.db.read())
                .await?;
        Ok(rows.into_iter().map(entry).collect())
    }
}
