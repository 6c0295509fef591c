//! `Network`: the one immutable value that a moment of the Tor network is.
//!
//! Relays lie in a flat vector sorted by fingerprint, their texts are interned, and the groups that
//! pages and lists need are indexed once, when the snapshot is built. Readers share it; a newer
//! snapshot replaces it whole. What it does not hold: history, and anything computed from weights
//! (that is `analysis`).

use crate::relay::FamilyListId;
use crate::{
    AroiState, Fingerprint, Flag, Group, GroupIndex, GroupKey, GroupKind, GroupPosition, OperatorId,
    OperatorKey, Relay, RelayPosition, TextId, TextTable, Timestamp, Warning,
};
use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};

/// Which relays a snapshot keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NetworkOptions {
    /// Relays not seen for more than so many days before the snapshot are dropped.
    pub max_offline_days: u32,
}

impl Default for NetworkOptions {
    fn default() -> Self {
        Self { max_offline_days: 7 }
    }
}

/// A snapshot of the network.
#[derive(Debug)]
pub struct Network {
    published: Timestamp,
    relays: Vec<Relay>,
    texts: TextTable,
    family_lists: Vec<Box<[Fingerprint]>>,
    indexes: [GroupIndex; 8],
    operators: Vec<OperatorKey>,
    claims: HashMap<OperatorId, Vec<RelayPosition>>,
    default_order: Vec<RelayPosition>,
    dropped_relays: usize,
}

impl Network {
    /// The time of the data: of the newest consensus that the source used (`relays_published`).
    pub fn published(&self) -> Timestamp {
        self.published
    }

    /// Every relay, sorted by fingerprint.
    pub fn relays(&self) -> &[Relay] {
        &self.relays
    }

    /// The relay at a place.
    pub fn relay(&self, position: RelayPosition) -> &Relay {
        &self.relays[position.index()]
    }

    /// The place of a fingerprint.
    pub fn find(&self, fingerprint: Fingerprint) -> Option<RelayPosition> {
        let index = self.relays.binary_search_by_key(&fingerprint, |relay| relay.fingerprint).ok()?;
        Some(RelayPosition(index as u32))
    }

    /// Every relay in default order: running ones by falling consensus weight, then the others by
    /// the time they were last seen, newest first.
    pub fn default_order(&self) -> &[RelayPosition] {
        &self.default_order
    }

    /// The text of an id.
    pub fn text(&self, id: TextId) -> &str {
        self.texts.get(id)
    }

    /// The text of an id that may be absent.
    pub fn optional_text(&self, id: Option<TextId>) -> Option<&str> {
        id.map(|id| self.texts.get(id))
    }

    /// The id of a text that some relay carries.
    pub fn find_text(&self, text: &str) -> Option<TextId> {
        self.texts.find(text)
    }

    /// The groups of a kind.
    pub fn groups(&self, kind: GroupKind) -> &GroupIndex {
        &self.indexes[kind as usize]
    }

    /// The group with a key.
    pub fn group(&self, key: GroupKey) -> Option<Group<'_>> {
        self.groups(key.kind()).find(key)
    }

    /// What makes the operator at a place of the operator index one.
    pub fn operator(&self, position: GroupPosition) -> OperatorKey {
        self.operators[position.index()]
    }

    /// The relays that claim an operator's domain and are not counted to it, because the proof is
    /// wrong or was not checked while others are verified.
    pub fn claims(&self, operator: OperatorId) -> &[RelayPosition] {
        self.claims.get(&operator).map_or(&[], Vec::as_slice)
    }

    /// The fingerprints of a family list.
    pub fn family_list(&self, id: Option<FamilyListId>) -> &[Fingerprint] {
        id.and_then(|id| self.family_lists.get(id.0 as usize)).map_or(&[], |list| list)
    }

    /// Number of relays in the document that were dropped as long gone.
    pub fn dropped_relays(&self) -> usize {
        self.dropped_relays
    }
}

