//! Incidents: what befell the network, whom it hit, and what explains it.
//!
//! An incident says what was observed. Its cause is a group of relays that explains those hit, never a
//! guess at what went on inside that group.

mod attribution;
mod fault;
mod hit;
mod prefix;

pub use attribution::{Cause, CauseGroup};
pub use fault::{FaultClass, LabelledFault};
pub use hit::{Hit, HitRelay, Impact};
pub use prefix::{ParsePrefixError, Prefix};

use crate::{Date, Severity, Timestamp};
use std::fmt::{self, Display, Formatter};
use std::str::FromStr;

/// What was observed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum IncidentKind {
    /// A source fell silent, lies or cannot be used; it is asked before anything else is believed.
    SourceFault,
    /// No consensus was made, or one without a majority.
    ConsensusFault,
    /// Authorities do not answer, vote or sign.
    AuthorityFault,
    /// A bandwidth scanner is stale, silent or far from the others.
    ScannerFault,
    /// More relays vanished at once than chance explains, and no group explains them.
    RelaysLost,
    /// Relays of one group vanished together.
    GroupOutage,
    /// A group lost its relays little by little.
    GroupDecline,
    /// Relays of one group come and go.
    Flapping,
    /// Relays with one version of tor vanished together.
    VersionFailure,
    /// Many relays that were never seen before joined at once.
    Joins,
    /// Fewer exits than the network had.
    ExitsLow,
    /// Fewer guards than the network had.
    GuardsLow,
    /// An AS lost half of its exit capacity within a day.
    ExitCapacityHalved,
    /// Relays come and go faster than they did.
    ChurnHigh,
}

impl IncidentKind {
    /// Every kind, those that inhibit others first.
    pub const ALL: [Self; 14] = [
        Self::SourceFault,
        Self::ConsensusFault,
        Self::AuthorityFault,
        Self::ScannerFault,
        Self::RelaysLost,
        Self::GroupOutage,
        Self::GroupDecline,
        Self::Flapping,
        Self::VersionFailure,
        Self::Joins,
        Self::ExitsLow,
        Self::GuardsLow,
        Self::ExitCapacityHalved,
        Self::ChurnHigh,
    ];

    /// Its name in the store, in addresses and in JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Self::SourceFault => "source-fault",
            Self::ConsensusFault => "consensus-fault",
            Self::AuthorityFault => "authority-fault",
            Self::ScannerFault => "scanner-fault",
            Self::RelaysLost => "relays-lost",
            Self::GroupOutage => "group-outage",
            Self::GroupDecline => "group-decline",
            Self::Flapping => "flapping",
            Self::VersionFailure => "version-failure",
            Self::Joins => "joins",
            Self::ExitsLow => "exits-low",
            Self::GuardsLow => "guards-low",
            Self::ExitCapacityHalved => "exit-capacity-halved",
            Self::ChurnHigh => "churn-high",
        }
    }

    /// The kind of a name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// Where the cause lies, as far as it is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum IncidentClass {
    /// A source of documents.
    Source,
    /// The network as a whole, or no common cause.
    Network,
    /// A country.
    Regional,
    /// An AS or a prefix.
    Provider,
    /// An operator or a family.
    Operator,
    /// A version of tor or an operating system.
    Software,
    /// Directory authorities.
    Authority,
}

impl IncidentClass {
    /// Every class.
    pub const ALL: [Self; 7] = [
        Self::Source,
        Self::Network,
        Self::Regional,
        Self::Provider,
        Self::Operator,
        Self::Software,
        Self::Authority,
    ];

    /// The word for it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Source => "source",
            Self::Network => "network",
            Self::Regional => "regional",
            Self::Provider => "provider",
            Self::Operator => "operator",
            Self::Software => "software",
            Self::Authority => "authority",
        }
    }
}

/// How far an incident is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum IncidentState {
    /// One consensus shows it; nobody is told yet.
    Unverified,
    /// A second one confirmed it.
    Ongoing,
    /// It is over.
    Resolved,
}

impl IncidentState {
    /// Every state.
    pub const ALL: [Self; 3] = [Self::Unverified, Self::Ongoing, Self::Resolved];

    /// The word for it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Unverified => "unverified",
            Self::Ongoing => "ongoing",
            Self::Resolved => "resolved",
        }
    }

    /// The state of a word.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }
}

/// How an incident ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Ending {
    /// What was gone is back.
    Recovered,
    /// What was gone stayed away so long that it counts as gone for good.
    Permanent,
    /// The second consensus did not show it.
    NotConfirmed,
}

