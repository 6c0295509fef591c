//! The dead man's switch: a sign of life at regular times, which stops when something is wrong.
//!
//! Whoever is not there cannot say so. A service elsewhere, or a person, expects the sign and raises the
//! alarm when it stays away: when this process is gone, when its loop stands still, and when messages do not
//! get out.

use crate::channel::{Channel, Person, Post};
use crate::courier::Clock;
use crate::http::{self, Endpoint, HttpOptions};
use crate::token::random;
use crate::wire::{Body, MailText};
use crate::{Attempt, Desk, DeskStatus, MailAddress, NotifyError, Reach};
use allium_alert::{DeliveryId, ThreadId};
use allium_model::Timestamp;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

/// Where signs of life go, `[alerts.heartbeat]`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct HeartbeatConfig {
    /// An address that is asked by GET, such as that of a monitoring service; empty for none.
    pub url: String,
    /// An address that gets a mail a day by the channel for subscribers; empty for none.
    pub mail: String,
    /// Seconds between two requests.
    pub interval_seconds: u32,
    /// Whether the address may lie in a private network.
    pub allow_private: bool,
}

impl Default for HeartbeatConfig {
    fn default() -> Self {
        Self { url: String::new(), mail: String::new(), interval_seconds: 300, allow_private: false }
    }
}

/// What the loop and the deliveries look like from outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pulse {
    /// When the loop last came round; `None` before the first time.
    pub decided: Option<Timestamp>,
    /// When the oldest message was decided that fails on a channel which delivered nothing since.
    pub failing_since: Option<Timestamp>,
}

/// Why there is no sign of life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Stopped {
    /// The loop did not come round.
    #[error("no decision was made for an hour and a half")]
    Loop,
    /// A channel does not deliver.
    #[error("a channel has delivered nothing for an hour, and messages wait for it")]
    Deliveries,
    /// The store cannot be read.
    #[error("the store of alerts cannot be read")]
    Store,
}

/// Seconds without a decision after which the loop stands still: it decides with each document, at least once an hour.
const LOOP_SECONDS: i64 = 5400;
/// Seconds after which a message that fails on a silent channel is a fault.
const DELIVERY_SECONDS: i64 = 3600;

/// Whether there is a sign of life. A clock that was set back is no fault.
pub fn may_beat(pulse: &Pulse, now: Timestamp) -> Result<(), Stopped> {
    let age = |time: Timestamp| now.seconds_since(time);
    if pulse.decided.is_none_or(|time| age(time) > LOOP_SECONDS) {
        return Err(Stopped::Loop);
    }
    let fails = pulse.failing_since.is_some_and(|time| age(time) > DELIVERY_SECONDS);
    if fails { Err(Stopped::Deliveries) } else { Ok(()) }
}

/// Gives signs of life.
#[derive(Debug)]
pub struct Heartbeat {
    desk: Arc<Desk>,
    endpoint: Option<Endpoint>,
    mail: Option<MailAddress>,
    interval: Duration,
    /// When the loop last came round; the least number before the first time.
    decided: AtomicI64,
    mailed: AtomicI64,
}

const NEVER: i64 = i64::MIN;
const DAY: i64 = 86_400;

impl Heartbeat {
    /// Opens what is configured; `None` when nothing is.
    pub fn open(
        desk: Arc<Desk>,
        config: &HeartbeatConfig,
        options: &HttpOptions,
    ) -> Result<Option<Self>, NotifyError> {
        const WHAT: &str = "[alerts.heartbeat]";
        if config.url.is_empty() && config.mail.is_empty() {
            return Ok(None);
        }
        let reach = if config.allow_private { Reach::Private } else { Reach::Public };
        let endpoint = (!config.url.is_empty()).then(|| Endpoint::new(WHAT, &config.url, reach, options));
        let mail = (!config.mail.is_empty()).then(|| MailAddress::parse(&config.mail));
        let mail = mail.transpose().map_err(|error| NotifyError::configuration(WHAT, &error))?;
        if mail.is_some() && desk.channel(None).is_none() {
            return Err(NotifyError::configuration(WHAT, &"mail needs a channel, named by mail in [alerts]"));
        }
        Ok(Some(Self {
            desk,
            endpoint: endpoint.transpose()?,
            mail,
            interval: Duration::from_secs(u64::from(config.interval_seconds.max(10))),
            decided: AtomicI64::new(NEVER),
            mailed: AtomicI64::new(NEVER),
        }))
    }

    /// The loop came round.
    pub fn decided(&self, now: Timestamp) {
        self.decided.store(now.0, Ordering::Relaxed);
    }

