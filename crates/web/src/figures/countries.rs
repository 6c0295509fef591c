//! Running relays of a set by country.

use crate::Edition;
use allium_charts::{Bar, BarChart, Chart, Colour, Figure, Unit};
use allium_model::{CountryCode, RelayPosition};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// Countries with a bar of their own; the others share one.
const MOST: usize = 12;

/// The bars, the longest first and what is not known last; none without a running relay.
pub(super) fn countries(edition: &Edition, relays: &[RelayPosition]) -> Option<Figure> {
    let (mut rows, unknown) = counted(edition, relays);
    rows.sort_by(|left, right| right.1.cmp(&left.1).then_with(|| left.0.cmp(&right.0)));
    let rest: u32 = rows.iter().skip(MOST).map(|row| row.1).sum();
    let others = rows.len().saturating_sub(MOST);
    let bar =
        |label: String, relays: u32, colour: Colour| Bar { label, value: Some(f64::from(relays)), colour };
    let mut bars: Vec<Bar> = rows
        .into_iter()
        .take(MOST)
        .map(|(name, relays)| bar(name.into_owned(), relays, Colour::S1))
        .collect();
    if others > 0 {
        bars.push(bar(format!("{others} other countries"), rest, Colour::S8));
    }
    if unknown > 0 {
        bars.push(bar("Country not known".into(), unknown, Colour::S8));
    }
    let chart = BarChart {
        unit: Unit::Count,
        thing: "Country".into(),
        measure: "Running relays".into(),
        full: None,
        bars,
    };
    (!chart.bars.is_empty()).then(|| Figure::new("Running relays by country", Chart::Bars(chart)))
}

/// Running relays of each country by name, and those whose country is not known.
fn counted<'a>(edition: &'a Edition, relays: &[RelayPosition]) -> (Vec<(Cow<'a, str>, u32)>, u32) {
    let network = &edition.snapshot.network;
    let mut unknown = 0;
    let mut found: BTreeMap<CountryCode, (Cow<'_, str>, u32)> = BTreeMap::new();
    for relay in relays.iter().map(|position| network.relay(*position)).filter(|relay| relay.running) {
        let Some(code) = relay.country else {
            unknown += 1;
            continue;
        };
        let name = || {
            let name = network.optional_text(relay.country_name);
            name.map_or_else(|| Cow::Owned(code.to_string()), allium_model::printable)
        };
        found.entry(code).or_insert_with(|| (name(), 0)).1 += 1;
    }
    (found.into_values().collect(), unknown)
}
