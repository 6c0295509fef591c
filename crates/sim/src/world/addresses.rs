//! IP addresses from the ranges for documentation, tests and private use.
//!
//! The ranges are cut into /24 blocks that are handed out to autonomous systems as they grow, so a
//! block belongs to one system; the IPv6 prefix names the system and the block.

use std::net::{Ipv4Addr, Ipv6Addr};

/// The addresses of one host.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct AddressPair {
    pub(crate) ipv4: Ipv4Addr,
    pub(crate) ipv6: Ipv6Addr,
}

/// Which blocks are taken.
#[derive(Debug, Default)]
pub(crate) struct AddressBook {
    blocks: u32,
}

/// The block from which an autonomous system takes its next address.
#[derive(Debug, Default)]
pub(crate) struct Lot {
    block: u32,
    hosts: u32,
}

/// Hosts of a /24 block.
const HOSTS_PER_BLOCK: u32 = 254;

impl AddressBook {
    /// The next address of a system.
    pub(crate) fn next(&mut self, network: u32, lot: &mut Lot) -> AddressPair {
        if lot.hosts.is_multiple_of(HOSTS_PER_BLOCK) {
            lot.block = self.blocks;
            self.blocks += 1;
        }
        let host = lot.hosts % HOSTS_PER_BLOCK + 1;
        lot.hosts += 1;
        AddressPair { ipv4: ipv4(lot.block, host), ipv6: ipv6(network, lot.block, host) }
    }
}

fn ipv4(block: u32, host: u32) -> Ipv4Addr {
    let prefix = match block {
        0 => [192, 0, 2],
        1 => [198, 51, 100],
        2 => [203, 0, 113],
        3..515 => [198, 18 + ((block - 3) / 256) as u8, ((block - 3) % 256) as u8],
        _ => [10, ((block - 515) / 256 % 256) as u8, ((block - 515) % 256) as u8],
    };
    Ipv4Addr::new(prefix[0], prefix[1], prefix[2], host as u8)
}

fn ipv6(network: u32, block: u32, host: u32) -> Ipv6Addr {
    Ipv6Addr::new(0x2001, 0xdb8, network as u16, block as u16, 0, 0, 0, host as u16)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn systems_never_share_a_block() {
        let mut book = AddressBook::default();
        let mut lots = [Lot::default(), Lot::default()];
        let mut blocks = [HashSet::new(), HashSet::new()];
        for turn in 0..2000_usize {
            let octets = book.next((turn % 2) as u32, &mut lots[turn % 2]).ipv4.octets();
            blocks[turn % 2].insert([octets[0], octets[1], octets[2]]);
        }
        assert_eq!((blocks[0].len(), blocks[1].len()), (4, 4));
        assert!(blocks[0].is_disjoint(&blocks[1]));
    }

    #[test]
    fn blocks_follow_each_other_through_the_ranges() {
        let expected = [
            (0, "192.0.2.1"),
            (2, "203.0.113.1"),
            (3, "198.18.0.1"),
            (514, "198.19.255.1"),
            (515, "10.0.0.1"),
            (515 + 65_535, "10.255.255.1"),
        ];
        for (block, address) in expected {
            assert_eq!(ipv4(block, 1).to_string(), address);
        }
    }
}
