//! Events.

use super::fingerprint;
use crate::write::subject_bytes;
use crate::{Store, StoreError};
use allium_model::{Event, EventKind, EventSubject, Severity, TimeRange, Timestamp};

/// Which events are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EventQuery {
    /// Events that were going on at any moment of it.
    pub range: TimeRange,
    /// Of one subject only.
    pub subject: Option<EventSubject>,
    /// At most so many, the newest first.
    pub limit: u32,
}

type EventRow = (String, Vec<u8>, i64, Option<i64>, u8, String);

impl Store {
    /// Events that were going on in a range, newest first.
    pub async fn events(&self, query: EventQuery) -> Result<Vec<Event>, StoreError> {
        let subject = query.subject.map(subject_bytes);
        let rows: Vec<EventRow> = sqlx::query_as(
            "SELECT kind, subject, from_time, until_time, severity, evidence FROM event
             WHERE from_time < ?1 AND (until_time IS NULL OR until_time > ?2 OR from_time >= ?2)
                AND (?3 IS NULL OR subject = ?3)
             ORDER BY from_time DESC, kind, subject LIMIT ?4",
        )
        .bind(query.range.until.0)
        .bind(query.range.from.0)
        .bind(subject)
        .bind(query.limit)
        .fetch_all(self.readers())
        .await?;
        rows.into_iter().filter_map(|row| event(row).transpose()).collect()
    }
}

/// `None` for a kind that a later version wrote.
fn event((kind, subject, from, until, severity, evidence): EventRow) -> Result<Option<Event>, StoreError> {
    let Some(kind) = EventKind::from_name(&kind) else { return Ok(None) };
    let severity = match severity {
        1 => Severity::Notice,
        2 => Severity::Warning,
        _ => Severity::Critical,
    };
    Ok(Some(Event {
        kind,
        subject: subject_of(&subject)?,
        severity,
        from: Timestamp(from),
        until: until.map(Timestamp),
        evidence,
    }))
}

fn subject_of(bytes: &[u8]) -> Result<EventSubject, StoreError> {
    match bytes.split_first() {
        None => Ok(EventSubject::Network),
        Some((b'A', identity)) => Ok(EventSubject::Authority(fingerprint(identity)?)),
        Some((b'R', relay)) => Ok(EventSubject::Relay(fingerprint(relay)?)),
        Some(_) => Err(StoreError::Damaged("an event has no subject".to_owned())),
    }
}
