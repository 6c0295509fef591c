//! Who wants to be told what.

use crate::{Target, Watch, WatchKind};
use allium_model::Severity;
use sha2::{Digest as _, Sha256};
use std::fmt::{self, Display, Formatter};

/// A subscription's id, printed as 16 lower-case hex digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SubscriptionId(pub u64);

/// A receiver's id, printed as 16 lower-case hex digits: an address or a channel of the configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ReceiverId(pub u64);

impl SubscriptionId {
    /// The id of a subscription that has a name, as those of a configuration file have.
    pub fn of_name(name: &str) -> Self {
        Self(hash_of("subscription", name))
    }
}

impl ReceiverId {
    /// The id of a receiver that has a name.
    pub fn of_name(name: &str) -> Self {
        Self(hash_of("receiver", name))
    }
}

fn hash_of(kind: &str, name: &str) -> u64 {
    let digest = Sha256::new().chain_update(kind).chain_update([0]).chain_update(name).finalize();
    digest.iter().take(8).fold(0, |number, byte| number << 8 | u64::from(*byte))
}

impl Display for SubscriptionId {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:016x}", self.0)
    }
}

impl Display for ReceiverId {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:016x}", self.0)
    }
}

/// When messages go out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Digest {
    /// At once, one message for each cause.
    #[default]
    AtOnce,
    /// Once a day, everything in one message; what is critical goes at once.
    Daily {
        /// Hour of the day in UTC, 0 to 23.
        hour: u8,
    },
}

/// After how many hours something that lasts is told again; `None` for never.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Repeat {
    /// What is critical.
    pub critical_hours: Option<u16>,
    /// Warnings.
    pub warning_hours: Option<u16>,
    /// Notices.
    pub notice_hours: Option<u16>,
}

impl Default for Repeat {
    /// 4 hours, 24 hours, never (`docs/methods/alerts.md`).
    fn default() -> Self {
        Self { critical_hours: Some(4), warning_hours: Some(24), notice_hours: None }
    }
}

impl Repeat {
    /// Seconds between two messages of something that lasts.
    pub fn seconds(&self, severity: Severity) -> Option<i64> {
        let hours = match severity {
            Severity::Critical => self.critical_hours,
            Severity::Warning => self.warning_hours,
            Severity::Notice => self.notice_hours,
        };
        hours.map(|hours| i64::from(hours) * 3600)
    }
}

/// What somebody wants to be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subscription {
    /// Its id.
    pub id: SubscriptionId,
    /// Of whom.
    pub target: Target,
    /// What, each kind at most once, ascending by kind.
    pub watches: Watches,
    /// To whom.
    pub receiver: ReceiverId,
    /// When.
    pub digest: Digest,
    /// How often something that lasts is told again.
    pub repeat: Repeat,
}

/// Watches, each kind at most once, ascending by kind.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Watches(Vec<Watch>);

impl Watches {
    /// The watches; of two of a kind the first counts.
    pub fn new(watches: impl IntoIterator<Item = Watch>) -> Self {
        let mut all: Vec<Watch> = watches.into_iter().collect();
        all.sort_by_key(Watch::kind);
        all.dedup_by_key(|watch| watch.kind());
        Self(all)
    }

    /// What is watched for when nobody says it: incidents of a warning on, absence of six hours, a lost
    /// Guard or Exit flag, BadExit and MiddleOnly, and the end of life of a version.
    pub fn usual() -> Self {
        use allium_model::Flag;
        Self::new([
            Watch::Incident { minimum: Severity::Warning },
            Watch::Absent { hours: 6 },
            Watch::FlagLost([Flag::Guard, Flag::Exit].into_iter().collect()),
            Watch::FlagGained([Flag::BadExit, Flag::MiddleOnly].into_iter().collect()),
            Watch::Version(crate::VersionLimit::EndOfLife),
        ])
    }

    /// The watch of a kind.
    pub fn get(&self, kind: WatchKind) -> Option<&Watch> {
        self.0.iter().find(|watch| watch.kind() == kind)
    }

    /// Every watch, ascending by kind.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &Watch> {
        self.0.iter()
    }

    /// Whether nothing is watched.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_two_watches_of_a_kind_the_first_counts() {
        let watches =
            Watches::new([Watch::Overloaded, Watch::Absent { hours: 6 }, Watch::Absent { hours: 12 }]);
        let all: Vec<_> = watches.iter().copied().collect();
        assert_eq!(all, [Watch::Absent { hours: 6 }, Watch::Overloaded]);
        assert_eq!(watches.get(WatchKind::Back), None);
    }

    #[test]
    fn the_id_of_a_name_is_always_the_same_and_not_that_of_another_thing() {
        // printf 'subscription\0team' | sha256sum
        assert_eq!(SubscriptionId::of_name("team"), SubscriptionId(0xa768_e500_73cf_de13));
        assert_ne!(SubscriptionId::of_name("team").0, ReceiverId::of_name("team").0);
        assert_eq!(SubscriptionId(255).to_string(), "00000000000000ff");
    }

    #[test]
    fn what_is_worse_is_repeated_sooner() {
        let seconds = [Severity::Critical, Severity::Warning, Severity::Notice]
            .map(|severity| Repeat::default().seconds(severity));
        assert_eq!(seconds, [Some(14_400), Some(86_400), None]);
    }
}
