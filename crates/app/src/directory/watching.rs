//! The watch over rounds and probes, taken up where an earlier process left it. What begins and ends is
//! told in the log.

use super::past::Past;
use allium_analysis::directory::faults::Watch;
use allium_consensus::TrustedAuthorities;
use allium_model::{
    AuthorityProbe, ConsensusSummary, Event, EventKind, EventSubject, Fingerprint, Severity, Timestamp,
    VoteBook,
};
use allium_store::StoreError;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Seconds back for which probes matter to the watch: six rounds of an hour.
const PROBE_SECONDS: i64 = 6 * 3600;

/// A watch that begins with the first moment it is asked about.
#[derive(Debug, Default)]
pub struct Watching(Option<Watched>);

impl Watching {
    /// The watch; at first it reads what lasts, who measures and the newest probes from the past.
    pub async fn open(
        &mut self,
        trusted: &TrustedAuthorities,
        at: Timestamp,
        past: &Past,
    ) -> Result<&mut Watched, StoreError> {
        let watched = match self.0.take() {
            Some(mut watched) => {
                watched.watch.trust(trusted_names(trusted, at));
                watched
            }
            None => Watched { watch: begin(trusted, at, past).await?, told: BTreeMap::new() },
        };
        Ok(self.0.insert(watched))
    }
}

/// A watch whose findings are logged.
#[derive(Debug)]
pub struct Watched {
    watch: Watch,
    /// What the log says that it lasts, and how bad.
    told: BTreeMap<(EventKind, EventSubject), Severity>,
}

impl Watched {
    /// Judges a round as [`Watch::round`] does.
    pub fn round(
        &mut self,
        valid_after: Timestamp,
        consensus: Option<Arc<ConsensusSummary>>,
        votes: &VoteBook,
    ) -> Vec<Event> {
        let events = self.watch.round(valid_after, consensus, votes);
        self.tell(&events);
        events
    }

    /// Judges looks as [`Watch::look`] does.
    pub fn look(&mut self, probes: &[AuthorityProbe]) -> Vec<Event> {
        let events = self.watch.look(probes);
        self.tell(&events);
        events
    }

    /// Logs what begins, what grows worse and what ends; other words for what lasts are not worth a line.
    fn tell(&mut self, events: &[Event]) {
        for event in events {
            let key = (event.kind, event.subject);
            let told = match event.until {
                None => self.told.insert(key, event.severity),
                Some(_) => self.told.remove(&key),
            };
            log(event, told);
        }
    }
}

/// Writes a line about an event; `told` is how bad the log called it before.
fn log(event: &Event, told: Option<Severity>) {
    let (fault, severity, evidence) = (event.kind.name(), event.severity.name(), &event.evidence);
    let since = event.from;
    match event.until {
        None if told >= Some(event.severity) => {}
        None if event.severity == Severity::Notice => tracing::info!(fault, severity, %since, "{evidence}"),
        None => tracing::warn!(fault, severity, %since, "{evidence}"),
        Some(until) if until == since && told.is_none() => {
            tracing::info!(change = fault, severity, at = %since, "{evidence}");
        }
        Some(until) => tracing::info!(fault, %since, %until, "over: {evidence}"),
    }
}

fn trusted_names(trusted: &TrustedAuthorities, at: Timestamp) -> Vec<(Fingerprint, String)> {
    trusted.trusted_at(at).map(|entry| (entry.identity, entry.nickname.clone())).collect()
}

async fn begin(trusted: &TrustedAuthorities, at: Timestamp, past: &Past) -> Result<Watch, StoreError> {
    let trusted = trusted_names(trusted, at);
    let identities: Vec<Fingerprint> = trusted.iter().map(|(identity, _)| *identity).collect();
    let before = past.remembered(at, at, &identities).await?;
    let measuring = before.rounds.iter().filter(|round| round.measured_relays.is_some_and(|count| count > 0));
    let scanners: BTreeSet<Fingerprint> = measuring.map(|round| round.identity).collect();
    let mut watch = Watch::new(trusted, &before.events, scanners);
    watch.remember(&before.rounds);
    let mut probes = before.probes;
    probes.retain(|probe| probe.at >= at.plus_seconds(-PROBE_SECONDS) && probe.at < at);
    watch.resume(None, &probes);
    Ok(watch)
}
