//! What changed between two consensuses.

use allium_documents::dirspec::Consensus;
use allium_model::{ConsensusSummary, Fingerprint, Flag, FlagSet, Timestamp, printable};
use std::collections::BTreeMap;

/// A relay as a difference needs it. What a source does not say is `None`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DiffRelay {
    /// The relay.
    pub fingerprint: Fingerprint,
    /// Nickname.
    pub nickname: Option<String>,
    /// Its flags.
    pub flags: FlagSet,
    /// Consensus weight.
    pub weight: Option<u32>,
    /// Version of tor, without `Tor `.
    pub version: Option<String>,
}

/// A consensus as one side of a difference.
#[derive(Debug, Clone, PartialEq)]
pub struct DiffSide {
    /// Start of validity.
    pub valid_after: Timestamp,
    /// Everything but the relays; `None` where history keeps only those.
    pub summary: Option<ConsensusSummary>,
    relays: Vec<DiffRelay>,
}

impl DiffSide {
    /// A side of relays in any order; the first of two with one fingerprint counts.
    pub fn new(
        valid_after: Timestamp,
        summary: Option<ConsensusSummary>,
        mut relays: Vec<DiffRelay>,
    ) -> Self {
        relays.sort_by_key(|relay| relay.fingerprint);
        relays.dedup_by_key(|relay| relay.fingerprint);
        Self { valid_after, summary, relays }
    }

    /// A side of a parsed consensus and its summary.
    pub fn of(consensus: &Consensus<'_>, summary: ConsensusSummary) -> Self {
        let relays = consensus.routers.iter().map(|router| DiffRelay {
            fingerprint: router.fingerprint,
            nickname: Some(printable(router.nickname).into_owned()),
            flags: router.flags,
            weight: router.weight.bandwidth,
            version: router.version.map(version),
        });
        Self::new(consensus.header.valid_after, Some(summary), relays.collect())
    }

    /// The flags of a relay; none of them when it is not in it.
    pub fn flags_of(&self, fingerprint: Fingerprint) -> FlagSet {
        let found = self.relays.binary_search_by_key(&fingerprint, |relay| relay.fingerprint);
        found.map(|at| self.relays[at].flags).unwrap_or_default()
    }

    fn weight(&self) -> u64 {
        self.relays.iter().filter_map(|relay| relay.weight).map(u64::from).sum()
    }
}

fn version(line: &str) -> String {
    printable(line.strip_prefix("Tor ").unwrap_or(line)).into_owned()
}

/// A relay that stands in both and changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RelayChange {
    /// The relay as it is after.
    pub relay: DiffRelay,
    /// Flags that it has now and had not.
    pub won: FlagSet,
    /// Flags that it had and has not.
    pub lost: FlagSet,
    /// Its weight before.
    pub weight_before: Option<u32>,
    /// Its version before, where it changed.
    pub version_before: Option<String>,
    /// Its nickname before, where it changed.
    pub nickname_before: Option<String>,
}

impl RelayChange {
    /// Weight after minus weight before; none where one is not known.
    pub fn weight_change(&self) -> Option<i64> {
        Some(i64::from(self.relay.weight?) - i64::from(self.weight_before?))
    }

    /// Whether a flag was won or lost.
    pub fn has_flag_change(&self) -> bool {
        self.won.iter().chain(self.lost.iter()).next().is_some()
    }
}

/// An item of the head or the foot that changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemChange {
    /// The keyword, with the name of the entry where it has entries: `params cbttestfreq`.
    pub item: String,
    /// Before; none when it was not there.
    pub before: Option<String>,
    /// After; none when it is gone.
    pub after: Option<String>,
}

/// The difference between two consensuses, the earlier first.
#[derive(Debug, Clone, PartialEq)]
pub struct ConsensusDiff {
    /// Start of validity of the one before.
    pub before: Timestamp,
    /// Start of validity of the one after.
    pub after: Timestamp,
    /// Relays before and after.
    pub relays: [u32; 2],
    /// Sums of consensus weights before and after.
    pub weight: [u64; 2],
    /// Relays that are new, ascending by fingerprint.
    pub joined: Vec<DiffRelay>,
    /// Relays that are gone, as they were before, ascending by fingerprint.
    pub left: Vec<DiffRelay>,
    /// Relays that stand in both and changed in anything, ascending by fingerprint.
    pub changed: Vec<RelayChange>,
    /// Items of head and foot that changed, by name; empty where a side has relays only.
    pub items: Vec<ItemChange>,
    /// Whether head and foot were compared.
    pub has_items: bool,
}

