//! How often a network may ask. Kept in memory, as keyed hashes, and gone after an hour.

use allium_model::Timestamp;
use std::collections::HashMap;
use std::net::IpAddr;

/// Requests of networks within the last hour.
#[derive(Debug, Default)]
pub(super) struct NetworkLimits {
    /// Beginning of the hour of a network, and its requests in it.
    asked: HashMap<[u8; 32], (Timestamp, u32)>,
}

/// Networks that are remembered; when more ask at a time, newcomers wait.
const MOST_NETWORKS: usize = 50_000;

const HOUR: i64 = 3600;

impl NetworkLimits {
    /// Counts a request; whether it is let through.
    pub(super) fn admit(&mut self, network: [u8; 32], most: u32, now: Timestamp) -> bool {
        if self.asked.len() >= MOST_NETWORKS && !self.asked.contains_key(&network) {
            self.asked.retain(|_, (start, _)| is_current(*start, now));
            if self.asked.len() >= MOST_NETWORKS {
                return false;
            }
        }
        let (start, count) = self.asked.entry(network).or_insert((now, 0));
        if !is_current(*start, now) {
            (*start, *count) = (now, 0);
        }
        *count = count.saturating_add(1);
        *count <= most
    }
}

/// Within the hour; a clock that was set back begins a new one.
fn is_current(start: Timestamp, now: Timestamp) -> bool {
    (0..HOUR).contains(&now.seconds_since(start))
}

/// The network of an address: /24 of IPv4, /48 of IPv6.
pub(super) fn network_of(address: IpAddr) -> Vec<u8> {
    match address.to_canonical() {
        IpAddr::V4(address) => address.octets()[..3].to_vec(),
        IpAddr::V6(address) => address.octets()[..6].to_vec(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_is_counted_for_an_hour() {
        let mut limits = NetworkLimits::default();
        let mut admit = |network: u8, now| limits.admit([network; 32], 2, Timestamp(now));
        assert_eq!([admit(1, 0), admit(1, 10), admit(1, 20), admit(2, 20)], [true, true, false, true]);
        assert_eq!([admit(1, 3599), admit(1, 3600)], [false, true]);
        assert!(admit(1, -100), "a clock that was set back locks nobody out");
    }

    #[test]
    fn memory_is_bounded_and_comes_back() {
        let mut limits = NetworkLimits::default();
        let name = |number: u32| std::array::from_fn(|index| number.to_le_bytes()[index % 4]);
        for number in 0..MOST_NETWORKS as u32 {
            assert!(limits.admit(name(number), 1, Timestamp(0)));
        }
        assert!(!limits.admit(name(u32::MAX), 1, Timestamp(1)));
        assert!(limits.admit(name(u32::MAX), 1, Timestamp(3601)));
        assert_eq!(limits.asked.len(), 1);
    }

    #[test]
    fn networks_are_what_a_household_has() {
        let network = |text: &str| network_of(text.parse().unwrap());
        assert_eq!(network("192.0.2.1"), network("192.0.2.255"));
        assert_eq!(network("::ffff:192.0.2.1"), network("192.0.2.1"));
        assert_ne!(network("192.0.2.1"), network("192.0.3.1"));
        assert_eq!(network("2001:db8:1:2::1"), network("2001:db8:1:ffff::1"));
        assert_ne!(network("2001:db8:1::1"), network("2001:db8:2::1"));
    }
}
