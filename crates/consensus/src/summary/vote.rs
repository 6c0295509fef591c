//! A vote as a summary and an entry for each relay.

use super::{pairs, params, shared_random, text, texts};
use crate::digest::sha1;
use allium_documents::dirspec::{Vote, VoteRouter, WeightLine};
use allium_model::{Fingerprint, Timestamp, VoteBook, VoteEntry, VoteSummary};

/// What a vote does not say of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct VoteFacts {
    /// Size of the document in bytes.
    pub bytes: u64,
    /// Whether signature and certificate were checked and are those of a trusted identity.
    pub is_verified: bool,
}

/// A vote in compact form: what it says as a whole, and of each relay.
pub fn summarize_vote(vote: &Vote<'_>, facts: VoteFacts) -> (VoteSummary, Vec<(Fingerprint, VoteEntry)>) {
    let entries: Vec<(Fingerprint, VoteEntry)> =
        vote.routers.iter().map(|router| (router.router.fingerprint, entry(router))).collect();
    let mut methods = vote.methods.clone();
    methods.sort_unstable();
    let commits = &vote.shared_random_commits;
    let summary = VoteSummary {
        nickname: text(vote.authority.nickname),
        identity: vote.authority.identity,
        valid_after: vote.header.valid_after,
        published: vote.published,
        address: text(vote.authority.address),
        dir_port: vote.authority.dir_port,
        or_port: vote.authority.or_port,
        contact: vote.authority.contact.map(text),
        methods,
        known_flags: texts(&vote.header.known_flags),
        flag_thresholds: pairs(&vote.flag_thresholds),
        params: params(&vote.header.params),
        client_versions: vote.header.client_versions.map(text),
        server_versions: vote.header.server_versions.map(text),
        bandwidth_file_headers: vote.bandwidth_file_headers.as_deref().map(pairs),
        bandwidth_file_digest: sha256_of_bandwidth_file(vote),
        is_in_shared_random: vote.is_in_shared_random,
        shared_random_commits: commits.iter().filter_map(|commit| commit.identity.parse().ok()).collect(),
        shared_random_reveals: commits
            .iter()
            .filter(|commit| commit.reveal.is_some())
            .filter_map(|commit| commit.identity.parse().ok())
            .collect(),
        shared_random: shared_random(vote.header.shared_random_previous, vote.header.shared_random_current),
        certificate_expires: vote.certificate.and_then(certificate_expiry),
        relays: entries.len() as u32,
        measured_relays: count(&entries, |entry| entry.measured_kilobytes_per_second.is_some()),
        ipv6_relays: count(&entries, |entry| entry.has_ipv6),
        bytes: facts.bytes,
        digest: Fingerprint(sha1(vote.signed)),
        is_verified: facts.is_verified,
    };
    (summary, entries)
}

/// The votes of a round as one book, in the order given.
pub fn vote_book<'v>(votes: impl IntoIterator<Item = (&'v Vote<'v>, VoteFacts)>) -> VoteBook {
    VoteBook::new(votes.into_iter().map(|(vote, facts)| summarize_vote(vote, facts)).collect())
}

fn count(entries: &[(Fingerprint, VoteEntry)], is_counted: impl Fn(&VoteEntry) -> bool) -> u32 {
    entries.iter().filter(|(_, entry)| is_counted(entry)).count() as u32
}

fn entry(router: &VoteRouter<'_>) -> VoteEntry {
    let (stats, weight) = (router.stats, router.router.weight);
    VoteEntry {
        flags: router.router.flags,
        wfu_ratio: stats.map(|stats| stats.wfu_ratio),
        time_known_seconds: stats.map(|stats| stats.time_known_seconds),
        mtbf_seconds: stats.map(|stats| stats.mtbf_seconds),
        bandwidth_kilobytes_per_second: weight.bandwidth,
        measured_kilobytes_per_second: measured(weight),
        published: router.router.published,
        has_ipv6: router.router.or_addresses.iter().any(|address| address.starts_with('[')),
    }
}

/// Authorities' own measurements stand under another name; the rules of flags use them alike.
fn measured(weight: WeightLine) -> Option<u32> {
    weight.measured.or(weight.measured_but_authority)
}

fn sha256_of_bandwidth_file(vote: &Vote<'_>) -> Option<String> {
    let (_, digest) = vote.bandwidth_file_digests.iter().find(|(algorithm, _)| *algorithm == "sha256")?;
    Some(text(digest))
}

/// `dir-key-expires` of a certificate's text.
fn certificate_expiry(certificate: &str) -> Option<Timestamp> {
    let line = certificate.lines().find_map(|line| line.strip_prefix("dir-key-expires "))?;
    line.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_expiry_is_read_from_the_certificate() {
        let text = "dir-key-certificate-version 3\r\ndir-key-expires 2026-11-20 10:00:00\r\n";
        assert_eq!(certificate_expiry(text), "2026-11-20 10:00:00".parse().ok());
        assert_eq!(certificate_expiry("dir-key-expires soon"), None);
    }

    #[test]
    fn a_measurement_of_an_authority_counts_as_one() {
        let weight = |measured, measured_but_authority| WeightLine {
            measured,
            measured_but_authority,
            ..WeightLine::default()
        };
        assert_eq!(measured(weight(Some(3), None)), Some(3));
        assert_eq!(measured(weight(None, Some(4))), Some(4));
        assert_eq!(measured(weight(None, None)), None);
    }
}
