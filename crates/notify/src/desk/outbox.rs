//! The outbox: what is to be delivered, and what became of it.

use super::{Desk, Step};
use crate::db::{Write, id_of_row, row_of_id};
use crate::keys::ReceiverHash;
use crate::retry::{self, Next, Tried};
use crate::wire::Parcel;
use crate::{Attempt, NotifyError};
use allium_alert::{DeliveryId, ReceiverId, ThreadId};
use allium_model::{Timestamp, printable};

/// Something new to be delivered.
pub(super) struct NewRow<'a> {
    pub(super) id: DeliveryId,
    pub(super) thread: ThreadId,
    pub(super) receiver: ReceiverId,
    /// None for mail to an address.
    pub(super) channel: Option<&'a str>,
    pub(super) parcel: Parcel,
    pub(super) published: Option<Timestamp>,
    pub(super) created: Timestamp,
}

impl NewRow<'_> {
    /// Whether it is new: what lies in the outbox or in the log is not put in again.
    pub(super) async fn insert(&self, write: &mut Write) -> Result<bool, NotifyError> {
        let done = sqlx::query(
            "INSERT INTO outbox (id, thread, receiver, channel, parcel, published, created)
             SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7 WHERE NOT EXISTS (SELECT 1 FROM delivery WHERE id = ?1)
             ON CONFLICT DO NOTHING",
        )
        .bind(&self.id.0[..])
        .bind(&self.thread.0[..])
        .bind(row_of_id(self.receiver.0))
        .bind(self.channel)
        .bind(self.parcel.write()?)
        .bind(self.published.map(|time| time.0))
        .bind(self.created.0)
        .execute(&mut **write)
        .await?;
        Ok(done.rows_affected() > 0)
    }
}

/// A row of the outbox.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    pub(super) seq: i64,
    pub(crate) id: DeliveryId,
    pub(crate) thread: ThreadId,
    pub(crate) receiver: ReceiverId,
    pub(crate) channel: Option<String>,
    /// What it is; `None` when this version cannot read it, which holds up nothing else.
    pub(crate) parcel: Option<Parcel>,
    pub(crate) published: Option<Timestamp>,
    pub(crate) created: Timestamp,
    pub(crate) attempts: u32,
}

/// What became of an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sent {
    /// It is delivered.
    Delivered,
    /// It will be tried again.
    Waits,
    /// It will never be delivered.
    Lost,
}

type RowTuple = (i64, Vec<u8>, Vec<u8>, i64, Option<String>, String, Option<i64>, i64, i64);

/// A message is due when its pause is over; a clock that was set back ends a pause. Of a conversation the
/// earlier message goes first.
macro_rules! is_due {
    () => {
        "(last_attempt IS NULL OR ?1 >= last_attempt + wait_seconds OR ?1 < last_attempt)
          AND NOT EXISTS (SELECT 1 FROM outbox AS earlier
            WHERE earlier.thread = outbox.thread AND earlier.receiver = outbox.receiver
              AND earlier.seq < outbox.seq)"
    };
}

const DUE: &str = concat!(
    "SELECT seq, id, thread, receiver, channel, parcel, published, created, attempts FROM outbox
     WHERE channel IS ?2 AND ",
    is_due!(),
    " ORDER BY attempts > 0, seq LIMIT 1"
);

const DUE_CHANNELS: &str = concat!("SELECT DISTINCT channel FROM outbox WHERE ", is_due!());

impl Desk {
    /// The next message that is due for a channel.
    pub(crate) async fn next_due(
        &self,
        channel: Option<&str>,
        now: Timestamp,
    ) -> Result<Option<Row>, NotifyError> {
        let found: Option<RowTuple> =
            sqlx::query_as(DUE).bind(now.0).bind(channel).fetch_optional(self.db.read()).await?;
        found.map(read_row).transpose()
    }

    /// Channels that something is due for; `None` is mail to addresses.
    pub(crate) async fn due_channels(&self, now: Timestamp) -> Result<Vec<Option<String>>, NotifyError> {
        Ok(sqlx::query_scalar(DUE_CHANNELS).bind(now.0).fetch_all(self.db.read()).await?)
    }

