//! Which addresses may be connected to.
//!
//! Addresses of channels are written by operators, and names in them by whoever runs a name server. A
//! request of ours must reach no machine that only we can reach, so every address a name leads to is
//! looked at before a connection is made.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// What an address is (IANA special-purpose registries of IPv4 and IPv6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AddressClass {
    /// Anybody can reach it.
    Public,
    /// This machine.
    Loopback,
    /// A private network (RFC 1918, RFC 4193, site-local).
    Private,
    /// The same link; cloud providers answer secrets there.
    LinkLocal,
    /// The network of a provider (RFC 6598).
    Shared,
    /// No address, or "this network".
    Unspecified,
    /// Many machines at once, broadcast included.
    Multicast,
    /// An IPv4 address within an IPv6 one: mapped, compatible, NAT64, 6to4 or Teredo.
    Embedded,
    /// Documentation, benchmarks, or reserved for something else.
    Reserved,
}

/// What may be reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Reach {
    /// Public addresses alone.
    #[default]
    Public,
    /// Loopback and private networks too, and loopback without TLS.
    Private,
}

impl Reach {
    /// Whether an address may be connected to.
    pub fn allows(self, address: IpAddr) -> bool {
        match AddressClass::of(address) {
            AddressClass::Public => true,
            AddressClass::Loopback | AddressClass::Private => self == Self::Private,
            _ => false,
        }
    }
}

impl AddressClass {
    /// The class of an address.
    pub fn of(address: IpAddr) -> Self {
        match address {
            IpAddr::V4(address) => of_v4(address),
            IpAddr::V6(address) => of_v6(address),
        }
    }

    /// The word for it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Loopback => "loopback",
            Self::Private => "private",
            Self::LinkLocal => "link-local",
            Self::Shared => "shared",
            Self::Unspecified => "unspecified",
            Self::Multicast => "multicast",
            Self::Embedded => "embedded",
            Self::Reserved => "reserved",
        }
    }
}

fn of_v4(address: Ipv4Addr) -> AddressClass {
    match address.octets() {
        [0, ..] => AddressClass::Unspecified,
        [127, ..] => AddressClass::Loopback,
        [10, ..] | [172, 16..=31, ..] | [192, 168, ..] => AddressClass::Private,
        [169, 254, ..] => AddressClass::LinkLocal,
        [100, 64..=127, ..] => AddressClass::Shared,
        [224..=239, ..] | [255, 255, 255, 255] => AddressClass::Multicast,
        [192, 0, 0 | 2, _]
        | [192, 88, 99, _]
        | [192, 31, 196, _]
        | [192, 52, 193, _]
        | [192, 175, 48, _]
        | [198, 18..=19, ..]
        | [198, 51, 100, _]
        | [203, 0, 113, _]
        | [240..=255, ..] => AddressClass::Reserved,
        _ => AddressClass::Public,
    }
}

fn of_v6(address: Ipv6Addr) -> AddressClass {
    match address.segments() {
        [0, 0, 0, 0, 0, 0, 0, 0] => AddressClass::Unspecified,
        [0, 0, 0, 0, 0, 0, 0, 1] => AddressClass::Loopback,
        // ::/96, ::ffff:0:0/96, ::ffff:0:0:0/96, NAT64, 6to4, Teredo.
        [0, 0, 0, 0, 0, 0 | 0xffff, ..]
        | [0, 0, 0, 0, 0xffff, 0, ..]
        | [0x64, 0xff9b, ..]
        | [0x2002, ..]
        | [0x2001, 0, ..] => AddressClass::Embedded,
        [0xfc00..=0xfdff | 0xfec0..=0xfeff, ..] => AddressClass::Private,
        [0xfe80..=0xfebf, ..] => AddressClass::LinkLocal,
        [0xff00..=0xffff, ..] => AddressClass::Multicast,
        // 2001::/23 (protocols, benchmarks, ORCHID), documentation, and everything that is not 2000::/3.
        [0x2001, 0..=0x1ff | 0xdb8, ..] | [0x3fff, 0..=0xfff, ..] => AddressClass::Reserved,
        [0x2000..=0x3fff, ..] => AddressClass::Public,
        _ => AddressClass::Reserved,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(class: AddressClass, addresses: &[&str]) {
        for address in addresses {
            assert_eq!(AddressClass::of(address.parse().unwrap()), class, "{address}");
        }
    }

    #[test]
    fn every_class_is_known() {
        use AddressClass as Class;
        check(
            Class::Public,
            &[
                "1.1.1.1",
                "9.255.255.255",
                "11.0.0.1",
                "100.63.255.255",
                "100.128.0.1",
                "172.15.0.1",
                "172.32.0.1",
                "192.167.1.1",
                "223.255.255.255",
                "2001:4860::1",
                "2a01::1",
                "2001:200::1",
                "2620::1",
            ],
        );
        check(Class::Loopback, &["127.0.0.1", "127.255.255.254", "::1"]);
        check(
            Class::Private,
            &["10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.0.1", "fc00::1", "fdff::1", "fec0::1"],
        );
        check(Class::LinkLocal, &["169.254.169.254", "fe80::1", "febf::1"]);
        check(Class::Shared, &["100.64.0.1", "100.127.255.255"]);
        check(Class::Unspecified, &["0.0.0.0", "0.1.2.3", "::"]);
        check(Class::Multicast, &["224.0.0.1", "239.255.255.255", "255.255.255.255", "ff02::1"]);
        check(
            Class::Embedded,
            &[
                "::ffff:127.0.0.1",
                "::ffff:8.8.8.8",
                "::127.0.0.1",
                "::ffff:0:10.0.0.1",
                "64:ff9b::10.0.0.1",
                "64:ff9b:1::1",
                "2002:7f00:1::1",
                "2001::1",
            ],
        );
        check(
            Class::Reserved,
            &[
                "192.0.0.1",
                "192.0.2.1",
                "198.18.0.1",
                "198.51.100.1",
                "203.0.113.1",
                "240.0.0.1",
                "2001:db8::1",
                "2001:20::1",
                "2001:2::1",
                "3fff::1",
                "100::1",
                "5f00::1",
                "4000::1",
            ],
        );
    }

    #[test]
    fn private_networks_are_reached_when_that_is_said_and_the_rest_never() {
        let allows = |reach: Reach, address: &str| reach.allows(address.parse().unwrap());
        for address in ["127.0.0.1", "10.1.2.3", "::1", "fd00::1"] {
            assert!(!allows(Reach::Public, address) && allows(Reach::Private, address), "{address}");
        }
        for address in ["169.254.169.254", "0.0.0.0", "224.0.0.1", "::ffff:10.0.0.1", "100.64.0.1", "fe80::1"]
        {
            assert!(!allows(Reach::Public, address) && !allows(Reach::Private, address), "{address}");
        }
        assert!(allows(Reach::Public, "1.1.1.1") && allows(Reach::Private, "1.1.1.1"));
    }
}
