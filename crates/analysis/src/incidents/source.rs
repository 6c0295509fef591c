//! Sources first: while a source of the network's documents is at fault, nothing it says of the network is
//! believed.

use super::Change;
use super::impact::Whole;
use super::open::Basis;
use super::watch::{Found, IncidentWatch};
use allium_model::{Ending, HourRecord, IncidentKind, RecordSource, Severity, Timestamp};

/// What a source's documents are for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SourceUse {
    /// They say which relays run: while it is at fault, they are not looked at.
    Network,
    /// Anything else.
    Other,
}

/// How a source is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SourceCondition {
    /// Its documents can be used.
    Sound,
    /// They cannot.
    Faulty {
        /// How bad that is.
        severity: Severity,
        /// The evidence, in one plain sentence.
        evidence: String,
    },
}

/// What is known of a source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceReport {
    /// Since when, by the clock.
    pub at: Timestamp,
    /// The source's name.
    pub source: String,
    /// What its documents are for.
    pub used_for: SourceUse,
    /// How it is.
    pub condition: SourceCondition,
}

/// Stands for the documents themselves, where one of them is doubted.
const DOCUMENTS: &str = "documents";
/// Share of the running relays whose loss in one document without signatures is doubted.
const DOUBTED_RATIO: f64 = 0.25;
/// What a name of a source that carries the network begins with in the state.
const CARRIES_NETWORK: &str = "network:";

impl IncidentWatch {
    /// Takes what is known of a source and answers with what changed about incidents.
    pub fn take_source(&mut self, report: &SourceReport) -> Vec<Change> {
        let mut changes = Vec::new();
        let name = match report.used_for {
            SourceUse::Network => format!("{CARRIES_NETWORK}{}", report.source),
            SourceUse::Other => report.source.clone(),
        };
        match &report.condition {
            SourceCondition::Sound => changes.extend(self.source_is_sound(&name, report.at)),
            SourceCondition::Faulty { severity, evidence } => {
                self.source_is_faulty(&name, *severity, evidence, report.at, &mut changes);
            }
        }
        changes
    }

    fn source_is_faulty(
        &mut self,
        name: &str,
        severity: Severity,
        evidence: &str,
        at: Timestamp,
        changes: &mut Vec<Change>,
    ) {
        if let Some(open) = self.source_place(name) {
            let open = &mut self.open[open];
            if severity > open.incident.severity {
                open.incident.severity = severity;
                open.note(at, evidence.to_owned());
                changes.push(open.change(super::ChangeKind::Grew));
            }
            return;
        }
        self.found(source_fault(name, severity, evidence), at, changes);
        if let Some(open) = self.open.last_mut() {
            // Others wait for a second document; without a source there is none.
            changes.push(open.confirm(at));
        }
    }

    fn source_is_sound(&mut self, name: &str, at: Timestamp) -> Option<Change> {
        let place = self.source_place(name)?;
        let change = self.open[place].end(Ending::Recovered, at, at);
        self.close();
        Some(change)
    }

    fn source_place(&self, name: &str) -> Option<usize> {
        self.open.iter().position(|open| matches!(&open.basis, Basis::Source(known) if known == name))
    }

    /// Whether a source of the network's documents is at fault.
    fn is_blind(&self) -> bool {
        self.open
            .iter()
            .any(|open| matches!(&open.basis, Basis::Source(name) if name.starts_with(CARRIES_NETWORK)))
    }

    /// Whether a document is to be looked at. One without signatures in which a quarter of the relays is gone
    /// waits until the next one says the same.
    pub(super) fn is_believed(&mut self, hour: &HourRecord<'_>, changes: &mut Vec<Change>) -> bool {
        if self.is_blind() {
            return false;
        }
        let doubted = self.source_place(DOCUMENTS);
        let (before, gone) = (self.relays.running().len(), self.relays.count_gone(hour));
        let is_doubtful = hour.source == RecordSource::Onionoo && gone as f64 > before as f64 * DOUBTED_RATIO;
        match (doubted, is_doubtful) {
            (None, false) => true,
            (None, true) => {
                let evidence =
                    format!("{gone} of {before} relays are missing from one document without signatures");
                let found = source_fault(DOCUMENTS, Severity::Warning, &evidence);
                self.found(found, hour.valid_after, changes);
                false
            }
            (Some(place), _) => {
                // The same again: it is the network and not the source.
                let ending = if is_doubtful { Ending::NotConfirmed } else { Ending::Recovered };
                changes.push(self.open[place].end(ending, hour.valid_after, hour.valid_after));
                self.close();
                true
            }
        }
    }
}

fn source_fault(name: &str, severity: Severity, evidence: &str) -> Found {
    Found {
        kind: IncidentKind::SourceFault,
        severity,
        evidence: evidence.to_owned(),
        basis: Basis::Source(name.to_owned()),
        places: Vec::new(),
        causes: Vec::new(),
        whole: Whole::default(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{Story, hour, network};
    use super::*;
    use allium_model::IncidentState;

    fn report(at: i64, condition: SourceCondition) -> SourceReport {
        SourceReport { at: hour(at), source: "Onionoo".into(), used_for: SourceUse::Network, condition }
    }

    #[test]
    fn while_a_source_is_at_fault_no_outage_is_believed() {
        let mut story = Story::new();
        story.tell(0..100, |_, _| false);
        let evidence = "the service answers with a web page".to_owned();
        let faulty = SourceCondition::Faulty { severity: Severity::Warning, evidence };
        let found = story.watch.take_source(&report(100, faulty));
        story.changes.extend(found);
        story.tell(100..104, |_, number| number < 1500);
        let found = story.watch.take_source(&report(104, SourceCondition::Sound));
        story.changes.extend(found);
        story.tell(104..110, |_, _| false);
        assert_eq!((story.one().id.kind, story.one().until), (IncidentKind::SourceFault, Some(hour(104))));
    }

    #[test]
    fn half_a_document_without_signatures_is_a_fault_of_its_source() {
        let mut story = Story::new();
        for at in 100..110 {
            let half = |number: u32| at == 105 && number < 1000;
            let document = HourRecord { source: RecordSource::Onionoo, ..network(at, half) };
            let found = story.watch.take(&document);
            story.changes.extend(found);
        }
        let incident = story.one();
        assert_eq!(incident.id.kind, IncidentKind::SourceFault);
        assert_eq!((incident.ending, incident.until), (Some(Ending::Recovered), Some(hour(106))));
    }

    #[test]
    fn what_the_next_document_shows_as_well_is_the_network() {
        let mut story = Story::new();
        for at in 100..115 {
            let half = |number: u32| at >= 105 && number < 1000;
            let document = HourRecord { source: RecordSource::Onionoo, ..network(at, half) };
            let found = story.watch.take(&document);
            story.changes.extend(found);
        }
        let incidents = story.incidents();
        assert_eq!(incidents[0].ending, Some(Ending::NotConfirmed));
        assert!(incidents.iter().skip(1).any(|incident| incident.state == IncidentState::Ongoing));
    }
}
