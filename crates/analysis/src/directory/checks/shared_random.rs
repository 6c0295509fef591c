//! The shared random value.

use super::super::shared_random::{Phase, shared_random};
use super::{CheckState, NO_CONSENSUS, NO_VOTES, Outcome, Subject, outcome, pass, unknown, warn_of};
use allium_model::{Fingerprint, VoteSummary};
use std::collections::BTreeSet;

/// Round of a phase from which everybody should know the same, 8 of 12 hours into it.
const SETTLED_ROUND: u32 = 9;

/// Fails when both values are missing, warns when one is.
pub(super) fn present(subject: Subject<'_>) -> Outcome {
    let Some(state) = shared_random(subject.inputs) else { return unknown(NO_CONSENSUS) };
    match (state.has_current, state.has_previous) {
        (true, true) => pass("Both are there."),
        (true, false) => outcome(CheckState::Warn, "The value of the period before is missing."),
        (false, true) => outcome(CheckState::Warn, "The value of this period is missing."),
        (false, false) => outcome(CheckState::Fail, "Both are missing."),
    }
}

pub(super) fn commits(subject: Subject<'_>) -> Outcome {
    partition(subject, Phase::Commit, |vote| &vote.shared_random_commits)
}

pub(super) fn reveals(subject: Subject<'_>) -> Outcome {
    partition(subject, Phase::Reveal, |vote| &vote.shared_random_reveals)
}

fn partition(subject: Subject<'_>, phase: Phase, seen: fn(&VoteSummary) -> &Vec<Fingerprint>) -> Outcome {
    let Some(state) = shared_random(subject.inputs) else { return unknown(NO_CONSENSUS) };
    if state.seen.is_empty() {
        return unknown(NO_VOTES);
    }
    if state.phase != phase || state.round < SETTLED_ROUND {
        return unknown(format!(
            "Not due yet: round {} of 12 of the {} phase.",
            state.round,
            state.phase.name()
        ));
    }
    let votes = || subject.inputs.votes.authorities().iter().filter(|vote| vote.is_in_shared_random);
    let all: BTreeSet<Fingerprint> = votes().flat_map(|vote| seen(vote).iter().copied()).collect();
    let found: Vec<String> = votes()
        .filter_map(|vote| {
            let own: BTreeSet<Fingerprint> = seen(vote).iter().copied().collect();
            let lacking: Vec<String> =
                all.difference(&own).map(|identity| subject.nickname(*identity)).collect();
            let nickname = subject.nickname(vote.identity);
            (!lacking.is_empty()).then(|| format!("{nickname} lacks {}", lacking.join(", ")))
        })
        .collect();
    warn_of(&found, format!("{} votes know the same {}.", state.participants, all.len()))
}
