//! A network known from its consensus alone, for private networks that no Onionoo serves.
//!
//! What a consensus says of relays is written as a details document, so that one way leads from documents
//! to pages. Geography, contacts and bandwidths are not in it and stay unknown.

use allium_documents::dirspec::{Consensus, Router};
use allium_documents::onionoo::{DetailsRelay, EnvelopeOut, Text, WirePolicySummary, write_envelope};
use allium_model::{Fingerprint, Flag, Timestamp};
use std::collections::HashMap;

/// When each relay was in the first consensus that was read.
pub type FirstSeen = HashMap<Fingerprint, Timestamp>;

/// The details document of a consensus; relays that are new in it are added to `first_seen`.
pub fn details_of(consensus: &Consensus<'_>, first_seen: &mut FirstSeen) -> Vec<u8> {
    let mut bytes = Vec::new();
    let published = consensus.header.valid_after;
    let weights = consensus.routers.iter().filter_map(|router| router.weight.bandwidth);
    let total: u64 = weights.map(u64::from).sum();
    let relays = consensus.routers.iter().map(|router| {
        let first = *first_seen.entry(router.fingerprint).or_insert(published);
        relay(router, consensus, total, first)
    });
    // Writing into memory cannot fail.
    let _ = write_envelope(&mut bytes, EnvelopeOut { relays_published: published }, relays);
    bytes
}

fn relay<'a>(
    router: &'a Router<'a>,
    consensus: &Consensus<'_>,
    total_weight: u64,
    first_seen: Timestamp,
) -> DetailsRelay<'a> {
    let version = router.version.map(|version| version.strip_prefix("Tor ").unwrap_or(version));
    let first = format!("{}:{}", router.address, router.or_port);
    let addresses =
        std::iter::once(Text::from(first)).chain(router.or_addresses.iter().map(|text| (*text).into()));
    let recommended = consensus.header.server_versions;
    DetailsRelay {
        fingerprint: Some(router.fingerprint.to_string().into()),
        nickname: Some(router.nickname.into()),
        or_addresses: addresses.collect(),
        dir_address: (router.dir_port > 0).then(|| format!("{}:{}", router.address, router.dir_port).into()),
        last_seen: Some(consensus.header.valid_after.to_string().into()),
        first_seen: Some(first_seen.to_string().into()),
        running: Some(router.flags.contains(Flag::Running)),
        flags: Flag::ALL
            .into_iter()
            .filter(|flag| router.flags.contains(*flag))
            .map(|flag| flag.name().into())
            .collect(),
        consensus_weight: router.weight.bandwidth.map(i64::from),
        consensus_weight_fraction: router
            .weight
            .bandwidth
            .filter(|_| total_weight > 0)
            .map(|weight| f64::from(weight) / total_weight as f64),
        version: version.map(Into::into),
        recommended_version: version
            .zip(recommended)
            .map(|(version, recommended)| recommended.split(',').any(|known| known == version)),
        exit_policy_summary: router.exit_ports.map(policy),
        measured: Some(!router.weight.is_unmeasured),
        ..DetailsRelay::default()
    }
}

fn policy(text: &str) -> WirePolicySummary<'_> {
    let (action, ports) = text.split_once(' ').unwrap_or((text, ""));
    let ports: Vec<Text<'_>> = ports.split(',').filter(|ports| !ports.is_empty()).map(Into::into).collect();
    if action == "accept" {
        WirePolicySummary { accept: Some(ports), reject: None }
    } else {
        WirePolicySummary { accept: None, reject: Some(ports) }
    }
}
