//! What a consensus does not say of a relay and a snapshot of the network does: AS, country, operator,
//! family, contact and platform. With them history has groups, and incidents have causes.

use allium_model::{GroupKey, GroupKind, HourRecord, Network, Relay, RelayAttributes, RelayPosition};

/// Seconds between a consensus and a snapshot up to which the snapshot is taken to speak of the same hours.
/// Farther apart, who runs a relay and what on may have changed unseen.
const NEAR_SECONDS: i64 = 90 * 86_400;

/// What a snapshot says of a relay.
pub fn attributes_of(network: &Network, position: RelayPosition) -> RelayAttributes<'_> {
    let relay = network.relay(position);
    let key = |kind| network.groups(kind).of_relay(position).map(|group| group.key);
    let family = match key(GroupKind::Family) {
        Some(GroupKey::Family(fingerprint)) => Some(fingerprint),
        _ => None,
    };
    let operator = match key(GroupKind::Operator) {
        Some(GroupKey::Operator(id)) => Some(id),
        _ => None,
    };
    RelayAttributes {
        nickname: Some(network.text(relay.nickname)),
        address: address(relay),
        as_number: relay.asn,
        country: relay.country,
        contact: Some(network.optional_text(relay.contact).unwrap_or_default()),
        version: network.optional_text(relay.version),
        platform: network.optional_text(relay.platform),
        family,
        operator,
    }
}

/// Adds what a snapshot knows to the record of a consensus. What the consensus says itself stands. AS and
/// country go with the address: of a relay that had another address then, nothing is added.
pub fn complete<'n>(record: &mut HourRecord<'n>, network: &'n Network) {
    if record.valid_after.seconds_since(network.published()).abs() > NEAR_SECONDS {
        return;
    }
    for relay in &mut record.relays {
        let Some(position) = network.find(relay.fingerprint) else { continue };
        let (said, known) = (relay.attributes, attributes_of(network, position));
        if said.address.is_none() || said.address == known.address {
            relay.attributes = RelayAttributes {
                nickname: said.nickname.or(known.nickname),
                address: known.address,
                version: said.version.or(known.version),
                ..known
            };
        }
    }
}

fn address(relay: &Relay) -> Option<std::net::IpAddr> {
    relay.or_addresses.first().map(std::net::SocketAddr::ip)
}

#[cfg(test)]
mod tests {
    use super::*;
    use allium_documents::Limits;
    use allium_documents::onionoo::{BuildInputs, build_network};
    use allium_model::{NetworkOptions, NetworkRecord, RecordSource, RelayRecord, Timestamp};
    use allium_sim::{SimOptions, Simulation};

    const END: Timestamp = Timestamp(1_771_765_200);

    fn network() -> Network {
        let simulation = Simulation::run(&SimOptions { relays: 80, days: 3, seed: 2, end: END });
        let mut bytes = Vec::new();
        simulation.write_details(&mut bytes).unwrap();
        let inputs = BuildInputs {
            aroi: None,
            earliest: None,
            options: NetworkOptions::default(),
            limits: Limits::default(),
        };
        build_network(&bytes, &inputs).unwrap().network
    }

    fn relays(network: &Network) -> Vec<RelayRecord<'_>> {
        let record = |(position, relay): (u32, &Relay)| RelayRecord {
            fingerprint: relay.fingerprint,
            flags: relay.flags,
            weight: None,
            is_measured: None,
            attributes: attributes_of(network, RelayPosition(position)),
        };
        (0..).zip(network.relays()).map(record).collect()
    }

    /// What a consensus says of the same relays.
    fn said(network: &Network, valid_after: Timestamp) -> HourRecord<'_> {
        let mut relays = relays(network);
        for relay in &mut relays {
            let RelayAttributes { nickname, address, version, .. } = relay.attributes;
            relay.attributes = RelayAttributes { nickname, address, version, ..RelayAttributes::default() };
        }
        HourRecord {
            valid_after,
            source: RecordSource::Consensus,
            digest: [0; 32],
            relays,
            network: NetworkRecord { valid_after, ..NetworkRecord::default() },
            authorities: Vec::new(),
        }
    }

    #[test]
    fn what_a_snapshot_knows_is_added() {
        let network = network();
        let mut record = said(&network, END.plus_seconds(-40 * 86_400));
        complete(&mut record, &network);
        assert_eq!(record.relays, relays(&network));
        assert!(record.relays.iter().any(|relay| relay.attributes.operator.is_some()));
    }

    #[test]
    fn nothing_is_added_to_a_relay_that_had_another_address_or_long_ago() {
        let network = network();
        let mut record = said(&network, END);
        record.relays[0].attributes.address = Some([192, 0, 2, 1].into());
        complete(&mut record, &network);
        assert_eq!(record.relays[0].attributes.as_number, None);
        assert!(record.relays[1].attributes.as_number.is_some());
        let mut record = said(&network, END.plus_seconds(-91 * 86_400));
        complete(&mut record, &network);
        assert!(record.relays.iter().all(|relay| relay.attributes.as_number.is_none()));
    }
}
