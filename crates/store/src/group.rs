//! Groups by names that outlive a snapshot.

use crate::attribute::AttributeValue;
use allium_model::{
    AsNumber, CountryCode, Fingerprint, GroupKey, OperatorId, RelayAttributes, operating_system,
};

/// A group of which a history is kept. Version and platform are texts, since the ids that a snapshot
/// gives to texts mean nothing in the next one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum StoredGroup<'a> {
    /// An autonomous system.
    As(AsNumber),
    /// A country.
    Country(CountryCode),
    /// An operator, as grouped at the time.
    Operator(OperatorId),
    /// A family, by the smallest fingerprint of its members at the time.
    Family(Fingerprint),
    /// A version of tor.
    Version(&'a str),
    /// An operating system.
    Platform(&'a str),
}

impl StoredGroup<'static> {
    /// The group of a key that means the same everywhere; `None` for texts, flags and days.
    pub fn of_key(key: GroupKey) -> Option<Self> {
        match key {
            GroupKey::As(number) => Some(Self::As(number)),
            GroupKey::Country(code) => Some(Self::Country(code)),
            GroupKey::Operator(id) => Some(Self::Operator(id)),
            GroupKey::Family(fingerprint) => Some(Self::Family(fingerprint)),
            GroupKey::Platform(_) | GroupKey::Version(_) | GroupKey::Flag(_) | GroupKey::FirstSeen(_) => None,
        }
    }
}

impl<'a> StoredGroup<'a> {
    /// The group of a row; `None` where kind or key are none.
    pub(crate) fn of_row(kind: u8, key: &'a [u8]) -> Option<Self> {
        let text = || std::str::from_utf8(key).ok();
        Some(match kind {
            1 => Self::As(AsNumber(u32::from_be_bytes(key.try_into().ok()?))),
            2 => Self::Country(text()?.parse().ok()?),
            3 => Self::Operator(OperatorId::from_bytes(key.try_into().ok()?)),
            4 => Self::Family(Fingerprint(key.try_into().ok()?)),
            5 => Self::Version(text()?),
            6 => Self::Platform(text()?),
            _ => return None,
        })
    }
}

impl StoredGroup<'_> {
    /// What kind of group it is, in a word.
    pub const fn kind_name(self) -> &'static str {
        match self {
            Self::As(_) => "as",
            Self::Country(_) => "country",
            Self::Operator(_) => "operator",
            Self::Family(_) => "family",
            Self::Version(_) => "version",
            Self::Platform(_) => "platform",
        }
    }

    /// Its name: number, code, id, fingerprint or text.
    pub fn name(self) -> String {
        match self {
            Self::As(number) => number.to_string(),
            Self::Country(code) => code.to_string(),
            Self::Operator(id) => id.to_string(),
            Self::Family(fingerprint) => fingerprint.to_string(),
            Self::Version(text) | Self::Platform(text) => text.to_owned(),
        }
    }

    /// Its kind in the store, 1 to 6.
    pub(crate) fn kind(self) -> u8 {
        match self {
            Self::As(_) => 1,
            Self::Country(_) => 2,
            Self::Operator(_) => 3,
            Self::Family(_) => 4,
            Self::Version(_) => 5,
            Self::Platform(_) => 6,
        }
    }

    /// Its key in the store.
    pub(crate) fn key(self) -> Vec<u8> {
        match self {
            Self::As(number) => number.0.to_be_bytes().to_vec(),
            Self::Country(code) => code.as_str().as_bytes().to_vec(),
            Self::Operator(id) => id.to_bytes().to_vec(),
            Self::Family(fingerprint) => fingerprint.0.to_vec(),
            Self::Version(text) | Self::Platform(text) => text.as_bytes().to_vec(),
        }
    }
}

/// Longest text that is kept of a version, platform, nickname or contact, in bytes.
pub(crate) const MAX_TEXT_BYTES: usize = 4096;

/// The beginning of a text that is kept.
pub(crate) fn bounded(text: &str) -> &str {
    &text[..text.floor_char_boundary(MAX_TEXT_BYTES)]
}

/// The groups that a relay's attributes name, by kind; `None` where nothing is said or the value belongs
/// to no group.
pub(crate) fn groups_of<'a>(attributes: &RelayAttributes<'a>) -> [Option<StoredGroup<'a>>; 6] {
    [
        attributes.as_number.and_then(of_as),
        attributes.country.and_then(of_country),
        attributes.operator.map(StoredGroup::Operator),
        attributes.family.map(StoredGroup::Family),
        attributes.version.and_then(of_version),
        attributes.platform.and_then(of_platform),
    ]
}

/// The group that a value puts its relay into.
pub(crate) fn group_of_value(value: &AttributeValue) -> Option<StoredGroup<'_>> {
    match value {
        AttributeValue::AsNumber(number) => of_as(*number),
        AttributeValue::Country(code) => of_country(*code),
        AttributeValue::Operator(id) => Some(StoredGroup::Operator(*id)),
        AttributeValue::Family(family) => Some(StoredGroup::Family(*family)),
        AttributeValue::Version(version) => of_version(version),
        AttributeValue::Platform(platform) => of_platform(platform),
        AttributeValue::Nickname(_) | AttributeValue::Address(_) | AttributeValue::Contact(..) => None,
    }
}

fn of_as<'a>(number: AsNumber) -> Option<StoredGroup<'a>> {
    (number.0 > 0).then_some(StoredGroup::As(number))
}

fn of_country<'a>(code: CountryCode) -> Option<StoredGroup<'a>> {
    (!code.is_unknown()).then_some(StoredGroup::Country(code))
}

fn of_version(version: &str) -> Option<StoredGroup<'_>> {
    Some(bounded(version)).filter(|version| !version.is_empty()).map(StoredGroup::Version)
}

fn of_platform(platform: &str) -> Option<StoredGroup<'_>> {
    operating_system(bounded(platform)).map(StoredGroup::Platform)
}
