//! What a decision needs of what is kept.

use super::Desk;
use crate::NotifyError;
use crate::db::id_of_row;
use crate::wire::read_state;
use allium_alert::{
    Draft, Maintenance, Receiver, ReceiverId, Sent, Silence, States, Subscription, SubscriptionId,
};
use allium_model::Timestamp;

/// What a decision needs.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Kept {
    /// Subscriptions: those of teams, and those of people that are confirmed; ascending by id.
    pub subscriptions: Vec<Subscription>,
    /// How far their alerts are.
    pub states: States,
    /// Silences that are not over.
    pub silences: Vec<Silence>,
    /// Maintenance windows that are not over.
    pub maintenance: Vec<Maintenance>,
    /// Receivers with a budget of their own.
    pub receivers: Vec<Receiver>,
    /// Messages within the time of a budget.
    pub sent: Vec<Sent>,
}

/// A clock that was set back lets messages lie ahead; those that lie further ahead do not count.
const AHEAD_SECONDS: i64 = 3600;

impl Desk {
    /// Reads what a decision needs.
    pub async fn kept(&self, now: Timestamp) -> Result<Kept, NotifyError> {
        let mut subscriptions = self.teams.clone();
        subscriptions.extend(self.confirmed_subscriptions().await?);
        subscriptions.sort_by_key(|subscription| subscription.id);
        let mut ids: Vec<ReceiverId> =
            subscriptions.iter().map(|subscription| subscription.receiver).collect();
        ids.sort_unstable();
        ids.dedup();
        let budget = self.options.budget;
        Ok(Kept {
            subscriptions,
            states: self.states().await?,
            silences: self.silences(now).await?,
            maintenance: self.maintenance(now).await?,
            receivers: ids.into_iter().map(|id| Receiver { id, budget }).collect(),
            sent: self.sent(now).await?,
        })
    }

    async fn confirmed_subscriptions(&self) -> Result<Vec<Subscription>, NotifyError> {
        let rows: Vec<(i64, i64, String)> =
            sqlx::query_as("SELECT id, receiver, query FROM subscription WHERE confirmed IS NOT NULL")
                .fetch_all(self.db.read())
                .await?;
        // What a later version wrote is left alone and said, and takes nobody else's alerts away.
        let read = |(id, receiver, query): (i64, i64, String)| {
            let id = SubscriptionId(id_of_row(id));
            let complete = |draft: Draft| draft.complete(id, ReceiverId(id_of_row(receiver)));
            let read = Draft::of_query(&query).and_then(complete);
            read.inspect_err(|error| tracing::warn!("subscription {id} is not understood: {error}")).ok()
        };
        Ok(rows.into_iter().filter_map(read).collect())
    }

    /// How far the alerts of every subscription are.
    pub async fn states(&self) -> Result<States, NotifyError> {
        let rows: Vec<(i64, String)> =
            sqlx::query_as("SELECT subscription, state FROM alert_state").fetch_all(self.db.read()).await?;
        // Without its state an alert is told again; without any state nobody would be told of anything.
        let read = |(id, text): (i64, String)| {
            let id = SubscriptionId(id_of_row(id));
            let read = read_state(&text);
            let read = read.inspect_err(|error| tracing::warn!("subscription {id}: {error}"));
            Some((id, read.ok()?))
        };
        let counted: Option<i64> =
            sqlx::query_scalar("SELECT data_time FROM counted").fetch_optional(self.db.read()).await?;
        let counted = counted.map(Timestamp).unwrap_or_default();
        Ok(States::new(counted, rows.into_iter().filter_map(read)))
    }

    async fn sent(&self, now: Timestamp) -> Result<Vec<Sent>, NotifyError> {
        let from = now.plus_seconds(-i64::from(self.options.budget.period_seconds));
        let rows: Vec<(i64, i64)> =
            sqlx::query_as("SELECT receiver, at FROM sent WHERE at > ? AND at <= ? ORDER BY at, rowid")
                .bind(from.0)
                .bind(now.plus_seconds(AHEAD_SECONDS).0)
                .fetch_all(self.db.read())
                .await?;
        let sent = |(receiver, at): (i64, i64)| Sent {
            receiver: ReceiverId(id_of_row(receiver)),
            at: Timestamp(at),
        };
        Ok(rows.into_iter().map(sent).collect())
    }
}
