//! What a message says, in a neutral form from which every channel renders its own.
//!
//! Text is made of pieces that are ours or foreign. A renderer escapes both for its medium; foreign ones
//! never become links, mentions or markup anywhere.

mod advice;
mod compose;
mod incident;
mod relays;
mod text;

pub(crate) use compose::{Bundle, compose};
pub use incident::{group as cause_name, label as incident_label};
pub use text::{Piece, Text};

use crate::{AlertKey, Phase};
use allium_model::{AsNumber, CountryCode, Domain, Fingerprint, IncidentId, OperatorId, Severity, Timestamp};

/// What a message is in the life of its cause.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MessageEvent {
    /// Something new is wrong, or worse.
    Raised,
    /// It lasts.
    Repeated,
    /// Something of it is over, and something lasts.
    Changed,
    /// All of it is over.
    Resolved,
}

impl MessageEvent {
    /// Its name in JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Raised => "raised",
            Self::Repeated => "repeated",
            Self::Changed => "changed",
            Self::Resolved => "resolved",
        }
    }
}

/// A message.
#[derive(Debug, Clone, PartialEq)]
pub struct Message {
    /// What it is about, in one line.
    pub title: Text,
    /// What it is in the life of its cause.
    pub event: MessageEvent,
    /// How bad it is, at its worst.
    pub severity: Severity,
    /// The time of the data.
    pub data_time: Timestamp,
    /// What it says, in order.
    pub lines: Vec<Line>,
    /// Where more is to be read.
    pub links: Vec<Link>,
    /// The same for programs: the first 200 alerts that it tells of.
    pub data: Vec<AlertNews>,
}

/// A line of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// What it is for.
    pub role: LineRole,
    /// What it says.
    pub text: Text,
}

/// What a line is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LineRole {
    /// The head of the lines that follow.
    Heading,
    /// What was observed.
    Evidence,
    /// One of a list of things.
    Item,
    /// What the reader can do.
    Advice,
    /// About the message itself: time of the data, budgets.
    Note,
}

/// A link; its address is made by whoever knows the site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// What it is called: ours alone, without foreign text.
    pub label: String,
    /// Where it leads.
    pub target: LinkTarget,
}

/// Where a link leads.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LinkTarget {
    /// The page of a relay.
    Relay(Fingerprint),
    /// The page of a family.
    Family(Fingerprint),
    /// The page of an operator by domain.
    Domain(Domain),
    /// The page of an operator by id.
    Operator(OperatorId),
    /// The page of an AS.
    As(AsNumber),
    /// The page of a country.
    Country(CountryCode),
    /// The page of an incident.
    Incident(IncidentId),
    /// The health of the network.
    NetworkHealth,
    /// A method page.
    Method(&'static str),
}

/// What is new of an alert, for programs.
#[derive(Debug, Clone, PartialEq)]
pub struct AlertNews {
    /// Which alert.
    pub key: AlertKey,
    /// How far it is.
    pub phase: Phase,
    /// Time of the data with which that began.
    pub since: Timestamp,
    /// How bad it is.
    pub severity: Severity,
    /// The incident behind it.
    pub cause: Option<IncidentId>,
    /// The evidence in one sentence.
    pub evidence: Text,
}