    /// Writes what an attempt came to.
    pub(crate) async fn record(
        &self,
        row: &Row,
        hash: ReceiverHash,
        attempt: &Attempt,
        now: Timestamp,
    ) -> Result<Sent, NotifyError> {
        let attempts = row.attempts.saturating_add(1);
        let (result, problem) = match attempt {
            Attempt::Accepted => ("delivered", None),
            Attempt::Refused(problem) => ("refused", Some(problem)),
            Attempt::Later { problem, retry_after_seconds, .. } => {
                let tried = Tried { created: row.created, attempts };
                match retry::plan(&row.id, tried, *retry_after_seconds, now) {
                    Next::Wait(seconds) => return self.wait(row, attempts, seconds, problem, now).await,
                    Next::GiveUp => ("given-up", Some(problem)),
                }
            }
        };
        self.finish(row, hash, Ending { result, attempts, problem: problem.map(String::as_str) }, now)
            .await?;
        Ok(if problem.is_none() { Sent::Delivered } else { Sent::Lost })
    }

    async fn wait(
        &self,
        row: &Row,
        attempts: u32,
        seconds: u32,
        problem: &str,
        now: Timestamp,
    ) -> Result<Sent, NotifyError> {
        sqlx::query(
            "UPDATE outbox SET attempts = ?, last_attempt = ?, wait_seconds = ?, problem = ? WHERE seq = ?",
        )
        .bind(i64::from(attempts))
        .bind(now.0)
        .bind(i64::from(seconds))
        .bind(printable(problem).into_owned())
        .bind(row.seq)
        .execute(self.db.read())
        .await?;
        Ok(Sent::Waits)
    }

    /// Takes a row out of the outbox and notes it in the log. What was erased meanwhile is not noted.
    async fn finish(
        &self,
        row: &Row,
        hash: ReceiverHash,
        ending: Ending<'_>,
        now: Timestamp,
    ) -> Result<(), NotifyError> {
        let mut write = self.db.write().await?;
        let gone = sqlx::query("DELETE FROM outbox WHERE seq = ?").bind(row.seq).execute(&mut *write).await?;
        if gone.rows_affected() > 0 {
            log(&mut write, row, hash, ending, now).await?;
        }
        self.reached(Step::Recording);
        write.commit().await?;
        self.reached(Step::Recorded);
        Ok(())
    }

    /// Takes out a row that nobody wants any more.
    pub(crate) async fn drop_row(&self, row: &Row) -> Result<(), NotifyError> {
        sqlx::query("DELETE FROM outbox WHERE seq = ?").bind(row.seq).execute(self.db.read()).await?;
        Ok(())
    }
}

struct Ending<'a> {
    result: &'static str,
    attempts: u32,
    problem: Option<&'a str>,
}

async fn log(
    write: &mut Write,
    row: &Row,
    hash: ReceiverHash,
    ending: Ending<'_>,
    now: Timestamp,
) -> Result<(), NotifyError> {
    sqlx::query(
        "INSERT INTO delivery (id, receiver_hash, channel, kind, result, attempts, published, created, ended, problem)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
    )
    .bind(&row.id.0[..])
    .bind(&hash.0[..])
    .bind(row.channel.as_deref())
    .bind(row.parcel.as_ref().map_or("unreadable", |parcel| parcel.kind().name()))
    .bind(ending.result)
    .bind(i64::from(ending.attempts))
    .bind(row.published.map(|time| time.0))
    .bind(row.created.0)
    .bind(now.0)
    .bind(ending.problem.map(|problem| printable(problem).into_owned()))
    .execute(&mut **write)
    .await?;
    Ok(())
}

fn read_row(
    (seq, id, thread, receiver, channel, parcel, published, created, attempts): RowTuple,
) -> Result<Row, NotifyError> {
    let bytes = |bytes: Vec<u8>| bytes.try_into().map_err(|_| NotifyError::damaged("an id in the outbox"));
    Ok(Row {
        seq,
        id: DeliveryId(bytes(id)?),
        thread: ThreadId(bytes(thread)?),
        receiver: ReceiverId(id_of_row(receiver)),
        channel,
        parcel: Parcel::read(&parcel).ok(),
        published: published.map(Timestamp),
        created: Timestamp(created),
        attempts: u32::try_from(attempts).unwrap_or(u32::MAX),
    })
}
