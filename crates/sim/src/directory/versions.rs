//! What authorities recommend and require: versions of tor, protocols and parameters.

use super::Directory;
use crate::data::software::{Release, STABLE};
use crate::dice::{Subject, hash_at};
use crate::time::clock::{HOUR_SECONDS, Hour};
use crate::world::software::release_time;
use allium_model::Timestamp;

/// Most versions that are recommended at a time.
const RECOMMENDED: usize = 4;
/// Most hours that an authority needs to recommend a new version.
const MAX_DELAY_HOURS: u64 = 14;

/// The lines on protocols of votes and consensuses.
pub(crate) const PROTOCOLS: [(&str, &str); 4] = [
    (
        "recommended-client-protocols",
        "Cons=2 Desc=2 DirCache=2 FlowCtrl=1-2 HSDir=2 HSIntro=4 HSRend=2 Link=4-5 Microdesc=2 Relay=2-4",
    ),
    (
        "recommended-relay-protocols",
        "Cons=2 Desc=2 DirCache=2 FlowCtrl=1-2 HSDir=2 HSIntro=4-5 HSRend=2 Link=4-5 LinkAuth=3 Microdesc=2 Relay=2-4",
    ),
    ("required-client-protocols", "Cons=2 Desc=2 FlowCtrl=1 Link=4 Microdesc=2 Relay=2"),
    (
        "required-relay-protocols",
        "Cons=2 Desc=2 DirCache=2 FlowCtrl=1-2 HSDir=2 HSIntro=4-5 HSRend=2 Link=4-5 LinkAuth=3 Microdesc=2 Relay=2-4",
    ),
];

/// Parameters that all authorities vote for.
pub(crate) const PARAMS: [(&str, i32); 12] = [
    ("AuthDirMaxServersPerAddr", 8),
    ("CircuitPriorityHalflifeMsec", 30_000),
    ("DoSCircuitCreationEnabled", 1),
    ("DoSCircuitCreationMinConnections", 2),
    ("DoSConnectionEnabled", 1),
    ("KISTSchedRunInterval", 3),
    ("bwscanner_cc", 1),
    ("cc_alg", 2),
    ("cc_cwnd_min", 124),
    ("guard-n-primary-guards-to-use", 2),
    ("hsdir_spread_store", 4),
    ("sendme_accept_min_version", 1),
];

/// A parameter that one authority alone votes for, and that so never gets into a consensus.
pub(crate) const LONELY_PARAM: (&str, i32) = ("UseOptimisticData", 1);

/// Protocols of relays by the series of their version, the newest first.
const RELAY_PROTOCOLS: [(&str, &str); 3] = [
    (
        "0.4.9",
        "Conflux=1 Cons=1-2 Desc=1-4 DirCache=2 FlowCtrl=1-2 HSDir=2 HSIntro=4-5 HSRend=1-2 Link=3-5 LinkAuth=3 Microdesc=1-3 Padding=2 Relay=2-6",
    ),
    (
        "0.4.8",
        "Conflux=1 Cons=1-2 Desc=1-2 DirCache=2 FlowCtrl=1-2 HSDir=2 HSIntro=4-5 HSRend=1-2 Link=1-5 LinkAuth=1,3 Microdesc=1-2 Padding=2 Relay=1-4",
    ),
    (
        "0.4.",
        "Cons=1-2 Desc=1-2 DirCache=2 FlowCtrl=1-2 HSDir=2 HSIntro=4-5 HSRend=1-2 Link=1-5 LinkAuth=1,3 Microdesc=1-2 Padding=2 Relay=1-4",
    ),
];

/// The protocols of a relay with this version.
pub(crate) fn relay_protocols(version: &str) -> &'static str {
    let known = RELAY_PROTOCOLS.iter().find(|(series, _)| version.starts_with(series));
    known.unwrap_or(&RELAY_PROTOCOLS[0]).1
}

impl Directory<'_> {
    /// The versions that an authority recommends in an hour, oldest first.
    pub(crate) fn versions_of(&self, authority: usize, hour: Hour) -> Vec<&'static str> {
        let time = self.simulation.clock.time(hour);
        let known = STABLE.iter().filter(|release| self.adopted(authority, release) <= time).count();
        STABLE[known.saturating_sub(RECOMMENDED)..known].iter().map(|release| release.version).collect()
    }

    /// The versions that more than half of these authorities recommend, oldest first.
    pub(crate) fn versions_of_most(&self, authorities: &[usize], hour: Hour) -> Vec<&'static str> {
        let votes: Vec<Vec<&str>> =
            authorities.iter().map(|authority| self.versions_of(*authority, hour)).collect();
        let is_of_most =
            |version: &&str| votes.iter().filter(|vote| vote.contains(version)).count() * 2 > votes.len();
        STABLE.iter().map(|release| release.version).filter(is_of_most).collect()
    }

    /// The rounds from which on most authorities recommend a version that came out in the simulation.
    pub(crate) fn recommendations(&self) -> Vec<(Hour, &'static str)> {
        let clock = self.simulation.clock;
        let hour_of = |release: &Release| {
            let mut adopted: Vec<Timestamp> =
                (0..self.authorities.len()).map(|authority| self.adopted(authority, release)).collect();
            adopted.sort_unstable();
            let seconds = adopted[self.authorities.len() / 2].seconds_since(clock.start());
            Hour::try_from((seconds + HOUR_SECONDS - 1).div_euclid(HOUR_SECONDS)).ok()
        };
        let dated = STABLE.iter().filter_map(|release| Some((hour_of(release)?, release.version)));
        dated.filter(|(hour, _)| *hour > 0 && *hour < clock.hours).collect()
    }

    /// When an authority begins to recommend a version.
    fn adopted(&self, authority: usize, release: &Release) -> Timestamp {
        let place = [authority as u64, u64::from(release.age_days), 1];
        let hours = hash_at(self.simulation.options.seed, Subject::Votes, place) % MAX_DELAY_HOURS;
        release_time(self.simulation.clock, release).plus_seconds(hours as i64 * HOUR_SECONDS)
    }
}
