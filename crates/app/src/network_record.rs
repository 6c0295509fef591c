//! A snapshot as a record of history: who ran, where, of whom.

use crate::directory::attributes_of;
use allium_model::{
    Flag, HourRecord, Network, NetworkRecord, RecordSource, Relay, RelayPosition, RelayRecord,
};

/// The record of a network's running relays.
pub fn record(network: &Network, digest: [u8; 32]) -> HourRecord<'_> {
    let relays: Vec<RelayRecord<'_>> = (0..)
        .map(RelayPosition)
        .zip(network.relays())
        .filter(|(_, relay)| relay.running)
        .map(|(position, relay)| relay_record(network, position, relay))
        .collect();
    let network = NetworkRecord { valid_after: network.published(), ..sums(&relays) };
    HourRecord {
        valid_after: network.valid_after,
        source: RecordSource::Onionoo,
        digest,
        relays,
        network,
        authorities: Vec::new(),
    }
}

fn relay_record<'n>(network: &'n Network, position: RelayPosition, relay: &'n Relay) -> RelayRecord<'n> {
    RelayRecord {
        fingerprint: relay.fingerprint,
        flags: relay.flags,
        weight: relay.consensus_weight.map(|weight| u32::try_from(weight).unwrap_or(u32::MAX)),
        is_measured: relay.measured,
        attributes: attributes_of(network, position),
    }
}

/// The sums of running relays.
pub fn sums(relays: &[RelayRecord<'_>]) -> NetworkRecord {
    let mut sums = NetworkRecord::default();
    for relay in relays {
        let weight = u64::from(relay.weight.unwrap_or(0));
        let has = |flag| relay.flags.contains(flag);
        sums.relays += 1;
        sums.weight += weight;
        sums.exit_weight += if has(Flag::Exit) && !has(Flag::BadExit) { weight } else { 0 };
        sums.guard_weight += if has(Flag::Guard) { weight } else { 0 };
        sums.measured_relays += u32::from(relay.is_measured == Some(true));
        for flag in relay.flags.iter() {
            sums.flag_counts[flag as usize] += 1;
        }
    }
    sums
}
