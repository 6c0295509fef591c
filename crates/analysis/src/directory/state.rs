//! In which state an authority is, by our own probes (`docs/methods/authority-state.md`).
//!
//! A probe says what one look saw; the state also needs to know what a sound authority would have
//! shown at that moment. When nobody has a newer consensus, an old one is no fault of the authority
//! that serves it.

use allium_model::{AuthorityProbe, ProbeOutcome, Timestamp};

/// An answer that takes longer than this is slow, in milliseconds.
pub const SLOW_MS: u32 = 1_000;

/// State of an authority, the best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AuthorityState {
    /// It answers.
    Online,
    /// It answers, in more than [`SLOW_MS`].
    Slow,
    /// It answers, and its own vote or consensus is missing or stale, or what it says cannot be read.
    Degraded,
    /// It does not answer in time.
    Timeout,
    /// It refuses connections.
    Offline,
    /// It was not probed, or our own network did not work.
    NotMeasured,
}

impl AuthorityState {
    /// Every state.
    pub const ALL: [Self; 6] =
        [Self::Online, Self::Slow, Self::Degraded, Self::Timeout, Self::Offline, Self::NotMeasured];

    /// The word for it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Online => "online",
            Self::Slow => "slow",
            Self::Degraded => "degraded",
            Self::Timeout => "timeout",
            Self::Offline => "offline",
            Self::NotMeasured => "not measured",
        }
    }

    /// Whether the authority counts as up: online or slow. `None` when it is not known.
    pub const fn is_up(self) -> Option<bool> {
        match self {
            Self::Online | Self::Slow => Some(true),
            Self::Degraded | Self::Timeout | Self::Offline => Some(false),
            Self::NotMeasured => None,
        }
    }
}

/// Seconds after the start of validity until documents of a round must be published: a tenth of the
/// interval, and at least three where intervals are very short.
pub fn settling_seconds(interval_seconds: i64) -> i64 {
    (interval_seconds / 10).max(3).min(interval_seconds / 2)
}

/// What a sound authority shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Expectation<'a> {
    /// Starts of validity of the consensuses that are known to have been made, ascending.
    pub consensuses: &'a [Timestamp],
    /// Seconds from one consensus to the next.
    pub interval_seconds: i64,
}

impl Expectation<'_> {
    /// The round whose consensus and votes an authority has at `at`. Clocks and publication are given
    /// [`settling_seconds`].
    pub fn current_round(&self, at: Timestamp) -> Timestamp {
        let interval = self.interval_seconds.max(1);
        let settled = at.0 - settling_seconds(interval);
        Timestamp(settled - settled.rem_euclid(interval))
    }

    /// Whether the consensus that an authority served at `at` is older than one that others had by then.
    fn is_consensus_stale(&self, served: Timestamp, at: Timestamp) -> bool {
        let current = self.current_round(at);
        let made = self.consensuses.partition_point(|valid_after| *valid_after <= current);
        made.checked_sub(1).is_some_and(|newest| served < self.consensuses[newest])
    }

    /// Whether the vote that an authority showed as its own at `at` is not that of the current round.
    fn is_vote_stale(&self, shown: Timestamp, at: Timestamp) -> bool {
        shown < self.current_round(at)
    }
}

/// The state that one probe shows.
pub fn state_of(probe: &AuthorityProbe, expectation: &Expectation<'_>) -> AuthorityState {
    match probe.outcome {
        ProbeOutcome::NotMeasured => AuthorityState::NotMeasured,
        ProbeOutcome::Refused => AuthorityState::Offline,
        ProbeOutcome::TimedOut => AuthorityState::Timeout,
        ProbeOutcome::Failed => AuthorityState::Degraded,
        ProbeOutcome::Answered if staleness(probe, expectation).is_some() => AuthorityState::Degraded,
        ProbeOutcome::Answered if probe.answer_ms.is_some_and(|ms| ms > SLOW_MS) => AuthorityState::Slow,
        ProbeOutcome::Answered => AuthorityState::Online,
    }
}

/// What an answering authority lacks, in words; `None` when it lacks nothing that was looked at.
pub fn staleness(probe: &AuthorityProbe, expectation: &Expectation<'_>) -> Option<String> {
    if probe.outcome == ProbeOutcome::Answered && probe.problem.is_some() {
        return probe.problem.clone();
    }
    if let Some(served) = probe.consensus_valid_after
        && expectation.is_consensus_stale(served, probe.at)
    {
        return Some(format!("it serves the consensus of {served}"));
    }
    let shown = probe.vote_valid_after?;
    expectation.is_vote_stale(shown, probe.at).then(|| format!("its own vote is that of {shown}"))
}

