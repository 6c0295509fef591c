//! Faults of authorities and of the consensus, from documents and probes (`docs/methods/directory-faults.md`).
//!
//! Each look gives [`Judgement`]s: of what it could tell, whether it is so. What it could not tell has
//! no judgement, and what was open stays open. [`advance`] turns judgements into events: a fault opens
//! with the first moment at which it was so and closes with the first at which it no longer was.
//! One cause has one name: an authority whose vote is missing is not also said to lack a signature, and
//! a bandwidth file that is too old is not also called a lack of measurements.

mod bandwidth;
mod changes;
#[cfg(test)]
mod fixture;
mod own_past;
mod probes;
mod round;
mod watch;

pub use bandwidth::{MAX_SCANNER_RATIO, MIN_COMPARED_RELAYS, scanner_ratio};
pub use own_past::ScannerPast;
pub use probes::{ProbeRound, judge_probes};
pub use round::{Round, judge_round, missed_rounds};
pub use watch::Watch;

use allium_model::{Event, EventKind, EventSubject, Severity, Timestamp};

/// Whether something is so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It is.
    Holds {
        /// How bad it is.
        severity: Severity,
        /// The evidence, in one plain sentence.
        evidence: String,
    },
    /// It is not.
    Clear,
    /// It happened at that moment and does not last.
    Happened {
        /// How bad it is.
        severity: Severity,
        /// The evidence, in one plain sentence.
        evidence: String,
    },
}

/// What one look tells of one fault of one subject.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judgement {
    /// Which fault.
    pub kind: EventKind,
    /// Whose.
    pub subject: EventSubject,
    /// Since when it is so, or no longer so, in the time of the data.
    pub since: Timestamp,
    /// Whether it is so.
    pub verdict: Verdict,
}

/// The events to write after a look: those that open, change or close. `open` are the events that
/// last so far; events of other times are ignored.
pub fn advance(open: &[Event], judgements: &[Judgement]) -> Vec<Event> {
    judgements.iter().filter_map(|judgement| step(open, judgement)).collect()
}

fn step(open: &[Event], judgement: &Judgement) -> Option<Event> {
    let Judgement { kind, subject, since, .. } = *judgement;
    let lasting =
        open.iter().find(|event| event.kind == kind && event.subject == subject && event.until.is_none());
    match (&judgement.verdict, lasting) {
        (Verdict::Clear, None) => None,
        (Verdict::Clear, Some(event)) => Some(Event { until: Some(since.max(event.from)), ..event.clone() }),
        (Verdict::Holds { severity, evidence }, Some(event)) => {
            let changed = Event { severity: *severity, evidence: evidence.clone(), ..event.clone() };
            (changed != *event).then_some(changed)
        }
        (Verdict::Holds { severity, evidence }, None) => Some(Event {
            kind,
            subject,
            severity: *severity,
            from: since,
            until: None,
            evidence: evidence.clone(),
        }),
        (Verdict::Happened { severity, evidence }, _) => Some(Event {
            kind,
            subject,
            severity: *severity,
            from: since,
            until: Some(since),
            evidence: evidence.clone(),
        }),
    }
}

/// Takes events that were written into a list of events, as a store does: kind, subject and start tell
/// which one is meant.
pub fn merge(events: &mut Vec<Event>, written: Vec<Event>) {
    for event in written {
        let is_same = |known: &Event| {
            (known.kind, known.subject, known.from) == (event.kind, event.subject, event.from)
        };
        match events.iter().position(is_same) {
            Some(place) => events[place] = event,
            None => events.push(event),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use allium_model::Fingerprint;

    const ALDER: EventSubject = EventSubject::Authority(Fingerprint([1; 20]));

    fn judgement(seconds: i64, evidence: Option<&str>) -> Judgement {
        let verdict = evidence.map_or(Verdict::Clear, |evidence| Verdict::Holds {
            severity: Severity::Warning,
            evidence: evidence.into(),
        });
        Judgement { kind: EventKind::VoteMissing, subject: ALDER, since: Timestamp(seconds), verdict }
    }

    #[test]
    fn a_fault_opens_lasts_and_closes() {
        let mut events = Vec::new();
        for look in [judgement(0, None), judgement(10, Some("a")), judgement(20, Some("b"))] {
            let written = advance(&events, &[look]);
            merge(&mut events, written);
        }
        assert_eq!(events.len(), 1);
        assert_eq!((events[0].from, events[0].until), (Timestamp(10), None));
        assert_eq!(events[0].evidence, "b");
        assert_eq!(advance(&events, &[judgement(25, Some("b"))]), []);
        let written = advance(&events, &[judgement(30, None)]);
        merge(&mut events, written);
        assert_eq!(events[0].until, Some(Timestamp(30)));
        // Once closed it opens anew.
        let written = advance(&events, &[judgement(40, Some("c"))]);
        merge(&mut events, written);
        assert_eq!(events.len(), 2);
    }

    #[test]
    fn what_was_not_judged_stays_open() {
        let mut events = Vec::new();
        let written = advance(&events, &[judgement(10, Some("a"))]);
        merge(&mut events, written);
        assert_eq!(advance(&events, &[]), []);
        assert_eq!(events[0].until, None);
    }

    #[test]
    fn what_happened_does_not_last() {
        let verdict = Verdict::Happened { severity: Severity::Notice, evidence: "from 34 to 35".into() };
        let judgement = Judgement {
            kind: EventKind::MethodChanged,
            subject: EventSubject::Network,
            since: Timestamp(5),
            verdict,
        };
        let written = advance(&[], &[judgement]);
        assert_eq!((written[0].from, written[0].until), (Timestamp(5), Some(Timestamp(5))));
    }
}
