//! Measurements in the votes.

use super::{CheckState, NO_CONSENSUS, NO_VOTES, Outcome, Subject, joined, outcome, pass, unknown, warn_of};

/// Share of unmeasured relays from which a scanner is named.
const UNMEASURED_RATIO: f64 = 0.05;

/// Warns of a scanner without measurements, fails for two.
pub(super) fn scanners(subject: Subject<'_>) -> Outcome {
    if subject.inputs.votes.authorities().is_empty() {
        return unknown(NO_VOTES);
    }
    let state = |fact| {
        let found = subject.authorities.iter().filter(move |a| a.participation.is_measuring == Some(fact));
        found.map(|authority| authority.nickname.clone()).collect::<Vec<String>>()
    };
    let (with, without) = (state(true), state(false));
    match without.len() {
        0 if with.is_empty() => outcome(CheckState::Fail, "No vote has measurements."),
        0 => pass(format!("{} votes have measurements: {}", with.len(), joined(&with))),
        1 => outcome(
            CheckState::Warn,
            format!("No measurements, though there were before: {}", joined(&without)),
        ),
        _ => outcome(
            CheckState::Fail,
            format!("No measurements, though there were before: {}", joined(&without)),
        ),
    }
}

/// Warns of scanners that did not measure 5 % or more of the relays of the consensus.
pub(super) fn unmeasured(subject: Subject<'_>) -> Outcome {
    if subject.inputs.relays.is_empty() {
        return unknown(NO_CONSENSUS);
    }
    let votes = subject.inputs.votes.authorities();
    if votes.is_empty() {
        return unknown(NO_VOTES);
    }
    let mut tallies = vec![(0_u32, 0_u32); votes.len()];
    for (fingerprint, row) in subject.inputs.votes.rows() {
        if subject.inputs.relays.binary_search_by_key(&fingerprint, |relay| relay.fingerprint).is_err() {
            continue;
        }
        for (entry, (all, lacking)) in row.iter().zip(&mut tallies) {
            let Some(entry) = entry else { continue };
            *all += 1;
            *lacking += u32::from(entry.measured_kilobytes_per_second.is_none());
        }
    }
    let scanners = votes.iter().zip(tallies).filter(|(vote, _)| vote.measured_relays > 0);
    let found: Vec<String> = scanners
        .clone()
        .filter(|(_, (all, lacking))| f64::from(*lacking) >= UNMEASURED_RATIO * f64::from((*all).max(1)))
        .map(|(vote, (all, lacking))| {
            let percent = 100.0 * f64::from(lacking) / f64::from(all.max(1));
            format!("{} did not measure {lacking} of {all} ({percent:.1} %)", subject.nickname(vote.identity))
        })
        .collect();
    match scanners.count() {
        0 => unknown("No vote has measurements."),
        count => warn_of(&found, format!("Each of {count} scanners measured more than 95 %.")),
    }
}

/// Warns of scanners whose number of measured relays is 20 % off the mean.
pub(super) fn in_sync(subject: Subject<'_>) -> Outcome {
    let votes = subject.inputs.votes.authorities();
    let scanners: Vec<_> = votes.iter().filter(|vote| vote.measured_relays > 0).collect();
    if scanners.is_empty() {
        return unknown(if votes.is_empty() { NO_VOTES } else { "No vote has measurements." });
    }
    let sum: f64 = scanners.iter().map(|vote| f64::from(vote.measured_relays)).sum();
    let mean = sum / scanners.len() as f64;
    let is_off = |relays: u32| !(0.8 * mean..=1.2 * mean).contains(&f64::from(relays));
    let found: Vec<String> = scanners
        .iter()
        .filter(|vote| is_off(vote.measured_relays))
        .map(|vote| {
            let nickname = subject.nickname(vote.identity);
            format!("{nickname} measured {} relays, the mean is {mean:.0}", vote.measured_relays)
        })
        .collect();
    warn_of(&found, format!("{} scanners, {mean:.0} relays on the mean.", scanners.len()))
}
