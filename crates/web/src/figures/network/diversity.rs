//! Systems and flags of the running network.

use super::percent;
use crate::Edition;
use allium_analysis::Snapshot;
use allium_analysis::platforms::{PlatformReport, PlatformShare, Shares};
use allium_charts::{
    Bar, BarChart, Chart, Colour, Figure, StackedBars, StackedPart, StackedRow, Stacking, Unit,
};
use allium_model::{Flag, GroupKind, GroupPosition, printable};
use allium_views::group_name;

/// Most systems that have a colour of their own.
const MOST_SYSTEMS: usize = 5;
const COLOURS: [Colour; MOST_SYSTEMS] = [Colour::S1, Colour::S2, Colour::S3, Colour::S4, Colour::S5];

/// The name of a group, for a chart.
pub(crate) fn name_of(snapshot: &Snapshot, kind: GroupKind, position: GroupPosition) -> String {
    let group = snapshot.network.groups(kind).get(position);
    group.map(|group| printable(&group_name(snapshot, group)).into_owned()).unwrap_or_default()
}

/// Shares of the systems by relays, weight and capacity.
pub(crate) fn platform_shares(edition: &Edition) -> Option<Figure> {
    let snapshot = &edition.snapshot;
    let report = PlatformReport::new(snapshot);
    let (named, others) = report.platforms.split_at(report.platforms.len().min(MOST_SYSTEMS));
    let mut parts: Vec<_> = named
        .iter()
        .zip(COLOURS)
        .map(|(platform, colour)| StackedPart {
            name: name_of(snapshot, GroupKind::Platform, platform.platform),
            colour,
        })
        .collect();
    parts.push(StackedPart { name: "Others and not known".into(), colour: Colour::S8 });
    let row = |label: &str, value: fn(&Shares) -> f64| {
        let share = |platform: &PlatformShare| percent(value(&platform.shares));
        let rest = others.iter().map(share).sum::<f64>() + percent(value(&report.unknown));
        let values = named.iter().map(share).chain([rest]).map(Some).collect();
        StackedRow { label: label.into(), values }
    };
    let chart = StackedBars {
        unit: Unit::Percent,
        thing: "Measure".into(),
        stacking: Stacking::Shares,
        parts,
        rows: vec![
            row("Relays", |shares| shares.relay_fraction),
            row("Consensus weight", |shares| shares.weight_fraction),
            row("Advertised bandwidth", |shares| shares.capacity_fraction),
        ],
    };
    super::shown(Figure::new("Operating systems of running relays", Chart::StackedBars(chart)))
}

/// Operators by relays that are not on Linux.
pub(crate) fn platform_heroes(edition: &Edition) -> Option<Figure> {
    let snapshot = &edition.snapshot;
    let report = PlatformReport::new(snapshot);
    let bar = |hero: &allium_analysis::platforms::PlatformHero| Bar {
        label: crate::format::shortened(&name_of(snapshot, GroupKind::Operator, hero.operator), 40),
        value: Some(hero.other_relays as f64),
        colour: Colour::S2,
    };
    let chart = BarChart {
        unit: Unit::Count,
        thing: "Operator".into(),
        measure: "Relays not on Linux".into(),
        bars: report.heroes.iter().take(10).map(bar).collect(),
        full: None,
    };
    super::shown(Figure::new("Platform heroes", Chart::Bars(chart)))
}

/// Share of running relays with each flag.
pub(crate) fn flags(edition: &Edition) -> Option<Figure> {
    let report = &edition.snapshot.report;
    let all = report.totals.relays.total.max(1) as f64;
    let bar = |flag: Flag| Bar {
        label: flag.name().into(),
        value: Some(percent(report.overview.flag(flag) as f64 / all)),
        colour: Colour::S1,
    };
    let chart = BarChart {
        unit: Unit::Percent,
        thing: "Flag".into(),
        measure: "Share of running relays".into(),
        bars: Flag::ALL.map(bar).into_iter().filter(|bar| bar.value > Some(0.0)).collect(),
        full: Some(100.0),
    };
    super::shown(Figure::new("Flags of running relays", Chart::Bars(chart)))
}
