//! Channels, the outbox, and what is known of those who asked to be told.
//!
//! [`Desk`] keeps subscriptions, states, silences and what is to be delivered in one file, and takes over
//! decisions of `alert`: states and messages are written in one transaction, so that nothing that was decided
//! is lost. [`Courier`] delivers at least once; a repeat carries the same id. Addresses are kept only while
//! somebody is subscribed, in the log they are keyed hashes, and no token lies in the store.

mod address;
mod channel;
mod config;
mod courier;
mod db;
mod desk;
mod error;
mod heartbeat;
mod http;
mod keys;
mod render;
mod retry;
mod secret;
mod token;
mod wire;

pub use address::{MailAddress, MailAddressError};
pub use channel::ChannelKind;
pub use config::{
    ChannelConfig, MatrixConfig, PagerDutyConfig, SlackConfig, SmtpConfig, SmtpSecurity, SubscribeLimits,
    WebhookConfig,
};
pub use courier::{Clock, Courier, Round};
pub use desk::{
    Ask, Audited, Backlog, ChannelStatus, Committed, Confirmed, Delays, Delivered, Desk, DeskOptions,
    DeskStatus, Kept, Making, NewMaintenance, NewSilence, NoSteps, ResultCount, SilenceFailure, Site, Step,
    Steps, StoredSubscription, SubscribeError, SubscriptionCounts, TokenError, Waiting,
};
pub use error::NotifyError;
pub use heartbeat::{Heartbeat, HeartbeatConfig, Pulse, Stopped, may_beat};
pub use http::{AddressClass, HttpOptions, Names, Reach};
pub use retry::{Attempt, Fault, Next, Tried, plan};
pub use secret::{Secret, SecretPlace};
pub use token::{ParseTokenError, Token, TokenHash};
pub use wire::ParcelKind;
