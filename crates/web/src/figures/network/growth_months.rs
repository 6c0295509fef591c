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
    let row = |(label, counts): (String, [usize; 3])| StackedRow {
        label,
        values: counts.map(|count| Some(count as f64)).into(),
    };
    let part = |(name, colour): (&str, Colour)| StackedPart { name: name.into(), colour };
    let chart = StackedBars {
        unit: Unit::Count,
        thing: "Year".into(),
        stacking: Stacking::Totals,
        parts: [("Guards", Colour::S1), ("Middles", Colour::S2), ("Exits", Colour::S3)].map(part).into(),
        rows: labelled(&years).into_iter().map(row).collect(),
    };
    let note = "Relays that still run, by the role that they have today. Relays that left are in no year.";
    super::shown(
        Figure::new("Relays that are still there, by year", Chart::StackedBars(chart)).with_note(note),
    )
}

/// Operators by the year of their oldest running relay.
pub(crate) fn operators_by_month(edition: &Edition) -> Option<Figure> {
    let growth = Growth::new(&edition.snapshot.network);
    let years = by_year(&growth.months, |month| [month.operators, 0, 0]);
    let bar = |(label, [operators, ..]): (String, [usize; 3])| Bar {
        label,
        value: Some(operators as f64),
        colour: Colour::S4,
    };
    let chart = BarChart {
        unit: Unit::Count,
        thing: "Year".into(),
        measure: "Operators".into(),
        bars: labelled(&years).into_iter().map(bar).collect(),
        full: None,
    };
    let note = "Operators with a running relay, by the year of the oldest one. An operator may have run others before.";
    super::shown(Figure::new("Operators that are still there, by year", Chart::Bars(chart)).with_note(note))
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

/// The first year of which at least a hundredth of all is left; earlier ones are shown together.
fn first_large(years: &BTreeMap<i16, [usize; 3]>) -> i16 {
    let all: usize = years.values().flatten().sum();
    let large = years.iter().find(|(_, counts)| 100 * counts.iter().sum::<usize>() >= all);
    large.map_or(i16::MIN, |(year, _)| *year)
}

/// A label and counts for each year; the early ones together.
fn labelled(years: &BTreeMap<i16, [usize; 3]>) -> Vec<(String, [usize; 3])> {
    let first = first_large(years);
    let mut rows: Vec<(String, [usize; 3])> = Vec::new();
    let mut early = [0; 3];
    for (year, counts) in years {
        if *year < first {
            early.iter_mut().zip(counts).for_each(|(sum, count)| *sum += count);
        } else {
            rows.push((year.to_string(), *counts));
        }
    }
    if early.iter().any(|count| *count > 0) {
        rows.insert(0, (format!("Before {first}"), early));
    }
    rows
}
