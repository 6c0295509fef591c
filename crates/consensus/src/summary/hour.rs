//! What one round adds to history: the relays and the network from its consensus, the authorities
//! from its consensus and its votes.

use super::consensus::flag_counts;
use crate::agreement::{ColumnFlags, agreement_of};
use crate::digest::sha256;
use allium_documents::dirspec::{Consensus, Router};
use allium_model::{
    AuthorityRecord, ConsensusSummary, Fingerprint, Flag, FlagSet, HourRecord, NetworkRecord, RecordSource,
    RelayAttributes, RelayRecord, Timestamp, VoteBook, VoteEntry, VoteSummary,
};
use std::net::IpAddr;

/// Everything about a round that was at hand.
#[derive(Debug, Clone, Copy)]
pub struct RoundFacts<'a> {
    /// Start of validity of the round's consensus, made or not.
    pub valid_after: Timestamp,
    /// The consensus, when there is one.
    pub consensus: Option<&'a ConsensusSummary>,
    /// Its relays with their flags, ascending; empty without one. See [`crate::consensus_flags`].
    pub flags: &'a [(Fingerprint, FlagSet)],
    /// The votes that were found; `None` when nobody looked for votes.
    pub votes: Option<&'a VoteBook>,
    /// Identities that were to take part: the trusted ones of the time.
    pub expected: &'a [Fingerprint],
}

/// The record of a consensus. `signatures` is the number of trusted signatures that hold.
pub fn hour_record<'a>(
    consensus: &Consensus<'a>,
    signatures: u32,
    authorities: Vec<AuthorityRecord>,
) -> HourRecord<'a> {
    let mut relays: Vec<RelayRecord<'a>> = consensus.routers.iter().map(relay).collect();
    relays.sort_by_key(|relay| relay.fingerprint);
    relays.dedup_by_key(|relay| relay.fingerprint);
    HourRecord {
        valid_after: consensus.header.valid_after,
        source: RecordSource::Consensus,
        digest: sha256(consensus.signed),
        network: network(consensus, &relays, signatures),
        relays,
        authorities,
    }
}

fn relay<'a>(router: &Router<'a>) -> RelayRecord<'a> {
    RelayRecord {
        fingerprint: router.fingerprint,
        flags: router.flags,
        weight: router.weight.bandwidth,
        is_measured: router.weight.bandwidth.map(|_| !router.weight.is_unmeasured),
        attributes: RelayAttributes {
            nickname: Some(router.nickname),
            address: Some(IpAddr::V4(router.address)),
            version: router.version.map(|version| version.strip_prefix("Tor ").unwrap_or(version)),
            ..RelayAttributes::default()
        },
    }
}

/// `joined`, `left` and `never_seen` are the store's to fill in.
fn network(consensus: &Consensus<'_>, relays: &[RelayRecord<'_>], signatures: u32) -> NetworkRecord {
    let running = || relays.iter().filter(|relay| relay.flags.contains(Flag::Running));
    let weight = |is_counted: fn(FlagSet) -> bool| -> u64 {
        running()
            .filter(|relay| is_counted(relay.flags))
            .filter_map(|relay| relay.weight)
            .map(u64::from)
            .sum()
    };
    NetworkRecord {
        valid_after: consensus.header.valid_after,
        relays: running().count() as u32,
        flag_counts: flag_counts(running().map(|relay| relay.flags)),
        weight: weight(|_| true),
        exit_weight: weight(|flags| flags.contains(Flag::Exit) && !flags.contains(Flag::BadExit)),
        guard_weight: weight(|flags| flags.contains(Flag::Guard)),
        measured_relays: running().filter(|relay| relay.is_measured == Some(true)).count() as u32,
        method: consensus.method,
        authorities: consensus.authorities.iter().filter(|source| source.vote_digest.is_some()).count()
            as u32,
        signatures,
        ..NetworkRecord::default()
    }
}

/// A record for each authority that was expected, that the consensus names or that voted, ascending
/// by identity.
pub fn authority_records(facts: RoundFacts<'_>) -> Vec<AuthorityRecord> {
    let listed = facts.consensus.into_iter().flat_map(|consensus| &consensus.authorities);
    let voters = facts.votes.into_iter().flat_map(VoteBook::authorities);
    let mut identities: Vec<Fingerprint> = facts
        .expected
        .iter()
        .copied()
        // An authority that renews its identity is listed a second time, without a vote.
        .chain(listed.filter(|listed| listed.vote_digest.is_some()).map(|listed| listed.identity))
        .chain(voters.map(|voter| voter.identity))
        .collect();
    identities.sort_unstable();
    identities.dedup();
    identities.into_iter().map(|identity| authority(facts, identity)).collect()
}

fn authority(facts: RoundFacts<'_>, identity: Fingerprint) -> AuthorityRecord {
    let column = facts
        .votes
        .and_then(|book| book.authorities().iter().position(|summary| summary.identity == identity));
    let vote = facts.votes.zip(column);
    let summary = vote.map(|(book, column)| &book.authorities()[column]);
    AuthorityRecord {
        identity,
        valid_after: facts.valid_after,
        is_counted: facts.consensus.map(|consensus| is_counted(consensus, identity)),
        is_signed: facts.consensus.map(|consensus| is_signed(consensus, identity)),
        is_vote_seen: facts.votes.map(|_| summary.is_some()),
        relays: summary.map(|summary| summary.relays),
        running_relays: vote.map(|(book, column)| running_relays(book, column)),
        measured_relays: summary.map(|summary| summary.measured_relays),
        measured_sum_kilobytes_per_second: vote.map(|(book, column)| measured_sum(book, column)),
        bandwidth_file_age_seconds: summary.and_then(bandwidth_file_age),
        has_bandwidth_file: summary.map(has_bandwidth_file),
        agreement_ratio: vote
            .filter(|_| facts.consensus.is_some())
            .and_then(|(book, column)| agreement_of(&ColumnFlags::new(book, column), facts.flags)),
        certificate_expires: summary.and_then(|summary| summary.certificate_expires),
    }
}

fn is_counted(consensus: &ConsensusSummary, identity: Fingerprint) -> bool {
    consensus.authorities.iter().any(|listed| listed.identity == identity && listed.vote_digest.is_some())
}

fn is_signed(consensus: &ConsensusSummary, identity: Fingerprint) -> bool {
    consensus.signatures.iter().any(|signature| signature.identity == identity && signature.is_verified)
}

fn column_entries(book: &VoteBook, column: usize) -> impl Iterator<Item = &VoteEntry> {
    book.rows().filter_map(move |(_, entries)| entries[column].as_ref())
}

fn running_relays(book: &VoteBook, column: usize) -> u32 {
    column_entries(book, column).filter(|entry| entry.flags.contains(Flag::Running)).count() as u32
}

fn measured_sum(book: &VoteBook, column: usize) -> u64 {
    column_entries(book, column).filter_map(|entry| entry.measured_kilobytes_per_second).map(u64::from).sum()
}

/// A vote without a usable file has the line without headers.
fn has_bandwidth_file(summary: &VoteSummary) -> bool {
    summary.bandwidth_file_headers.as_ref().is_some_and(|headers| !headers.is_empty())
}

/// Age of the file when the vote was published, by the file's own `timestamp`.
fn bandwidth_file_age(summary: &VoteSummary) -> Option<u32> {
    let headers = summary.bandwidth_file_headers.as_ref()?;
    let (_, timestamp) = headers.iter().find(|(key, _)| key == "timestamp")?;
    let timestamp = Timestamp(timestamp.parse().ok()?);
    u32::try_from(summary.published.seconds_since(timestamp)).ok()
}
