//! Silences and maintenance windows, as they are kept.

use super::Desk;
use super::audit::{Action, note};
use crate::NotifyError;
use crate::db::{Write, id_of_row, row_of_id};
use allium_alert::{Maintenance, Matcher, ReceiverId, Silence, SilenceError, Target, WatchKind};
use allium_model::Timestamp;

/// A silence that somebody asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSilence {
    /// What it keeps back.
    pub matcher: Matcher,
    /// Who asks.
    pub author: String,
    /// Why.
    pub reason: String,
    /// First moment.
    pub from: Timestamp,
    /// First moment after.
    pub until: Timestamp,
}

/// A window that somebody announces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewMaintenance {
    /// Which relays.
    pub target: Target,
    /// For which receiver; `None` for everybody.
    pub receiver: Option<ReceiverId>,
    /// Who announces it.
    pub author: String,
    /// What is done.
    pub note: String,
    /// First moment.
    pub from: Timestamp,
    /// First moment after.
    pub until: Timestamp,
}

/// Why a silence or a window is not taken.
#[derive(Debug, thiserror::Error)]
pub enum SilenceFailure {
    /// It cannot be as it is.
    #[error(transparent)]
    Refused(#[from] SilenceError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] NotifyError),
}

impl From<sqlx::Error> for SilenceFailure {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(error.into())
    }
}

type SilenceRow = (i64, String, String, Option<i64>, String, String, i64, i64);
type MaintenanceRow = (i64, String, Option<i64>, String, String, i64, i64);

impl Desk {
    /// Silences that are not over, those to come included, by number.
    pub async fn silences(&self, now: Timestamp) -> Result<Vec<Silence>, NotifyError> {
        let rows: Vec<SilenceRow> = sqlx::query_as(
            "SELECT id, target, kinds, receiver, author, reason, starts, ends FROM silence WHERE ends > ? ORDER BY id",
        )
        .bind(now.0)
        .fetch_all(self.db.read())
        .await?;
        rows.into_iter().map(read_silence).collect()
    }

    /// Maintenance windows that are not over, those to come included, by number.
    pub async fn maintenance(&self, now: Timestamp) -> Result<Vec<Maintenance>, NotifyError> {
        let rows: Vec<MaintenanceRow> = sqlx::query_as(
            "SELECT id, target, receiver, author, note, starts, ends FROM maintenance WHERE ends > ? ORDER BY id",
        )
        .bind(now.0)
        .fetch_all(self.db.read())
        .await?;
        rows.into_iter().map(read_maintenance).collect()
    }

