//! What is watched for, each kind with its own threshold.
//!
//! A kind is the same thing in states, keys, configuration and links: [`WatchKind::name`] is its one name.

mod value;

pub use value::WatchError;
pub(crate) use value::{cut, number};

use allium_model::{FlagSet, Severity};

/// A kind of watch without its threshold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum WatchKind {
    /// An incident touches the target.
    Incident,
    /// A relay is missing from the consensus.
    Absent,
    /// A relay that was missing is back.
    Back,
    /// Advertised bandwidth is below a figure.
    BandwidthBelow,
    /// What a relay carries is far below what is usual for it.
    BandwidthBelowNorm,
    /// Consensus weight is below a figure.
    WeightBelow,
    /// Consensus weight is far below what is usual for the relay.
    WeightBelowNorm,
    /// A flag that the relay usually has is gone.
    FlagLost,
    /// A flag that the relay usually does not have is there.
    FlagGained,
    /// The version of tor is not recommended, or at its end.
    Version,
    /// The relay says that it is overloaded.
    Overloaded,
    /// The authorities do not reach its IPv6 address.
    Ipv6Unreachable,
    /// The proof of its domain (AROI) is wrong.
    AroiFault,
    /// It names family members that do not name it.
    FamilyFault,
    /// Uptime over 30 days is below its own of six months.
    UptimeBelowNorm,
}

impl WatchKind {
    /// Every kind, in the order of forms and messages.
    pub const ALL: [Self; 15] = [
        Self::Incident,
        Self::Absent,
        Self::Back,
        Self::BandwidthBelow,
        Self::BandwidthBelowNorm,
        Self::WeightBelow,
        Self::WeightBelowNorm,
        Self::FlagLost,
        Self::FlagGained,
        Self::Version,
        Self::Overloaded,
        Self::Ipv6Unreachable,
        Self::AroiFault,
        Self::FamilyFault,
        Self::UptimeBelowNorm,
    ];

    /// Its name in configuration, links, keys and JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Incident => "incident",
            Self::Absent => "absent",
            Self::Back => "back",
            Self::BandwidthBelow => "bandwidth",
            Self::BandwidthBelowNorm => "bandwidth-norm",
            Self::WeightBelow => "weight",
            Self::WeightBelowNorm => "weight-norm",
            Self::FlagLost => "flag-lost",
            Self::FlagGained => "flag-gained",
            Self::Version => "version",
            Self::Overloaded => "overloaded",
            Self::Ipv6Unreachable => "ipv6",
            Self::AroiFault => "aroi",
            Self::FamilyFault => "family",
            Self::UptimeBelowNorm => "uptime-norm",
        }
    }

    /// The kind of a name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// What it is, as the label of a form.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Incident => "Incidents that touch it",
            Self::Absent => "Absent from the consensus",
            Self::Back => "Back in the consensus",
            Self::BandwidthBelow => "Advertised bandwidth below a figure",
            Self::BandwidthBelowNorm => "Traffic below its own norm",
            Self::WeightBelow => "Consensus weight below a figure",
            Self::WeightBelowNorm => "Consensus weight below its own norm",
            Self::FlagLost => "Flag lost",
            Self::FlagGained => "Flag gained",
            Self::Version => "Version not recommended or at its end",
            Self::Overloaded => "Overloaded",
            Self::Ipv6Unreachable => "IPv6 address unreachable",
            Self::AroiFault => "Proof of the domain (AROI) wrong",
            Self::FamilyFault => "Family listing one-sided",
            Self::UptimeBelowNorm => "Uptime below its own norm",
        }
    }

    /// What its value is, for forms and the text of errors.
    pub const fn value_hint(self) -> &'static str {
        match self {
            Self::Incident => "the least severity: notice, warning or critical",
            Self::Absent | Self::Back => "hours, 2 to 168",
            Self::BandwidthBelow => "bytes per second, 1 to 1000000000000",
            Self::WeightBelow => "a consensus weight, 1 to 1000000000",
            Self::BandwidthBelowNorm | Self::WeightBelowNorm => "percent of the norm, 10 to 90",
            Self::FlagLost | Self::FlagGained => "names of flags with commas between",
            Self::Version => "not-recommended or end-of-life",
            Self::Overloaded | Self::Ipv6Unreachable | Self::AroiFault | Self::FamilyFault => "on",
            Self::UptimeBelowNorm => "percentage points, 1 to 50",
        }
    }
}