/// Collects relays and their texts, and builds the snapshot.
#[derive(Debug, Default)]
pub struct NetworkBuilder {
    /// The texts of the relays to come.
    pub texts: TextTable,
    relays: Vec<Relay>,
    family_lists: Vec<Box<[Fingerprint]>>,
}

impl NetworkBuilder {
    /// Adds a relay whose texts and lists come from this builder.
    pub fn push(&mut self, relay: Relay) {
        self.relays.push(relay);
    }

    /// The relays so far, for corrections that need all of them.
    pub fn relays_mut(&mut self) -> &mut [Relay] {
        &mut self.relays
    }

    /// Adds a family list.
    pub fn push_family_list(&mut self, fingerprints: Vec<Fingerprint>) -> FamilyListId {
        self.family_lists.push(fingerprints.into_boxed_slice());
        FamilyListId(self.family_lists.len() as u32 - 1)
    }

    /// Sorts, drops what is long gone or doubled, indexes, and hands over the snapshot with a
    /// warning for every fingerprint that came twice (the first wins).
    pub fn build(mut self, published: Timestamp, options: NetworkOptions) -> (Network, Vec<Warning>) {
        let oldest = published.plus_seconds(-i64::from(options.max_offline_days) * 86_400);
        let before = self.relays.len();
        self.relays.retain(|relay| relay.running || relay.last_seen >= oldest);
        let dropped_relays = before - self.relays.len();
        let warnings = sort_and_dedupe(&mut self.relays);
        self.relays.shrink_to_fit();
        let default_order = default_order(&self.relays);
        let (operator_keys, claims) = operators(&self.relays, &self.texts);
        let families = families(&self.relays, &self.family_lists);
        let flag_names = Flag::ALL.map(|flag| self.texts.intern(flag.name()));
        let keys = Keys {
            relays: &self.relays,
            texts: &self.texts,
            operators: &operator_keys,
            families: &families,
            flag_names,
        };
        let indexes = GroupKind::ALL
            .map(|kind| GroupIndex::build(&default_order, |relay, found| keys.of(kind, relay, found)));
        let operators = indexes[GroupKind::Operator as usize]
            .iter()
            .filter_map(|group| operator_keys[group.members[0].index()])
            .collect();
        let network = Network {
            published,
            relays: self.relays,
            texts: self.texts,
            family_lists: self.family_lists,
            indexes,
            operators,
            claims,
            default_order,
            dropped_relays,
        };
        (network, warnings)
    }
}

/// What names the groups of a relay while the indexes are built.
struct Keys<'a> {
    relays: &'a [Relay],
    texts: &'a TextTable,
    operators: &'a [Option<OperatorKey>],
    families: &'a [Option<Fingerprint>],
    flag_names: [TextId; 14],
}

impl Keys<'_> {
    /// Puts the keys of the relay's groups of a kind into `found`.
    fn of(&self, kind: GroupKind, position: RelayPosition, found: &mut Vec<GroupKey>) {
        let relay = &self.relays[position.index()];
        match kind {
            GroupKind::Operator => {
                let operator = self.operators[position.index()];
                found.extend(operator.map(|key| GroupKey::Operator(operator_id(key, self.texts))));
            }
            GroupKind::Family => {
                found.extend(self.families[position.index()].map(GroupKey::Family));
            }
            GroupKind::Country => found.extend(relay.country.map(GroupKey::Country)),
            GroupKind::As => found.extend(relay.asn.map(GroupKey::As)),
            GroupKind::Platform => found.extend(relay.operating_system.map(GroupKey::Platform)),
            GroupKind::Version => found.extend(relay.version.map(GroupKey::Version)),
            GroupKind::Flag => {
                found.extend(relay.flags.iter().map(|flag| GroupKey::Flag(self.flag_names[flag as usize])));
                found.extend(relay.other_flags.iter().copied().map(GroupKey::Flag));
            }
            GroupKind::FirstSeen => found.push(GroupKey::FirstSeen(relay.first_seen.date())),
        }
    }
}

