//! The health of a group: availability, reliability, diversity and capacity of its relays
//! (`docs/methods/group-health.md`).
//!
//! Resilience is about the whole network and has no counterpart in a group. The weights of the other
//! components stay, and are scaled up.

use super::capacity::{self, Utilisation};
use super::evidence::{Component, Evidence, Quantity, mean};
use super::reliability::reliability;
use super::sums::Sums;
use crate::metrics::uptime::GroupUptime;
use crate::places::Area;
use crate::scores::HealthClass;
use crate::{Concentration, Snapshot};
use allium_model::{Group, GroupKind, HealthComponent, HealthRecord, Network, Period, RelayPosition};
use std::collections::BTreeMap;

/// With fewer running relays a spread over anything says nothing.
pub const FEWEST_SPREAD: u64 = 3;

/// What the group is; what its relays have in common by definition is no dimension of its diversity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GroupSubject {
    /// Relays of one group of a kind.
    Group(GroupKind),
    /// Relays of a set of countries.
    Area(Area),
}

/// The health of a group.
#[derive(Debug, Clone, PartialEq)]
pub struct GroupHealth {
    /// Availability, reliability, diversity and capacity.
    pub components: Vec<Component>,
    /// Sums over its relays.
    pub sums: Sums,
    /// The score, 0 to 100; `None` with less than half of the weight present.
    pub score: Option<f64>,
}

impl GroupHealth {
    /// The health of a group of a snapshot.
    pub fn of_group(snapshot: &Snapshot, group: Group<'_>) -> Self {
        let kind = group.key.kind();
        let month = snapshot.report.uptime.group(kind, group.position, Period::OneMonth);
        Self::of(snapshot, GroupSubject::Group(kind), group.members, month)
    }

    /// The health of the relays of an area; none for one that the report does not have.
    pub fn of_area(snapshot: &Snapshot, area: Area) -> Option<Self> {
        let report = snapshot.report.places.areas.iter().find(|report| report.area == area)?;
        let month = snapshot.report.uptime.of_members(&snapshot.network, &report.members, Period::OneMonth);
        Some(Self::of(snapshot, GroupSubject::Area(area), &report.members, &month))
    }

    fn of(
        snapshot: &Snapshot,
        subject: GroupSubject,
        members: &[RelayPosition],
        month: &GroupUptime,
    ) -> Self {
        let sums = Sums::of(&snapshot.network, &snapshot.histories, members);
        let utilisation = Utilisation::of(&snapshot.network, &snapshot.histories, members);
        let components = vec![
            sums.availability(),
            reliability(month),
            diversity(&snapshot.network, subject, members, &sums),
            capacity::capacity(&utilisation),
        ];
        let mut record = HealthRecord::default();
        for component in &components {
            record.components[component.kind as usize] = component.ratio;
        }
        Self { score: record.score(), components, sums }
    }

    /// The class of the score.
    pub fn class(&self) -> Option<HealthClass> {
        self.score.map(HealthClass::of_percent)
    }
}

impl GroupSubject {
    /// What the weight of the group may be spread over.
    fn dimensions(self) -> impl Iterator<Item = (GroupKind, &'static str)> {
        const ALL: [(GroupKind, &str); 4] = [
            (GroupKind::Operator, "Spread over operators"),
            (GroupKind::As, "Spread over ASes"),
            (GroupKind::Country, "Spread over countries"),
            (GroupKind::Platform, "Spread over operating systems"),
        ];
        ALL.into_iter().filter(move |(kind, _)| match self {
            // The relays of a family have one owner.
            Self::Group(GroupKind::Family) => *kind != GroupKind::Operator,
            // An AS is where it is.
            Self::Group(GroupKind::As) => matches!(kind, GroupKind::Operator | GroupKind::Platform),
            Self::Group(own) => *kind != own,
            Self::Area(_) => true,
        })
    }
}

/// Mean of 1 - HHI over what the weight may be spread over.
fn diversity(network: &Network, subject: GroupSubject, members: &[RelayPosition], sums: &Sums) -> Component {
    let is_enough = sums.relays.running >= FEWEST_SPREAD;
    let part = |(kind, name): (GroupKind, &'static str)| {
        let ratio = evenness(network, kind, members).filter(|_| is_enough);
        Evidence { ratio, ..Evidence::known(name, ratio.map(Quantity::Ratio)) }
    };
    let evidence: Vec<Evidence> = subject.dimensions().map(part).collect();
    let ratio = mean(evidence.iter().filter_map(|part| part.ratio));
    Component { kind: HealthComponent::Diversity, ratio, evidence }
}

/// 1 - HHI of the weight of running members over the groups of a kind; members without one stand alone
/// where they have no operator, and are left out where it is not known what they have.
fn evenness(network: &Network, kind: GroupKind, members: &[RelayPosition]) -> Option<f64> {
    let mut weights: BTreeMap<_, f64> = BTreeMap::new();
    let mut alone = Vec::new();
    for position in members.iter().filter(|position| network.relay(**position).running) {
        let weight = network.relay(*position).consensus_weight.unwrap_or(0) as f64;
        match network.groups(kind).position_of_relay(*position) {
            Some(group) => *weights.entry(group).or_default() += weight,
            None if kind == GroupKind::Operator => alone.push(weight),
            None => {}
        }
    }
    let weights: Vec<f64> = weights.into_values().chain(alone).collect();
    let total: f64 = weights.iter().sum();
    let spread = Concentration::of(weights.iter().map(|weight| weight / total));
    (total > 0.0).then_some(1.0 - spread.hhi)
}
