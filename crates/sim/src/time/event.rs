//! What took relays away: the truth that detectors are measured against.

use super::presence::Run;

/// Something that took relays away for some hours.
#[derive(Debug)]
pub(crate) struct Event {
    pub(crate) kind: EventKind,
    /// Hours in which the affected relays were away.
    pub(crate) span: Run,
    /// What it befell; a position in the table that the kind names.
    pub(crate) subject: u32,
    pub(crate) cause: &'static str,
    /// Affected relays by position; empty where the subject is the only one.
    pub(crate) relays: Box<[u32]>,
}

/// Kinds of events, by what they befall.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum EventKind {
    /// One relay, for a while.
    Outage,
    /// One relay, while it is updated.
    Update,
    /// One relay, for good.
    Departure,
    /// An autonomous system.
    AsOutage,
    /// The relays of an operator.
    OperatorOutage,
    /// Most relays in a country.
    CountryOutage,
    /// Relays with a faulty version: a position in the stable line.
    VersionOutage,
    /// A block of addresses, by the system whose it is.
    PrefixOutage,
    /// An autonomous system that loses its relays one after another.
    Decline,
    /// An operator whose relays come and go.
    Flapping,
}

impl EventKind {
    /// The kind's name in the truth document.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Outage => "outage",
            Self::Update => "update",
            Self::Departure => "departure",
            Self::AsOutage => "as_outage",
            Self::OperatorOutage => "operator_outage",
            Self::CountryOutage => "country_outage",
            Self::VersionOutage => "version_outage",
            Self::PrefixOutage => "prefix_outage",
            Self::Decline => "decline",
            Self::Flapping => "flapping",
        }
    }

    /// Whether it befalls one relay.
    pub(crate) const fn is_of_one_relay(self) -> bool {
        matches!(self, Self::Outage | Self::Update | Self::Departure)
    }
}

impl Event {
    /// Positions of the affected relays.
    pub(crate) fn relays(&self) -> &[u32] {
        if self.kind.is_of_one_relay() { std::slice::from_ref(&self.subject) } else { &self.relays }
    }
}
