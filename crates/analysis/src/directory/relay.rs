//! The relay of an authority among the relays of the network.

use super::AuthorityReport;
use allium_model::{Flag, Network, Relay, RelayPosition};
use std::net::{IpAddr, SocketAddr};

/// The relay of an authority: by the fingerprint of the trusted list; where the list has none or that relay
/// is not known, the relay with the flag Authority at the address and port of the list or of the consensus.
/// `None` when none or several fit.
pub fn relay_of(network: &Network, authority: &AuthorityReport) -> Option<RelayPosition> {
    let fingerprint = authority.trusted.as_ref().and_then(|trusted| trusted.relay);
    fingerprint.and_then(|relay| network.find(relay)).or_else(|| by_address(network, authority))
}

fn by_address(network: &Network, authority: &AuthorityReport) -> Option<RelayPosition> {
    let known = addresses(authority);
    let all = (0..network.relays().len() as u32).map(RelayPosition);
    let mut fitting = all.filter(|at| {
        let relay = network.relay(*at);
        relay.flags.contains(Flag::Authority) && known.iter().any(|address| is_at(relay, *address))
    });
    let only = fitting.next()?;
    fitting.next().is_none().then_some(only)
}

/// Addresses with a port under which the authority is named; OR addresses and those of directory requests.
fn addresses(authority: &AuthorityReport) -> Vec<SocketAddr> {
    let trusted = authority.trusted.as_ref();
    let trusted_address = trusted.and_then(|trusted| trusted.dir_address);
    let trusted_or = trusted.and_then(|trusted| Some((trusted.dir_address?.ip(), trusted.or_port?)));
    let listed = authority.listed.as_ref();
    let listed = listed.and_then(|listed| Some((listed.address.parse::<IpAddr>().ok()?, listed)));
    let listed_ports = listed.map(|(ip, listed)| [(ip, listed.or_port), (ip, listed.dir_port)]);
    let pairs = trusted_or.into_iter().chain(listed_ports.into_iter().flatten());
    trusted_address.into_iter().chain(pairs.map(SocketAddr::from)).filter(|at| at.port() > 0).collect()
}

fn is_at(relay: &Relay, address: SocketAddr) -> bool {
    relay.or_addresses.contains(&address) || relay.dir_address == Some(address)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::directory::{Directory, example};
    use crate::fixture;
    use allium_model::Fingerprint;
    use serde_json::{Value, json};

    /// The first authority of the example with this fingerprint in the trusted list, at 192.0.2.200.
    fn authority(relay: Option<Fingerprint>) -> AuthorityReport {
        let mut authority = Directory::new(example::inputs()).report.authorities.remove(0);
        let trusted = authority.trusted.as_mut().unwrap();
        trusted.relay = relay;
        trusted.dir_address = Some("192.0.2.200:9131".parse().unwrap());
        trusted.or_port = Some(9101);
        authority.listed = None;
        authority
    }

    fn found(authority: &AuthorityReport, relays: &[Value]) -> Option<Fingerprint> {
        let network = fixture::network(relays);
        relay_of(&network, authority).map(|at| network.relay(at).fingerprint)
    }

    fn relay(number: u32, address: &str, flags: &[&str]) -> Value {
        fixture::relay(number, &json!({ "or_addresses": [address], "flags": flags }))
    }

    #[test]
    fn the_fingerprint_of_the_list_comes_first() {
        let relays = [relay(1, "192.0.2.1:9001", &[]), relay(2, "192.0.2.200:9101", &["Authority"])];
        assert_eq!(found(&authority(Some(fixture::fingerprint(1))), &relays), Some(fixture::fingerprint(1)));
    }

    #[test]
    fn without_a_fingerprint_the_address_tells_which_relay_it_is() {
        let authority = authority(None);
        let own = relay(2, "192.0.2.200:9101", &["Authority", "Running"]);
        assert_eq!(found(&authority, std::slice::from_ref(&own)), Some(fixture::fingerprint(2)));
        let other_port = relay(3, "192.0.2.200:443", &["Authority"]);
        assert_eq!(found(&authority, &[own.clone(), other_port.clone()]), Some(fixture::fingerprint(2)));
        assert_eq!(found(&authority, &[other_port]), None);
    }

    #[test]
    fn a_relay_that_is_no_authority_or_one_of_two_is_not_taken() {
        let authority = authority(None);
        assert_eq!(found(&authority, &[relay(1, "192.0.2.200:9101", &["Running"])]), None);
        let twice = [1, 2].map(|number| relay(number, "192.0.2.200:9101", &["Authority"]));
        assert_eq!(found(&authority, &twice), None);
    }

    #[test]
    fn the_address_of_the_consensus_serves_where_the_list_has_none() {
        let mut authority = authority(None);
        authority.trusted = None;
        authority.listed = example::inputs().consensus.unwrap().authorities.first().cloned();
        let listed = authority.listed.as_mut().unwrap();
        (listed.address, listed.or_port) = ("192.0.2.7".into(), 9001);
        let relays = [relay(7, "192.0.2.7:9001", &["Authority"])];
        assert_eq!(found(&authority, &relays), Some(fixture::fingerprint(7)));
    }
}
