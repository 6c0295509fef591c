//! What an authority does in a round, as the faults leave it.

use super::Directory;
use super::fault::{Fault, FaultKind};
use crate::dice::{Subject, hash_at};
use crate::time::clock::{HOUR_SECONDS, Hour};
use allium_model::Timestamp;

/// What an authority does in a round.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Conduct {
    /// Whether it votes, and whether it signs; what does not vote does not sign.
    pub(crate) part: Part,
    pub(crate) file: BandwidthFile,
    pub(crate) reach: Reach,
    /// Its clock minus the right time.
    pub(crate) clock_skew_seconds: i64,
}

/// How it takes part in a round.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    /// It votes and signs.
    Full,
    /// It votes and does not sign.
    Unsigned,
    /// Neither.
    Absent,
}

/// What its bandwidth file is like.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum BandwidthFile {
    /// It never measures.
    Never,
    /// It measures and has no file.
    Missing,
    /// Made in time, with every measurement multiplied by a factor.
    Fresh(f64),
    /// Made at that time, which is too long ago.
    Stale(Timestamp),
}

/// How it answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reach {
    Online,
    Slow,
    TimedOut,
    Refused,
}

/// Seconds before a round at which bandwidth files are made.
const FILE_SECONDS_BEFORE: i64 = 1500;
/// Seconds between the files of two authorities.
const FILE_SECONDS_APART: i64 = 61;
/// Seconds before a round at which votes are published.
const VOTE_SECONDS_BEFORE: i64 = 600;
/// Age of a file that is too old, in seconds: 4 days at the first hour of the fault.
const STALE_SECONDS: i64 = 4 * 86_400;

/// Seconds before a round at which an authority has made its bandwidth file.
pub(crate) fn fresh_file_seconds_before(authority: usize) -> i64 {
    FILE_SECONDS_BEFORE + authority as i64 * FILE_SECONDS_APART
}

/// Seconds before a round at which an authority publishes its vote.
pub(crate) fn vote_seconds_before(authority: usize) -> i64 {
    VOTE_SECONDS_BEFORE - authority as i64 % 3
}

impl Conduct {
    /// Whether its vote carries measurements.
    pub(crate) fn measures(&self) -> bool {
        matches!(self.file, BandwidthFile::Fresh(_))
    }
}

impl Directory<'_> {
    /// What an authority does in a round.
    pub(crate) fn conduct(&self, authority: usize, hour: Hour) -> Conduct {
        let scans = self.authorities[authority].habits.duties.scans;
        let file = if scans { BandwidthFile::Fresh(1.0) } else { BandwidthFile::Never };
        let mut conduct = Conduct { part: Part::Full, file, reach: Reach::Online, clock_skew_seconds: 0 };
        if self.is_absent_without_consensus(authority, hour) {
            conduct.part = Part::Absent;
        }
        for fault in self.faults_in(hour).filter(|fault| fault.authority == Some(authority)) {
            self.apply(fault, &mut conduct);
        }
        conduct
    }

    /// The faults of an hour.
    pub(crate) fn faults_in(&self, hour: Hour) -> impl Iterator<Item = &Fault> {
        self.faults.iter().filter(move |fault| (fault.span.start..fault.span.end).contains(&hour))
    }

    /// In an hour without a consensus fewer than half of the authorities have votes of each other.
    fn is_absent_without_consensus(&self, authority: usize, hour: Hour) -> bool {
        if self.simulation.consensuses.has(hour) {
            return false;
        }
        let count = self.authorities.len();
        let first = hash_at(self.simulation.options.seed, Subject::Votes, [u64::from(hour), 0, 0]);
        let place = (authority + first as usize % count) % count;
        place >= count / 2
    }

    fn apply(&self, fault: &Fault, conduct: &mut Conduct) {
        match fault.kind {
            FaultKind::Offline => (conduct.part, conduct.reach) = (Part::Absent, Reach::Refused),
            FaultKind::Frozen => (conduct.part, conduct.reach) = (Part::Absent, Reach::TimedOut),
            FaultKind::Silent => conduct.part = Part::Absent,
            FaultKind::Unsigned if conduct.part == Part::Full => conduct.part = Part::Unsigned,
            FaultKind::Slow => conduct.reach = Reach::Slow,
            FaultKind::StaleFile => {
                let begin = self.simulation.clock.time(fault.span.start);
                let made = begin.plus_seconds(-STALE_SECONDS - HOUR_SECONDS / 2);
                conduct.file = BandwidthFile::Stale(made);
            }
            FaultKind::NoFile => conduct.file = BandwidthFile::Missing,
            FaultKind::Skewed(factor) => conduct.file = BandwidthFile::Fresh(factor),
            FaultKind::ClockSkewed(seconds) => conduct.clock_skew_seconds = seconds,
            FaultKind::Unsigned | FaultKind::LateCertificate | FaultKind::NoSharedRandom => {}
        }
    }
}
