//! Where the authorities are.

use super::directory;
use crate::Edition;
use allium_analysis::directory::relay_of;
use allium_charts::{Chart, Colour, Figure, MapClass, MapScale, MapView, OtherCountries, Unit, WorldMap};
use allium_model::CountryCode;
use std::collections::BTreeMap;

/// Trusted authorities by country of their relay's address.
pub(in crate::figures) fn world(edition: &Edition) -> Option<Figure> {
    let directory = directory(edition)?;
    let network = &edition.snapshot.network;
    let mut countries: BTreeMap<CountryCode, u32> = BTreeMap::new();
    let trusted = directory.report.authorities.iter().filter(|authority| authority.trusted.is_some());
    for relay in trusted.filter_map(|authority| relay_of(network, authority)) {
        if let Some(country) = network.relay(relay).country {
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
