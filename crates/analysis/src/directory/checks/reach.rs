//! What our own probes and descriptors say: reachability, time to answer, clocks, versions.

use super::super::responses::{Responses, responses};
use super::{
    AuthorityReport, CheckState, NO_CONSENSUS, NO_RELAYS, Outcome, Subject, joined, outcome, unknown, warn_of,
};
use crate::statistics::median;
use allium_model::ProbeOutcome;

const NO_PROBES: &str = "No authority was probed of late.";

/// Seconds of probes that a check looks at.
const PROBE_SECONDS: i64 = 2 * 3600;

/// Clock skew that is named, in seconds.
const SKEW_SECONDS: f64 = 10.0;

/// Warns of authorities that the newest probe did not reach; fails for three.
pub(super) fn reachable(subject: Subject<'_>) -> Outcome {
    let probed = probed(subject);
    if probed.is_empty() {
        return unknown(NO_PROBES);
    }
    let is_reached = |responses: &Responses| {
        responses.newest.as_ref().is_some_and(|probe| probe.outcome == ProbeOutcome::Answered)
    };
    let lost = probed.iter().filter(|(_, responses)| !is_reached(responses));
    let found: Vec<String> =
        lost.map(|(authority, _)| format!("{} did not answer", authority.nickname)).collect();
    match found.len() {
        0 => warn_of(
            &found,
            format!("{} authorities answered the newest probe of their DirPort.", probed.len()),
        ),
        1 | 2 => outcome(CheckState::Warn, joined(&found)),
        _ => outcome(CheckState::Fail, joined(&found)),
    }
}

/// Answers within this are quick, however much quicker the others are, in milliseconds.
const QUICK_MS: f64 = 100.0;

/// Warns of authorities that take more than five times the median of all and are not quick.
pub(super) fn latency(subject: Subject<'_>) -> Outcome {
    let probed = probed(subject);
    let known: Vec<(&AuthorityReport, f64)> =
        probed.iter().filter_map(|(a, responses)| Some((*a, responses.median_answer_ms?))).collect();
    let Some(all) = median(known.iter().map(|(_, ms)| *ms).collect()) else { return unknown(NO_PROBES) };
    let slow = known.iter().filter(|(_, ms)| *ms > QUICK_MS && *ms > 5.0 * all);
    let found: Vec<String> = slow
        .map(|(authority, ms)| format!("{} takes {ms:.0} ms, the median is {all:.0} ms", authority.nickname))
        .collect();
    warn_of(&found, format!("The median over the authorities is {all:.0} ms, seen from here."))
}

/// Warns of clocks that are wrong by more than 10 seconds.
pub(super) fn clocks(subject: Subject<'_>) -> Outcome {
    let known: Vec<(&AuthorityReport, f64)> = probed(subject)
        .into_iter()
        .filter_map(|(authority, responses)| Some((authority, responses.median_clock_skew_seconds?)))
        .collect();
    if known.is_empty() {
        return unknown(NO_PROBES);
    }
    let skewed = known.iter().filter(|(_, seconds)| seconds.abs() > SKEW_SECONDS);
    let found: Vec<String> =
        skewed.map(|(authority, seconds)| format!("{} {seconds:+.0} s", authority.nickname)).collect();
    warn_of(&found, format!("{} clocks are within 10 s of ours.", known.len()))
}

/// Warns of authorities whose relay runs a version that the consensus does not recommend.
pub(super) fn versions(subject: Subject<'_>) -> Outcome {
    let Some(consensus) = subject.inputs.consensus.as_deref() else { return unknown(NO_CONSENSUS) };
    if subject.inputs.versions.is_empty() || consensus.server_versions.is_empty() {
        return unknown("The versions of the authorities' relays are not at hand.");
    }
    let of = |authority: &AuthorityReport| {
        let relay = authority.trusted.as_ref()?.relay?;
        subject.inputs.versions.iter().find(|(known, _)| *known == relay).map(|(_, version)| version)
    };
    let known: Vec<_> = subject.trusted().filter_map(|authority| Some((authority, of(authority)?))).collect();
    if known.is_empty() {
        return unknown(NO_RELAYS);
    }
    let found: Vec<String> = known
        .iter()
        .filter(|(_, version)| !consensus.server_versions.contains(version))
        .map(|(authority, version)| format!("{} runs {version}", authority.nickname))
        .collect();
    warn_of(&found, format!("{} authorities run a recommended version.", known.len()))
}

/// Trusted authorities that were probed, with what their probes say.
fn probed(subject: Subject<'_>) -> Vec<(&AuthorityReport, Responses)> {
    let seconds = subject.inputs.probe_age_seconds(PROBE_SECONDS);
    let all = subject.trusted().map(|a| (a, responses(subject.inputs, a.identity, seconds)));
    all.filter(|(_, responses)| responses.probes > 0).collect()
}
