//! Faults of authorities, of the consensus and of scanners: events that others found, as incidents.
//!
//! One authority has one incident of a kind at a time, however many symptoms it shows.

use super::impact::Whole;
use super::open::{Basis, Open};
use super::watch::{Found, IncidentWatch};
use super::{Change, ChangeKind};
use allium_model::{
    Cause, CauseGroup, Ending, Event, EventKind, EventSubject, IncidentKind, IncidentState, Severity,
};

/// Authorities that cannot be reached or do not vote from which on each of them is critical.
const MANY_UNREACHABLE: usize = 3;

impl IncidentWatch {
    /// Takes events that began, changed or ended, and answers with what changed about incidents. Events
    /// that tell of no fault are passed over.
    pub fn take_events(&mut self, events: &[Event]) -> Vec<Change> {
        let mut changes = Vec::new();
        for event in events {
            let Some(kind) = incident_kind(event.kind) else { continue };
            let cause = cause(event.subject);
            let open = self.open.iter().position(|open| {
                open.incident.id.kind == kind
                    && matches!(open.basis, Basis::Events(_))
                    && open.incident.causes.first().map(|known| &known.group)
                        == cause.as_ref().map(|cause| &cause.group)
            });
            match (open, event.until) {
                (None, None) => self.event_begins(kind, cause, event, &mut changes),
                (Some(at), None) => changes.extend(event_lasts(&mut self.open[at], event)),
                (Some(at), Some(_)) => changes.extend(event_ends(&mut self.open[at], event)),
                (None, Some(_)) => {}
            }
        }
        self.close();
        self.judge_together(&mut changes);
        changes
    }

    fn event_begins(
        &mut self,
        kind: IncidentKind,
        cause: Option<Cause>,
        event: &Event,
        changes: &mut Vec<Change>,
    ) {
        let found = Found {
            kind,
            severity: event.severity,
            evidence: event.evidence.clone(),
            basis: Basis::Events(vec![event.kind]),
            places: Vec::new(),
            causes: cause.into_iter().collect(),
            whole: Whole::default(),
        };
        self.found(found, event.from, changes);
        if event.kind == EventKind::ConsensusMissing
            && let Some(open) = self.open.last_mut()
        {
            // There may be no second document to wait for.
            changes.push(open.confirm(event.from));
        }
    }

    /// Authorities that fail together are worse than each alone.
    fn judge_together(&mut self, changes: &mut Vec<Change>) {
        let is_unreachable = |open: &Open| match &open.basis {
            Basis::Events(kinds) => kinds.iter().any(|kind| {
                use EventKind::{AuthorityOffline, AuthorityTimeout, VoteMissing};
                matches!(kind, AuthorityOffline | AuthorityTimeout | VoteMissing)
            }),
            _ => false,
        };
        let count = self.open.iter().filter(|open| is_unreachable(open)).count();
        if count < MANY_UNREACHABLE {
            return;
        }
        for open in self.open.iter_mut().filter(|open| is_unreachable(open)) {
            if open.incident.severity < Severity::Critical {
                open.incident.severity = Severity::Critical;
                changes.push(open.change(ChangeKind::Grew));
            }
        }
    }
}

/// The kind of incident that an event is a symptom of; none for changes that are no faults.
const fn incident_kind(kind: EventKind) -> Option<IncidentKind> {
    use EventKind as E;
    match kind {
        E::ConsensusMissing | E::MajorityMissing | E::AuthoritiesApart | E::SharedRandomMissing => {
            Some(IncidentKind::ConsensusFault)
        }
        E::AuthorityOffline
        | E::AuthorityTimeout
        | E::AuthoritySlow
        | E::AuthorityDegraded
        | E::ClockSkewed
        | E::VoteMissing
        | E::SignatureMissing
        | E::SignatureInvalid
        | E::CertificateExpiring => Some(IncidentKind::AuthorityFault),
        E::BandwidthFileStale | E::NotMeasuring | E::ScannerSkewed => Some(IncidentKind::ScannerFault),
        E::AuthorityListChanged | E::MethodChanged | E::VersionsChanged | E::ParamsChanged => None,
    }
}

fn cause(subject: EventSubject) -> Option<Cause> {
    let EventSubject::Authority(identity) = subject else { return None };
    Some(Cause {
        group: CauseGroup::Authority(identity),
        hit_in_group: 1,
        hit: 1,
        group_relays: 1,
        chance_log10: 0.0,
        is_containing: false,
    })
}