/// The state of an authority now, from its probes in ascending order. A probe older than `max_age_seconds`
/// says nothing any more.
pub fn current_state(
    probes: &[AuthorityProbe],
    expectation: &Expectation<'_>,
    now: Timestamp,
    max_age_seconds: i64,
) -> AuthorityState {
    let newest = probes.last().filter(|probe| now.seconds_since(probe.at) <= max_age_seconds);
    newest.map_or(AuthorityState::NotMeasured, |probe| state_of(probe, expectation))
}

#[cfg(test)]
mod tests {
    use super::*;
    use allium_model::Fingerprint;

    const ROUND: i64 = 100 * 3600;

    fn probe(outcome: ProbeOutcome) -> AuthorityProbe {
        AuthorityProbe {
            identity: Fingerprint([1; 20]),
            at: Timestamp(ROUND + 1800),
            outcome,
            connect_ms: Some(20),
            answer_ms: Some(80),
            consensus_valid_after: Some(Timestamp(ROUND)),
            vote_valid_after: Some(Timestamp(ROUND)),
            clock_skew_seconds: Some(0),
            voters: Vec::new(),
            problem: None,
        }
    }

    #[track_caller]
    fn check(probe: &AuthorityProbe, expected: AuthorityState) {
        let expectation = Expectation { consensuses: &[Timestamp(ROUND)], interval_seconds: 3600 };
        assert_eq!(state_of(probe, &expectation), expected);
    }

    #[test]
    fn each_outcome_has_its_state() {
        check(&probe(ProbeOutcome::Answered), AuthorityState::Online);
        check(&probe(ProbeOutcome::TimedOut), AuthorityState::Timeout);
        check(&probe(ProbeOutcome::Refused), AuthorityState::Offline);
        check(&probe(ProbeOutcome::Failed), AuthorityState::Degraded);
        check(&probe(ProbeOutcome::NotMeasured), AuthorityState::NotMeasured);
    }

    #[test]
    fn more_than_a_second_is_slow() {
        let slow = |ms| AuthorityProbe { answer_ms: Some(ms), ..probe(ProbeOutcome::Answered) };
        check(&slow(1_000), AuthorityState::Online);
        check(&slow(1_001), AuthorityState::Slow);
    }

    #[test]
    fn an_old_consensus_or_vote_degrades() {
        let old = Some(Timestamp(ROUND - 3600));
        let answered = probe(ProbeOutcome::Answered);
        check(&AuthorityProbe { consensus_valid_after: old, ..answered.clone() }, AuthorityState::Degraded);
        check(&AuthorityProbe { vote_valid_after: old, ..answered.clone() }, AuthorityState::Degraded);
        let problem = Some("it has no vote of its own".to_owned());
        check(&AuthorityProbe { problem, ..answered.clone() }, AuthorityState::Degraded);
        // What was not looked at is not held against it.
        let unseen = AuthorityProbe { consensus_valid_after: None, vote_valid_after: None, ..answered };
        check(&unseen, AuthorityState::Online);
    }

    #[test]
    fn an_old_consensus_is_no_fault_when_nobody_has_a_newer_one() {
        let probe = AuthorityProbe {
            consensus_valid_after: Some(Timestamp(ROUND - 3600)),
            ..probe(ProbeOutcome::Answered)
        };
        let expectation = Expectation { consensuses: &[Timestamp(ROUND - 3600)], interval_seconds: 3600 };
        assert_eq!(state_of(&probe, &expectation), AuthorityState::Online);
    }

    #[test]
    fn a_round_needs_a_moment_to_be_published() {
        let expectation = Expectation { consensuses: &[], interval_seconds: 3600 };
        assert_eq!(expectation.current_round(Timestamp(ROUND + 359)), Timestamp(ROUND - 3600));
        assert_eq!(expectation.current_round(Timestamp(ROUND + 360)), Timestamp(ROUND));
    }

    #[test]
    fn an_old_probe_says_nothing() {
        let expectation = Expectation { consensuses: &[], interval_seconds: 3600 };
        let probes = [probe(ProbeOutcome::Answered)];
        let state = |seconds| current_state(&probes, &expectation, probes[0].at.plus_seconds(seconds), 900);
        assert_eq!(state(900), AuthorityState::Online);
        assert_eq!(state(901), AuthorityState::NotMeasured);
        assert_eq!(current_state(&[], &expectation, probes[0].at, 900), AuthorityState::NotMeasured);
    }
}