/// From when on a version is told of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum VersionLimit {
    /// The authorities do not recommend it.
    NotRecommended,
    /// It is older than every recommended version.
    EndOfLife,
}

impl VersionLimit {
    /// Both.
    pub const ALL: [Self; 2] = [Self::NotRecommended, Self::EndOfLife];

    /// Its name in configuration and links.
    pub const fn name(self) -> &'static str {
        match self {
            Self::NotRecommended => "not-recommended",
            Self::EndOfLife => "end-of-life",
        }
    }
}

/// A kind of watch with its threshold. Values are within the bounds that [`WatchKind::value_hint`] names
/// when they come from [`Watch::parse`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Watch {
    /// An incident of at least this severity touches the target.
    Incident {
        /// The least severity.
        minimum: Severity,
    },
    /// Missing from so many consensuses in a row.
    Absent {
        /// Hours, at least 2: one missed consensus is no fact yet.
        hours: u16,
    },
    /// Present in two consensuses in a row after it was missing for so long.
    Back {
        /// Hours that it was missing at least.
        after_hours: u16,
    },
    /// Advertised bandwidth below a figure.
    BandwidthBelow {
        /// Bytes per second.
        bytes_per_second: u64,
    },
    /// What it carried on the last known day, against the median of its last 30 days.
    BandwidthBelowNorm {
        /// Percent of the norm.
        percent: u8,
    },
    /// Consensus weight below a figure.
    WeightBelow {
        /// Weight, without unit.
        weight: u64,
    },
    /// Consensus weight against the median of its last 14 days.
    WeightBelowNorm {
        /// Percent of the norm.
        percent: u8,
    },
    /// One of these flags is usual for the relay and gone.
    FlagLost(FlagSet),
    /// One of these flags is unusual for the relay and there.
    FlagGained(FlagSet),
    /// The version of tor is past a limit.
    Version(VersionLimit),
    /// The relay says that it is overloaded.
    Overloaded,
    /// The authorities do not reach its IPv6 address.
    Ipv6Unreachable,
    /// The proof of its domain is wrong.
    AroiFault,
    /// It names family members that do not name it.
    FamilyFault,
    /// Uptime over 30 days below that over six months.
    UptimeBelowNorm {
        /// Percentage points.
        points: u8,
    },
}

impl Watch {
    /// Its kind.
    pub const fn kind(&self) -> WatchKind {
        match self {
            Self::Incident { .. } => WatchKind::Incident,
            Self::Absent { .. } => WatchKind::Absent,
            Self::Back { .. } => WatchKind::Back,
            Self::BandwidthBelow { .. } => WatchKind::BandwidthBelow,
            Self::BandwidthBelowNorm { .. } => WatchKind::BandwidthBelowNorm,
            Self::WeightBelow { .. } => WatchKind::WeightBelow,
            Self::WeightBelowNorm { .. } => WatchKind::WeightBelowNorm,
            Self::FlagLost(_) => WatchKind::FlagLost,
            Self::FlagGained(_) => WatchKind::FlagGained,
            Self::Version(_) => WatchKind::Version,
            Self::Overloaded => WatchKind::Overloaded,
            Self::Ipv6Unreachable => WatchKind::Ipv6Unreachable,
            Self::AroiFault => WatchKind::AroiFault,
            Self::FamilyFault => WatchKind::FamilyFault,
            Self::UptimeBelowNorm { .. } => WatchKind::UptimeBelowNorm,
        }
    }
}
