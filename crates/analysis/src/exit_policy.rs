//! Which exits refuse connections to addresses of the public Internet.
//!
//! Every exit refuses private and reserved ranges; a rule that names a public address or range is a
//! restriction that the operator chose or had to take (`docs/methods/exit-policy.md`).

use allium_model::{Network, Relay, TextId};
use std::collections::HashMap;
use std::net::IpAddr;

/// Answers by policy text, since many exits share one.
#[derive(Debug, Default)]
pub(crate) struct PublicRefusals(HashMap<TextId, bool>);

impl PublicRefusals {
    /// Whether the relay's policy has a rule that refuses a public address.
    pub(crate) fn any(&mut self, network: &Network, relay: &Relay) -> bool {
        let Some(policy) = relay.exit_policy else { return false };
        *self
            .0
            .entry(policy)
            .or_insert_with(|| network.text(policy).lines().any(|rule| refuses_public(rule, relay)))
    }
}

/// Whether a rule such as `reject 192.0.2.0/24:*` names a public address. The relay's own addresses,
/// which tor refuses by itself, are not counted.
fn refuses_public(rule: &str, relay: &Relay) -> bool {
    let Some(target) = rule.strip_prefix("reject ").and_then(|rest| rest.rsplit_once(':')) else {
        return false;
    };
    let address = target.0.split('/').next().unwrap_or_default().trim_matches(['[', ']']);
    let own = |address: IpAddr| relay.or_addresses.iter().any(|own| own.ip() == address);
    address.parse().is_ok_and(|address: IpAddr| is_public(address) && !own(address))
}

fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => {
            let [first, second, ..] = address.octets();
            let is_shared = first == 100 && (64..128).contains(&second);
            !(first == 0
                || first >= 224
                || address.is_private()
                || address.is_loopback()
                || address.is_link_local()
                || is_shared)
        }
        IpAddr::V6(address) => address.segments()[0] & 0xe000 == 0x2000,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn private_and_reserved_ranges_are_not_public() {
        for address in [
            "0.0.0.0",
            "10.0.0.0",
            "127.0.0.0",
            "169.254.0.0",
            "172.16.0.0",
            "192.168.0.0",
            "100.64.0.0",
            "224.0.0.1",
            "fc00::",
            "::1",
            "fe80::",
        ] {
            assert!(!is_public(address.parse().unwrap()), "{address}");
        }
        for address in ["171.25.193.0", "100.128.0.1", "8.8.8.8", "2001:db8::1"] {
            assert!(is_public(address.parse().unwrap()), "{address}");
        }
    }
}