fn sort_and_dedupe(relays: &mut Vec<Relay>) -> Vec<Warning> {
    relays.sort_by_key(|relay| relay.fingerprint);
    let mut warnings = Vec::new();
    relays.dedup_by(|later, first| {
        let doubled = later.fingerprint == first.fingerprint;
        if doubled {
            warnings.push(Warning {
                document: "details",
                entry: first.fingerprint.to_string(),
                message: "the relay is listed twice; the first entry is used".into(),
            });
        }
        doubled
    });
    warnings
}

fn default_order(relays: &[Relay]) -> Vec<RelayPosition> {
    let mut order: Vec<_> = (0..relays.len() as u32).map(RelayPosition).collect();
    order.sort_by_key(|position| {
        let relay = &relays[position.index()];
        let weight = if relay.running { relay.consensus_weight.unwrap_or(0) } else { 0 };
        (Reverse(relay.running), Reverse(weight), Reverse(relay.last_seen), relay.fingerprint)
    });
    order
}

fn operator_id(key: OperatorKey, texts: &TextTable) -> OperatorId {
    match key {
        OperatorKey::VerifiedDomain(domain) | OperatorKey::ClaimedDomain(domain) => {
            OperatorId::of_domain(texts.get(domain))
        }
        OperatorKey::Contact(contact) => OperatorId::of_contact(texts.get(contact)),
    }
}

/// The operator of each relay, and the claims that do not count.
fn operators(
    relays: &[Relay],
    texts: &TextTable,
) -> (Vec<Option<OperatorKey>>, HashMap<OperatorId, Vec<RelayPosition>>) {
    let checked: HashSet<TextId> = relays
        .iter()
        .filter(|relay| matches!(relay.aroi, AroiState::Valid | AroiState::Invalid))
        .filter_map(|relay| relay.claimed_domain)
        .collect();
    let mut claims: HashMap<OperatorId, Vec<RelayPosition>> = HashMap::new();
    let mut keys = Vec::with_capacity(relays.len());
    for (position, relay) in relays.iter().enumerate() {
        let by_contact =
            relay.contact.filter(|contact| !texts.get(*contact).trim().is_empty()).map(OperatorKey::Contact);
        keys.push(match (relay.aroi, relay.claimed_domain) {
            (AroiState::Valid, Some(domain)) => Some(OperatorKey::VerifiedDomain(domain)),
            (AroiState::Unchecked, Some(domain)) if !checked.contains(&domain) => {
                Some(OperatorKey::ClaimedDomain(domain))
            }
            (AroiState::Unchecked | AroiState::Invalid, Some(domain)) => {
                let claimed = claims.entry(OperatorId::of_domain(texts.get(domain))).or_default();
                claimed.push(RelayPosition(position as u32));
                by_contact
            }
            _ => by_contact,
        });
    }
    (keys, claims)
}

/// The family of each relay: the smallest fingerprint of its connected component, when that has
/// at least two current members.
fn families(relays: &[Relay], lists: &[Box<[Fingerprint]>]) -> Vec<Option<Fingerprint>> {
    let mut sets = DisjointSets::new(relays.len());
    let mut list_owner: HashMap<FamilyListId, u32> = HashMap::new();
    let mut id_owner: HashMap<TextId, u32> = HashMap::new();
    for (position, relay) in relays.iter().enumerate() {
        let position = position as u32;
        for id in &relay.family_ids {
            sets.join(*id_owner.entry(*id).or_insert(position), position);
        }
        let Some(list) = relay.family.effective else {
            continue;
        };
        // Every owner of a shared list is joined to its first owner only when the list names it:
        // it always does, since Onionoo puts a relay into its own effective family.
        if let Some(first) = list_owner.get(&list) {
            sets.join(*first, position);
            continue;
        }
        list_owner.insert(list, position);
        for member in &lists[list.0 as usize] {
            if let Ok(other) = relays.binary_search_by_key(member, |relay| relay.fingerprint) {
                sets.join(position, other as u32);
            }
        }
    }
    sets.named_components(relays)
}

