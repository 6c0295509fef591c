//! What explains the relays that an incident hit.

use super::{IncidentClass, Prefix};
use crate::{AsNumber, CountryCode, Fingerprint, OperatorId};

/// A group of relays that may explain who was hit.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CauseGroup {
    /// An autonomous system.
    As(AsNumber),
    /// A block of addresses: /24 or /16 of IPv4, /32 of IPv6.
    Prefix(Prefix),
    /// A country.
    Country(CountryCode),
    /// An operator.
    Operator(OperatorId),
    /// A family, by its smallest fingerprint.
    Family(Fingerprint),
    /// A version of tor.
    Version(Box<str>),
    /// An operating system.
    Platform(Box<str>),
    /// A directory authority, by its v3 identity.
    Authority(Fingerprint),
}

impl CauseGroup {
    /// Where a cause of this kind lies.
    pub const fn class(&self) -> IncidentClass {
        match self {
            Self::As(_) | Self::Prefix(_) => IncidentClass::Provider,
            Self::Country(_) => IncidentClass::Regional,
            Self::Operator(_) | Self::Family(_) => IncidentClass::Operator,
            Self::Version(_) | Self::Platform(_) => IncidentClass::Software,
            Self::Authority(_) => IncidentClass::Authority,
        }
    }

    /// Its kind in one word.
    pub const fn kind_name(&self) -> &'static str {
        match self {
            Self::As(_) => "as",
            Self::Prefix(_) => "prefix",
            Self::Country(_) => "country",
            Self::Operator(_) => "operator",
            Self::Family(_) => "family",
            Self::Version(_) => "version",
            Self::Platform(_) => "platform",
            Self::Authority(_) => "authority",
        }
    }
}

/// How well a group explains those hit (`docs/methods/attribution.md`).
#[derive(Debug, Clone, PartialEq)]
pub struct Cause {
    /// The group.
    pub group: CauseGroup,
    /// Relays of the group that were hit.
    pub hit_in_group: u32,
    /// Relays hit in all.
    pub hit: u32,
    /// Relays of the group that were running before.
    pub group_relays: u32,
    /// Decimal logarithm of the chance to find as many of the group among those hit if the group had
    /// nothing to do with it, corrected for the number of groups that were looked at; at most 0.
    pub chance_log10: f64,
    /// Whether it holds a better explanation within it, which is listed before it.
    pub is_containing: bool,
}

impl Cause {
    /// Share of those hit that are of the group, 0 to 1.
    pub fn coverage_ratio(&self) -> f64 {
        f64::from(self.hit_in_group) / f64::from(self.hit.max(1))
    }

    /// Share of the group that was hit, 0 to 1.
    pub fn depth_ratio(&self) -> f64 {
        f64::from(self.hit_in_group) / f64::from(self.group_relays.max(1))
    }

    /// What causes are ranked by, 0 to 1: coverage times depth.
    pub fn score_ratio(&self) -> f64 {
        self.coverage_ratio() * self.depth_ratio()
    }
}
