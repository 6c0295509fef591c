//! The form of a message for each kind of channel, as it is kept in the outbox: an attempt sends what was
//! decided, also after an upgrade.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A message in the form of a channel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Body {
    /// Mail.
    Mail(MailText),
    /// Text with Slack's marks, escaped.
    Slack(String),
    /// A JSON object.
    Webhook(String),
    /// An event.
    PagerDuty(PagerDutyEvent),
    /// Text and HTML.
    Matrix(MatrixText),
}

/// Mail without head and foot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct MailText {
    pub(crate) subject: String,
    pub(crate) text: String,
}

/// A message to a room.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct MatrixText {
    pub(crate) plain: String,
    pub(crate) html: String,
}

/// An event of PagerDuty.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct PagerDutyEvent {
    /// `trigger` or `resolve`.
    pub(crate) action: String,
    /// At most 1024 characters.
    pub(crate) summary: String,
    /// What the message is about.
    pub(crate) source: String,
    /// `critical`, `warning` or `info`.
    pub(crate) severity: String,
    /// Time of the data, as RFC 3339.
    pub(crate) at: String,
    pub(crate) details: Value,
    pub(crate) links: Vec<PagerDutyLink>,
}

/// A link of an event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct PagerDutyLink {
    pub(crate) href: String,
    pub(crate) text: String,
}
