//! The watch over rounds and probes, taken up where an earlier process left it.

use super::past::Past;
use allium_analysis::directory::faults::Watch;
use allium_consensus::TrustedAuthorities;
use allium_model::{Fingerprint, Timestamp};
use allium_store::StoreError;
use std::collections::BTreeSet;

/// Seconds back for which probes matter to the watch: six rounds of an hour.
const PROBE_SECONDS: i64 = 6 * 3600;

/// A watch that begins with the first moment it is asked about.
#[derive(Debug, Default)]
pub struct Watching(Option<Watch>);

impl Watching {
    /// The watch; at first it reads what lasts, who measures and the newest probes from the past.
    pub async fn open(
        &mut self,
        trusted: &TrustedAuthorities,
        at: Timestamp,
        past: &Past,
    ) -> Result<&mut Watch, StoreError> {
        let watch = match self.0.take() {
            Some(watch) => watch,
            None => begin(trusted, at, past).await?,
        };
        Ok(self.0.insert(watch))
    }
}

async fn begin(trusted: &TrustedAuthorities, at: Timestamp, past: &Past) -> Result<Watch, StoreError> {
    let entries = trusted.trusted_at(at);
    let trusted: Vec<(Fingerprint, String)> =
        entries.map(|entry| (entry.identity, entry.nickname.clone())).collect();
    let identities: Vec<Fingerprint> = trusted.iter().map(|(identity, _)| *identity).collect();
    let before = past.remembered(at, at, &identities).await?;
    let measuring = before.rounds.iter().filter(|round| round.measured_relays.is_some_and(|count| count > 0));
    let scanners: BTreeSet<Fingerprint> = measuring.map(|round| round.identity).collect();
    let mut watch = Watch::new(trusted, &before.events, scanners);
    let mut probes = before.probes;
    probes.retain(|probe| probe.at >= at.plus_seconds(-PROBE_SECONDS) && probe.at < at);
    watch.resume(None, &probes);
    Ok(watch)
}
