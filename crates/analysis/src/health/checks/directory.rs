//! Checks of the consensus and of the directory authorities.

use super::{CheckState, Outcome, Subject, outcome, unknown};
use crate::directory::certificates::{Expiry, certificate_expires};
use crate::directory::impact::{MIN_SCANNERS, Redundancy};
use crate::directory::{AuthorityReport, Directory};

const NO_CONSENSUS: &str = "No consensus was read.";
const NO_DIRECTORY: &str = "No documents of directory authorities were read.";

/// Fresh until `fresh-until`, late until `valid-until`, then expired.
pub(super) fn fresh(subject: Subject<'_>) -> Outcome {
    let consensus =
        subject.directory.and_then(|directory| Some((directory, directory.inputs.consensus.as_deref()?)));
    let Some((directory, consensus)) = consensus else { return unknown(NO_CONSENSUS) };
    let now = directory.inputs.judged_at;
    let (state, word) = match () {
        () if now < consensus.fresh_until => (CheckState::Pass, "fresh"),
        () if now < consensus.valid_until => (CheckState::Warn, "late"),
        () => (CheckState::Fail, "expired"),
    };
    outcome(
        state,
        format!(
            "The consensus of {} was {word} at {}; fresh until {}, valid until {}.",
            consensus.valid_after, now, consensus.fresh_until, consensus.valid_until
        ),
    )
}

/// Two more votes than a majority: seven of nine.
pub(super) fn voted(subject: Subject<'_>) -> Outcome {
    let Some(directory) = subject.directory else { return unknown(NO_DIRECTORY) };
    let impact = &directory.report.impact;
    let (Some(counted), Some(redundancy)) = (impact.counted, impact.redundancy) else {
        return unknown(NO_CONSENSUS);
    };
    let state = match redundancy {
        Redundancy::Excellent => CheckState::Pass,
        Redundancy::Good => CheckState::Warn,
        Redundancy::Concerning => CheckState::Fail,
    };
    let trusted = impact.trusted;
    let wanted = impact.majority + 2;
    outcome(state, format!("The consensus counts {counted} of {trusted} votes; {wanted} are wanted."))
}

/// One may be away; three are critical.
pub(super) fn reachable(subject: Subject<'_>) -> Outcome {
    let Some(directory) = subject.directory else { return unknown(NO_DIRECTORY) };
    let probed: Vec<_> = trusted(directory).filter(|authority| authority.state.is_up().is_some()).collect();
    if probed.is_empty() {
        return unknown("No authority was probed.");
    }
    let away =
        probed.iter().filter(|authority| is_away(authority)).map(|authority| authority.nickname.as_str());
    let away: Vec<&str> = away.collect();
    let state = match away.len() {
        0 | 1 => CheckState::Pass,
        2 => CheckState::Warn,
        _ => CheckState::Fail,
    };
    let named = if away.is_empty() { String::new() } else { format!(": {}", away.join(", ")) };
    outcome(
        state,
        format!("{} of {} probed authorities could not be reached{named}.", away.len(), probed.len()),
    )
}

/// Whether an authority did not answer; one that answers badly was reached.
fn is_away(authority: &AuthorityReport) -> bool {
    use crate::directory::state::AuthorityState;
    matches!(authority.state, AuthorityState::Timeout | AuthorityState::Offline)
}

/// The next certificate to end decides.
pub(super) fn certificates(subject: Subject<'_>) -> Outcome {
    let Some(directory) = subject.directory else { return unknown(NO_DIRECTORY) };
    let (inputs, now) = (&directory.inputs, directory.inputs.judged_at);
    let known = trusted(directory).filter_map(|authority| {
        Some((certificate_expires(inputs, authority.identity)?, &authority.nickname))
    });
    let known: Vec<_> = known.collect();
    let Some((next, nickname)) = known.iter().min() else {
        return unknown("The end of no certificate is known.");
    };
    let state = match Expiry::of(*next, now) {
        Expiry::Far | Expiry::Notice => CheckState::Pass,
        Expiry::Warning => CheckState::Warn,
        Expiry::Expired => CheckState::Fail,
    };
    let (days, of) = (next.seconds_since(now).div_euclid(86_400), known.len());
    outcome(state, format!("Of {of} certificates that of {nickname} ends first, at {next} ({days} days)."))
}

/// Weights count as measured where three scanners measured a relay.
pub(super) fn scanners(subject: Subject<'_>) -> Outcome {
    let Some(directory) = subject.directory else { return unknown(NO_DIRECTORY) };
    let Some(measuring) = directory.report.impact.scanners else { return unknown("No votes were read.") };
    let all = trusted(directory).filter(|authority| authority.is_scanner).count();
    let state = if measuring >= MIN_SCANNERS { CheckState::Pass } else { CheckState::Fail };
    outcome(state, format!("{measuring} of {all} authorities with a scanner voted with measurements."))
}

fn trusted(directory: &Directory) -> impl Iterator<Item = &AuthorityReport> {
    directory.report.authorities.iter().filter(|authority| authority.trusted.is_some())
}
