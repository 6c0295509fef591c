//! How the weight of one hour is spread over groups.

use super::super::diversity::{TARGETS, towards};
use super::super::evidence::mean;
use super::super::resilience::remaining;
use super::Traits;
use crate::Concentration;
use allium_model::{AsNumber, CountryCode, Fingerprint, Flag, FlagSet, GroupKind, OperatorId};
use std::collections::HashMap;
use std::hash::Hash;

/// Weights of a group: of all its relays, of those that can be guards, and of its exits.
#[derive(Debug, Clone, Copy, Default)]
struct Weights {
    all: u64,
    guard: u64,
    exit: u64,
}

impl Weights {
    fn add(&mut self, other: Self) {
        self.all += other.all;
        self.guard += other.guard;
        self.exit += other.exit;
    }
}

/// Who holds the weight of a relay: its operator, else its family, else nobody else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Owner {
    Operator(OperatorId),
    Family(Fingerprint),
}

/// The running relays of an hour, added up by group.
#[derive(Debug, Default)]
pub(super) struct Spreads {
    total: Weights,
    owners: HashMap<Owner, Weights>,
    alone: Vec<Weights>,
    ases: HashMap<AsNumber, Weights>,
    countries: HashMap<CountryCode, Weights>,
    platforms: HashMap<u16, Weights>,
    knows_owners: bool,
}

impl Spreads {
    /// Adds a running relay.
    pub(super) fn add(&mut self, weight: u64, flags: FlagSet, traits: &Traits) {
        let is_exit = flags.contains(Flag::Exit) && !flags.contains(Flag::BadExit);
        // Exits are scarce, so that exits with Guard are hardly ever chosen as guards.
        let is_guard = flags.contains(Flag::Guard) && !is_exit;
        let held = |holds: bool| if holds { weight } else { 0 };
        let weights = Weights { all: weight, guard: held(is_guard), exit: held(is_exit) };
        self.total.add(weights);
        let owner = traits.operator.map(Owner::Operator).or(traits.family.map(Owner::Family));
        self.knows_owners |= traits.operator.is_some();
        match owner {
            Some(owner) => self.owners.entry(owner).or_default().add(weights),
            None => self.alone.push(weights),
        }
        add_to(&mut self.ases, traits.as_number, weights);
        add_to(&mut self.countries, traits.country, weights);
        add_to(&mut self.platforms, traits.platform, weights);
    }

    /// Countries with a running relay.
    pub(super) fn countries(&self) -> impl Iterator<Item = CountryCode> {
        self.countries.keys().copied()
    }

    /// Mean of what is reached of each target.
    pub(super) fn diversity(&self) -> Option<f64> {
        mean(TARGETS.into_iter().filter_map(|(kind, _, target)| {
            let weights: Vec<u64> = self.of_kind(kind)?.map(|weights| weights.all).collect();
            let shares = weights.iter().map(|weight| *weight as f64 / self.total.all as f64);
            Some(towards(Concentration::of(shares).effective_number()?, target))
        }))
    }

    /// Mean of what remains without the largest group of each kind.
    pub(super) fn resilience(&self) -> Option<f64> {
        let remaining_of = |kind, part: fn(&Weights) -> u64| {
            let largest = self.of_kind(kind)?.map(|weights| part(&weights)).max()?;
            remaining(largest as f64, part(&self.total) as f64)
        };
        let kinds = [GroupKind::As, GroupKind::Country, GroupKind::Operator];
        mean(kinds.into_iter().flat_map(|kind| {
            [remaining_of(kind, |weights| weights.guard), remaining_of(kind, |weights| weights.exit)]
                .into_iter()
                .flatten()
        }))
    }

    /// The groups of a kind; none when it is known of no relay.
    fn of_kind(&self, kind: GroupKind) -> Option<Box<dyn Iterator<Item = Weights> + '_>> {
        match kind {
            GroupKind::Operator if self.knows_owners => {
                Some(Box::new(self.owners.values().chain(&self.alone).copied()))
            }
            GroupKind::As => known(&self.ases),
            GroupKind::Country => known(&self.countries),
            GroupKind::Platform => known(&self.platforms),
            _ => None,
        }
    }
}

fn known<K>(groups: &HashMap<K, Weights>) -> Option<Box<dyn Iterator<Item = Weights> + '_>> {
    (!groups.is_empty()).then(|| Box::new(groups.values().copied()) as Box<dyn Iterator<Item = Weights>>)
}

fn add_to<K: Eq + Hash>(groups: &mut HashMap<K, Weights>, key: Option<K>, weights: Weights) {
    if let Some(key) = key {
        groups.entry(key).or_default().add(weights);
    }
}
