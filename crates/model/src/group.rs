//! Groups of relays: by operator, family, country, AS, platform, version, flag and first-seen day.
//!
//! An index lists every group of one kind with its members, and apart from them the *rest*: the
//! relays of which the property is not known (no contact, unknown country). The rest is never a group.

use crate::{AsNumber, CountryCode, Date, Fingerprint, OperatorId, RelayPosition, TextId};

/// What relays are grouped by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum GroupKind {
    /// By verified domain or contact text.
    Operator,
    /// By mutual listing or shared family id.
    Family,
    /// By country of the primary address.
    Country,
    /// By autonomous system of the primary address.
    As,
    /// By operating system.
    Platform,
    /// By Tor version.
    Version,
    /// By flag; a relay is in a group for each of its flags.
    Flag,
    /// By the day of the first consensus.
    FirstSeen,
}

impl GroupKind {
    /// Every kind.
    pub const ALL: [Self; 8] = [
        Self::Operator,
        Self::Family,
        Self::Country,
        Self::As,
        Self::Platform,
        Self::Version,
        Self::Flag,
        Self::FirstSeen,
    ];
}

/// What tells one group of a kind from another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum GroupKey {
    /// The operator's id.
    Operator(OperatorId),
    /// The smallest fingerprint of the current members.
    Family(Fingerprint),
    /// The country.
    Country(CountryCode),
    /// The AS number.
    As(AsNumber),
    /// The operating system.
    Platform(TextId),
    /// The version.
    Version(TextId),
    /// The flag's name.
    Flag(TextId),
    /// The day.
    FirstSeen(Date),
}

impl GroupKey {
    /// The kind of group that the key belongs to.
    pub fn kind(self) -> GroupKind {
        match self {
            Self::Operator(_) => GroupKind::Operator,
            Self::Family(_) => GroupKind::Family,
            Self::Country(_) => GroupKind::Country,
            Self::As(_) => GroupKind::As,
            Self::Platform(_) => GroupKind::Platform,
            Self::Version(_) => GroupKind::Version,
            Self::Flag(_) => GroupKind::Flag,
            Self::FirstSeen(_) => GroupKind::FirstSeen,
        }
    }
}

/// A group's place in its [`GroupIndex`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GroupPosition(pub u32);

impl GroupPosition {
    /// The place as an index.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// One group and its members.
#[derive(Debug, Clone, Copy)]
pub struct Group<'a> {
    /// Its place in the index.
    pub position: GroupPosition,
    /// What tells it from the others.
    pub key: GroupKey,
    /// Its relays in default order: running ones by falling consensus weight, then the others.
    pub members: &'a [RelayPosition],
}

/// All groups of one kind.
#[derive(Debug)]
pub struct GroupIndex {
    keys: Vec<GroupKey>,
    ends: Vec<u32>,
    members: Vec<RelayPosition>,
    rest: Vec<RelayPosition>,
    of_relay: Vec<Option<GroupPosition>>,
}

impl GroupIndex {
    /// Builds the index from the relays in default order. `keys_of` names the groups of a relay.
    pub(crate) fn build(
        order: &[RelayPosition],
        mut keys_of: impl FnMut(RelayPosition, &mut Vec<GroupKey>),
    ) -> Self {
        let mut pairs: Vec<(GroupKey, u32)> = Vec::with_capacity(order.len());
        let mut rest = Vec::new();
        let mut found = Vec::new();
        for (rank, relay) in order.iter().enumerate() {
            keys_of(*relay, &mut found);
            if found.is_empty() {
                rest.push(*relay);
            }
            pairs.extend(found.drain(..).map(|key| (key, rank as u32)));
        }
        pairs.sort_unstable();
        let mut index = Self {
            keys: Vec::new(),
            ends: Vec::new(),
            members: Vec::with_capacity(pairs.len()),
            rest,
            of_relay: vec![None; order.len()],
        };
        for chunk in pairs.chunk_by(|left, right| left.0 == right.0) {
            index.push(chunk, order);
        }
        index
    }

    fn push(&mut self, chunk: &[(GroupKey, u32)], order: &[RelayPosition]) {
        let position = GroupPosition(self.keys.len() as u32);
        self.keys.push(chunk[0].0);
        for (_, rank) in chunk {
            let relay = order[*rank as usize];
            self.members.push(relay);
            self.of_relay[relay.index()] = Some(position);
        }
        self.ends.push(self.members.len() as u32);
    }

    /// Number of groups.
    pub fn len(&self) -> usize {
        self.keys.len()
    }

    /// Whether there is no group.
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// The group at a place.
    pub fn get(&self, position: GroupPosition) -> Option<Group<'_>> {
        let key = *self.keys.get(position.index())?;
        let end = self.ends[position.index()] as usize;
        let start = position.index().checked_sub(1).map_or(0, |before| self.ends[before] as usize);
        Some(Group { position, key, members: &self.members[start..end] })
    }

    /// The group with a key.
    pub fn find(&self, key: GroupKey) -> Option<Group<'_>> {
        let position = self.keys.binary_search(&key).ok()?;
        self.get(GroupPosition(position as u32))
    }

    /// The place of the group that a relay is in; of several (flags) the last.
    pub fn position_of_relay(&self, relay: RelayPosition) -> Option<GroupPosition> {
        self.of_relay.get(relay.index()).copied().flatten()
    }

    /// The group that a relay is in; of several (flags) the last.
    pub fn of_relay(&self, relay: RelayPosition) -> Option<Group<'_>> {
        self.get(self.position_of_relay(relay)?)
    }

    /// Every group, by rising key.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Group<'_>> {
        (0..self.keys.len()).map(|position| {
            let end = self.ends[position] as usize;
            let start = position.checked_sub(1).map_or(0, |before| self.ends[before] as usize);
            Group {
                position: GroupPosition(position as u32),
                key: self.keys[position],
                members: &self.members[start..end],
            }
        })
    }

    /// The relays that are in no group, in default order.
    pub fn rest(&self) -> &[RelayPosition] {
        &self.rest
    }
}
