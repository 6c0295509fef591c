//! Figures that move with every message: what waits, and what became of the rest.

use super::Desk;
use super::status::DAY;
use crate::{ChannelKind, NotifyError};
use allium_model::Timestamp;
use std::collections::BTreeMap;

/// What lies in the outbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Backlog {
    /// Messages that are not delivered yet.
    pub messages: u64,
    /// When the oldest of them was decided; `None` when there is none.
    pub oldest: Option<Timestamp>,
}

/// Messages of one kind of channel that came to the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResultCount {
    /// The kind; `None` of channels that are no longer configured.
    pub kind: Option<ChannelKind>,
    /// What became of them: delivered, refused or given-up.
    pub result: String,
    /// How many, within 24 hours.
    pub messages: u64,
}

impl Desk {
    /// What lies in the outbox.
    pub async fn backlog(&self) -> Result<Backlog, NotifyError> {
        let (messages, oldest): (i64, Option<i64>) =
            sqlx::query_as("SELECT count(*), min(created) FROM outbox").fetch_one(self.db.read()).await?;
        Ok(Backlog { messages: messages.unsigned_abs(), oldest: oldest.map(Timestamp) })
    }

    /// What became of messages within the last 24 hours, by kind of channel and result.
    pub async fn results(&self, now: Timestamp) -> Result<Vec<ResultCount>, NotifyError> {
        let rows: Vec<(Option<String>, String, i64)> = sqlx::query_as(
            "SELECT channel, result, count(*) FROM delivery WHERE ended > ? GROUP BY channel, result",
        )
        .bind(now.plus_seconds(-DAY).0)
        .fetch_all(self.db.read())
        .await?;
        let mut sums: BTreeMap<(Option<ChannelKind>, String), u64> = BTreeMap::new();
        for (channel, result, messages) in rows {
            *sums.entry((self.kind_of(channel.as_deref()), result)).or_default() += messages.unsigned_abs();
        }
        let count = |((kind, result), messages)| ResultCount { kind, result, messages };
        Ok(sums.into_iter().map(count).collect())
    }

    /// The kind of a channel; `None` stands for mail to addresses.
    fn kind_of(&self, channel: Option<&str>) -> Option<ChannelKind> {
        match channel {
            None => Some(ChannelKind::Smtp),
            Some(name) => self.channels.get(name).map(crate::channel::Channel::kind),
        }
    }
}
