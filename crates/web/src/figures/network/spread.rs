//! Where the relays of the network are, and which ASes hold its weight.

use crate::Edition;
use crate::figures::countries as by_country;
use allium_charts::{Bar, BarChart, Chart, Colour, Figure, Unit};
use allium_model::{GroupKind, GroupPosition};
use allium_views::{group_id, group_name};

/// Running relays by country.
pub(in crate::figures) fn countries(edition: &Edition) -> Option<Figure> {
    by_country::countries(edition, edition.snapshot.network.default_order())
}

/// ASes with a bar of their own.
const MOST_ASES: usize = 12;

/// Consensus weight by AS: the largest ones, in percent of the weight of all running relays.
pub(in crate::figures) fn as_weight(edition: &Edition) -> Option<Figure> {
    let snapshot = &edition.snapshot;
    let index = snapshot.network.groups(GroupKind::As);
    let bar = |position: &GroupPosition| {
        let group = index.get(*position)?;
        let share = snapshot.group_report(GroupKind::As, *position).aggregate.consensus_weight_fraction.total;
        let (id, name) = (group_id(snapshot, group), group_name(snapshot, group));
        let label = if id == name { id.into_owned() } else { format!("{name} ({id})") };
        Some(Bar { label, value: Some(100.0 * share), colour: Colour::S1 })
    };
    let bars: Vec<Bar> =
        snapshot.report.groups(GroupKind::As).order.iter().take(MOST_ASES).filter_map(bar).collect();
    let chart = BarChart {
        unit: Unit::Percent,
        thing: "AS".into(),
        measure: "Consensus weight".into(),
        bars,
        full: None,
    };
    (!chart.bars.is_empty()).then(|| Figure::new("Consensus weight by AS", Chart::Bars(chart)))
}