/// Union-find with the smallest member as the name of its set.
struct DisjointSets(Vec<u32>);

impl DisjointSets {
    fn new(len: usize) -> Self {
        Self((0..len as u32).collect())
    }

    fn root(&mut self, mut member: u32) -> u32 {
        while self.0[member as usize] != member {
            let parent = self.0[member as usize];
            self.0[member as usize] = self.0[parent as usize];
            member = self.0[member as usize];
        }
        member
    }

    fn join(&mut self, left: u32, right: u32) {
        let (left, right) = (self.root(left), self.root(right));
        let (smaller, larger) = (left.min(right), left.max(right));
        self.0[larger as usize] = smaller;
    }

    fn named_components(mut self, relays: &[Relay]) -> Vec<Option<Fingerprint>> {
        let roots: Vec<u32> = (0..relays.len() as u32).map(|member| self.root(member)).collect();
        let mut sizes = vec![0_u32; relays.len()];
        for root in &roots {
            sizes[*root as usize] += 1;
        }
        let name = |root: &u32| (sizes[*root as usize] > 1).then(|| relays[*root as usize].fingerprint);
        roots.iter().map(name).collect()
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::{FamilyLists, FlagSet};

    pub(crate) fn relay(fingerprint: &str) -> Relay {
        let mut texts = TextTable::default();
        Relay {
            fingerprint: fingerprint.parse().unwrap(),
            nickname: texts.intern("relay"),
            or_addresses: Box::default(),
            exit_addresses: Box::default(),
            dir_address: None,
            unreachable_or_addresses: Box::default(),
            verified_host_names: Box::default(),
            unverified_host_names: Box::default(),
            running: true,
            hibernating: None,
            flags: FlagSet::default(),
            other_flags: Box::default(),
            first_seen: Timestamp(0),
            first_seen_reported: Timestamp(0),
            last_seen: Timestamp(0),
            last_changed_address_or_port: None,
            last_restarted: None,
            country: None,
            country_name: None,
            region_name: None,
            city_name: None,
            coordinates: None,
            asn: None,
            as_name: None,
            consensus_weight: None,
            consensus_weight_fraction: None,
            guard_probability: None,
            middle_probability: None,
            exit_probability: None,
            bandwidth_rate: None,
            bandwidth_burst: None,
            observed_bandwidth: None,
            advertised_bandwidth: None,
            measured: None,
            overload_general: None,
            exit_policy: None,
            exit_policy_summary: None,
            exit_policy_v6_summary: None,
            contact: None,
            email: None,
            platform: None,
            operating_system: None,
            version: None,
            version_status: None,
            recommended_version: None,
            family: FamilyLists::default(),
            family_ids: Box::default(),
            claimed_domain: None,
            proof_type: None,
            aroi: AroiState::NotConfigured,
            aroi_error: None,
        }
    }

    fn fingerprint(last: u8) -> String {
        format!("{last:040X}")
    }

    fn build(relays: Vec<Relay>, texts: TextTable) -> Network {
        let mut builder = NetworkBuilder { texts, ..NetworkBuilder::default() };
        for relay in relays {
            builder.push(relay);
        }
        builder.build(Timestamp(0), NetworkOptions::default()).0
    }

    fn claiming(last: u8, domain: TextId, contact: TextId, aroi: AroiState) -> Relay {
        Relay { claimed_domain: Some(domain), contact: Some(contact), aroi, ..relay(&fingerprint(last)) }
    }

    #[test]
    fn only_verified_relays_count_to_a_domain() {
        let mut texts = TextTable::default();
        let (domain, contact) = (texts.intern("example.org"), texts.intern("url:example.org"));
        let states = [AroiState::Valid, AroiState::Invalid, AroiState::Unchecked];
        let relays =
            states.iter().enumerate().map(|(n, state)| claiming(n as u8, domain, contact, *state)).collect();
        let network = build(relays, texts);
        let id = OperatorId::of_domain("example.org");
        assert_eq!(network.group(GroupKey::Operator(id)).unwrap().members, [RelayPosition(0)]);
        assert_eq!(network.claims(id), [RelayPosition(1), RelayPosition(2)]);
        let by_contact = GroupKey::Operator(OperatorId::of_contact("url:example.org"));
        assert_eq!(network.group(by_contact).unwrap().members.len(), 2);
    }

    #[test]
    fn a_contact_that_looks_like_a_domain_key_does_not_join_the_domain() {
        let mut texts = TextTable::default();
        let (domain, contact) = (texts.intern("example.org"), texts.intern("url:example.org"));
        let imitation = texts.intern("aroi_domain:example.org");
        let imitator = Relay { contact: Some(imitation), ..relay(&fingerprint(2)) };
        let network = build(vec![claiming(1, domain, contact, AroiState::Valid), imitator], texts);
        let verified = GroupKey::Operator(OperatorId::of_domain("example.org"));
        assert_eq!(network.group(verified).unwrap().members, [RelayPosition(0)]);
        assert_eq!(network.groups(GroupKind::Operator).len(), 2);
    }

    #[test]
    fn unchecked_claims_group_by_domain_and_say_so() {
        let mut texts = TextTable::default();
        let (domain, contact) = (texts.intern("example.org"), texts.intern("url:example.org"));
        let network = build(vec![claiming(1, domain, contact, AroiState::Unchecked)], texts);
        let group = network.group(GroupKey::Operator(OperatorId::of_domain("example.org"))).unwrap();
        assert_eq!(network.operator(group.position), OperatorKey::ClaimedDomain(domain));
    }

    #[test]
    fn no_contact_is_no_operator() {
        let mut texts = TextTable::default();
        let blank = texts.intern("  ");
        let relays = vec![relay(&fingerprint(1)), Relay { contact: Some(blank), ..relay(&fingerprint(2)) }];
        let index = &build(relays, texts).indexes[0];
        assert_eq!((index.len(), index.rest().len()), (0, 2));
    }

    #[test]
    fn a_family_is_a_connected_component_named_by_its_smallest_member() {
        let mut builder = NetworkBuilder::default();
        let shared = builder.texts.intern("ed25519:abc");
        let list = |builder: &mut NetworkBuilder, members: &[u8]| {
            builder.push_family_list(members.iter().map(|m| fingerprint(*m).parse().unwrap()).collect())
        };
        // 3-4 by listing, 4-7 by family id, 9 alone with itself.
        let three_four = list(&mut builder, &[3, 4]);
        let nine = list(&mut builder, &[9]);
        for (member, effective, ids) in [
            (3, Some(three_four), vec![]),
            (4, Some(three_four), vec![shared]),
            (7, None, vec![shared]),
            (9, Some(nine), vec![]),
        ] {
            let family = FamilyLists { effective, ..FamilyLists::default() };
            builder.push(Relay { family, family_ids: ids.into(), ..relay(&fingerprint(member)) });
        }
        let (network, _) = builder.build(Timestamp(0), NetworkOptions::default());
        let families = network.groups(GroupKind::Family);
        assert_eq!(families.len(), 1);
        let group = families.find(GroupKey::Family(fingerprint(3).parse().unwrap())).unwrap();
        assert_eq!(group.members.len(), 3);
        assert_eq!(families.rest().len(), 1);
    }

    #[test]
    fn long_gone_relays_are_dropped_and_doubles_warned_of() {
        let mut builder = NetworkBuilder::default();
        let at = |last_seen: i64| Relay {
            running: false,
            last_seen: Timestamp(last_seen),
            ..relay(&fingerprint(1))
        };
        builder.push(at(0));
        builder.push(at(8 * 86_400));
        builder.push(at(9 * 86_400));
        let (network, warnings) = builder.build(Timestamp(10 * 86_400), NetworkOptions::default());
        assert_eq!((network.relays().len(), network.dropped_relays(), warnings.len()), (1, 1, 1));
        assert_eq!(network.relays()[0].last_seen, Timestamp(8 * 86_400));
    }
}
