//! Where the authorities are.

use super::directory;
use crate::Edition;
use allium_charts::{Chart, Colour, Figure, MapClass, MapScale, MapView, OtherCountries, Unit, WorldMap};
use allium_model::CountryCode;
use std::collections::BTreeMap;

/// Trusted authorities by country of their relay's address.
pub(in crate::figures) fn world(edition: &Edition) -> Option<Figure> {
    let directory = directory(edition)?;
    let network = &edition.snapshot.network;
    let mut countries: BTreeMap<CountryCode, u32> = BTreeMap::new();
    let relays =
        directory.report.authorities.iter().filter_map(|authority| authority.trusted.as_ref()?.relay);
    for relay in relays {
        let position = network.find(relay);
        if let Some(country) = position.and_then(|position| network.relay(position).country) {
            *countries.entry(country).or_default() += 1;
        }
    }
    let class =
        |from: f64, label: &str, step| MapClass { from, label: label.into(), colour: Colour::Step(step) };
    let map = WorldMap {
        unit: Unit::Count,
        measure: "Authorities".into(),
        scale: MapScale {
            classes: vec![class(1.0, "One", 2), class(2.0, "Two", 4), class(3.0, "Three and more", 6)],
        },
        values: countries.iter().map(|(code, count)| (*code, Some(f64::from(*count)))).collect(),
        others: OtherCountries::Zero,
        view: MapView::World,
    };
    let note = "By the country of the address of each authority's relay; an authority whose relay is not in the relay documents is not on the map.";
    (!countries.is_empty())
        .then(|| Figure::new("Directory authorities by country", Chart::Map(map)).with_note(note))
}
