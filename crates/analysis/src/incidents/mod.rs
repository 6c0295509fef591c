//! Incidents, found in history (`docs/methods/detection.md`).
//!
//! One pure fold: [`IncidentWatch`] takes documents in the order of their time, with the events of
//! authorities and the states of sources between them, and says what changed about incidents. Equal
//! histories give equal incidents, whether they arrive one by one or are replayed.

mod attribution;
mod capacity;
mod chance;
mod decline;
mod directory;
mod flapping;
mod groups;
mod impact;
mod joins;
mod levels;
mod loss;
mod norms;
mod open;
mod options;
mod relays;
mod save;
mod source;
mod step;
mod telling;
mod watch;

#[cfg(test)]
mod fixture;
#[cfg(test)]
mod tests;

pub use options::IncidentOptions;
pub use save::RestoreError;
pub use source::{SourceCondition, SourceReport, SourceUse};
pub use telling::Telling;
pub use watch::IncidentWatch;

use allium_model::Incident;

/// What became of an incident.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChangeKind {
    /// A document shows it for the first time.
    Opened,
    /// A second document shows it.
    Confirmed,
    /// It got larger, worse, or another symptom was seen.
    Grew,
    /// It is over.
    Resolved,
}

/// A change of an incident.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// What happened to it.
    pub kind: ChangeKind,
    /// The incident after the change.
    pub incident: Incident,
}
