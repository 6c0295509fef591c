//! Faults that our own probes show.
//!
//! One failed look is none: a fault of reachability needs two looks in succession, and an authority that
//! answers with old documents is given one voting interval, for after a pause it takes part in the next round.

use super::round::verdict;
use super::{Judgement, Verdict};
use crate::directory::state::{AuthorityState, Expectation, staleness, state_of};
use allium_model::{AuthorityProbe, EventKind, EventSubject, Fingerprint, Severity, Timestamp};

/// Looks in succession that make a fault.
const MIN_LOOKS: usize = 2;

/// Clocks further from ours than this are wrong, in seconds.
const MAX_SKEW_SECONDS: u64 = 10;

/// The recent probes of one authority.
#[derive(Debug, Clone, Copy)]
pub struct ProbeRound<'a> {
    /// SHA-1 of its v3 identity key.
    pub identity: Fingerprint,
    /// Its nickname.
    pub name: &'a str,
    /// Its probes, ascending by time; those of the last few voting rounds are enough.
    pub probes: &'a [AuthorityProbe],
    /// What a sound authority shows.
    pub expectation: Expectation<'a>,
}

/// What the probes of one authority tell.
pub fn judge_probes(round: &ProbeRound<'_>) -> Vec<Judgement> {
    let measured: Vec<(&AuthorityProbe, AuthorityState)> = round
        .probes
        .iter()
        .map(|probe| (probe, state_of(probe, &round.expectation)))
        .filter(|(_, state)| *state != AuthorityState::NotMeasured)
        .collect();
    let Some((newest, state)) = measured.last().copied() else { return Vec::new() };
    let run = run_of(&measured, |other| other == state);
    let mut judgements: Vec<Judgement> =
        FAULTY.into_iter().filter_map(|fault| judge_state(round, fault, newest, state, &run)).collect();
    judgements.extend(judge_clock(round, &measured));
    judgements
}

/// States that are faults, each with its name and how bad it is.
const FAULTY: [(AuthorityState, EventKind, Severity); 4] = [
    (AuthorityState::Offline, EventKind::AuthorityOffline, Severity::Warning),
    (AuthorityState::Timeout, EventKind::AuthorityTimeout, Severity::Warning),
    (AuthorityState::Slow, EventKind::AuthoritySlow, Severity::Notice),
    (AuthorityState::Degraded, EventKind::AuthorityDegraded, Severity::Warning),
];

/// The last probes in succession for which something was so.
struct Run {
    since: Timestamp,
    looks: usize,
}

fn run_of(measured: &[(&AuthorityProbe, AuthorityState)], is_it: impl Fn(AuthorityState) -> bool) -> Run {
    let run = measured.iter().rev().take_while(|(_, state)| is_it(*state));
    let (looks, since) = run.fold((0, Timestamp(0)), |(looks, _), (probe, _)| (looks + 1, probe.at));
    Run { since, looks }
}

/// A state that was seen too briefly says neither that the fault is there nor that it is gone.
fn judge_state(
    round: &ProbeRound<'_>,
    (fault, kind, severity): (AuthorityState, EventKind, Severity),
    newest: &AuthorityProbe,
    state: AuthorityState,
    run: &Run,
) -> Option<Judgement> {
    let verdict = if state == fault {
        if !is_settled(round, fault, newest, run) {
            return None;
        }
        verdict(severity, Some(evidence(round, fault, newest)))
    } else {
        Verdict::Clear
    };
    let subject = EventSubject::Authority(round.identity);
    Some(Judgement { kind, subject, since: run.since, verdict })
}

fn is_settled(round: &ProbeRound<'_>, fault: AuthorityState, newest: &AuthorityProbe, run: &Run) -> bool {
    let patience = if fault == AuthorityState::Degraded { round.expectation.interval_seconds } else { 0 };
    run.looks >= MIN_LOOKS && newest.at.seconds_since(run.since) >= patience
}

fn evidence(round: &ProbeRound<'_>, fault: AuthorityState, newest: &AuthorityProbe) -> String {
    let name = round.name;
    match fault {
        AuthorityState::Offline => format!("{name} refuses connections"),
        AuthorityState::Timeout => format!("{name} does not answer in time"),
        AuthorityState::Slow => format!("{name} takes more than a second to answer"),
        _ => {
            let why = staleness(newest, &round.expectation).or_else(|| newest.problem.clone());
            let why = why.unwrap_or_else(|| "what it sends cannot be read".to_owned());
            format!("{name} answers, and {}", allium_model::printable(&why))
        }
    }
}

