//! Following a simulated history with the detectors.

use crate::incidents::{Change, IncidentOptions, IncidentWatch, SourceCondition, SourceReport, SourceUse};
use allium_model::{FaultClass, HourRecord, Incident, IncidentId, LabelledFault, Severity, Timestamp};
use std::collections::BTreeMap;

/// What was found in a history.
#[derive(Debug, Clone, Default)]
pub struct Story {
    /// The incidents as they were at last, in the order of their ids.
    pub incidents: Vec<Incident>,
    /// Times of the documents, ascending.
    pub documents: Vec<Timestamp>,
}

/// Follows documents. Of a source that is at fault for more than an hour, the one who fetches is taken
/// to know it, as a program does that holds back what it doubts; shorter faults must be seen in the documents.
pub fn follow<'h>(
    documents: impl Iterator<Item = HourRecord<'h>>,
    faults: &[LabelledFault],
    options: IncidentOptions,
) -> Story {
    let mut watch = IncidentWatch::new(options);
    let mut newest: BTreeMap<IncidentId, Incident> = BTreeMap::new();
    let mut story = Story::default();
    let mut keep = |changes: Vec<Change>| {
        newest.extend(changes.into_iter().map(|change| (change.incident.id, change.incident)));
    };
    for document in documents {
        story.documents.push(document.valid_after);
        for report in source_reports(faults, document.valid_after) {
            keep(watch.take_source(&report));
        }
        keep(watch.take(&document));
    }
    story.incidents = newest.into_values().collect();
    story
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
