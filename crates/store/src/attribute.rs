//! The kinds of attributes and how their values are written.

use crate::group::bounded;
use allium_model::{AsNumber, CountryCode, Fingerprint, OperatorId, RelayAttributes};
use sha2::{Digest, Sha256};
use std::net::IpAddr;

/// Number of kinds.
pub(crate) const KINDS: usize = 9;

/// Place of the contact among the kinds.
pub(crate) const CONTACT: usize = 4;

/// The number of a place in the store.
pub(crate) fn number(place: usize) -> u8 {
    place as u8 + 1
}

/// Place of the attribute that decides a kind of group, in the order of the groups' kinds.
pub(crate) const OF_GROUPS: [usize; 6] = [2, 3, 8, 7, 5, 6];

/// First half of the SHA-256 of a contact text.
pub type ContactHash = [u8; 16];

/// A value that a relay had for some time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AttributeValue {
    /// Nickname.
    Nickname(String),
    /// Address of its first ORPort.
    Address(IpAddr),
    /// Autonomous system.
    AsNumber(AsNumber),
    /// Country.
    Country(CountryCode),
    /// Contact: its hash, and its text while that is kept.
    Contact(ContactHash, Option<String>),
    /// Version of tor.
    Version(String),
    /// Platform text.
    Platform(String),
    /// Smallest fingerprint of its family.
    Family(Fingerprint),
    /// Operator.
    Operator(OperatorId),
}

/// The hash of a contact text.
pub(crate) fn contact_hash(text: &str) -> ContactHash {
    let mut hash = ContactHash::default();
    hash.copy_from_slice(&Sha256::digest(text)[..16]);
    hash
}

/// Visits what attributes say, as place and bytes that tell values apart: those of [`stored`] but for the
/// contact, whose text stands here.
pub(crate) fn visit(attributes: &RelayAttributes<'_>, mut visit: impl FnMut(usize, &[u8])) {
    let RelayAttributes {
        nickname,
        address,
        as_number,
        country,
        contact,
        version,
        platform,
        family,
        operator,
    } = attributes;
    let mut text = |place, value: Option<&str>| {
        if let Some(value) = value {
            visit(place, bounded(value).as_bytes());
        }
    };
    text(0, *nickname);
    text(CONTACT, *contact);
    text(5, *version);
    text(6, *platform);
    match address {
        Some(IpAddr::V4(address)) => visit(1, &address.octets()),
        Some(IpAddr::V6(address)) => visit(1, &address.octets()),
        None => {}
    }
    if let Some(number) = as_number {
        visit(2, &number.0.to_be_bytes());
    }
    if let Some(country) = country {
        visit(3, country.as_str().as_bytes());
    }
    if let Some(family) = family {
        visit(7, &family.0);
    }
    if let Some(operator) = operator {
        visit(8, &operator.to_bytes());
    }
}

/// The bytes that are stored for those of [`visit`].
pub(crate) fn stored(place: usize, bytes: &[u8]) -> Vec<u8> {
    match place {
        CONTACT => contact_hash(std::str::from_utf8(bytes).unwrap_or_default()).to_vec(),
        _ => bytes.to_vec(),
    }
}

/// The value of a number and its stored bytes; `None` when they are damaged.
pub(crate) fn read(number: i64, bytes: &[u8], contact: Option<String>) -> Option<AttributeValue> {
    let text = || String::from_utf8(bytes.to_vec()).ok();
    match number {
        1 => text().map(AttributeValue::Nickname),
        2 => address(bytes).map(AttributeValue::Address),
        3 => Some(AttributeValue::AsNumber(AsNumber(u32::from_be_bytes(bytes.try_into().ok()?)))),
        4 => std::str::from_utf8(bytes).ok()?.parse().ok().map(AttributeValue::Country),
        5 => Some(AttributeValue::Contact(bytes.try_into().ok()?, contact)),
        6 => text().map(AttributeValue::Version),
        7 => text().map(AttributeValue::Platform),
        8 => Some(AttributeValue::Family(Fingerprint(bytes.try_into().ok()?))),
        9 => Some(AttributeValue::Operator(OperatorId::from_bytes(bytes.try_into().ok()?))),
        _ => None,
    }
}

fn address(bytes: &[u8]) -> Option<IpAddr> {
    if let Ok(octets) = <[u8; 4]>::try_from(bytes) {
        return Some(octets.into());
    }
    <[u8; 16]>::try_from(bytes).ok().map(IpAddr::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_attribute_is_visited_once_and_read_back() {
        let attributes = RelayAttributes {
            nickname: Some("caerSidi"),
            address: Some("2001:db8::1".parse().unwrap()),
            as_number: Some(AsNumber(24940)),
            country: Some("DE".parse().unwrap()),
            contact: Some("tor at example dot org"),
            version: Some("0.4.8.12"),
            platform: Some("Tor 0.4.8.12 on Linux"),
            family: Some(Fingerprint([7; 20])),
            operator: Some(OperatorId::of_domain("example.org")),
        };
        let mut found = Vec::new();
        visit(&attributes, |place, bytes| {
            let contact = Some("tor at example dot org".to_owned());
            found.push((place, read(i64::from(number(place)), &stored(place, bytes), contact).unwrap()));
        });
        found.sort_by_key(|(place, _)| *place);
        assert_eq!(found.iter().map(|(place, _)| *place).collect::<Vec<_>>(), (0..KINDS).collect::<Vec<_>>());
        assert_eq!(found[1].1, AttributeValue::Address("2001:db8::1".parse().unwrap()));
        assert_eq!(found[8].1, AttributeValue::Operator(OperatorId::of_domain("example.org")));
    }

    #[test]
    fn damaged_values_are_none() {
        for (number, bytes) in [(2, &[1, 2, 3][..]), (3, &[1]), (4, b"1"), (8, &[0; 19]), (9, &[]), (10, &[])]
        {
            assert_eq!(read(number, bytes, None), None, "{number}");
        }
    }
}
