//! How well incidents are found, measured on histories whose faults are known (`docs/methods/detection.md`).
//!
//! A fault counts when it took 30 relays or 1 % of the weight away. It is found by the first incident
//! of loss of which at least half of the relays are its own and that holds at least half of them. An
//! incident of that size that was confirmed and belongs to no fault is false.

mod belongs;
mod follow;
mod interval;
mod report;

pub use follow::{Story, follow};
pub use interval::{Interval, wilson};
pub use report::{ClassScore, DetectionReport};

use allium_model::{FaultClass, Incident, IncidentKind, LabelledFault, Timestamp};
use belongs::{belongs, is_large, is_symptom, overlap};

/// A history that was followed, with its truth.
#[derive(Debug, Clone, Copy)]
pub struct Followed<'a> {
    /// What befell the network.
    pub faults: &'a [LabelledFault],
    /// What was found, each as it was at last.
    pub incidents: &'a [Incident],
    /// Times of the documents, ascending.
    pub documents: &'a [Timestamp],
}

/// Compares what was found with what was.
pub fn judge(followed: &Followed<'_>) -> DetectionReport {
    let mut report = DetectionReport { documents: followed.documents.len() as u64, ..Default::default() };
    for fault in followed.faults {
        let found = found(fault, followed.incidents);
        if is_large(fault.relays.len(), fault.weight_ratio) || fault.class == FaultClass::Source {
            report.class_mut(fault.class).add(fault, found, followed.documents);
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
    let seconds =
        documents.last().zip(documents.first()).map_or(0, |(last, first)| last.seconds_since(*first));
    DetectionReport {
        quiet_days: seconds as f64 / 86_400.0,
        quiet_false: confirmed.clone().map(|incident| incident.id).collect(),
        quiet_unconfirmed: (incidents.len() - confirmed.count()) as u32,
        ..DetectionReport::default()
    }
}

/// The incident that found a fault.
fn found<'i>(fault: &LabelledFault, incidents: &'i [Incident]) -> Option<&'i Incident> {
    let holds_it = |incident: &&Incident| match fault.class {
        FaultClass::Source => {
            incident.id.kind == IncidentKind::SourceFault
                && (fault.from..fault.until).contains(&incident.id.from)
        }
        _ => belongs(incident, fault) && overlap(incident, fault) * 2 >= fault.relays.len(),
    };
    incidents.iter().filter(holds_it).min_by_key(|incident| incident.id)
}

fn judge_incident(incident: &Incident, followed: &Followed<'_>, report: &mut DetectionReport) {
    if incident.id.kind == IncidentKind::SourceFault {
        return;
    }
    let is_of_a_fault = followed.faults.iter().any(|fault| belongs(incident, fault));
    if !is_of_a_fault && is_symptom(incident, followed.faults) {
        report.symptoms += 1;
        return;
    }
    let impact = incident.hit.impact.weight_ratio;
    let is_of_the_network = incident.hit.relays.is_empty() || is_large(incident.hit.relays.len(), impact);
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
        AsNumber, Cause, CauseGroup, Fingerprint, Hit, HitRelay, Impact, IncidentId, IncidentState, Role,
        Severity,
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
        judge(&Followed { faults, incidents, documents: &documents })
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
