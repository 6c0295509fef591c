//! Consensus weight in parts: by role, operator, AS, country, and of the directory authorities.

use super::diversity::name_of;
use super::percent;
use crate::Edition;
use allium_analysis::Snapshot;
use allium_charts::{Chart, Colour, Figure, StackedBars, StackedPart, StackedRow, Stacking, Unit};
use allium_model::{Flag, GroupKind, Role};

/// What the weight is divided by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum WeightBy {
    Authority,
    Role,
    Groups(GroupKind),
}

/// So many groups have a part of their own.
const MOST_PARTS: usize = 7;
const COLOURS: [Colour; MOST_PARTS] =
    [Colour::S1, Colour::S2, Colour::S3, Colour::S4, Colour::S5, Colour::S6, Colour::S7];

impl WeightBy {
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

/// The parts of the weight of the running network: name, share (0 to 1) and colour.
pub(crate) fn parts(snapshot: &Snapshot, by: WeightBy) -> Vec<(String, f64, Colour)> {
    match by {
        WeightBy::Authority => {
            let relays = snapshot.network.relays().iter();
            let authorities = relays.filter(|relay| relay.flags.contains(Flag::Authority));
            let share: f64 = authorities.map(allium_model::Relay::running_weight_fraction).sum();
            let all = snapshot.report.totals.consensus_weight_fraction.total;
            vec![
                ("Directory authorities".into(), share, Colour::S3),
                ("All other relays".into(), (all - share).max(0.0), Colour::S1),
            ]
        }
        WeightBy::Role => {
            let names = [("Exits", Colour::S3), ("Guards", Colour::S1), ("Middles", Colour::S2)];
            let share = |role| snapshot.report.totals.consensus_weight_fraction.of(role);
            Role::ALL
                .iter()
                .zip(names)
                .map(|(role, (name, colour))| (name.into(), share(*role), colour))
                .collect()
        }
        WeightBy::Groups(kind) => groups(snapshot, kind),
    }
}

fn groups(snapshot: &Snapshot, kind: GroupKind) -> Vec<(String, f64, Colour)> {
    let reports = snapshot.report.groups(kind);
    let weight = |position: &allium_model::GroupPosition| {
        reports.groups[position.index()].aggregate.consensus_weight_fraction.total
    };
    let (top, others) = reports.order.split_at(reports.order.len().min(MOST_PARTS));
    let mut parts: Vec<_> = top
        .iter()
        .zip(COLOURS)
        .map(|(position, colour)| {
            (crate::format::shortened(&name_of(snapshot, kind, *position), 32), weight(position), colour)
        })
        .collect();
    let left: f64 = others.iter().map(weight).sum();
    parts.push((format!("{} others", crate::format::count(others.len())), left, Colour::S8));
    let rest = reports.rest.consensus_weight_fraction.total;
    let without = if kind == GroupKind::Operator { "No contact" } else { "Not known" };
    parts.push((without.into(), rest, Colour::Step(2)));
    parts.retain(|(_, share, _)| *share > 0.0);
    parts
}

/// The weight of the running network in parts.
pub(crate) fn weight_parts(edition: &Edition, by: WeightBy) -> Option<Figure> {
    let parts = parts(&edition.snapshot, by);
    let values = parts.iter().map(|(_, share, _)| Some(percent(*share))).collect();
    let part =
        |(name, _, colour): &(String, f64, Colour)| StackedPart { name: name.clone(), colour: *colour };
    let chart = StackedBars {
        unit: Unit::Percent,
        thing: "Network".into(),
        stacking: Stacking::Shares,
        parts: parts.iter().map(part).collect(),
        rows: vec![StackedRow { label: "Consensus weight".into(), values }],
    };
    Some(Figure::new(by.title(), Chart::StackedBars(chart)))
}
