//! How the desk is: figures for pages, metrics and the command line.

use super::Desk;
use crate::NotifyError;
use allium_model::Timestamp;

/// How the desk is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DeskStatus {
    /// Addresses that are subscribed, pending ones included.
    pub addresses: u64,
    /// Subscriptions of addresses that are confirmed.
    pub confirmed: u64,
    /// Those that wait for their confirmation.
    pub pending: u64,
    /// Subscriptions of teams.
    pub teams: u64,
    /// Silences in force or to come.
    pub silences: u64,
    /// Maintenance windows in force or to come.
    pub maintenance: u64,
    /// Each channel, mail to addresses first.
    pub channels: Vec<ChannelStatus>,
    /// How long alerts took within the last 24 hours.
    pub delays: Option<Delays>,
}

/// How many people are subscribed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SubscriptionCounts {
    /// Addresses, with those of pending subscriptions.
    pub addresses: u64,
    /// Subscriptions that are confirmed.
    pub confirmed: u64,
    /// Those that wait for their confirmation.
    pub pending: u64,
}

/// How a channel is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ChannelStatus {
    /// Its name; `None` for mail to addresses.
    pub name: Option<String>,
    /// Messages in the outbox.
    pub waiting: u64,
    /// When the oldest of those that failed before was decided; questions to strangers do not count, whose
    /// addresses may be wrong.
    pub failing_since: Option<Timestamp>,
    /// Messages delivered within the last 24 hours.
    pub delivered: u64,
    /// Messages refused or given up within the last 24 hours.
    pub lost: u64,
    /// When it last delivered.
    pub last_delivered: Option<Timestamp>,
}

/// How long alerts took from the time of their data to their delivery, in seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Delays {
    /// Alerts that were delivered.
    pub count: u64,
    /// Half of them took no longer.
    pub median_seconds: i64,
    /// 95 % of them took no longer.
    pub p95_seconds: i64,
    /// The longest.
    pub max_seconds: i64,
    /// Half of them took no longer from the decision on.
    pub median_seconds_since_decision: i64,
}

pub(super) const DAY: i64 = 86_400;

impl Desk {
    /// How the desk is.
    pub async fn status(&self, now: Timestamp) -> Result<DeskStatus, NotifyError> {
        let counts = self.subscription_counts().await?;
        let (silences, maintenance): (i64, i64) = sqlx::query_as(
            "SELECT (SELECT count(*) FROM silence WHERE ends > ?1), (SELECT count(*) FROM maintenance WHERE ends > ?1)",
        )
        .bind(now.0)
        .fetch_one(self.db.read())
        .await?;
        Ok(DeskStatus {
            addresses: counts.addresses,
            confirmed: counts.confirmed,
            pending: counts.pending,
            teams: self.teams.len() as u64,
            silences: silences.unsigned_abs(),
            maintenance: maintenance.unsigned_abs(),
            channels: self.channel_states(now).await?,
            delays: self.delays(now).await?,
        })
    }

    /// How many people are subscribed.
    pub async fn subscription_counts(&self) -> Result<SubscriptionCounts, NotifyError> {
        let (addresses, confirmed, pending): (i64, i64, i64) = sqlx::query_as(
            "SELECT (SELECT count(*) FROM receiver), count(confirmed), count(*) - count(confirmed) FROM subscription",
        )
        .fetch_one(self.db.read())
        .await?;
        Ok(SubscriptionCounts {
            addresses: addresses.unsigned_abs(),
            confirmed: confirmed.unsigned_abs(),
            pending: pending.unsigned_abs(),
        })
    }

    async fn channel_states(&self, now: Timestamp) -> Result<Vec<ChannelStatus>, NotifyError> {
        let mail = self.options.mail_channel.as_ref().map(|_| None);
        let teams = self.channels.iter().filter(|(_, channel)| channel.has_receivers());
        let mut states = Vec::new();
        for name in mail.into_iter().chain(teams.map(|(name, _)| Some(name.clone()))) {
            states.push(self.channel_state(name, now).await?);
        }
        Ok(states)
    }

    async fn channel_state(
        &self,
        name: Option<String>,
        now: Timestamp,
    ) -> Result<ChannelStatus, NotifyError> {
        let (waiting, failing): (i64, Option<i64>) = sqlx::query_as(
            "SELECT count(*), min(created) FILTER (WHERE attempts > 0 AND parcel NOT LIKE '{\"confirm\"%') FROM outbox WHERE channel IS ?",
        )
        .bind(name.as_deref())
        .fetch_one(self.db.read())
        .await?;
        let (delivered, lost, last): (i64, i64, Option<i64>) = sqlx::query_as(
            "SELECT count(*) FILTER (WHERE result = 'delivered' AND ended > ?2),
                    count(*) FILTER (WHERE result <> 'delivered' AND ended > ?2),
                    max(ended) FILTER (WHERE result = 'delivered')
             FROM delivery WHERE channel IS ?1",
        )
        .bind(name.as_deref())
        .bind(now.plus_seconds(-DAY).0)
        .fetch_one(self.db.read())
        .await?;
        Ok(ChannelStatus {
            name,
            waiting: waiting.unsigned_abs(),
            failing_since: failing.map(Timestamp),
            delivered: delivered.unsigned_abs(),
            lost: lost.unsigned_abs(),
            last_delivered: last.map(Timestamp),
        })
    }

    /// How long alerts took within the last 24 hours; `None` when none was delivered.
    pub async fn delays(&self, now: Timestamp) -> Result<Option<Delays>, NotifyError> {
        let rows: Vec<(i64, i64)> = sqlx::query_as(
            "SELECT ended - published, ended - created FROM delivery
             WHERE kind = 'alert' AND result = 'delivered' AND published IS NOT NULL AND ended > ?",
        )
        .bind(now.plus_seconds(-DAY).0)
        .fetch_all(self.db.read())
        .await?;
        Ok(delays_of(rows))
    }
}

fn delays_of(rows: Vec<(i64, i64)>) -> Option<Delays> {
    let (mut total, mut ours): (Vec<i64>, Vec<i64>) = rows.into_iter().unzip();
    total.sort_unstable();
    ours.sort_unstable();
    Some(Delays {
        count: total.len() as u64,
        median_seconds: nearest_rank(&total, 50)?,
        p95_seconds: nearest_rank(&total, 95)?,
        max_seconds: *total.last()?,
        median_seconds_since_decision: nearest_rank(&ours, 50)?,
    })
}

/// The smallest value that so many percent of them do not exceed.
fn nearest_rank(sorted: &[i64], percent: usize) -> Option<i64> {
    let rank = (sorted.len() * percent).div_ceil(100);
    sorted.get(rank.checked_sub(1)?).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delays_are_ranks_of_what_was_measured() {
        assert_eq!(delays_of(Vec::new()), None);
        let rows = (1..=20).map(|seconds| (seconds * 10, seconds)).collect();
        let delays = delays_of(rows).unwrap();
        assert_eq!((delays.median_seconds, delays.p95_seconds, delays.max_seconds), (100, 190, 200));
        assert_eq!((delays.count, delays.median_seconds_since_decision), (20, 10));
    }
}
