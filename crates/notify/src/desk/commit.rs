//! Taking over a decision: states and messages in one transaction.

use super::outbox::NewRow;
use super::{Desk, Step};
use crate::db::{Write, row_of_id};
use crate::wire::{Parcel, write_state};
use crate::{ChannelKind, NotifyError, render};
use allium_alert::{Delivery, Outcome, StateChange};
use allium_model::Timestamp;

/// What was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Committed {
    /// States that changed.
    pub states: usize,
    /// Messages that are on their way now.
    pub queued: usize,
    /// Messages that were on their way already, or went.
    pub known: usize,
    /// Messages to receivers that are gone.
    pub gone: usize,
}

impl Desk {
    /// Writes what was decided: all of it is on the disk afterwards, or none of it. A second time changes
    /// nothing.
    pub async fn commit(&self, outcome: &Outcome, now: Timestamp) -> Result<Committed, NotifyError> {
        self.reached(Step::Deciding);
        let mut write = self.db.write().await?;
        let mut committed = Committed { states: outcome.changes.len(), ..Committed::default() };
        write_counted(&mut write, outcome.counted).await?;
        for change in &outcome.changes {
            write_change(&mut write, change).await?;
        }
        for delivery in outcome.deliveries() {
            *match self.queue(&mut write, delivery, now).await? {
                Queued::New => &mut committed.queued,
                Queued::Known => &mut committed.known,
                Queued::Gone => &mut committed.gone,
            } += 1;
        }
        self.reached(Step::Written);
        write.commit().await?;
        self.reached(Step::Committed);
        if committed.queued > 0 {
            self.bell.notify_one();
        }
        Ok(committed)
    }

    async fn queue(
        &self,
        write: &mut Write,
        delivery: &Delivery,
        now: Timestamp,
    ) -> Result<Queued, NotifyError> {
        let channel = self.team_channels.get(&delivery.receiver);
        let kind = match channel {
            Some(name) => self.channels.get(name).map(crate::channel::Channel::kind),
            None => has_receiver(write, delivery).await?.then_some(ChannelKind::Smtp),
        };
        let Some(kind) = kind else {
            return Ok(Queued::Gone);
        };
        let row = NewRow {
            id: delivery.id,
            thread: delivery.thread,
            receiver: delivery.receiver,
            channel: channel.map(String::as_str),
            parcel: Parcel::Alert(render::body(kind, delivery, &self.options.site)),
            published: Some(delivery.message.data_time),
            created: now,
        };
        if !row.insert(write).await? {
            return Ok(Queued::Known);
        }
        sqlx::query("INSERT INTO sent (receiver, at) VALUES (?, ?)")
            .bind(row_of_id(delivery.receiver.0))
            .bind(now.0)
            .execute(&mut **write)
            .await?;
        Ok(Queued::New)
    }
}

enum Queued {
    New,
    Known,
    Gone,
}

async fn write_counted(write: &mut Write, counted: Timestamp) -> Result<(), NotifyError> {
    let upsert = "INSERT INTO counted (id, data_time) VALUES (0, ?)
        ON CONFLICT DO UPDATE SET data_time = excluded.data_time";
    sqlx::query(upsert).bind(counted.0).execute(&mut **write).await?;
    Ok(())
}

async fn write_change(write: &mut Write, (subscription, state): &StateChange) -> Result<(), NotifyError> {
    let id = row_of_id(subscription.0);
    match state {
        Some(state) => {
            sqlx::query("INSERT INTO alert_state (subscription, state) VALUES (?, ?) ON CONFLICT DO UPDATE SET state = excluded.state")
                .bind(id)
                .bind(write_state(state)?)
                .execute(&mut **write)
                .await?
        }
        None => {
            sqlx::query("DELETE FROM alert_state WHERE subscription = ?").bind(id).execute(&mut **write).await?
        }
    };
    Ok(())
}

async fn has_receiver(write: &mut Write, delivery: &Delivery) -> Result<bool, NotifyError> {
    let found: Option<i64> = sqlx::query_scalar("SELECT id FROM receiver WHERE id = ?")
        .bind(row_of_id(delivery.receiver.0))
        .fetch_optional(&mut **write)
        .await?;
    Ok(found.is_some())
}