    /// Gives a sign of life, or says why not.
    pub async fn beat(&self, now: Timestamp) -> Result<(), Stopped> {
        let status = self.desk.status(now).await.map_err(|_| Stopped::Store)?;
        let decided = self.decided.load(Ordering::Relaxed);
        may_beat(&pulse((decided != NEVER).then_some(Timestamp(decided)), &status), now)?;
        if let Some(endpoint) = &self.endpoint {
            tell("url", &http::send(endpoint.get()).await);
        }
        if self.mail_is_due(now) {
            self.write_mail(now).await;
        }
        Ok(())
    }

    /// Gives signs of life for ever.
    pub async fn run(self: Arc<Self>, clock: Clock) {
        let mut interval = tokio::time::interval(self.interval);
        interval.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            interval.tick().await;
            if let Err(stopped) = self.beat(clock()).await {
                tracing::warn!("no sign of life is given: {stopped}");
            }
        }
    }

    fn mail_is_due(&self, now: Timestamp) -> bool {
        let mailed = self.mailed.load(Ordering::Relaxed);
        let age = now.0.saturating_sub(mailed);
        self.mail.is_some() && (mailed == NEVER || !(0..DAY).contains(&age))
    }

    async fn write_mail(&self, now: Timestamp) {
        let (Some(address), Some(channel), Ok(id)) = (&self.mail, self.desk.channel(None), random()) else {
            return;
        };
        let attempt = send_mail(channel, address.clone(), DeliveryId(id), now).await;
        if attempt == Attempt::Accepted {
            self.mailed.store(now.0, Ordering::Relaxed);
        }
        tell("mail", &attempt);
    }
}

async fn send_mail(channel: &Channel, address: MailAddress, id: DeliveryId, now: Timestamp) -> Attempt {
    let body = Body::Mail(MailText {
        subject: "Allium: alerts are alive".into(),
        text: format!(
            "Alerts are decided and delivered at {} UTC. This mail comes once a day; when it stays away, look \
             at the service.\n",
            now.to_minute()
        ),
    });
    let to = Some(Person { address, unsubscribe: None });
    channel.send(&Post { id, thread: ThreadId(id.0), created: now, now, body: &body, to }).await
}

fn pulse(decided: Option<Timestamp>, status: &DeskStatus) -> Pulse {
    // One full mailbox is no fault of ours: a channel that delivers to others works.
    let failing = status.channels.iter().filter(|channel| channel.last_delivered < channel.failing_since);
    Pulse { decided, failing_since: failing.filter_map(|channel| channel.failing_since).min() }
}

fn tell(way: &str, attempt: &Attempt) {
    match attempt {
        Attempt::Accepted => tracing::debug!(way, "a sign of life was given"),
        Attempt::Refused(problem) | Attempt::Later { problem, .. } => {
            tracing::warn!(way, "a sign of life did not arrive: {problem}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ChannelStatus;

    const NOW: Timestamp = Timestamp(1_000_000);

    fn pulse(decided: i64, failing: Option<i64>) -> Pulse {
        Pulse {
            decided: Some(NOW.plus_seconds(-decided)),
            failing_since: failing.map(|age| NOW.plus_seconds(-age)),
        }
    }

    #[test]
    fn the_sign_stops_with_the_loop_and_with_the_deliveries() {
        assert_eq!(may_beat(&pulse(0, None), NOW), Ok(()));
        assert_eq!(may_beat(&pulse(5400, Some(3600)), NOW), Ok(()));
        assert_eq!(may_beat(&pulse(5401, None), NOW), Err(Stopped::Loop));
        assert_eq!(may_beat(&Pulse { decided: None, ..pulse(0, None) }, NOW), Err(Stopped::Loop));
        assert_eq!(may_beat(&pulse(0, Some(3601)), NOW), Err(Stopped::Deliveries));
        assert_eq!(may_beat(&pulse(-86_400, Some(-5)), NOW), Ok(()), "a clock that was set back is no fault");
    }

    #[test]
    fn one_full_mailbox_does_not_stop_it_and_a_silent_channel_does() {
        let channel = |failing: Option<i64>, delivered: Option<i64>| ChannelStatus {
            failing_since: failing.map(Timestamp),
            last_delivered: delivered.map(Timestamp),
            ..ChannelStatus::default()
        };
        let failing = |channels: Vec<ChannelStatus>| {
            super::pulse(Some(NOW), &DeskStatus { channels, ..DeskStatus::default() }).failing_since
        };
        assert_eq!(
            failing(vec![channel(Some(50), Some(60)), channel(None, Some(10)), channel(None, None)]),
            None
        );
        assert_eq!(failing(vec![channel(Some(50), Some(40)), channel(Some(30), None)]), Some(Timestamp(30)));
    }
}
