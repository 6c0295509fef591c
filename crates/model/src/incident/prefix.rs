//! Blocks of addresses that are handed out together.

use std::fmt::{self, Display, Formatter};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

/// A block of addresses: /24 or /16 of IPv4, /32 of IPv6.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Prefix {
    /// A /24 of IPv4.
    V4Small([u8; 3]),
    /// A /16 of IPv4.
    V4Large([u8; 2]),
    /// A /32 of IPv6.
    V6([u8; 4]),
}

impl Prefix {
    /// The blocks of an address, the smaller one first.
    pub fn of(address: IpAddr) -> impl Iterator<Item = Self> {
        let (small, large) = match address {
            IpAddr::V4(address) => {
                let [a, b, c, _] = address.octets();
                (Some(Self::V4Small([a, b, c])), Self::V4Large([a, b]))
            }
            IpAddr::V6(address) => {
                let [a, b, c, d, ..] = address.octets();
                (None, Self::V6([a, b, c, d]))
            }
        };
        small.into_iter().chain([large])
    }

    /// Length in bits.
    pub const fn bits(self) -> u8 {
        match self {
            Self::V4Small(_) => 24,
            Self::V4Large(_) => 16,
            Self::V6(_) => 32,
        }
    }

    /// Its first address.
    pub fn first(self) -> IpAddr {
        match self {
            Self::V4Small([a, b, c]) => Ipv4Addr::new(a, b, c, 0).into(),
            Self::V4Large([a, b]) => Ipv4Addr::new(a, b, 0, 0).into(),
            Self::V6([a, b, c, d]) => {
                let words = [u16::from_be_bytes([a, b]), u16::from_be_bytes([c, d])];
                Ipv6Addr::new(words[0], words[1], 0, 0, 0, 0, 0, 0).into()
            }
        }
    }
}

impl Display for Prefix {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}/{}", self.first(), self.bits())
    }
}

/// A text that is no block of addresses of these kinds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this is no /24 or /16 of IPv4 and no /32 of IPv6")]
pub struct ParsePrefixError;

impl FromStr for Prefix {
    type Err = ParsePrefixError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (address, bits) = text.split_once('/').ok_or(ParsePrefixError)?;
        let address: IpAddr = address.parse().map_err(|_| ParsePrefixError)?;
        let is_meant = |prefix: &Self| prefix.bits().to_string() == bits && prefix.first() == address;
        Self::of(address).find(is_meant).ok_or(ParsePrefixError)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_are_read_as_they_are_written() {
        let addresses = ["192.0.2.77", "2001:db8:77::1"];
        let blocks: Vec<_> = addresses.iter().flat_map(|text| Prefix::of(text.parse().unwrap())).collect();
        let written: Vec<_> = blocks.iter().map(ToString::to_string).collect();
        assert_eq!(written, ["192.0.2.0/24", "192.0.0.0/16", "2001:db8::/32"]);
        for (text, block) in written.iter().zip(&blocks) {
            assert_eq!(text.parse(), Ok(*block));
        }
    }

    #[test]
    fn other_texts_are_no_blocks() {
        for text in ["", "192.0.2.0", "192.0.2.1/24", "192.0.2.0/25", "192.0.2.0/024", "2001:db8::/48"] {
            assert_eq!(text.parse::<Prefix>(), Err(ParsePrefixError), "{text}");
        }
    }
}
