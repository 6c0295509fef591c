//! Flags: of the authorities themselves, and votes against the consensus.

use super::{NO_CONSENSUS, NO_RELAYS, NO_TRUST, NO_VOTES, Outcome, Subject, pass, unknown, warn_of};
use allium_model::Flag;

/// Flags whose numbers differ between votes by their nature.
const NOT_COMPARED: [Flag; 6] =
    [Flag::BadExit, Flag::Running, Flag::HSDir, Flag::StaleDesc, Flag::Sybil, Flag::NoEdConsensus];

/// Warns of trusted authorities whose relay lacks the flag.
pub(super) fn authority_flag(subject: Subject<'_>) -> Outcome {
    let relays = &subject.inputs.relays;
    if relays.is_empty() {
        return unknown(NO_CONSENSUS);
    }
    let known = subject.trusted().filter_map(|a| Some((a, a.trusted.as_ref()?.relay?)));
    let known: Vec<_> = known.collect();
    if known.is_empty() {
        let is_anybody_trusted = subject.trusted().next().is_some();
        return unknown(if is_anybody_trusted { NO_RELAYS } else { NO_TRUST });
    }
    let has_flag = |fingerprint| {
        relays
            .binary_search_by_key(&fingerprint, |relay| relay.fingerprint)
            .is_ok_and(|at| relays[at].flags.contains(Flag::Authority))
    };
    let lacking = known.iter().filter(|(_, relay)| !has_flag(*relay));
    let found: Vec<String> =
        lacking.map(|(authority, _)| format!("{} lacks it", authority.nickname)).collect();
    warn_of(&found, format!("{} authorities have the flag.", known.len()))
}

/// Warns of relays on whose BadExit the authorities that use the flag do not agree.
pub(super) fn bad_exits(subject: Subject<'_>) -> Outcome {
    let book = &subject.inputs.votes;
    let votes = book.authorities();
    if votes.is_empty() {
        return unknown(NO_VOTES);
    }
    let mut uses = vec![false; votes.len()];
    for (_, row) in book.rows() {
        for (uses, entry) in uses.iter_mut().zip(row) {
            *uses |= entry.is_some_and(|entry| entry.flags.contains(Flag::BadExit));
        }
    }
    let mut found = Vec::new();
    for (fingerprint, row) in book.rows() {
        let is_listed =
            subject.inputs.relays.binary_search_by_key(&fingerprint, |relay| relay.fingerprint).is_ok();
        let opinions = row.iter().zip(&uses).filter(|(_, uses)| **uses).filter_map(|(entry, _)| *entry);
        let (mut with, mut without) = (0, 0);
        for entry in opinions {
            if entry.flags.contains(Flag::BadExit) { with += 1 } else { without += 1 }
        }
        if is_listed && with > 0 && without > 0 {
            found.push(format!("{fingerprint} has it in {with} and lacks it in {without} votes"));
        }
    }
    let voters = uses.iter().filter(|uses| **uses).count();
    if voters == 0 {
        return pass("No vote uses the flag.");
    }
    warn_of(&found, format!("{voters} votes use the flag, and agree on every relay of the consensus."))
}

/// Warns of votes with fewer than half or more than 1.5 times as many relays with a flag.
pub(super) fn counts(subject: Subject<'_>) -> Outcome {
    let Some(consensus) = subject.inputs.consensus.as_deref() else { return unknown(NO_CONSENSUS) };
    let votes = subject.inputs.votes.authorities();
    if votes.is_empty() {
        return unknown(NO_VOTES);
    }
    let mut counts = vec![[0_u32; Flag::ALL.len()]; votes.len()];
    for (_, row) in subject.inputs.votes.rows() {
        for (counts, entry) in counts.iter_mut().zip(row) {
            for flag in entry.iter().flat_map(|entry| entry.flags.iter()) {
                counts[flag as usize] += 1;
            }
        }
    }
    let mut found = Vec::new();
    for (vote, counts) in votes.iter().zip(counts) {
        for flag in Flag::ALL.into_iter().filter(|flag| !NOT_COMPARED.contains(flag)) {
            let (own, agreed) = (f64::from(counts[flag as usize]), f64::from(consensus.flag_count(flag)));
            let is_voted_on = vote.known_flags.iter().any(|known| known == flag.name());
            if is_voted_on && agreed > 0.0 && !(0.5 * agreed..=1.5 * agreed).contains(&own) {
                let nickname = subject.nickname(vote.identity);
                found.push(format!("{nickname} has {own} relays with {flag}, the consensus {agreed}"));
            }
        }
    }
    warn_of(&found, format!("{} votes are within the limits.", votes.len()))
}
