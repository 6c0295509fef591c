//! Resilience: how much of the guard and exit probability would remain without the largest group.

use super::evidence::{Component, Evidence, Quantity, mean};
use crate::{Aggregate, Snapshot};
use allium_model::{GroupKey, GroupKind, HealthComponent, Network, RelayPosition};
use std::collections::BTreeMap;

/// What is taken away, one after the other: name of what remains, kind of group, and which probability.
const LOSSES: [(&str, GroupKind, Position); 6] = [
    ("Guard probability without the largest AS", GroupKind::As, Position::Guard),
    ("Exit probability without the largest AS", GroupKind::As, Position::Exit),
    ("Guard probability without the largest country", GroupKind::Country, Position::Guard),
    ("Exit probability without the largest country", GroupKind::Country, Position::Exit),
    ("Guard probability without the largest operator", GroupKind::Operator, Position::Guard),
    ("Exit probability without the largest operator", GroupKind::Operator, Position::Exit),
];

/// A place in a circuit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Position {
    Guard,
    Exit,
}

impl Position {
    fn of(self, sum: &Aggregate) -> f64 {
        match self {
            Self::Guard => sum.guard_probability,
            Self::Exit => sum.exit_probability,
        }
    }

    fn of_relay(self, network: &Network, position: RelayPosition) -> f64 {
        let relay = network.relay(position);
        let probability = match self {
            Self::Guard => relay.guard_probability,
            Self::Exit => relay.exit_probability,
        };
        probability.filter(|_| relay.running).unwrap_or(0.0)
    }
}

/// The component of a snapshot.
pub(super) fn resilience(snapshot: &Snapshot) -> Component {
    let evidence: Vec<Evidence> =
        LOSSES.map(|(name, kind, position)| loss(snapshot, name, kind, position)).into();
    let ratio = mean(evidence.iter().filter_map(|part| part.ratio));
    Component { kind: HealthComponent::Resilience, ratio, evidence }
}

fn loss(snapshot: &Snapshot, name: &'static str, kind: GroupKind, position: Position) -> Evidence {
    let total = position.of(&snapshot.report.totals);
    let (largest, group) = largest(snapshot, kind, position);
    let ratio = remaining(largest, total);
    Evidence { value: ratio.map(Quantity::Ratio), target: None, ratio, name, group }
}

/// What is left of `total` without `largest`, 0 to 1; none without any.
pub(super) fn remaining(largest: f64, total: f64) -> Option<f64> {
    (total > 0.0).then(|| (1.0 - largest / total).clamp(0.0, 1.0))
}

/// The largest part of a probability that one group holds, and the group where it has a name.
fn largest(snapshot: &Snapshot, kind: GroupKind, position: Position) -> (f64, Option<GroupKey>) {
    let (index, reports) = (snapshot.network.groups(kind), &snapshot.report.groups(kind).groups);
    let held =
        index.iter().map(|group| (position.of(&reports[group.position.index()].aggregate), Some(group.key)));
    let alone = (kind == GroupKind::Operator).then(|| (largest_alone(&snapshot.network, position), None));
    held.chain(alone).fold((0.0, None), |best, next| if next.0 > best.0 { next } else { best })
}

/// The largest part that a relay without an operator holds, or its family where it has one.
fn largest_alone(network: &Network, position: Position) -> f64 {
    let families = network.groups(GroupKind::Family);
    let mut by_family: BTreeMap<_, f64> = BTreeMap::new();
    let mut largest: f64 = 0.0;
    for relay in network.groups(GroupKind::Operator).rest() {
        let held = position.of_relay(network, *relay);
        match families.position_of_relay(*relay) {
            Some(family) => *by_family.entry(family).or_default() += held,
            None => largest = largest.max(held),
        }
    }
    by_family.into_values().fold(largest, f64::max)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_remains_is_the_rest() {
        assert_eq!(remaining(0.25, 1.0), Some(0.75));
        assert_eq!(remaining(0.4, 0.5).map(|ratio| (ratio * 10.0).round()), Some(2.0));
        assert_eq!((remaining(0.0, 0.0), remaining(1.0, 1.0)), (None, Some(0.0)));
    }
}
