//! Channels: one file each, behind one enum.

mod matrix;
mod pagerduty;
mod slack;
mod smtp;
mod webhook;

use crate::config::ChannelConfig;
use crate::http::{HttpOptions, Reach};
use crate::wire::Body;
use crate::{Attempt, MailAddress, NotifyError};
use allium_alert::{DeliveryId, ThreadId};
use allium_model::Timestamp;
use matrix::Matrix;
use pagerduty::PagerDuty;
use slack::Slack;
use smtp::Smtp;
use std::collections::BTreeMap;
use webhook::Webhook;

/// A way to tell somebody.
#[derive(Debug)]
pub(crate) enum Channel {
    Smtp(Smtp),
    Slack(Slack),
    Webhook(Webhook),
    PagerDuty(PagerDuty),
    Matrix(Matrix),
}

/// What kind of channel it is, which decides the form of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ChannelKind {
    /// Mail over SMTP.
    Smtp,
    /// A webhook that understands Slack's messages.
    Slack,
    /// A signed webhook.
    Webhook,
    /// PagerDuty.
    PagerDuty,
    /// A Matrix room.
    Matrix,
}

/// A message that is ready to go.
#[derive(Debug, Clone)]
pub(crate) struct Post<'a> {
    /// What names it, the same at every attempt.
    pub(crate) id: DeliveryId,
    /// The conversation that it belongs to.
    pub(crate) thread: ThreadId,
    /// When it was decided.
    pub(crate) created: Timestamp,
    /// When it is sent.
    pub(crate) now: Timestamp,
    /// What it says.
    pub(crate) body: &'a Body,
    /// The person it goes to; none for the receivers of a channel.
    pub(crate) to: Option<Person>,
}

/// A person who gets mail.
#[derive(Debug, Clone)]
pub(crate) struct Person {
    pub(crate) address: MailAddress,
    /// Where the person unsubscribes; none before it subscribed.
    pub(crate) unsubscribe: Option<String>,
}

/// Every channel by its name.
pub(crate) type Channels = BTreeMap<String, Channel>;

/// Opens what is configured: reads secrets, checks addresses.
pub(crate) fn open_all(
    configs: &BTreeMap<String, ChannelConfig>,
    options: &HttpOptions,
) -> Result<Channels, NotifyError> {
    let open = |(name, config): (&String, &ChannelConfig)| {
        if !allium_model::is_slug(name) {
            return Err(NotifyError::configuration(
                format!("[channels.{name}]"),
                &"a name has a-z, 0-9, dots and hyphens",
            ));
        }
        Ok((name.clone(), Channel::open(name, config, options)?))
    };
    configs.iter().map(open).collect()
}

impl Channel {
    fn open(name: &str, config: &ChannelConfig, options: &HttpOptions) -> Result<Self, NotifyError> {
        let what = format!("[channels.{name}]");
        Ok(match config {
            ChannelConfig::Smtp(config) => Self::Smtp(Smtp::open(&what, config)?),
            ChannelConfig::Slack(config) => Self::Slack(Slack::open(&what, config, options)?),
            ChannelConfig::Webhook(config) => Self::Webhook(Webhook::open(&what, config, options)?),
            ChannelConfig::PagerDuty(config) => Self::PagerDuty(PagerDuty::open(&what, config, options)?),
            ChannelConfig::Matrix(config) => Self::Matrix(Matrix::open(&what, config, options)?),
        })
    }

    /// Its kind.
    pub(crate) const fn kind(&self) -> ChannelKind {
        match self {
            Self::Smtp(_) => ChannelKind::Smtp,
            Self::Slack(_) => ChannelKind::Slack,
            Self::Webhook(_) => ChannelKind::Webhook,
            Self::PagerDuty(_) => ChannelKind::PagerDuty,
            Self::Matrix(_) => ChannelKind::Matrix,
        }
    }

    /// Whether it has receivers of its own, so that a team can be told by it.
    pub(crate) fn has_receivers(&self) -> bool {
        match self {
            Self::Smtp(smtp) => smtp.has_receivers(),
            _ => true,
        }
    }

    /// Makes one attempt.
    pub(crate) async fn send(&self, post: &Post<'_>) -> Attempt {
        match (self, post.body) {
            (Self::Smtp(smtp), Body::Mail(mail)) => smtp.send(post, mail).await,
            (Self::Slack(slack), Body::Slack(text)) => slack.send(post, text).await,
            (Self::Webhook(webhook), Body::Webhook(json)) => webhook.send(post, json).await,
            (Self::PagerDuty(pagerduty), Body::PagerDuty(event)) => pagerduty.send(post, event).await,
            (Self::Matrix(matrix), Body::Matrix(text)) => matrix.send(post, text).await,
            _ => Attempt::Refused("the channel has another kind than when this was written".into()),
        }
    }
}

impl ChannelKind {
    /// Its name in the configuration.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Smtp => "smtp",
            Self::Slack => "slack",
            Self::Webhook => "webhook",
            Self::PagerDuty => "pagerduty",
            Self::Matrix => "matrix",
        }
    }
}

/// What of the private networks a channel may reach.
const fn reach(allow_private: bool) -> Reach {
    if allow_private { Reach::Private } else { Reach::Public }
}

/// The header that receivers collapse repeats by (draft-ietf-httpapi-idempotency-key-header).
const IDEMPOTENCY_KEY: &str = "Idempotency-Key";
