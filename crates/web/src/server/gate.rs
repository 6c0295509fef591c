//! How many forms are taken in an hour: from one network, from those that cannot be told apart, and in all.
//!
//! Networks are kept as hashes with a key of this process, and everything is forgotten when the hour ends.

use super::options::Limits;
use allium_model::Timestamp;
use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

/// Counts of the current hour.
#[derive(Debug, Default)]
pub(crate) struct Gate {
    key: RandomState,
    counts: Mutex<Counts>,
}

#[derive(Debug, Default)]
struct Counts {
    hour: i64,
    all: u32,
    /// Behind an onion service all clients look alike, so they have one count together.
    unknown: u32,
    by_network: HashMap<u64, u32>,
}

/// Networks that are told apart within an hour; when more come, newcomers wait.
const MOST_NETWORKS: usize = 20_000;

impl Gate {
    /// Counts a form; whether it is taken. A clock that was set back begins a new hour.
    pub(crate) fn admits(&self, client: Option<IpAddr>, limits: &Limits, now: Timestamp) -> bool {
        let network = client.map(|address| self.key.hash_one(network_of(address)));
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let hour = now.0.div_euclid(3600);
        if counts.hour != hour {
            *counts = Counts { hour, ..Counts::default() };
        }
        let is_taken = match network {
            Some(network) => counts.admits_network(network, limits.forms_per_network),
            None => take(&mut counts.unknown, limits.forms_unknown),
        };
        is_taken && take(&mut counts.all, limits.forms)
    }
}

impl Counts {
    fn admits_network(&mut self, network: u64, most: u32) -> bool {
        let is_full = self.by_network.len() >= MOST_NETWORKS && !self.by_network.contains_key(&network);
        !is_full && take(self.by_network.entry(network).or_default(), most)
    }
}

/// Takes one of so many; whether there was one left.
const fn take(count: &mut u32, most: u32) -> bool {
    if *count >= most {
        return false;
    }
    *count += 1;
    true
}

/// Seconds until the hour ends.
pub(crate) const fn seconds_left(now: Timestamp) -> i64 {
    3600 - now.0.rem_euclid(3600)
}

/// The network of an address, which is what a household has: /24 of IPv4, /48 of IPv6.
fn network_of(address: IpAddr) -> [u8; 7] {
    let mut network = [0; 7];
    match address.to_canonical() {
        IpAddr::V4(address) => {
            network[0] = 4;
            network[1..4].copy_from_slice(&address.octets()[..3]);
        }
        IpAddr::V6(address) => {
            network[0] = 6;
            network[1..].copy_from_slice(&address.octets()[..6]);
        }
    }
    network
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limits() -> Limits {
        Limits { forms_per_network: 2, forms_unknown: 3, forms: 6, ..Limits::default() }
    }

    fn address(text: &str) -> Option<IpAddr> {
        text.parse().ok()
    }

    #[test]
    fn a_network_has_its_share_and_others_have_theirs() {
        let gate = Gate::default();
        let admits = |from: &str, now| gate.admits(address(from), &limits(), Timestamp(now));
        let same = ["192.0.2.1", "192.0.2.77", "::ffff:192.0.2.3"].map(|from| admits(from, 0));
        assert_eq!(same, [true, true, false]);
        assert!(admits("2001:db8:1::1", 0) && admits("2001:db8:1:ffff::2", 0) && !admits("2001:db8:1::3", 0));
        assert!(admits("192.0.2.1", 3600), "the next hour is a new one");
        assert!(admits("192.0.2.1", -1), "a clock that was set back locks nobody out");
    }

    #[test]
    fn those_who_look_alike_share_and_nobody_gets_beyond_all() {
        let gate = Gate::default();
        let unknown: Vec<bool> = (0..4).map(|_| gate.admits(None, &limits(), Timestamp(0))).collect();
        assert_eq!(unknown, [true, true, true, false]);
        let others = ["192.0.2.1", "198.51.100.1", "203.0.113.1", "192.0.2.2"];
        let others = others.map(|from| gate.admits(address(from), &limits(), Timestamp(1)));
        assert_eq!(others, [true, true, true, false]);
        assert_eq!([seconds_left(Timestamp(1)), seconds_left(Timestamp(3600))], [3599, 3600]);
    }
}
