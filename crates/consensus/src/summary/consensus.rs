//! A consensus without its relays.

use super::{params, shared_random, text, texts};
use allium_documents::dirspec::{Consensus, DirSource, Router, StatusHeader};
use allium_model::{
    BandwidthWeight, ConsensusSignature, ConsensusSummary, Fingerprint, Flag, FlagSet, ListedAuthority,
};

/// What a consensus does not say of itself.
#[derive(Debug, Clone, Default)]
pub struct ConsensusFacts {
    /// Size of the document in bytes.
    pub bytes: u64,
    /// Lines with keywords that nobody knows.
    pub unknown_items: u64,
    /// [`sha3_256`](crate::sha3_256) of the signed part; `None` where nobody looks at it, since of a whole network it
    /// takes as long as all other reading and checking.
    pub digest: Option<[u8; 32]>,
    /// The signatures and what came of them; see [`unchecked_signatures`].
    pub signatures: Vec<ConsensusSignature>,
}

/// The signatures of a consensus when nobody has checked them.
pub fn unchecked_signatures(consensus: &Consensus<'_>) -> Vec<ConsensusSignature> {
    let nickname = |identity: Fingerprint| {
        let mut authorities = consensus.authorities.iter();
        authorities.find(|authority| authority.identity == identity).map(|found| text(found.nickname))
    };
    consensus
        .signatures
        .iter()
        .map(|signature| ConsensusSignature {
            identity: signature.identity,
            nickname: nickname(signature.identity),
            is_verified: false,
            is_trusted: false,
            problem: Some("the signature was not checked".to_owned()),
        })
        .collect()
}

/// A consensus in compact form.
pub fn summarize_consensus(consensus: &Consensus<'_>, facts: ConsensusFacts) -> ConsensusSummary {
    let header = &consensus.header;
    ConsensusSummary {
        flavor: consensus.flavor.name(),
        method: consensus.method,
        valid_after: header.valid_after,
        fresh_until: header.fresh_until,
        valid_until: header.valid_until,
        vote_delay_seconds: header.voting_delay.vote_seconds,
        dist_delay_seconds: header.voting_delay.dist_seconds,
        known_flags: texts(&header.known_flags),
        client_versions: versions(header.client_versions),
        server_versions: versions(header.server_versions),
        protocols: protocols(header),
        params: params(&header.params),
        shared_random: shared_random(header.shared_random_previous, header.shared_random_current),
        bandwidth_weights: params(&consensus.bandwidth_weights)
            .into_iter()
            .map(|(name, value)| BandwidthWeight { name, value })
            .collect(),
        authorities: consensus.authorities.iter().map(listed).collect(),
        signatures: facts.signatures,
        relays: consensus.routers.len() as u32,
        flag_counts: flag_counts(consensus.routers.iter().map(|router| router.flags)),
        total_weight: consensus.routers.iter().filter_map(weight).sum(),
        unmeasured_relays: consensus.routers.iter().filter(|router| router.weight.is_unmeasured).count()
            as u32,
        bytes: facts.bytes,
        digest: facts.digest,
        unknown_items: facts.unknown_items,
    }
}

/// The relays of a consensus with their flags, ascending by fingerprint.
pub fn consensus_flags(consensus: &Consensus<'_>) -> Vec<(Fingerprint, FlagSet)> {
    let mut flags: Vec<_> =
        consensus.routers.iter().map(|router| (router.fingerprint, router.flags)).collect();
    flags.sort_by_key(|(fingerprint, _)| *fingerprint);
    flags.dedup_by_key(|(fingerprint, _)| *fingerprint);
    flags
}

/// How many of the sets hold each flag, in the order of [`Flag::ALL`].
pub(crate) fn flag_counts(sets: impl Iterator<Item = FlagSet>) -> [u32; Flag::ALL.len()] {
    let mut counts = [0; Flag::ALL.len()];
    for set in sets {
        for flag in set.iter() {
            counts[flag as usize] += 1;
        }
    }
    counts
}

fn weight(router: &Router<'_>) -> Option<u64> {
    router.weight.bandwidth.map(u64::from)
}

fn versions(raw: Option<&str>) -> Vec<String> {
    raw.into_iter().flat_map(|list| list.split(',')).filter(|item| !item.is_empty()).map(text).collect()
}

fn protocols(header: &StatusHeader<'_>) -> Vec<(&'static str, String)> {
    let lines = [
        ("recommended-client-protocols", header.recommended_client_protocols),
        ("recommended-relay-protocols", header.recommended_relay_protocols),
        ("required-client-protocols", header.required_client_protocols),
        ("required-relay-protocols", header.required_relay_protocols),
    ];
    lines.into_iter().filter_map(|(name, line)| Some((name, text(line?)))).collect()
}

fn listed(source: &DirSource<'_>) -> ListedAuthority {
    ListedAuthority {
        nickname: text(source.nickname),
        identity: source.identity,
        address: text(source.address),
        hostname: text(source.hostname),
        dir_port: source.dir_port,
        or_port: source.or_port,
        contact: source.contact.map(text),
        vote_digest: source.vote_digest.map(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_are_counted_each_for_itself() {
        let sets: [FlagSet; 2] =
            [[Flag::Running, Flag::Exit].into_iter().collect(), [Flag::Running].into_iter().collect()];
        let counts = flag_counts(sets.into_iter());
        assert_eq!((counts[Flag::Running as usize], counts[Flag::Exit as usize]), (2, 1));
        assert_eq!(counts.iter().sum::<u32>(), 3);
    }

    #[test]
    fn versions_are_cut_at_commas_and_none_is_none() {
        assert_eq!(versions(Some("0.4.8.1,0.4.9.2")), ["0.4.8.1", "0.4.9.2"]);
        assert!(versions(Some("")).is_empty() && versions(None).is_empty());
    }
}