fn judge_clock(round: &ProbeRound<'_>, measured: &[(&AuthorityProbe, AuthorityState)]) -> Option<Judgement> {
    let skews: Vec<(Timestamp, i64)> =
        measured.iter().filter_map(|(probe, _)| Some((probe.at, probe.clock_skew_seconds?))).collect();
    let is_wrong = |skew: i64| skew.unsigned_abs() > MAX_SKEW_SECONDS;
    let (at, skew) = *skews.last()?;
    let run: Vec<_> = skews.iter().rev().take_while(|(_, skew)| is_wrong(*skew)).collect();
    let (since, verdict) = match run.last() {
        None => (at, Verdict::Clear),
        Some(_) if run.len() < MIN_LOOKS => return None,
        Some((since, _)) => {
            let way = if skew > 0 { "ahead" } else { "behind" };
            let evidence = format!("the clock of {} is {} s {way}", round.name, skew.unsigned_abs());
            (*since, verdict(Severity::Warning, Some(evidence)))
        }
    };
    let subject = EventSubject::Authority(round.identity);
    Some(Judgement { kind: EventKind::ClockSkewed, subject, since, verdict })
}

#[cfg(test)]
mod tests {
    use super::*;
    use allium_model::ProbeOutcome;

    const ROUND: i64 = 100 * 3600;

    fn probe(minutes: i64, outcome: ProbeOutcome) -> AuthorityProbe {
        let at = Timestamp(ROUND + 600 + minutes * 60);
        let round = Timestamp(ROUND + (at.0 - 360 - ROUND).div_euclid(3600) * 3600);
        AuthorityProbe {
            identity: Fingerprint([1; 20]),
            at,
            outcome,
            connect_ms: Some(20),
            answer_ms: Some(80),
            consensus_valid_after: Some(round),
            vote_valid_after: Some(round),
            clock_skew_seconds: Some(0),
            voters: Vec::new(),
            problem: None,
        }
    }

    fn judge(probes: &[AuthorityProbe]) -> Vec<Judgement> {
        let consensuses: Vec<Timestamp> = (0..3).map(|round| Timestamp(ROUND + round * 3600)).collect();
        let expectation = Expectation { consensuses: &consensuses, interval_seconds: 3600 };
        judge_probes(&ProbeRound { identity: Fingerprint([1; 20]), name: "alder", probes, expectation })
    }

    fn held(probes: &[AuthorityProbe]) -> Vec<(EventKind, Timestamp)> {
        let judgements = judge(probes).into_iter();
        judgements
            .filter(|judgement| judgement.verdict != Verdict::Clear)
            .map(|judgement| (judgement.kind, judgement.since))
            .collect()
    }

    #[test]
    fn two_looks_in_succession_make_a_fault_since_the_first() {
        for (outcome, kind) in [
            (ProbeOutcome::Refused, EventKind::AuthorityOffline),
            (ProbeOutcome::TimedOut, EventKind::AuthorityTimeout),
        ] {
            let good = probe(0, ProbeOutcome::Answered);
            assert_eq!(held(&[good.clone(), probe(5, outcome)]), []);
            let probes = [good.clone(), probe(5, outcome), probe(10, outcome)];
            assert_eq!(held(&probes), [(kind, probes[1].at)]);
            let mended = [probe(5, outcome), probe(10, outcome), probe(15, ProbeOutcome::Answered)];
            assert_eq!(held(&mended), []);
        }
    }

    #[test]
    fn a_single_failed_look_neither_opens_nor_closes() {
        let probes = [probe(0, ProbeOutcome::Answered), probe(5, ProbeOutcome::Refused)];
        assert!(judge(&probes).iter().all(|judgement| judgement.kind != EventKind::AuthorityOffline));
    }

    #[test]
    fn looks_without_a_network_of_our_own_are_left_out() {
        assert_eq!(judge(&[probe(0, ProbeOutcome::NotMeasured)]), []);
        let probes = [
            probe(0, ProbeOutcome::Refused),
            probe(5, ProbeOutcome::NotMeasured),
            probe(10, ProbeOutcome::Refused),
        ];
        assert_eq!(held(&probes), [(EventKind::AuthorityOffline, probes[0].at)]);
    }

    #[test]
    fn old_documents_are_a_fault_after_a_whole_round() {
        let old = |minutes| AuthorityProbe {
            vote_valid_after: Some(Timestamp(ROUND - 3600)),
            ..probe(minutes, ProbeOutcome::Answered)
        };
        assert_eq!(held(&[old(0), old(30), old(59)]), []);
        assert_eq!(held(&[old(0), old(30), old(60)]), [(EventKind::AuthorityDegraded, old(0).at)]);
    }

    #[test]
    fn a_wrong_clock_is_found() {
        let skewed = |minutes, skew| AuthorityProbe {
            clock_skew_seconds: Some(skew),
            ..probe(minutes, ProbeOutcome::Answered)
        };
        assert_eq!(held(&[skewed(0, 10), skewed(5, -10)]), []);
        assert_eq!(held(&[skewed(0, 0), skewed(5, -20)]), []);
        let probes = [skewed(0, 0), skewed(5, 20), skewed(10, 21)];
        assert_eq!(held(&probes), [(EventKind::ClockSkewed, probes[1].at)]);
    }

    #[test]
    fn slow_answers_are_a_fault_of_their_own() {
        let slow =
            |minutes| AuthorityProbe { answer_ms: Some(4_000), ..probe(minutes, ProbeOutcome::Answered) };
        assert_eq!(held(&[slow(0), slow(5)]), [(EventKind::AuthoritySlow, slow(0).at)]);
    }
}
