//! Subscriptions as texts: tables of a configuration file and the query of a pre-filled link.
//!
//! Both go through [`Draft`], so that a key has one name and one set of bounds.

mod link;
mod table;

pub use table::{RepeatTable, Scalar, SubscriptionTable, TableError};

use crate::watch::{cut, number};
use crate::{
    Digest, ParseTargetError, ReceiverId, Repeat, Subscription, SubscriptionId, Target, Watch, WatchError,
    Watches,
};
use std::ops::RangeInclusive;

/// A subscription without its id and its receiver: what a person fills in.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Draft {
    /// Of whom; `None` while it is not chosen.
    pub target: Option<Target>,
    /// What.
    pub watches: Watches,
    /// When.
    pub digest: Digest,
    /// How often again.
    pub repeat: Repeat,
}

/// Why a text is no subscription. Texts are sentences for the person who wrote it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DraftError {
    /// The target names nothing.
    #[error(transparent)]
    Target(#[from] ParseTargetError),
    /// A watch does not exist or has another value.
    #[error(transparent)]
    Watch(#[from] WatchError),
    /// Another key has a value that does not fit.
    #[error("{name} cannot be {value:?}: expected is {expected}")]
    Value {
        /// The key.
        name: &'static str,
        /// What was given, cut to 40 characters.
        value: String,
        /// What is expected.
        expected: &'static str,
    },
    /// A key stands twice.
    #[error("{0:?} stands twice")]
    Twice(String),
    /// Nothing says who is watched.
    #[error("there is no target")]
    NoTarget,
    /// Nothing is watched for.
    #[error("there is no watch: at least one kind must be chosen")]
    NoWatch,
    /// The text is too long.
    #[error("a subscription has at most {0} bytes")]
    TooLong(usize),
}

/// Hours of a repeat interval.
const REPEAT_HOURS: RangeInclusive<u64> = 1..=720;

impl Draft {
    /// Makes it a subscription.
    pub fn complete(self, id: SubscriptionId, receiver: ReceiverId) -> Result<Subscription, DraftError> {
        let target = self.target.ok_or(DraftError::NoTarget)?;
        if self.watches.is_empty() {
            return Err(DraftError::NoWatch);
        }
        let Self { watches, digest, repeat, .. } = self;
        Ok(Subscription { id, target, watches, receiver, digest, repeat })
    }

    /// What of a subscription a person may change.
    pub fn of(subscription: &Subscription) -> Self {
        Self {
            target: Some(subscription.target.clone()),
            watches: subscription.watches.clone(),
            digest: subscription.digest,
            repeat: subscription.repeat,
        }
    }

    /// Reads keys and values. Unknown keys and those that stand twice are refused.
    pub fn of_pairs<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Self, DraftError> {
        let mut draft = Self::default();
        let mut seen = Vec::new();
        let mut watches = Vec::new();
        for (name, value) in pairs {
            if seen.contains(&name) {
                return Err(DraftError::Twice(cut(name)));
            }
            match Setting::from_name(name) {
                Some(setting) => setting.read(value, &mut draft)?,
                None => watches.push(Watch::parse(name, value)?),
            }
            // Every name so far is one of a closed list, which bounds what is kept of them.
            seen.push(name);
        }
        draft.watches = Watches::new(watches);
        Ok(draft)
    }

    /// The keys and values that [`Self::of_pairs`] reads; what is as by default is left out.
    pub fn pairs(&self) -> Vec<(&'static str, String)> {
        let settings =
            Setting::ALL.into_iter().filter_map(|setting| Some((setting.name(), setting.write(self)?)));
        let watches = self.watches.iter().map(|watch| (watch.kind().name(), watch.value()));
        settings.chain(watches).collect()
    }
}

/// A key beside the kinds of watches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Setting {
    Target,
    Digest,
    RepeatCritical,
    RepeatWarning,
    RepeatNotice,
}

impl Setting {
    const ALL: [Self; 5] =
        [Self::Target, Self::Digest, Self::RepeatCritical, Self::RepeatWarning, Self::RepeatNotice];

    const fn name(self) -> &'static str {
        match self {
            Self::Target => "target",
            Self::Digest => "digest",
            Self::RepeatCritical => "repeat-critical",
            Self::RepeatWarning => "repeat-warning",
            Self::RepeatNotice => "repeat-notice",
        }
    }

    fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|setting| setting.name() == name)
    }

    const fn expected(self) -> &'static str {
        match self {
            Self::Target => "a target",
            Self::Digest => "at-once or daily-HH with the hour in UTC, 00 to 23",
            Self::RepeatCritical | Self::RepeatWarning | Self::RepeatNotice => "hours, 1 to 720, or never",
        }
    }

    fn read(self, value: &str, draft: &mut Draft) -> Result<(), DraftError> {
        let wrong = || DraftError::Value { name: self.name(), value: cut(value), expected: self.expected() };
        match self {
            Self::Target => draft.target = Some(value.parse()?),
            Self::Digest => draft.digest = digest(value).ok_or_else(wrong)?,
            Self::RepeatCritical => draft.repeat.critical_hours = hours(value).map_err(|NoHours| wrong())?,
            Self::RepeatWarning => draft.repeat.warning_hours = hours(value).map_err(|NoHours| wrong())?,
            Self::RepeatNotice => draft.repeat.notice_hours = hours(value).map_err(|NoHours| wrong())?,
        }
        Ok(())
    }

    fn write(self, draft: &Draft) -> Option<String> {
        let usual = Repeat::default();
        let changed = |mine: Option<u16>, usual: Option<u16>| (mine != usual).then(|| hours_text(mine));
        match self {
            Self::Target => draft.target.as_ref().map(ToString::to_string),
            Self::Digest => match draft.digest {
                Digest::AtOnce => None,
                Digest::Daily { hour } => Some(format!("daily-{hour:02}")),
            },
            Self::RepeatCritical => changed(draft.repeat.critical_hours, usual.critical_hours),
            Self::RepeatWarning => changed(draft.repeat.warning_hours, usual.warning_hours),
            Self::RepeatNotice => changed(draft.repeat.notice_hours, usual.notice_hours),
        }
    }
}

fn digest(text: &str) -> Option<Digest> {
    if text == "at-once" {
        return Some(Digest::AtOnce);
    }
    let hour = text.strip_prefix("daily-").filter(|hour| hour.len() == 2)?;
    let is_number = hour.bytes().all(|byte| byte.is_ascii_digit());
    let hour: u8 = hour.parse().ok().filter(|hour| is_number && *hour < 24)?;
    Some(Digest::Daily { hour })
}

/// A number of hours, or `None` for never.
fn hours(text: &str) -> Result<Option<u16>, NoHours> {
    match text {
        "never" => Ok(None),
        _ => number(text, REPEAT_HOURS).map(|hours| Some(hours as u16)).ok_or(NoHours),
    }
}

/// A text is neither hours nor never.
struct NoHours;

fn hours_text(hours: Option<u16>) -> String {
    hours.map_or_else(|| "never".into(), |hours| hours.to_string())
}
