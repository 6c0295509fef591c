//! The newest consensus itself: its age and its method.

use super::{CheckState, NO_CONSENSUS, NO_VOTES, Outcome, Subject, outcome, pass, unknown, warn_of};

/// Warns when the newest consensus is past its fresh time, fails when it is past its validity.
pub(super) fn latest(subject: Subject<'_>) -> Outcome {
    let Some(consensus) = subject.inputs.consensus.as_deref() else { return unknown(NO_CONSENSUS) };
    let now = subject.inputs.judged_at;
    let state = if now < consensus.fresh_until {
        CheckState::Pass
    } else if now < consensus.valid_until {
        CheckState::Warn
    } else {
        CheckState::Fail
    };
    outcome(
        state,
        format!(
            "Valid after {} UTC, fresh until {} UTC, judged at {} UTC.",
            consensus.valid_after.to_minute(),
            consensus.fresh_until.to_minute(),
            now.to_minute()
        ),
    )
}

/// Warns of votes that do not list the method in force.
pub(super) fn method(subject: Subject<'_>) -> Outcome {
    let Some(consensus) = subject.inputs.consensus.as_deref() else { return unknown(NO_CONSENSUS) };
    let votes = subject.inputs.votes.authorities();
    if votes.is_empty() {
        return unknown(NO_VOTES);
    }
    let lacking = votes.iter().filter(|vote| !vote.methods.contains(&consensus.method));
    let found: Vec<String> = lacking
        .map(|vote| {
            let most = vote.methods.last().map_or_else(|| "none".to_owned(), u32::to_string);
            format!("{} supports methods up to {most}", subject.nickname(vote.identity))
        })
        .collect();
    if found.is_empty() {
        return pass(format!("{} votes support method {}.", votes.len(), consensus.method));
    }
    warn_of(&found, String::new())
}
