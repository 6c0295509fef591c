//! How well incidents are found, measured on histories whose faults are known (`docs/methods/detection.md`).
//!
//! Faults of authorities are measured by [`follow_authorities`] and [`judge_authorities`], all others by
//! [`follow()`] and [`judge`]. A fault of relays counts when it took 30 relays or 1 % of the weight away. It is found by the first incident
//! of loss of which at least half of the relays are its own and that holds at least half of them. An
//! incident of that size that was confirmed and belongs to no fault is false.

mod authorities;
mod belongs;
mod follow;
mod interval;
mod report;

pub use authorities::{AuthorityStory, FollowedRound, follow_authorities};
pub use follow::{Story, follow};
pub use interval::{Interval, wilson};
pub use report::{ClassScore, DetectionReport};

use allium_model::{Incident, IncidentId, IncidentKind, LabelledFault, Timestamp};
use belongs::{belongs, is_large, is_of_a_gap, is_symptom, overlap, tells_of};
use std::collections::BTreeMap;

/// A history that was followed, with its truth.
#[derive(Debug, Clone, Copy)]
pub struct Followed<'a> {
    /// What befell the network.
    pub faults: &'a [LabelledFault],
    /// What was found, each as it was at last.
    pub incidents: &'a [Incident],
    /// Times of the documents or rounds, ascending.
    pub documents: &'a [Timestamp],
    /// When something about each incident changed, ascending.
    pub changes: &'a BTreeMap<IncidentId, Vec<Timestamp>>,
}

impl<'a> Followed<'a> {
    /// A story beside its truth.
    pub fn of(faults: &'a [LabelledFault], story: &'a Story) -> Self {
        Self { faults, incidents: &story.incidents, documents: &story.documents, changes: &story.changes }
    }

    /// When an incident began to tell of a fault: its first change since that began.
    fn noticed(&self, incident: &Incident, fault: &LabelledFault) -> Timestamp {
        let changes = self.changes.get(&incident.id).into_iter().flatten();
        changes.copied().find(|at| *at >= fault.from).unwrap_or(incident.id.from)
    }
}

/// Compares what was found with what was.
pub fn judge(followed: &Followed<'_>) -> DetectionReport {
    let mut report = DetectionReport { documents: followed.documents.len() as u64, ..Default::default() };
    for fault in followed.faults {
        let found = found(fault, followed.incidents);
        if is_large(fault.relays.len(), fault.weight_ratio) || fault.class.kind_without_relays().is_some() {
            report.class_mut(fault.class).add(fault, found, followed);
        } else {
            report.small_faults += 1;
            report.small_found += u32::from(found.is_some());
        }
    }
    for incident in followed.incidents {
        judge_incident(incident, followed, &mut report);
    }
    report
}

/// Counts every incident of a history without faults of groups as false.
pub fn judge_quiet(incidents: &[Incident], documents: &[Timestamp]) -> DetectionReport {
    let confirmed = incidents.iter().filter(|incident| incident.confirmed.is_some());
    DetectionReport {
        quiet_days: days(documents),
        quiet_false: confirmed.clone().map(|incident| incident.id).collect(),
        quiet_unconfirmed: (incidents.len() - confirmed.count()) as u32,
        ..DetectionReport::default()
    }
}

/// Compares what was found of authorities with what befell them. Incidents of relays are passed over: the
/// networks of [`judge`] measure those.
pub fn judge_authorities(followed: &Followed<'_>) -> DetectionReport {
    let mut report = DetectionReport { authority_days: days(followed.documents), ..Default::default() };
    for fault in followed.faults {
        let found = found(fault, followed.incidents);
        report.class_mut(fault.class).add(fault, found, followed);
    }
    let kinds = [IncidentKind::AuthorityFault, IncidentKind::ScannerFault, IncidentKind::ConsensusFault];
    for incident in followed.incidents.iter().filter(|incident| kinds.contains(&incident.id.kind)) {
        let is_of_a_fault = followed.faults.iter().any(|fault| tells_of(incident, fault));
        if !is_of_a_fault && is_of_a_gap(incident, followed.faults) {
            report.symptoms += 1;
            continue;
        }
        if incident.confirmed.is_some() {
            report.claim(incident, is_of_a_fault);
        }
        match (is_of_a_fault, incident.confirmed.is_some()) {
            (true, true) => report.authority_right += 1,
            (false, true) => report.authority_wrong.push(incident.id),
            (false, false) => report.unconfirmed_wrong += 1,
            (true, false) => {}
        }
    }
    report
}

