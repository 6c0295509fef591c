//! The truth about the authorities as events: what a detector should find, and nothing else.

use super::Directory;
use super::fault::{Fault, FaultKind, LATE_RENEWAL_HOURS};
use crate::time::clock::{HOUR_SECONDS, Hour};
use crate::time::presence::Run;
use allium_model::{Event, EventKind, EventSubject, Severity};

impl Directory<'_> {
    /// Events of all faults, of hours without a consensus and of new recommended versions, in order of
    /// their start.
    pub fn events(&self) -> Vec<Event> {
        let mut events: Vec<Event> = self.faults.iter().flat_map(|fault| self.fault_events(fault)).collect();
        for gap in self.gaps() {
            let hours = (gap.until.seconds_since(gap.from) / HOUR_SECONDS) as Hour;
            let first = (gap.from.seconds_since(self.simulation.clock.start()) / HOUR_SECONDS) as Hour;
            events.extend(self.gap_events(Run { start: first, end: first + hours }));
        }
        events.extend(self.version_events());
        events.sort_by_key(|event| (event.from, event.kind, event.subject));
        events
    }

    fn fault_events(&self, fault: &Fault) -> Vec<Event> {
        let Some(authority) = fault.authority else {
            return vec![self.event(
                EventKind::SharedRandomMissing,
                EventSubject::Network,
                Severity::Warning,
                fault.span,
                "the consensus has no shared random value of the day".into(),
            )];
        };
        let name = self.authorities[authority].nickname;
        let event = |(kind, severity, words): (EventKind, Severity, String)| {
            self.event(kind, self.subject(authority), severity, fault.span, format!("{name} {words}"))
        };
        let no_vote =
            || (EventKind::VoteMissing, Severity::Warning, "did not vote in time to be counted".into());
        let found: Vec<(EventKind, Severity, String)> = match fault.kind {
            FaultKind::Offline => {
                vec![
                    (EventKind::AuthorityOffline, Severity::Warning, "refuses connections".into()),
                    no_vote(),
                ]
            }
            FaultKind::Frozen => {
                vec![
                    (EventKind::AuthorityTimeout, Severity::Warning, "does not answer in time".into()),
                    no_vote(),
                ]
            }
            // One round without its vote is that and nothing else; an authority that goes on without is
            // degraded besides.
            FaultKind::Silent if fault.span.hours() <= 1 => vec![no_vote()],
            FaultKind::Silent => vec![
                (
                    EventKind::AuthorityDegraded,
                    Severity::Warning,
                    "answers, and its own vote is missing".into(),
                ),
                no_vote(),
            ],
            FaultKind::Unsigned => vec![(
                EventKind::SignatureMissing,
                Severity::Warning,
                "voted, and its signature is not on the consensus".into(),
            )],
            FaultKind::Slow => {
                vec![(
                    EventKind::AuthoritySlow,
                    Severity::Notice,
                    "takes more than a second to answer".into(),
                )]
            }
            FaultKind::StaleFile => vec![(
                EventKind::BandwidthFileStale,
                Severity::Warning,
                "uses nothing of its bandwidth file, which is more than 3 days old".into(),
            )],
            FaultKind::NoFile => {
                vec![(EventKind::NotMeasuring, Severity::Warning, "measures no relay".into())]
            }
            FaultKind::Skewed(factor) => vec![(
                EventKind::ScannerSkewed,
                Severity::Warning,
                format!("measures {factor:.2} times what the other scanners do"),
            )],
            FaultKind::ClockSkewed(seconds) => vec![(
                EventKind::ClockSkewed,
                Severity::Warning,
                format!(
                    "has a clock that is {} s {}",
                    seconds.unsigned_abs(),
                    if seconds > 0 { "fast" } else { "slow" }
                ),
            )],
            FaultKind::LateCertificate => {
                let expires = self.simulation.clock.time(fault.span.end + LATE_RENEWAL_HOURS);
                vec![(
                    EventKind::CertificateExpiring,
                    Severity::Critical,
                    format!("has a certificate that expires on {expires}"),
                )]
            }
            FaultKind::NoSharedRandom => Vec::new(),
        };
        found.into_iter().map(event).collect()
    }

    fn gap_events(&self, gap: Run) -> Vec<Event> {
        let (severity, words) = match gap.hours() {
            1 => (Severity::Notice, "no consensus was made in one round".to_owned()),
            hours => (
                if hours == 2 { Severity::Warning } else { Severity::Critical },
                format!("no consensus was made in {hours} rounds"),
            ),
        };
        vec![self.event(EventKind::ConsensusMissing, EventSubject::Network, severity, gap, words)]
    }

    fn version_events(&self) -> impl Iterator<Item = Event> {
        self.recommendations().into_iter().map(|(hour, version)| {
            let evidence = format!("server version {version} is recommended");
            let span = Run { start: hour, end: hour };
            self.event(EventKind::VersionsChanged, EventSubject::Network, Severity::Notice, span, evidence)
        })
    }

    fn subject(&self, authority: usize) -> EventSubject {
        EventSubject::Authority(self.authorities[authority].identity)
    }

    fn event(
        &self,
        kind: EventKind,
        subject: EventSubject,
        severity: Severity,
        span: Run,
        evidence: String,
    ) -> Event {
        let clock = self.simulation.clock;
        let until = (span.end < clock.hours).then(|| clock.time(span.end));
        Event { kind, subject, severity, from: clock.time(span.start), until, evidence }
    }
}

#[cfg(test)]
mod tests {
    use super::super::conduct::Part;
    use super::super::options::{DirectoryOptions, FaultRate};
    use super::*;
    use crate::{SimOptions, Simulation};
    use allium_model::Timestamp;

    #[test]
    fn records_probes_and_events_tell_the_same_story() {
        let options = SimOptions { relays: 60, days: 20, seed: 5, end: Timestamp(1_771_765_200) };
        let simulation = Simulation::run(&options);
        let directory =
            simulation.directory(&DirectoryOptions { authorities: 9, faults: FaultRate::Frequent }).unwrap();
        let events = directory.events();
        for record in directory.hours().flat_map(|hour| hour.authorities) {
            let is_missing = events.iter().any(|event| {
                event.kind == EventKind::VoteMissing
                    && event.subject == EventSubject::Authority(record.identity)
                    && event.from <= record.valid_after
                    && event.until.is_none_or(|until| record.valid_after < until)
            });
            assert_eq!(record.is_counted, Some(!is_missing));
        }
        let hours = simulation.consensuses.missing().len();
        assert_eq!(directory.failed_rounds().len(), 9 * hours);
        assert!(hours > 0, "the seed has hours without a consensus");
        for hour in simulation.consensuses.missing() {
            let voted =
                (0..9).filter(|authority| directory.conduct(*authority, *hour).part != Part::Absent).count();
            assert!(voted <= 4);
        }
    }
}
