//! Faults whose truth is known: what detection is measured against.

use super::{CauseGroup, IncidentKind};
use crate::{Fingerprint, Timestamp};

/// What kind of fault it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FaultClass {
    /// All or most relays of an AS were away.
    As,
    /// Those in a block of addresses.
    Prefix,
    /// Those in a country.
    Country,
    /// Those of an operator.
    Operator,
    /// Some of those with a version of tor.
    Version,
    /// A group lost its relays one after another.
    Decline,
    /// The relays of a group came and went.
    Flapping,
    /// The source gave less than there was.
    Source,
    /// An authority did not answer, vote or sign, was slow, or has a wrong clock or an old certificate.
    Authority,
    /// A bandwidth scanner had no measurements, old ones or wrong ones.
    Scanner,
    /// No consensus was made, or one without the shared random value of the day.
    Consensus,
}

impl FaultClass {
    /// Every class.
    pub const ALL: [Self; 11] = [
        Self::As,
        Self::Prefix,
        Self::Country,
        Self::Operator,
        Self::Version,
        Self::Decline,
        Self::Flapping,
        Self::Source,
        Self::Authority,
        Self::Scanner,
        Self::Consensus,
    ];

    /// The word for it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::As => "as",
            Self::Prefix => "prefix",
            Self::Country => "country",
            Self::Operator => "operator",
            Self::Version => "version",
            Self::Decline => "decline",
            Self::Flapping => "flapping",
            Self::Source => "source",
            Self::Authority => "authority",
            Self::Scanner => "scanner",
            Self::Consensus => "consensus",
        }
    }

    /// The kind of incident that tells of it, where it takes no relay away.
    pub const fn kind_without_relays(self) -> Option<IncidentKind> {
        match self {
            Self::Source => Some(IncidentKind::SourceFault),
            Self::Authority => Some(IncidentKind::AuthorityFault),
            Self::Scanner => Some(IncidentKind::ScannerFault),
            Self::Consensus => Some(IncidentKind::ConsensusFault),
            Self::As
            | Self::Prefix
            | Self::Country
            | Self::Operator
            | Self::Version
            | Self::Decline
            | Self::Flapping => None,
        }
    }
}

/// A fault, and all that is true of it.
#[derive(Debug, Clone, PartialEq)]
pub struct LabelledFault {
    /// Its kind.
    pub class: FaultClass,
    /// The names of the group that it befell: an operator and its family are one group with two names.
    /// Empty for faults of sources. Of a consensus that was not made, the authorities whose votes it lacked.
    pub groups: Vec<CauseGroup>,
    /// First document that shows it.
    pub from: Timestamp,
    /// First document after it.
    pub until: Timestamp,
    /// The relays that it took away, of those running just before; ascending.
    pub relays: Vec<Fingerprint>,
    /// Their share of the consensus weight just before, 0 to 1.
    pub weight_ratio: f64,
}