impl Ending {
    /// Every ending.
    pub const ALL: [Self; 3] = [Self::Recovered, Self::Permanent, Self::NotConfirmed];

    /// The word for it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Recovered => "recovered",
            Self::Permanent => "permanent",
            Self::NotConfirmed => "not confirmed",
        }
    }
}

/// What names an incident for ever: the hour that first shows it, its kind, and a number where one
/// hour shows several of a kind. Equal histories give equal ids, live or replayed.
///
/// Written as `2026022213-group-outage-1`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IncidentId {
    /// `valid-after` of the first document that shows it.
    pub from: Timestamp,
    /// Its kind.
    pub kind: IncidentKind,
    /// 1 and up.
    pub number: u16,
}

impl Display for IncidentId {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        let date = self.from.date().to_string().replace('-', "");
        let hour = self.from.0.rem_euclid(86_400) / 3600;
        write!(formatter, "{date}{hour:02}-{}-{}", self.kind.name(), self.number)
    }
}

/// A text that is no id of an incident.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this is no id of an incident")]
pub struct ParseIncidentIdError;

impl FromStr for IncidentId {
    type Err = ParseIncidentIdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let parsed = || {
            let (time, rest) = text.split_once('-')?;
            let (kind, number) = rest.rsplit_once('-')?;
            if time.len() != 10 || !time.bytes().all(|byte| byte.is_ascii_digit()) {
                return None;
            }
            let date: Date = format!("{}-{}-{}", &time[..4], &time[4..6], &time[6..8]).parse().ok()?;
            let hour: i64 = time[8..].parse().ok().filter(|hour| *hour < 24)?;
            let id = Self {
                from: date.start().plus_seconds(hour * 3600),
                kind: IncidentKind::from_name(kind)?,
                number: number.parse().ok().filter(|number| *number > 0)?,
            };
            // One incident has one address: other ways to write its number are no ids.
            (id.to_string() == text).then_some(id)
        };
        parsed().ok_or(ParseIncidentIdError)
    }
}

/// What was seen or done, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IncidentStep {
    /// When, in the time of the data; for what was sent, by our clock.
    pub at: Timestamp,
    /// What, in one plain sentence.
    pub text: String,
}

/// An incident.
#[derive(Debug, Clone, PartialEq)]
pub struct Incident {
    /// Its name for ever; the start is in it.
    pub id: IncidentId,
    /// How far it is.
    pub state: IncidentState,
    /// How bad it is, at its worst so far.
    pub severity: Severity,
    /// The document that confirmed it.
    pub confirmed: Option<Timestamp>,
    /// The first document in which it was over.
    pub until: Option<Timestamp>,
    /// How it ended; `None` while it lasts.
    pub ending: Option<Ending>,
    /// The evidence, in one plain sentence.
    pub evidence: String,
    /// The relays that were hit, and what they mean; empty for faults of sources and authorities.
    pub hit: Hit,
    /// What explains them, best first; empty when there is no common cause.
    pub causes: Vec<Cause>,
    /// What was seen and done, oldest first.
    pub steps: Vec<IncidentStep>,
}

impl Incident {
    /// Where its cause lies.
    pub fn class(&self) -> IncidentClass {
        match self.id.kind {
            IncidentKind::SourceFault => IncidentClass::Source,
            IncidentKind::ConsensusFault | IncidentKind::AuthorityFault | IncidentKind::ScannerFault => {
                IncidentClass::Authority
            }
            _ => self.causes.first().map_or(IncidentClass::Network, |cause| cause.group.class()),
        }
    }

    /// Whether it lasts and was confirmed.
    pub fn is_active(&self) -> bool {
        self.state == IncidentState::Ongoing
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_read_as_they_are_written() {
        let from = Timestamp(1_771_765_200);
        for kind in IncidentKind::ALL {
            let id = IncidentId { from, kind, number: 12 };
            assert_eq!(id.to_string().parse(), Ok(id));
        }
        let id = IncidentId { from, kind: IncidentKind::GroupOutage, number: 1 };
        assert_eq!(id.to_string(), "2026022213-group-outage-1");
    }

    #[test]
    fn other_texts_are_no_ids() {
        let texts = [
            "",
            "2026022213",
            "2026022213-group-outage",
            "2026022213-group-outage-0",
            "2026022213-group-outage-01",
            "2026022213-outage-1",
            "2026022224-group-outage-1",
            "2026023013-group-outage-1",
            "20260222é-group-outage-1",
        ];
        for text in texts {
            assert_eq!(text.parse::<IncidentId>(), Err(ParseIncidentIdError), "{text}");
        }
    }
}
