//! Consensus weight in parts: by role, operator, AS, country, and of the directory authorities.

use super::diversity::name_of;
use super::percent;
use crate::Edition;
use allium_analysis::Snapshot;
use allium_charts::{Chart, DonutChart, DonutPart, Figure, Unit};
use allium_model::{Flag, GroupKind, Role};

/// What the weight is divided by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum WeightBy {
    Authority,
    Role,
    Groups(GroupKind),
}

/// So many groups have their name; the chart itself draws the small ones together.
const MOST_PARTS: usize = 60;

impl WeightBy {
    const fn thing(self) -> &'static str {
        match self {
            Self::Authority => "Relays",
            Self::Role => "Role",
            Self::Groups(GroupKind::Operator) => "Operator",
            Self::Groups(GroupKind::As) => "AS",
            Self::Groups(GroupKind::Country) => "Country",
            Self::Groups(_) => "Group",
        }
    }

    const fn title(self) -> &'static str {
        match self {
            Self::Authority => "Weight of directory authorities",
            Self::Role => "Weight by role",
            Self::Groups(GroupKind::Operator) => "Weight by operator",
            Self::Groups(GroupKind::As) => "Weight by AS",
            Self::Groups(GroupKind::Country) => "Weight by country",
            Self::Groups(_) => "Weight by group",
        }
    }
}

/// The parts of the weight of the running network: name and share (0 to 1).
pub(crate) fn parts(snapshot: &Snapshot, by: WeightBy) -> Vec<(String, f64)> {
    match by {
        WeightBy::Authority => {
            let relays = snapshot.network.relays().iter();
            let authorities = relays.filter(|relay| relay.flags.contains(Flag::Authority));
            let share: f64 = authorities.map(allium_model::Relay::running_weight_fraction).sum();
            let all = snapshot.report.totals.consensus_weight_fraction.total;
            vec![("Directory authorities".into(), share), ("All other relays".into(), (all - share).max(0.0))]
        }
        WeightBy::Role => {
            let names = ["Exits", "Guards", "Middles"];
            let share = |role| snapshot.report.totals.consensus_weight_fraction.of(role);
            Role::ALL.iter().zip(names).map(|(role, name)| (name.into(), share(*role))).collect()
        }
        WeightBy::Groups(kind) => groups(snapshot, kind),
    }
}

fn groups(snapshot: &Snapshot, kind: GroupKind) -> Vec<(String, f64)> {
    let reports = snapshot.report.groups(kind);
    let weight = |position: &allium_model::GroupPosition| {
        reports.groups[position.index()].aggregate.consensus_weight_fraction.total
    };
    let part = |position: &allium_model::GroupPosition| {
        (crate::format::shortened(&name_of(snapshot, kind, *position), 32), weight(position))
    };
    let mut parts: Vec<_> = reports.order.iter().take(MOST_PARTS).map(part).collect();
    let others = reports.order.iter().skip(MOST_PARTS).map(weight).filter(|share| *share > 0.0);
    // The chart draws small parts together and last; its table has them too.
    parts.extend(others.map(|share| (String::from("Smaller one"), share)));
    let rest = reports.rest.consensus_weight_fraction.total;
    let without = if kind == GroupKind::Operator { "No contact" } else { "Not known" };
    parts.push((without.into(), rest));
    parts.retain(|(_, share)| *share > 0.0);
    parts
}

/// The weight of the running network in parts.
pub(crate) fn weight_parts(edition: &Edition, by: WeightBy) -> Option<Figure> {
    let part = |(label, share): (String, f64)| DonutPart { label, value: Some(percent(share)) };
    let snapshot = &edition.snapshot;
    let chart = DonutChart {
        unit: Unit::Percent,
        thing: by.thing().into(),
        measure: "Consensus weight".into(),
        parts: parts(snapshot, by).into_iter().map(part).collect(),
        centre: Some(crate::format::count(snapshot.report.totals.relays.total)),
        centre_note: "relays".into(),
    };
    super::shown(Figure::new(by.title(), Chart::Donut(chart)))
}
