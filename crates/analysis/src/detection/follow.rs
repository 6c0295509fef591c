//! Following a simulated history with the detectors.

use crate::incidents::{Change, IncidentOptions, IncidentWatch, SourceCondition, SourceReport, SourceUse};
use allium_model::{FaultClass, HourRecord, Incident, IncidentId, LabelledFault, Severity, Timestamp};
use std::collections::BTreeMap;

/// What was found in a history.
#[derive(Debug, Clone, Default)]
pub struct Story {
    /// The incidents as they were at last, in the order of their ids.
    pub incidents: Vec<Incident>,
    /// Times of the documents or rounds, ascending.
    pub documents: Vec<Timestamp>,
    /// When something about each incident changed, ascending.
    pub changes: BTreeMap<IncidentId, Vec<Timestamp>>,
}

/// What is kept of changes: of each incident the newest state, and when it changed.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    newest: BTreeMap<IncidentId, Incident>,
    story: Story,
}

impl Ledger {
    /// Notes a document or a round.
    pub(super) fn document(&mut self, at: Timestamp) {
        self.story.documents.push(at);
    }

    /// Notes what changed at a moment.
    pub(super) fn keep(&mut self, at: Timestamp, changes: Vec<Change>) {
        for change in changes {
            self.story.changes.entry(change.incident.id).or_default().push(at);
            self.newest.insert(change.incident.id, change.incident);
        }
    }

    /// The whole story.
    pub(super) fn story(self) -> Story {
        Story { incidents: self.newest.into_values().collect(), ..self.story }
    }
}

/// Follows documents. Of a source that is at fault for more than an hour, the one who fetches is taken
/// to know it, as a program does that holds back what it doubts; shorter faults must be seen in the documents.
pub fn follow<'h>(
    documents: impl Iterator<Item = HourRecord<'h>>,
    faults: &[LabelledFault],
    options: IncidentOptions,
) -> Story {
    let mut watch = IncidentWatch::new(options);
    let mut ledger = Ledger::default();
    for document in documents {
        let at = document.valid_after;
        ledger.document(at);
        for report in source_reports(faults, at) {
            ledger.keep(at, watch.take_source(&report));
        }
        ledger.keep(at, watch.take(&document));
    }
    ledger.story()
}

/// What whoever fetches says of sources at a moment.
fn source_reports(faults: &[LabelledFault], at: Timestamp) -> impl Iterator<Item = SourceReport> {
    let is_long = |fault: &&LabelledFault| {
        fault.class == FaultClass::Source && fault.until.seconds_since(fault.from) > 3600
    };
    let said = |fault: &LabelledFault| {
        let evidence = "documents with half of the relays are held back".to_owned();
        let faulty = SourceCondition::Faulty { severity: Severity::Warning, evidence };
        [(fault.from, faulty), (fault.until, SourceCondition::Sound)]
    };
    let all = faults.iter().filter(is_long).flat_map(said);
    all.filter(move |(time, _)| *time == at).map(move |(_, condition)| SourceReport {
        at,
        source: "the source of documents".to_owned(),
        used_for: SourceUse::Network,
        condition,
    })
}
