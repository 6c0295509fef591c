//! Who is counted, who signed, and with which keys.

use super::super::certificates::{Expiry, certificate_expires};
use super::super::listing::list_differences;
use super::{
    CheckState, NO_CONSENSUS, NO_TRUST, NO_VOTES, Outcome, Subject, joined, outcome, pass, unknown, warn_of,
};

/// Warns of certificates that expire within 21 days; fails for one that has expired.
pub(super) fn certificates(subject: Subject<'_>) -> Outcome {
    let now = subject.inputs.data_time().unwrap_or(subject.inputs.judged_at);
    let known = subject
        .authorities
        .iter()
        .filter_map(|authority| Some((authority, certificate_expires(subject.inputs, authority.identity)?)));
    let known: Vec<_> = known.collect();
    if known.is_empty() {
        return unknown("No certificate was read.");
    }
    let worst = known.iter().map(|(_, expires)| Expiry::of(*expires, now)).max();
    let near: Vec<String> = known
        .iter()
        .filter(|(_, expires)| Expiry::of(*expires, now) > Expiry::Far)
        .map(|(authority, expires)| format!("{} until {} UTC", authority.nickname, expires.to_minute()))
        .collect();
    match worst {
        Some(Expiry::Expired) => outcome(CheckState::Fail, joined(&near)),
        _ => warn_of(&near, format!("{} certificates are valid for more than 21 days.", known.len())),
    }
}

/// Warns of trusted authorities whose vote is not counted; fails without a majority.
pub(super) fn votes(subject: Subject<'_>) -> Outcome {
    missing(subject, "vote is counted", |authority| authority.participation.is_counted)
}

/// Warns of trusted authorities that did not sign; fails without a majority.
pub(super) fn signatures(subject: Subject<'_>) -> Outcome {
    missing(subject, "signature is there and holds", |authority| authority.participation.is_signed)
}

/// Fails for votes whose signature does not hold, or is not of the trusted authority that they name.
pub(super) fn vote_signatures(subject: Subject<'_>) -> Outcome {
    let votes = subject.inputs.votes.authorities();
    let unsigned: Vec<&str> =
        votes.iter().filter(|vote| !vote.is_verified).map(|vote| vote.nickname.as_str()).collect();
    match (votes.len(), unsigned.len()) {
        (0, _) => unknown(NO_VOTES),
        (all, 0) => pass(format!("The signatures of {all} votes hold.")),
        (all, bad) => outcome(
            CheckState::Fail,
            format!(
                "The signatures of {bad} of {all} votes do not hold or are not of the trusted authority: {}.",
                unsigned.join(", ")
            ),
        ),
    }
}

fn missing(subject: Subject<'_>, what: &str, fact: fn(&super::AuthorityReport) -> Option<bool>) -> Outcome {
    if subject.inputs.consensus.is_none() {
        return unknown(NO_CONSENSUS);
    }
    let all = subject.trusted().count();
    if all == 0 {
        return unknown(NO_TRUST);
    }
    let lacking = subject.trusted().filter(|authority| fact(authority) != Some(true));
    let names: Vec<String> = lacking.map(|authority| authority.nickname.clone()).collect();
    let there = all - names.len();
    let count = format!("Of {there} of {all} trusted authorities the {what}");
    if names.is_empty() {
        return pass(count + ".");
    }
    let state = if there < subject.inputs.majority() { CheckState::Fail } else { CheckState::Warn };
    outcome(state, format!("{count}; not of {}.", names.join(", ")))
}

/// Warns of differences between the consensus and the trusted list.
pub(super) fn list(subject: Subject<'_>) -> Outcome {
    if subject.inputs.consensus.is_none() {
        return unknown(NO_CONSENSUS);
    }
    if subject.inputs.trusted.is_empty() {
        return unknown(NO_TRUST);
    }
    let found: Vec<String> = list_differences(subject.inputs, subject.authorities)
        .into_iter()
        .filter(|difference| !difference.text.starts_with("it is trusted"))
        .map(|difference| format!("{}: {}", difference.nickname, difference.text))
        .collect();
    warn_of(&found, "Identities, addresses and ports are those of the trusted list.")
}
