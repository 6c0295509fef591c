//! Operators against each other: weight for bandwidth, and uptime.

use super::diversity::name_of;
use super::percent;
use crate::{Edition, format};
use allium_analysis::efficiency::{BandwidthClaim, Efficiency, EfficiencyPoint, LITTLE_WEIGHT};
use allium_analysis::findings::large_groups;
use allium_charts::{
    Bar, BarChart, Chart, Colour, Figure, Quadrants, ScatterAxis, ScatterChart, ScatterGroup, ScatterPoint,
    Spacing, Unit,
};
use allium_model::{GroupKind, Period};

/// So many of the operators with little weight are named: the ones with the highest bandwidth.
const NAMED: usize = 2;
/// So many of the largest operators are drawn, and about as many of the others at even places.
const DRAWN: usize = 200;

/// Bandwidth of operators against their consensus weight.
pub(crate) fn efficiency(edition: &Edition, claim: BandwidthClaim) -> Option<Figure> {
    let efficiency = Efficiency::new(&edition.snapshot, claim);
    let mut points: Vec<_> = efficiency.points.iter().collect();
    points.sort_by_key(|point| std::cmp::Reverse(point.bandwidth));
    let all = points.len();
    let little = points.iter().filter(|point| point.ratio < LITTLE_WEIGHT);
    let named: Vec<_> = little.take(NAMED).map(|point| point.operator).collect();
    let step = all.saturating_sub(DRAWN).div_ceil(DRAWN).max(1);
    let is_drawn = |place: usize| place < DRAWN || (place - DRAWN).is_multiple_of(step);
    let drawn: Vec<_> = points
        .into_iter()
        .enumerate()
        .filter(|(place, _)| is_drawn(*place))
        .map(|(_, point)| point)
        .collect();
    let group = |name: &str, colour, is_in: &dyn Fn(&EfficiencyPoint) -> bool| ScatterGroup {
        name: name.into(),
        colour,
        points: drawn
            .iter()
            .filter(|point| is_in(point))
            .map(|point| ScatterPoint {
                label: format::shortened(
                    &name_of(&edition.snapshot, GroupKind::Operator, point.operator),
                    28,
                ),
                x: Some(point.bandwidth as f64 * 8.0),
                y: Some(point.weight as f64),
                is_named: named.contains(&point.operator),
            })
            .collect(),
    };
    let corners = ["More weight", "Much of both", "Little of both", "More bandwidth"].map(str::to_owned);
    let quadrants = efficiency.median_bandwidth.zip(efficiency.median_weight).map(|(x, y)| Quadrants {
        x: x * 8.0,
        y,
        corners,
    });
    let chart = ScatterChart {
        thing: "Operator".into(),
        x: ScatterAxis {
            name: format!(
                "{} bandwidth",
                if claim == BandwidthClaim::Observed { "Observed" } else { "Advertised" }
            ),
            unit: Unit::BitsPerSecond,
            spacing: Spacing::Logarithmic,
        },
        y: ScatterAxis { name: "Consensus weight".into(), unit: Unit::Count, spacing: Spacing::Logarithmic },
        groups: vec![
            group("At least half of the network's ratio", Colour::S1, &|point| point.ratio >= LITTLE_WEIGHT),
            group("Less than half of it", Colour::S3, &|point| point.ratio < LITTLE_WEIGHT),
        ],
        quadrants,
    };
    let note = format!(
        "{} of {} operators: the {DRAWN} with the highest {} bandwidth, and others at even places of that order. Lines at the medians of all.",
        format::count(drawn.len()),
        format::count(all),
        claim.name(),
    );
    super::shown(
        Figure::new("Weight of operators for their bandwidth", Chart::Scatter(chart)).with_note(note),
    )
}

/// Fewest eligible relays of an operator that is compared by uptime.
pub(crate) const COMPARED_RELAYS: usize = 25;
/// So many of them are drawn.
const MOST_COMPARED: usize = 15;

/// The large operators with the highest six-month uptime.
pub(crate) fn top_operators(edition: &Edition) -> Option<Figure> {
    let snapshot = &edition.snapshot;
    let groups = large_groups(snapshot, GroupKind::Operator, Period::SixMonths, COMPARED_RELAYS);
    let bar = |group: &allium_analysis::findings::LargeGroup| Bar {
        label: format::shortened(&name_of(snapshot, GroupKind::Operator, group.group), 40),
        value: Some(percent(group.mean)),
        colour: Colour::S1,
    };
    let chart = BarChart {
        unit: Unit::Percent,
        thing: "Operator".into(),
        measure: "Mean uptime over 6 months".into(),
        bars: groups.iter().take(MOST_COMPARED).map(bar).collect(),
        full: Some(100.0),
    };
    let note = format!(
        "{} of {} operators with at least {COMPARED_RELAYS} eligible relays.",
        groups.len().min(MOST_COMPARED),
        groups.len()
    );
    super::shown(Figure::new("Uptime of large operators", Chart::Bars(chart)).with_note(note))
}