/// Days from the first to the last of some times.
fn days(documents: &[Timestamp]) -> f64 {
    let ends = documents.last().zip(documents.first());
    ends.map_or(0.0, |(last, first)| last.seconds_since(*first) as f64 / 86_400.0)
}

/// The incident that found a fault; the one that names it before others of its time.
fn found<'i>(fault: &LabelledFault, incidents: &'i [Incident]) -> Option<&'i Incident> {
    let holds_it = |incident: &&Incident| match fault.class.kind_without_relays() {
        Some(kind) => {
            let is_then = (fault.from..fault.until).contains(&incident.id.from);
            incident.id.kind == kind && (is_then || tells_of(incident, fault))
        }
        None => belongs(incident, fault) && overlap(incident, fault) * 2 >= fault.relays.len(),
    };
    let order = |incident: &&Incident| (!tells_of(incident, fault), incident.id);
    incidents.iter().filter(holds_it).min_by_key(order)
}

fn judge_incident(incident: &Incident, followed: &Followed<'_>, report: &mut DetectionReport) {
    if incident.id.kind == IncidentKind::SourceFault {
        let is_false = !followed.faults.iter().any(|fault| tells_of(incident, fault));
        report.source_wrong.extend(is_false.then_some(incident.id));
        report.claim(incident, !is_false);
        return;
    }
    let is_of_a_fault = followed.faults.iter().any(|fault| belongs(incident, fault));
    if !is_of_a_fault && is_symptom(incident, followed.faults) {
        report.symptoms += 1;
        return;
    }
    let impact = incident.hit.impact.weight_ratio;
    let is_of_the_network = incident.hit.relays.is_empty() || is_large(incident.hit.relays.len(), impact);
    if is_of_the_network && incident.confirmed.is_some() {
        report.claim(incident, is_of_a_fault);
    }
    match (is_of_the_network, incident.confirmed.is_some(), is_of_a_fault) {
        (false, ..) | (_, false, true) => {}
        (true, true, true) => report.right += 1,
        (true, true, false) => report.wrong.push(incident.id),
        (true, false, false) => report.unconfirmed_wrong += 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use allium_model::{
        AsNumber, Cause, CauseGroup, FaultClass, Fingerprint, Hit, HitRelay, Impact, IncidentState,
        IncidentStep, Role, Severity,
    };

    fn relays(numbers: std::ops::Range<u8>) -> Vec<Fingerprint> {
        numbers.map(|number| Fingerprint([number; 20])).collect()
    }

    fn hour(hour: i64) -> Timestamp {
        Timestamp(hour * 3600)
    }

    fn fault(from: i64, numbers: std::ops::Range<u8>) -> LabelledFault {
        LabelledFault {
            class: FaultClass::As,
            groups: vec![CauseGroup::As(AsNumber(1))],
            from: hour(from),
            until: hour(from + 5),
            relays: relays(numbers),
            weight_ratio: 0.005,
        }
    }

    fn cause(number: u32) -> Cause {
        Cause {
            group: CauseGroup::As(AsNumber(number)),
            hit_in_group: 40,
            hit: 40,
            group_relays: 40,
            chance_log10: -20.0,
            is_containing: number != 1,
        }
    }

    fn incident(from: i64, numbers: std::ops::Range<u8>, causes: Vec<Cause>) -> Incident {
        let hit = |fingerprint| HitRelay {
            fingerprint,
            role: Role::Middle,
            weight: None,
            country: None,
            returned: None,
        };
        Incident {
            id: IncidentId { from: hour(from), kind: IncidentKind::GroupOutage, number: 1 },
            state: IncidentState::Resolved,
            severity: Severity::Warning,
            confirmed: Some(hour(from + 1)),
            until: None,
            ending: None,
            evidence: String::new(),
            hit: Hit { relays: relays(numbers).into_iter().map(hit).collect(), impact: Impact::default() },
            causes,
            steps: Vec::new(),
        }
    }

    fn judged(faults: &[LabelledFault], incidents: &[Incident]) -> DetectionReport {
        let documents: Vec<Timestamp> = (0..100).map(hour).collect();
        judge(&Followed { faults, incidents, documents: &documents, changes: &BTreeMap::new() })
    }

    #[test]
    fn found_named_late_missed_and_false() {
        let faults = [fault(10, 0..40), fault(40, 50..90), fault(60, 100..140), fault(80, 150..155)];
        let incidents = [
            incident(10, 0..42, vec![cause(1)]),
            incident(41, 45..95, vec![cause(7)]),
            incident(50, 200..240, vec![]),
        ];
        let report = judged(&faults, &incidents);
        let score = report.class(FaultClass::As);
        assert_eq!((score.faults, score.found, score.named), (3, 2, 1));
        assert_eq!((score.at_first, score.ongoing_at_second), (1, 1));
        assert_eq!((report.right, report.wrong.len(), report.small_faults), (2, 1, 1));
    }

    fn authority_fault(from: i64, until: i64, authority: u8) -> LabelledFault {
        LabelledFault {
            class: FaultClass::Authority,
            groups: vec![CauseGroup::Authority(Fingerprint([authority; 20]))],
            from: hour(from),
            until: hour(until),
            relays: Vec::new(),
            weight_ratio: 0.0,
        }
    }

    fn authority_incident(from: i64, authority: u8, steps: &[i64]) -> Incident {
        let group = CauseGroup::Authority(Fingerprint([authority; 20]));
        Incident {
            id: IncidentId { kind: IncidentKind::AuthorityFault, ..incident(from, 0..0, vec![]).id },
            steps: steps.iter().map(|at| IncidentStep { at: hour(*at), text: String::new() }).collect(),
            ..incident(from, 0..0, vec![Cause { group, ..cause(1) }])
        }
    }

    #[test]
    fn faults_of_authorities_are_found_named_blamed_on_others_and_invented() {
        // The second fault is another symptom in the incident of a fault that lasts.
        let faults = [
            authority_fault(10, 90, 1),
            authority_fault(20, 23, 1),
            authority_fault(30, 32, 2),
            authority_fault(94, 95, 3),
        ];
        let incidents = [
            authority_incident(10, 1, &[10, 21]),
            authority_incident(31, 4, &[31]),
            authority_incident(97, 2, &[97]),
        ];
        let changes: BTreeMap<IncidentId, Vec<Timestamp>> = incidents
            .iter()
            .map(|incident| (incident.id, incident.steps.iter().map(|step| step.at).collect()))
            .collect();
        let documents: Vec<Timestamp> = (0..100).map(hour).collect();
        let followed =
            Followed { faults: &faults, incidents: &incidents, documents: &documents, changes: &changes };
        let report = judge_authorities(&followed);
        let score = report.class(FaultClass::Authority);
        assert_eq!((score.faults, score.found, score.named), (4, 3, 2));
        assert_eq!(score.delays, [0, 1, 1]);
        assert_eq!((report.authority_right, report.authority_wrong.len()), (1, 2));
    }

    #[test]
    fn a_group_of_the_very_same_relays_is_as_right() {
        let report = judged(&[fault(10, 0..40)], &[incident(10, 0..40, vec![cause(2), cause(1)])]);
        assert_eq!(
            (report.class(FaultClass::As).named, report.class(FaultClass::As).named_as_labelled),
            (0, 0)
        );
        let mut same = cause(1);
        same.is_containing = true;
        let report = judged(&[fault(10, 0..40)], &[incident(10, 0..40, vec![cause(2), same])]);
        assert_eq!(
            (report.class(FaultClass::As).named, report.class(FaultClass::As).named_as_labelled),
            (1, 0)
        );
    }
}
