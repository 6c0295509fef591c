//! The tables behind the findings.

use super::super::reliability::{group_cell, percent};
use super::super::table::{Head, Table, number, text};
use crate::format;
use crate::pages::Site;
use allium_analysis::findings::{
    Association, AssociationWith, PeriodSpread, associations, large_groups, period_correlations,
};
use allium_analysis::flow::ClassFlow;
use allium_analysis::statistics::{RankCorrelation, linear_correlation, rank_correlation};
use allium_model::{GroupKind, Period};

const SPREAD_HEADS: &[Head] = &[
    ("Period", false),
    ("Relays", true),
    ("Mean", true),
    ("Median", true),
    ("Standard deviation, points", true),
    ("MAD, points", true),
    ("Skewness", true),
    ("Over 95 %", true),
    ("Over 98 %", true),
    ("Never missing", true),
];

/// The spread of each period.
pub(super) fn spread_table(spreads: &[Option<PeriodSpread>; 4]) -> Table {
    let row = |(period, spread): (Period, &Option<PeriodSpread>)| {
        let spread = spread.as_ref()?;
        let points = |value: f64| format!("{:.2}", value * 100.0);
        let share = |value: f64| number(format!("{} %", format::percent(value)));
        Some(vec![
            text(period.name()),
            number(format::count(spread.moments.count)),
            number(percent(spread.moments.mean)),
            number(percent(spread.middle.median)),
            number(spread.moments.standard_deviation.map_or_else(|| "-".into(), points)),
            number(points(spread.middle.mad)),
            number(spread.moments.skewness.map_or_else(|| "-".into(), |value| format!("{value:.2}"))),
            share(spread.above_95),
            share(spread.above_98),
            share(spread.whole),
        ])
    };
    Table::new("Spread of uptime by period", SPREAD_HEADS)
        .rows(Period::ALL.into_iter().zip(spreads).filter_map(row))
}

const CORRELATION_HEADS: &[Head] = &[
    ("Between", false),
    ("Relays", true),
    ("Spearman's rho", true),
    ("95 % interval", true),
    ("Pearson's r", true),
    ("Windows", false),
];

/// Correlations between periods, and between two windows that do not overlap.
pub(super) fn correlation_table(site: Site<'_>) -> Table {
    let row = |between: String, found: &RankCorrelation, pearson: Option<f64>, windows: &str| {
        vec![
            text(between),
            number(format::count(found.count)),
            number(format!("{:.3}", found.rho)),
            number(interval(found)),
            number(pearson.map_or_else(|| "-".into(), |r| format!("{r:.3}"))),
            text(windows),
        ]
    };
    let mut table = Table::new("Correlations", CORRELATION_HEADS);
    for pair in period_correlations(site.snapshot()) {
        let between = format!("{} and {}", pair.shorter.name(), pair.longer.name());
        table.row(row(between, &pair.correlation, pair.pearson, "overlapping"));
    }
    let flow = ClassFlow::new(site.network(), &site.snapshot().histories);
    let pairs = flow.map(|flow| flow.pairs).unwrap_or_default();
    if let Some(found) = rank_correlation(&pairs) {
        table.row(row("30 days and the 30 days before".into(), &found, linear_correlation(&pairs), "apart"));
    }
    table
}

fn interval(found: &RankCorrelation) -> String {
    found.interval.map_or_else(|| "-".into(), |(low, high)| format!("{low:.3} to {high:.3}"))
}

const ASSOCIATION_HEADS: &[Head] = &[
    ("With", false),
    ("Relays", true),
    ("Measure", false),
    ("Value", true),
    ("Interval or corrected", true),
];

/// What goes with the uptime over one month.
pub(super) fn association_table(site: Site<'_>) -> Table {
    let row = |(with, found): (AssociationWith, Association)| {
        let (relays, measure, value, beside) = match found {
            Association::Order(order) => {
                (order.count, "Spearman's rho".to_owned(), format!("{:.3}", order.rho), interval(&order))
            }
            Association::Category(share) => (
                share.count,
                format!("Eta squared of {}", format::counted(share.categories, "category", "categories")),
                format!("{:.3}", share.eta_squared),
                format!("{:.3} corrected", share.epsilon_squared),
            ),
        };
        vec![text(with.name()), number(format::count(relays)), text(measure), number(value), number(beside)]
    };
    let found = associations(site.snapshot(), Period::OneMonth);
    Table::new("What goes with uptime", ASSOCIATION_HEADS).rows(found.into_iter().map(row))
}

const FAMILY_HEADS: &[Head] = &[("Family", false), ("Mean uptime, 1 month", true), ("Eligible relays", true)];

/// So many families are listed.
const MOST_FAMILIES: usize = 15;

/// Large families by mean uptime.
pub(super) fn family_table(site: Site<'_>) -> Table {
    let large = large_groups(site.snapshot(), GroupKind::Family, Period::OneMonth, 25);
    let row = |group: &allium_analysis::findings::LargeGroup| {
        vec![
            group_cell(site, GroupKind::Family, group.group),
            number(percent(group.mean)),
            number(format!("{} of {}", format::count(group.eligible), format::count(group.total))),
        ]
    };
    Table::new("Large families", FAMILY_HEADS).rows(large.iter().take(MOST_FAMILIES).map(row))
}
