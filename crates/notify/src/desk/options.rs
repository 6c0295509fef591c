//! What a desk is opened with.

use crate::{ChannelConfig, HttpOptions, SubscribeLimits, TokenHash};
use allium_alert::{Budget, LinkTarget, SubscriptionTable};
use std::collections::BTreeMap;
use std::fmt::{self, Debug, Formatter};
use std::path::PathBuf;
use std::sync::Arc;

/// What a desk is opened with.
#[derive(Debug, Clone)]
pub struct DeskOptions {
    /// Data directory: `alerts.sqlite` and `alerts.key` lie there.
    pub folder: PathBuf,
    /// Channels by name.
    pub channels: BTreeMap<String, ChannelConfig>,
    /// Subscriptions of teams.
    pub subscriptions: Vec<SubscriptionTable>,
    /// The channel that writes to subscribers; `None` when nobody can subscribe.
    pub mail_channel: Option<String>,
    /// The site that messages lead to.
    pub site: Site,
    /// How often strangers may ask.
    pub limits: SubscribeLimits,
    /// The operator's token.
    pub operator: Option<TokenHash>,
    /// How many messages a receiver gets.
    pub budget: Budget,
    /// How requests are made.
    pub http: HttpOptions,
    /// Who is told how far a delivery is.
    pub steps: Arc<dyn Steps>,
}

impl DeskOptions {
    /// A desk in a folder without channels.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self {
            folder: folder.into(),
            channels: BTreeMap::new(),
            subscriptions: Vec::new(),
            mail_channel: None,
            site: Site::default(),
            limits: SubscribeLimits::default(),
            operator: None,
            budget: Budget::default(),
            http: HttpOptions::default(),
            steps: Arc::new(NoSteps),
        }
    }
}

/// The site that messages lead to.
#[derive(Clone)]
pub struct Site {
    /// Its address with the path below which it lies, without a slash at the end; empty when it has none.
    pub url: String,
    /// Path of a page below that, beginning with a slash; `None` for what has no page.
    pub path: fn(&LinkTarget) -> Option<String>,
}

impl Default for Site {
    fn default() -> Self {
        Self { url: String::new(), path: |_| None }
    }
}

impl Debug for Site {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Site").field("url", &self.url).finish_non_exhaustive()
    }
}

impl Site {
    /// The address of a page; none without an address of the site.
    pub(crate) fn link(&self, target: &LinkTarget) -> Option<String> {
        let path = (self.path)(target)?;
        (!self.url.is_empty()).then(|| format!("{}{path}", self.url))
    }

    /// What the site is called in messages: its host name.
    pub(crate) fn name(&self) -> &str {
        let host = self.url.split_once("://").map_or(self.url.as_str(), |(_, rest)| rest);
        let host = host.split('/').next().unwrap_or_default();
        if host.is_empty() { "Allium" } else { host }
    }
}

/// How far a commit or a delivery is. A test ends the process at one of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// An outcome is to be written.
    Deciding,
    /// States and messages are written and not committed.
    Written,
    /// They are committed.
    Committed,
    /// A message was taken from the outbox and is to be sent.
    Taken,
    /// The receiver accepted it.
    Accepted,
    /// That is written and not committed.
    Recording,
    /// It is committed.
    Recorded,
}

impl Step {
    /// Every step in its order.
    pub const ALL: [Self; 7] = [
        Self::Deciding,
        Self::Written,
        Self::Committed,
        Self::Taken,
        Self::Accepted,
        Self::Recording,
        Self::Recorded,
    ];
}

/// Who is told how far a delivery is.
pub trait Steps: Debug + Send + Sync {
    /// A step was reached.
    fn reached(&self, step: Step);
}

/// Nobody.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoSteps;

impl Steps for NoSteps {
    fn reached(&self, _step: Step) {}
}
