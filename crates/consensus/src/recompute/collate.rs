//! Which entries of the votes are about the same relay.

use allium_documents::dirspec::{Ed25519Listing, Vote, VoteRouter};

/// A relay that more than half of the authorities list.
pub(super) struct Listed<'v, 'a> {
    /// The entries that count, each with the number of its vote.
    pub entries: Vec<(usize, &'v VoteRouter<'a>)>,
    /// Whether more than half of the authorities agree on its ed25519 key, or that it has none.
    pub has_ed25519_consensus: bool,
}

/// The relays that more than half of all authorities list, by fingerprint. Where more than half agree
/// on an ed25519 key, the votes that list another one do not count; votes without such a line do.
pub(super) fn collate<'v, 'a>(votes: &[&'v Vote<'a>], authorities: usize) -> Vec<Listed<'v, 'a>> {
    let mut all: Vec<(usize, &VoteRouter<'_>)> = Vec::new();
    for (number, vote) in votes.iter().enumerate() {
        all.extend(vote.routers.iter().map(|router| (number, router)));
    }
    // A stable sort, so that of an entry that a vote has twice the first one counts.
    all.sort_by_key(|(number, entry)| (entry.router.fingerprint, *number));
    all.dedup_by_key(|(number, entry)| (entry.router.fingerprint, *number));
    let relays = all.chunk_by(|(_, a), (_, b)| a.router.fingerprint == b.router.fingerprint);
    relays.filter_map(|entries| agree(entries, authorities)).collect()
}

fn agree<'v, 'a>(entries: &[(usize, &'v VoteRouter<'a>)], authorities: usize) -> Option<Listed<'v, 'a>> {
    let is_majority = |count: usize| count > authorities / 2;
    let listing = |key| entries.iter().filter(|(_, entry)| entry.ed25519 == key).count();
    let agreed = entries
        .iter()
        .map(|(_, entry)| entry.ed25519)
        .find(|key| *key != Ed25519Listing::Missing && is_majority(listing(*key)));
    let counts = |key| agreed.is_none_or(|agreed| key == agreed || key == Ed25519Listing::Missing);
    let entries: Vec<_> = entries.iter().copied().filter(|(_, entry)| counts(entry.ed25519)).collect();
    is_majority(entries.len()).then_some(Listed { entries, has_ed25519_consensus: agreed.is_some() })
}
