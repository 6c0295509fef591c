//! Relays and operators of today by the month in which they first appeared.

use crate::Edition;
use allium_analysis::growth::{Growth, GrowthMonth};
use allium_charts::{Bar, BarChart};
use allium_charts::{Chart, Colour, Figure, StackedBars, StackedPart, StackedRow, Stacking, Unit};
use std::collections::BTreeMap;

/// Years as bars, the roles of today as parts.
pub(crate) fn relays_by_month(edition: &Edition) -> Option<Figure> {
    let growth = Growth::new(&edition.snapshot.network);
    let years = by_year(&growth.months, |month| [month.relays.guard, month.relays.middle, month.relays.exit]);
    let row = |(year, counts): (i16, [usize; 3])| StackedRow {
        label: year.to_string(),
        values: counts.map(|count| Some(count as f64)).into(),
    };
    let part = |(name, colour): (&str, Colour)| StackedPart { name: name.into(), colour };
    let chart = StackedBars {
        unit: Unit::Count,
        thing: "Year".into(),
        stacking: Stacking::Totals,
        parts: [("Guards", Colour::S1), ("Middles", Colour::S2), ("Exits", Colour::S3)].map(part).into(),
        rows: years.into_iter().map(row).collect(),
    };
    let note = "Relays that still run, by the role that they have today. Relays that left are in no year.";
    Some(Figure::new("Relays that are still there, by year", Chart::StackedBars(chart)).with_note(note))
}

/// Operators by the year of their oldest running relay.
pub(crate) fn operators_by_month(edition: &Edition) -> Option<Figure> {
    let growth = Growth::new(&edition.snapshot.network);
    let years = by_year(&growth.months, |month| [month.operators, 0, 0]);
    let bar = |(year, [operators, ..]): (i16, [usize; 3])| Bar {
        label: year.to_string(),
        value: Some(operators as f64),
        colour: Colour::S4,
    };
    let chart = BarChart {
        unit: Unit::Count,
        thing: "Year".into(),
        measure: "Operators".into(),
        bars: years.into_iter().map(bar).collect(),
        full: None,
    };
    let note = "Operators with a running relay, by the year of the oldest one. An operator may have run others before.";
    Some(Figure::new("Operators that are still there, by year", Chart::Bars(chart)).with_note(note))
}

fn by_year(months: &[GrowthMonth], counts: impl Fn(&GrowthMonth) -> [usize; 3]) -> BTreeMap<i16, [usize; 3]> {
    let mut years: BTreeMap<i16, [usize; 3]> = BTreeMap::new();
    for month in months {
        let sums = years.entry(month.month.year).or_default();
        for (sum, count) in sums.iter_mut().zip(counts(month)) {
            *sum += count;
        }
    }
    years
}
