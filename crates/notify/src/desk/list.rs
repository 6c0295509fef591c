//! What is kept, for those who run the service: no address is in it.

use super::Desk;
use crate::NotifyError;
use crate::db::id_of_row;
use crate::wire::Parcel;
use allium_alert::{DeliveryId, Draft, ReceiverId, SubscriptionId};
use allium_model::Timestamp;

/// A subscription of an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredSubscription {
    /// Its id.
    pub id: SubscriptionId,
    /// Whose.
    pub receiver: ReceiverId,
    /// What is asked for, as the query of a link has it.
    pub query: String,
    /// When it was asked for.
    pub created: Timestamp,
    /// When it was confirmed; `None` while that is waited for.
    pub confirmed: Option<Timestamp>,
}

impl StoredSubscription {
    /// What is asked for; `None` when a later version wrote it.
    pub fn draft(&self) -> Option<Draft> {
        Draft::of_query(&self.query).ok()
    }
}

/// A message in the outbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// What names it.
    pub id: DeliveryId,
    /// The channel; `None` for mail to an address.
    pub channel: Option<String>,
    /// What it is: alert, test or confirm.
    pub kind: &'static str,
    /// Time of its data.
    pub published: Option<Timestamp>,
    /// When it was decided.
    pub created: Timestamp,
    /// Attempts so far.
    pub attempts: u32,
    /// When the next one is due; `None` for at once.
    pub next_attempt: Option<Timestamp>,
    /// What was wrong with the last one.
    pub problem: Option<String>,
}

/// An entry of the delivery log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivered {
    /// What names it.
    pub id: DeliveryId,
    /// The channel; `None` for mail to an address.
    pub channel: Option<String>,
    /// What it is: alert, test or confirm.
    pub kind: String,
    /// What became of it: delivered, refused or given-up.
    pub result: String,
    /// Attempts that were made.
    pub attempts: u32,
    /// Time of its data.
    pub published: Option<Timestamp>,
    /// When it was decided.
    pub created: Timestamp,
    /// When that was over.
    pub ended: Timestamp,
    /// What was wrong, where it was lost.
    pub problem: Option<String>,
}

impl Delivered {
    /// Seconds from the time of the data to the delivery.
    pub fn seconds_since_publication(&self) -> Option<i64> {
        self.published.map(|published| self.ended.seconds_since(published))
    }
}

type WaitingRow = (Vec<u8>, Option<String>, String, Option<i64>, i64, i64, Option<i64>, Option<String>);
type LogRow = (Vec<u8>, Option<String>, String, String, i64, Option<i64>, i64, i64, Option<String>);

impl Desk {
    /// Subscriptions of addresses, oldest first.
    pub async fn subscriptions(&self) -> Result<Vec<StoredSubscription>, NotifyError> {
        let rows: Vec<(i64, i64, String, i64, Option<i64>)> = sqlx::query_as(
            "SELECT id, receiver, query, created, confirmed FROM subscription ORDER BY created, id",
        )
        .fetch_all(self.db.read())
        .await?;
        let read = |(id, receiver, query, created, confirmed): (i64, i64, String, i64, Option<i64>)| {
            StoredSubscription {
                id: SubscriptionId(id_of_row(id)),
                receiver: ReceiverId(id_of_row(receiver)),
                query,
                created: Timestamp(created),
                confirmed: confirmed.map(Timestamp),
            }
        };
        Ok(rows.into_iter().map(read).collect())
    }

    /// The outbox, oldest first.
    pub async fn outbox(&self, limit: u32) -> Result<Vec<Waiting>, NotifyError> {
        let rows: Vec<WaitingRow> = sqlx::query_as(
            "SELECT id, channel, parcel, published, created, attempts, last_attempt + wait_seconds, problem
             FROM outbox ORDER BY seq LIMIT ?",
        )
        .bind(i64::from(limit))
        .fetch_all(self.db.read())
        .await?;
        rows.into_iter().map(read_waiting).collect()
    }

    /// The newest entries of the delivery log, newest first.
    pub async fn deliveries(&self, limit: u32) -> Result<Vec<Delivered>, NotifyError> {
        let rows: Vec<LogRow> = sqlx::query_as(
            "SELECT id, channel, kind, result, attempts, published, created, ended, problem
             FROM delivery ORDER BY seq DESC LIMIT ?",
        )
        .bind(i64::from(limit))
        .fetch_all(self.db.read())
        .await?;
        rows.into_iter().map(read_delivered).collect()
    }
}

fn read_waiting(
    (id, channel, parcel, published, created, attempts, next, problem): WaitingRow,
) -> Result<Waiting, NotifyError> {
    Ok(Waiting {
        id: read_id(id)?,
        channel,
        kind: Parcel::read(&parcel).map_or("unreadable", |parcel| parcel.kind().name()),
        published: published.map(Timestamp),
        created: Timestamp(created),
        attempts: u32::try_from(attempts).unwrap_or(u32::MAX),
        next_attempt: next.map(Timestamp),
        problem,
    })
}

fn read_delivered(
    (id, channel, kind, result, attempts, published, created, ended, problem): LogRow,
) -> Result<Delivered, NotifyError> {
    Ok(Delivered {
        id: read_id(id)?,
        channel,
        kind,
        result,
        attempts: u32::try_from(attempts).unwrap_or(u32::MAX),
        published: published.map(Timestamp),
        created: Timestamp(created),
        ended: Timestamp(ended),
        problem,
    })
}

fn read_id(bytes: Vec<u8>) -> Result<DeliveryId, NotifyError> {
    bytes.try_into().map(DeliveryId).map_err(|_| NotifyError::damaged("an id"))
}
