//! The groups that relays are in, by number.

use allium_model::{CauseGroup, CountryCode, Prefix, RelayAttributes, operating_system, printable};
use std::collections::HashMap;

/// A group by its number.
pub(super) type GroupNumber = u32;

/// No group of a kind, or not known.
pub(super) const NONE: GroupNumber = GroupNumber::MAX;

/// Kinds of groups that a relay can be in one of each.
pub(super) const SLOTS: usize = 8;

/// The groups of a relay by slot: operator, AS, small prefix, large prefix, family, country, version,
/// platform. Of groups of the same relays the earlier one is named.
pub(super) type Membership = [GroupNumber; SLOTS];

/// The slots of ASes and of countries.
pub(super) const AS: usize = 1;
pub(super) const COUNTRY: usize = 5;

/// Longest version or platform that is kept, in characters.
const MAX_TEXT: usize = 64;

/// Every group that was ever named, each once.
#[derive(Debug, Clone, Default)]
pub(super) struct Groups {
    numbers: HashMap<CauseGroup, GroupNumber>,
    groups: Vec<CauseGroup>,
}

impl Groups {
    pub(super) fn get(&self, number: GroupNumber) -> Option<&CauseGroup> {
        self.groups.get(number as usize)
    }

    pub(super) fn len(&self) -> usize {
        self.groups.len()
    }

    /// The groups in the order of their numbers.
    pub(super) fn all(&self) -> &[CauseGroup] {
        &self.groups
    }

    /// The country of a relay.
    pub(super) fn country(&self, membership: &Membership) -> Option<CountryCode> {
        match self.get(membership[COUNTRY]) {
            Some(CauseGroup::Country(code)) => Some(*code),
            _ => None,
        }
    }

    /// The number of a group; a new one for one that was never named.
    pub(super) fn number(&mut self, group: CauseGroup) -> GroupNumber {
        if let Some(number) = self.numbers.get(&group) {
            return *number;
        }
        let number = self.groups.len() as GroupNumber;
        self.groups.push(group.clone());
        self.numbers.insert(group, number);
        number
    }

    /// Takes in what a document says of a relay; what it does not say stays.
    pub(super) fn update(&mut self, membership: &mut Membership, said: &RelayAttributes<'_>) {
        let [operator, number, small, large, family, country, version, platform] = membership;
        if let Some(said) = said.operator {
            self.put(operator, &CauseGroup::Operator(said));
        }
        if let Some(said) = said.as_number {
            self.put(number, &CauseGroup::As(said));
        }
        if let Some(address) = said.address {
            let mut blocks = [None; 2];
            for block in Prefix::of(address) {
                blocks[usize::from(!matches!(block, Prefix::V4Small(_)))] = Some(block);
            }
            self.put_block(small, blocks[0]);
            self.put_block(large, blocks[1]);
        }
        if let Some(said) = said.family {
            self.put(family, &CauseGroup::Family(said));
        }
        if let Some(said) = said.country {
            self.put(country, &CauseGroup::Country(said));
        }
        if let Some(said) = said.version {
            self.put_text(version, said, CauseGroup::Version);
        }
        if let Some(said) = said.platform.and_then(operating_system) {
            self.put_text(platform, said, CauseGroup::Platform);
        }
    }

    fn put(&mut self, slot: &mut GroupNumber, group: &CauseGroup) {
        if self.get(*slot) != Some(group) {
            *slot = self.number(group.clone());
        }
    }

    fn put_block(&mut self, slot: &mut GroupNumber, block: Option<Prefix>) {
        match block {
            Some(block) => self.put(slot, &CauseGroup::Prefix(block)),
            None => *slot = NONE,
        }
    }

    fn put_text(&mut self, slot: &mut GroupNumber, text: &str, group: fn(Box<str>) -> CauseGroup) {
        // Most relays say what they said before; nothing is copied for them.
        let known = match self.get(*slot) {
            Some(CauseGroup::Version(known) | CauseGroup::Platform(known)) => &**known == text,
            _ => false,
        };
        if !known {
            let text: String = printable(text).chars().take(MAX_TEXT).collect();
            self.put(slot, &group(text.into()));
        }
    }
}

/// A group as sentences name it.
pub(super) fn words(group: &CauseGroup) -> String {
    match group {
        CauseGroup::As(number) => number.to_string(),
        CauseGroup::Prefix(prefix) => prefix.to_string(),
        CauseGroup::Country(code) => format!("country {}", code.as_str().to_uppercase()),
        CauseGroup::Operator(id) => format!("operator {id}"),
        CauseGroup::Family(fingerprint) => format!("family {fingerprint}"),
        CauseGroup::Version(version) => format!("tor {version}"),
        CauseGroup::Platform(platform) => format!("platform {platform}"),
        CauseGroup::Authority(identity) => format!("authority {identity}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use allium_model::AsNumber;

    #[test]
    fn what_a_document_does_not_say_stays() {
        let mut groups = Groups::default();
        let mut membership = [NONE; SLOTS];
        let said = RelayAttributes {
            address: Some("192.0.2.7".parse().unwrap()),
            as_number: Some(AsNumber(64_496)),
            version: Some("0.4.9.6\u{7}"),
            platform: Some("Tor 0.4.9.6 on Linux"),
            ..RelayAttributes::default()
        };
        groups.update(&mut membership, &said);
        let before = membership;
        groups.update(&mut membership, &RelayAttributes::default());
        assert_eq!(membership, before);
        let named: Vec<String> = membership.iter().filter_map(|at| groups.get(*at)).map(words).collect();
        assert_eq!(named, ["AS64496", "192.0.2.0/24", "192.0.0.0/16", "tor 0.4.9.6", "platform Linux"]);
    }

    #[test]
    fn a_relay_that_moves_to_ipv6_leaves_its_small_block() {
        let mut groups = Groups::default();
        let mut membership = [NONE; SLOTS];
        for address in ["192.0.2.7", "2001:db8::1"] {
            let said =
                RelayAttributes { address: Some(address.parse().unwrap()), ..RelayAttributes::default() };
            groups.update(&mut membership, &said);
        }
        assert_eq!(membership[2], NONE);
        assert_eq!(groups.get(membership[3]).map(words).as_deref(), Some("2001:db8::/32"));
    }
}