/// Another symptom, or a worse one.
fn event_lasts(open: &mut Open, event: &Event) -> Option<Change> {
    let Basis::Events(kinds) = &mut open.basis else { return None };
    let is_new = !kinds.contains(&event.kind);
    let is_worse = event.severity > open.incident.severity;
    if is_new {
        kinds.push(event.kind);
    }
    open.incident.severity = open.incident.severity.max(event.severity);
    if is_new || is_worse {
        open.note(event.from, event.evidence.clone());
    }
    if is_worse {
        open.incident.evidence.clone_from(&event.evidence);
    }
    (is_new || is_worse).then(|| open.change(ChangeKind::Grew))
}

/// A symptom that is gone; the last one ends the incident.
fn event_ends(open: &mut Open, event: &Event) -> Option<Change> {
    let Basis::Events(kinds) = &mut open.basis else { return None };
    kinds.retain(|kind| *kind != event.kind);
    if !kinds.is_empty() {
        return None;
    }
    let until = event.until.unwrap_or(event.from);
    let ending = match open.incident.state {
        IncidentState::Unverified => Ending::NotConfirmed,
        _ => Ending::Recovered,
    };
    Some(open.end(ending, until, until))
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{Story, hour};
    use super::*;
    use allium_model::{Fingerprint, Timestamp};

    const ALDER: EventSubject = EventSubject::Authority(Fingerprint([1; 20]));

    fn event(kind: EventKind, subject: EventSubject, from: i64, until: Option<i64>) -> Event {
        let evidence = kind.name().to_owned();
        Event {
            kind,
            subject,
            severity: Severity::Warning,
            from: hour(from),
            until: until.map(hour),
            evidence,
        }
    }

    fn take(story: &mut Story, events: &[Event]) {
        let found = story.watch.take_events(events);
        story.changes.extend(found);
    }

    #[test]
    fn symptoms_of_one_authority_are_one_incident() {
        let mut story = Story::new();
        story.tell(0..3, |_, _| false);
        take(&mut story, &[event(EventKind::AuthorityOffline, ALDER, 3, None)]);
        take(&mut story, &[event(EventKind::VoteMissing, ALDER, 3, None)]);
        story.tell(3..4, |_, _| false);
        assert_eq!(story.one().state, IncidentState::Unverified);
        story.tell(4..6, |_, _| false);
        assert_eq!((story.one().state, story.one().confirmed), (IncidentState::Ongoing, Some(hour(4))));
        take(&mut story, &[event(EventKind::AuthorityOffline, ALDER, 3, Some(6))]);
        assert!(story.one().is_active());
        take(&mut story, &[event(EventKind::VoteMissing, ALDER, 3, Some(7))]);
        assert_eq!((story.one().ending, story.one().until), (Some(Ending::Recovered), Some(hour(7))));
        assert_eq!(story.one().steps.len(), 4);
    }

    #[test]
    fn a_missing_consensus_fires_at_once() {
        let mut story = Story::new();
        take(&mut story, &[event(EventKind::ConsensusMissing, EventSubject::Network, 3, None)]);
        assert_eq!((story.one().is_active(), story.one().confirmed), (true, Some(hour(3))));
    }

    #[test]
    fn three_authorities_that_fail_together_are_critical() {
        let mut story = Story::new();
        for number in 1..=3 {
            let subject = EventSubject::Authority(Fingerprint([number; 20]));
            assert!(story.incidents().iter().all(|incident| incident.severity == Severity::Warning));
            take(&mut story, &[event(EventKind::VoteMissing, subject, 3, None)]);
        }
        assert!(story.incidents().iter().all(|incident| incident.severity == Severity::Critical));
        assert_eq!(story.incidents().len(), 3);
    }

    #[test]
    fn a_new_parameter_is_no_fault() {
        let mut story = Story::new();
        let at = Timestamp(0);
        let kind = EventKind::ParamsChanged;
        let subject = EventSubject::Network;
        let event = Event {
            kind,
            subject,
            severity: Severity::Notice,
            from: at,
            until: None,
            evidence: String::new(),
        };
        take(&mut story, &[event]);
        assert_eq!(story.ids(), [""; 0]);
    }
}