impl ConsensusDiff {
    /// Compares two sides; the later one is taken as the one after, whatever the order of arguments.
    pub fn between(one: &DiffSide, other: &DiffSide) -> Self {
        let (before, after) = if one.valid_after <= other.valid_after { (one, other) } else { (other, one) };
        let mut diff = Self {
            before: before.valid_after,
            after: after.valid_after,
            relays: [before.relays.len() as u32, after.relays.len() as u32],
            weight: [before.weight(), after.weight()],
            joined: Vec::new(),
            left: Vec::new(),
            changed: Vec::new(),
            items: Vec::new(),
            has_items: before.summary.is_some() && after.summary.is_some(),
        };
        if let (Some(before), Some(after)) = (&before.summary, &after.summary) {
            diff.items = item_changes(before, after);
        }
        diff.compare_relays(&before.relays, &after.relays);
        diff
    }

    fn compare_relays(&mut self, mut before: &[DiffRelay], mut after: &[DiffRelay]) {
        while let (Some(old), Some(new)) = (before.first(), after.first()) {
            match old.fingerprint.cmp(&new.fingerprint) {
                std::cmp::Ordering::Less => self.left.push(old.clone()),
                std::cmp::Ordering::Greater => self.joined.push(new.clone()),
                std::cmp::Ordering::Equal => self.changed.extend(change(old, new)),
            }
            let (old, new) = (old.fingerprint, new.fingerprint);
            before = if old <= new { &before[1..] } else { before };
            after = if new <= old { &after[1..] } else { after };
        }
        self.left.extend_from_slice(before);
        self.joined.extend_from_slice(after);
    }

    /// Weight of the relays that are gone.
    pub fn lost_weight(&self) -> u64 {
        self.left.iter().filter_map(|relay| relay.weight).map(u64::from).sum()
    }

    /// Weight of the relays that are new.
    pub fn gained_weight(&self) -> u64 {
        self.joined.iter().filter_map(|relay| relay.weight).map(u64::from).sum()
    }

    /// Relays in both whose weight changed.
    pub fn reweighted(&self) -> usize {
        self.changed.iter().filter(|change| change.weight_change().is_some_and(|by| by != 0)).count()
    }

    /// Relays in both that won (first) and lost (second) each flag, in the order of [`Flag::ALL`];
    /// flags that nobody won or lost are left out.
    pub fn flag_changes(&self) -> Vec<(Flag, u32, u32)> {
        let count = |of: fn(&RelayChange) -> FlagSet, flag: Flag| {
            self.changed.iter().filter(|change| of(change).contains(flag)).count() as u32
        };
        Flag::ALL
            .into_iter()
            .map(|flag| (flag, count(|change| change.won, flag), count(|change| change.lost, flag)))
            .filter(|(_, won, lost)| won + lost > 0)
            .collect()
    }

    /// Relays in both that run another version now.
    pub fn version_changes(&self) -> impl Iterator<Item = &RelayChange> {
        self.changed.iter().filter(|change| change.version_before.is_some())
    }
}

fn change(old: &DiffRelay, new: &DiffRelay) -> Option<RelayChange> {
    let minus = |one: FlagSet, other: FlagSet| one.iter().filter(|flag| !other.contains(*flag)).collect();
    let changed = |old: &Option<String>, new: &Option<String>| match (old, new) {
        (Some(old), Some(new)) if old != new => Some(old.clone()),
        _ => None,
    };
    (old != new).then(|| RelayChange {
        relay: new.clone(),
        won: minus(new.flags, old.flags),
        lost: minus(old.flags, new.flags),
        weight_before: old.weight,
        version_before: changed(&old.version, &new.version),
        nickname_before: changed(&old.nickname, &new.nickname),
    })
}