    /// Takes in a silence and gives its number.
    pub async fn add_silence(&self, new: NewSilence, now: Timestamp) -> Result<u64, SilenceFailure> {
        let NewSilence { matcher, author, reason, from, until } = new;
        let silence = Silence { id: 0, matcher, author, reason, from, until };
        silence.check()?;
        let kinds: Vec<&str> = silence.matcher.kinds.iter().map(|kind| kind.name()).collect();
        let mut write = self.db.write().await?;
        let done = sqlx::query(
            "INSERT INTO silence (target, kinds, receiver, author, reason, starts, ends) VALUES (?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(silence.matcher.target.to_string())
        .bind(kinds.join(","))
        .bind(silence.matcher.receiver.map(|receiver| row_of_id(receiver.0)))
        .bind(&silence.author)
        .bind(&silence.reason)
        .bind(silence.from.0)
        .bind(silence.until.0)
        .execute(&mut *write)
        .await?;
        let id = id_of_row(done.last_insert_rowid());
        let detail = format!(
            "{id} {} until {}: {}",
            silence.matcher.target,
            silence.until.to_rfc3339(),
            silence.reason
        );
        note(&mut write, Action::SilenceAdded, &silence.author, &detail, now).await?;
        write.commit().await?;
        Ok(id)
    }

    /// Takes in a maintenance window and gives its number.
    pub async fn add_maintenance(&self, new: NewMaintenance, now: Timestamp) -> Result<u64, SilenceFailure> {
        let NewMaintenance { target, receiver, author, note: text, from, until } = new;
        let window = Maintenance { id: 0, target, receiver, author, note: text, from, until };
        window.check()?;
        let mut write = self.db.write().await?;
        let done = sqlx::query(
            "INSERT INTO maintenance (target, receiver, author, note, starts, ends) VALUES (?, ?, ?, ?, ?, ?)",
        )
        .bind(window.target.to_string())
        .bind(window.receiver.map(|receiver| row_of_id(receiver.0)))
        .bind(&window.author)
        .bind(&window.note)
        .bind(window.from.0)
        .bind(window.until.0)
        .execute(&mut *write)
        .await?;
        let id = id_of_row(done.last_insert_rowid());
        let detail = format!("{id} {} until {}: {}", window.target, window.until.to_rfc3339(), window.note);
        note(&mut write, Action::MaintenanceAdded, &window.author, &detail, now).await?;
        write.commit().await?;
        Ok(id)
    }

    /// Ends a silence now; whether there was one.
    pub async fn end_silence(&self, id: u64, author: &str, now: Timestamp) -> Result<bool, NotifyError> {
        let mut write = self.db.write().await?;
        let statement = "UPDATE silence SET ends = max(?1, starts) WHERE id = ?2 AND ends > ?1";
        end(&mut write, statement, id, now, (Action::SilenceEnded, author)).await?.commit(write).await
    }

    /// Ends a maintenance window now; whether there was one.
    pub async fn end_maintenance(&self, id: u64, author: &str, now: Timestamp) -> Result<bool, NotifyError> {
        let mut write = self.db.write().await?;
        let statement = "UPDATE maintenance SET ends = max(?1, starts) WHERE id = ?2 AND ends > ?1";
        end(&mut write, statement, id, now, (Action::MaintenanceEnded, author)).await?.commit(write).await
    }
}

/// Whether something ended.
struct Ended(bool);

impl Ended {
    async fn commit(self, write: Write) -> Result<bool, NotifyError> {
        write.commit().await?;
        Ok(self.0)
    }
}

async fn end(
    write: &mut Write,
    statement: &'static str,
    id: u64,
    now: Timestamp,
    (action, author): (Action, &str),
) -> Result<Ended, NotifyError> {
    let done = sqlx::query(statement).bind(now.0).bind(row_of_id(id)).execute(&mut **write).await?;
    let has_ended = done.rows_affected() > 0;
    if has_ended {
        note(write, action, author, &id.to_string(), now).await?;
    }
    Ok(Ended(has_ended))
}

fn read_silence(
    (id, target, kinds, receiver, author, reason, from, until): SilenceRow,
) -> Result<Silence, NotifyError> {
    let kinds: Option<Vec<WatchKind>> =
        kinds.split(',').filter(|kind| !kind.is_empty()).map(WatchKind::from_name).collect();
    let matcher = Matcher {
        target: target.parse().map_err(|_| NotifyError::damaged("the target of a silence"))?,
        kinds: kinds.ok_or_else(|| NotifyError::damaged("the kinds of a silence"))?,
        receiver: receiver.map(|id| ReceiverId(id_of_row(id))),
    };
    let (from, until) = (Timestamp(from), Timestamp(until));
    Ok(Silence { id: id_of_row(id), matcher, author, reason, from, until })
}

fn read_maintenance(
    (id, target, receiver, author, note, from, until): MaintenanceRow,
) -> Result<Maintenance, NotifyError> {
    let target = target.parse().map_err(|_| NotifyError::damaged("the target of a maintenance window"))?;
    let receiver = receiver.map(|id| ReceiverId(id_of_row(id)));
    let (from, until) = (Timestamp(from), Timestamp(until));
    Ok(Maintenance { id: id_of_row(id), target, receiver, author, note, from, until })
}
