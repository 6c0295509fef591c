//! What a monitor would have seen of the authorities: the truth as probes.

use super::Directory;
use super::conduct::{Part, Reach};
use crate::dice::{Subject, unit_at};
use crate::time::clock::{HOUR_SECONDS, Hour};
use allium_model::{AuthorityProbe, ProbeOutcome, Timestamp};

/// Seconds after which a probe gives up.
const TIMEOUT_SECONDS: u32 = 10;

impl Directory<'_> {
    /// Probes of every authority, in order of time, from the hour of `from` to the end; every
    /// `interval_seconds`, at least one minute.
    pub fn probes(&self, from: Timestamp, interval_seconds: i64) -> impl Iterator<Item = AuthorityProbe> {
        let clock = self.simulation.clock;
        let end = clock.end.plus_seconds(HOUR_SECONDS).0;
        let times = (from.max(clock.start()).0..end).step_by(interval_seconds.max(60) as usize);
        times.flat_map(move |time| {
            (0..self.authorities.len()).map(move |authority| self.probe(authority, Timestamp(time)))
        })
    }

    fn probe(&self, authority: usize, at: Timestamp) -> AuthorityProbe {
        let clock = self.simulation.clock;
        let hour = (at.seconds_since(clock.start()) / HOUR_SECONDS) as Hour;
        let conduct = self.conduct(authority, hour);
        let draw = |number: u64| {
            let place = [at.0 as u64, authority as u64, number];
            unit_at(self.simulation.options.seed, Subject::Reachability, place)
        };
        let connect_ms = 15 + 17 * authority as u32 + (25.0 * draw(1)) as u32;
        let quick_ms = connect_ms * 2 + (60.0 * draw(2)) as u32;
        let probe = AuthorityProbe {
            identity: self.authorities[authority].identity,
            at,
            outcome: ProbeOutcome::Answered,
            connect_ms: Some(connect_ms),
            answer_ms: Some(quick_ms),
            consensus_valid_after: self
                .simulation
                .consensuses
                .newest_in(0, hour + 1)
                .map(|hour| clock.time(hour)),
            vote_valid_after: self.newest_vote(authority, hour).map(|hour| clock.time(hour)),
            clock_skew_seconds: Some(conduct.clock_skew_seconds + (2.4 * draw(3) - 1.2) as i64),
            voters: Vec::new(),
            problem: None,
        };
        match conduct.reach {
            Reach::Online => probe,
            Reach::Slow => AuthorityProbe { answer_ms: Some(1200 + (2600.0 * draw(4)) as u32), ..probe },
            Reach::TimedOut => AuthorityProbe {
                connect_ms: Some(connect_ms),
                problem: Some(format!("no answer within {TIMEOUT_SECONDS} s")),
                ..AuthorityProbe::unanswered(probe.identity, at, ProbeOutcome::TimedOut)
            },
            Reach::Refused => AuthorityProbe {
                problem: Some("connection refused".into()),
                ..AuthorityProbe::unanswered(probe.identity, at, ProbeOutcome::Refused)
            },
        }
    }

    /// The newest round in which an authority voted, at most a day back.
    fn newest_vote(&self, authority: usize, hour: Hour) -> Option<Hour> {
        let has_voted = |hour: &Hour| self.conduct(authority, *hour).part != Part::Absent;
        (hour.saturating_sub(24)..=hour).rev().find(has_voted)
    }
}