fn item_changes(before: &ConsensusSummary, after: &ConsensusSummary) -> Vec<ItemChange> {
    let (before, after) = (items(before), items(after));
    let names: std::collections::BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    names
        .into_iter()
        .filter(|name| before.get(*name) != after.get(*name))
        .map(|name| ItemChange {
            item: name.clone(),
            before: before.get(name).cloned(),
            after: after.get(name).cloned(),
        })
        .collect()
}

/// Everything of head and foot that does not change by itself every hour.
fn items(summary: &ConsensusSummary) -> BTreeMap<String, String> {
    let mut items = BTreeMap::new();
    items.insert("consensus-method".to_owned(), summary.method.to_string());
    let delays = format!("{} {}", summary.vote_delay_seconds, summary.dist_delay_seconds);
    items.insert("voting-delay".to_owned(), delays);
    items.insert("known-flags".to_owned(), summary.known_flags.join(" "));
    items.insert("client-versions".to_owned(), summary.client_versions.join(","));
    items.insert("server-versions".to_owned(), summary.server_versions.join(","));
    items.extend(summary.protocols.iter().map(|(name, text)| ((*name).to_owned(), text.clone())));
    items.extend(summary.params.iter().map(|(name, value)| (format!("params {name}"), value.to_string())));
    let weights = summary.bandwidth_weights.iter();
    items.extend(weights.map(|w| (format!("bandwidth-weights {}", w.name), w.value.to_string())));
    items.extend(summary.authorities.iter().map(|authority| {
        let place = format!("{}:{} {}", authority.address, authority.dir_port, authority.or_port);
        (format!("dir-source {} {}", authority.nickname, authority.identity), place)
    }));
    let random = &summary.shared_random;
    for (name, value) in
        [("shared-rand-previous-value", &random.previous), ("shared-rand-current-value", &random.current)]
    {
        items.extend(value.iter().map(|(reveals, value)| (name.to_owned(), format!("{reveals} {value}"))));
    }
    items
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn relay(number: u8, flags: &[Flag], weight: u32) -> DiffRelay {
        DiffRelay {
            fingerprint: Fingerprint([number; 20]),
            nickname: None,
            flags: flags.iter().copied().collect(),
            weight: Some(weight),
            version: None,
        }
    }

    fn side(time: i64, relays: Vec<DiffRelay>) -> DiffSide {
        DiffSide::new(Timestamp(time), None, relays)
    }

    #[test]
    fn who_came_who_went_and_who_changed() {
        let before = side(0, vec![relay(1, &[Flag::Fast], 10), relay(2, &[Flag::Fast, Flag::Guard], 20)]);
        let after = side(3600, vec![relay(2, &[Flag::Fast, Flag::Stable], 25), relay(3, &[], 5)]);
        let diff = ConsensusDiff::between(&before, &after);
        assert_eq!((diff.joined.len(), diff.left.len(), diff.changed.len()), (1, 1, 1));
        assert_eq!((diff.lost_weight(), diff.gained_weight(), diff.weight), (10, 5, [30, 30]));
        assert_eq!(diff.flag_changes(), [(Flag::Guard, 0, 1), (Flag::Stable, 1, 0)]);
        assert_eq!(diff.changed[0].weight_change(), Some(5));
        assert_eq!(ConsensusDiff::between(&after, &before), diff, "the order of arguments does not matter");
    }

    #[test]
    fn what_history_does_not_say_is_no_change() {
        let named = DiffRelay { version: Some("0.4.9.5".into()), ..relay(1, &[], 1) };
        let diff = ConsensusDiff::between(&side(0, vec![named]), &side(1, vec![relay(1, &[], 1)]));
        assert!(diff.version_changes().next().is_none() && !diff.has_items);
    }

    proptest! {
        #[test]
        fn counts_add_up(
            before in proptest::collection::btree_set(0_u8..30, 0..30),
            after in proptest::collection::btree_set(0_u8..30, 0..30),
        ) {
            let relays = |names: &std::collections::BTreeSet<u8>| {
                names.iter().rev().map(|name| relay(*name, &[], 1)).collect()
            };
            let diff = ConsensusDiff::between(&side(0, relays(&before)), &side(1, relays(&after)));
            prop_assert_eq!(diff.joined.len(), after.difference(&before).count());
            prop_assert_eq!(diff.left.len(), before.difference(&after).count());
            prop_assert!(diff.changed.is_empty());
        }
    }
}
