//! What an operator configures of alerts and channels.

use crate::SecretPlace;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// A channel, `[channels.NAME]`. Secrets are named by their place, a file or a variable.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase", deny_unknown_fields)]
pub enum ChannelConfig {
    /// Mail over SMTP.
    Smtp(SmtpConfig),
    /// A webhook that understands Slack's messages: Slack, Mattermost, Rocket.Chat, Zulip.
    Slack(SlackConfig),
    /// A webhook of one's own, signed.
    Webhook(WebhookConfig),
    /// PagerDuty, Events API v2.
    PagerDuty(PagerDutyConfig),
    /// A Matrix room.
    Matrix(MatrixConfig),
}

/// How a mail server is spoken to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SmtpSecurity {
    /// TLS after `STARTTLS`, and nothing without; port 587.
    #[default]
    Starttls,
    /// TLS from the first byte; port 465.
    Tls,
    /// None; for a server on this machine only; port 25.
    None,
}

/// A mail server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SmtpConfig {
    /// Its name; it is trusted, private addresses included.
    pub host: String,
    /// Its port; that of `security` without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub port: Option<u16>,
    /// How it is spoken to.
    #[serde(default)]
    pub security: SmtpSecurity,
    /// User, where the server asks for one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// Password of the user.
    #[serde(default)]
    pub password: SecretPlace,
    /// Sender, as `alerts@example.org` or `Allium <alerts@example.org>`.
    pub from: String,
    /// Receivers, for a team; none for a channel that serves subscribers.
    #[serde(default)]
    pub to: Vec<String>,
    /// Certificates (PEM) that are trusted on top of the public ones.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ca_file: Option<PathBuf>,
}

/// A webhook for Slack's messages. Its address is a secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SlackConfig {
    /// Its address.
    pub url: SecretPlace,
    /// Whether it may lie in a private network.
    #[serde(default)]
    pub allow_private: bool,
}

/// A signed webhook.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WebhookConfig {
    /// Its address.
    pub url: String,
    /// What requests are signed with: any text, or `whsec_` and base64.
    pub secret: SecretPlace,
    /// Whether it may lie in a private network.
    #[serde(default)]
    pub allow_private: bool,
}

/// A service of PagerDuty.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PagerDutyConfig {
    /// Its integration key.
    pub routing_key: SecretPlace,
    /// Where events go.
    #[serde(default = "pagerduty_url")]
    pub url: String,
    /// Whether it may lie in a private network.
    #[serde(default)]
    pub allow_private: bool,
}

fn pagerduty_url() -> String {
    "https://events.pagerduty.com/v2/enqueue".into()
}

/// A Matrix room.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MatrixConfig {
    /// The homeserver, such as `https://matrix.example.org`.
    pub homeserver: String,
    /// The room by its id, such as `!abc:example.org`.
    pub room: String,
    /// Access token of a user in the room.
    pub token: SecretPlace,
    /// Whether the server may lie in a private network.
    #[serde(default)]
    pub allow_private: bool,
}

/// How often strangers may ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SubscribeLimits {
    /// Mails to confirm that go to an address in 24 hours.
    pub per_address_per_day: u32,
    /// Requests from a network (/24 or /48) in an hour.
    pub per_network_per_hour: u32,
    /// Requests in all in an hour.
    pub per_service_per_hour: u32,
    /// Subscriptions of an address.
    pub per_address: u32,
}

impl Default for SubscribeLimits {
    fn default() -> Self {
        Self { per_address_per_day: 5, per_network_per_hour: 20, per_service_per_hour: 300, per_address: 20 }
    }
}
