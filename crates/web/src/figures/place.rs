//! Figures of places: maps of the world by measure, and the uptime of an AS or a country over time.

use super::lines::uptime_beside_network;
use crate::Edition;
use allium_analysis::metrics::series::{mean_uptime, uptime_entries};
use allium_analysis::places::{CountryReport, FEWEST_RELAYS};
use allium_charts::{Chart, Colour, Figure, MapClass, MapScale, MapView, OtherCountries, Unit, WorldMap};
use allium_model::{CountryCode, Group, GroupKey, GroupKind, Period};

/// Running relays of each country.
pub(super) fn world_relays(edition: &Edition) -> Option<Figure> {
    let relays = values(edition, |country| Some(country.relays as f64));
    let map = WorldMap {
        unit: Unit::Count,
        measure: "Running relays".into(),
        scale: MapScale::of_values(relays.iter().filter_map(|(_, value)| *value), Unit::Count),
        values: relays,
        others: OtherCountries::Zero,
        view: MapView::World,
    };
    figure("Running relays by country", map)
}

/// Share of consensus weight of each country, in percent.
pub(super) fn world_weight(edition: &Edition) -> Option<Figure> {
    let shares = values(edition, |country| Some(100.0 * country.weight));
    let map = WorldMap {
        unit: Unit::Percent,
        measure: "Consensus weight".into(),
        scale: MapScale::of_values(shares.iter().filter_map(|(_, value)| *value), Unit::Percent),
        values: shares,
        others: OtherCountries::Zero,
        view: MapView::World,
    };
    figure("Consensus weight by country", map)
}

/// Mean uptime over a month of each country with relays enough, in percent.
pub(super) fn world_uptime(edition: &Edition) -> Option<Figure> {
    let map = WorldMap {
        unit: Unit::Percent,
        measure: "Mean uptime, 1 month".into(),
        scale: MapScale::health(),
        values: values(edition, |country| country.report.place.ranked_uptime().map(|ratio| 100.0 * ratio)),
        others: OtherCountries::NotKnown,
        view: MapView::World,
    };
    let note = format!(
        "Countries with at least {FEWEST_RELAYS} eligible relays; the others are hatched: too few relays or none."
    );
    Some(figure("Mean uptime over one month by country", map)?.with_note(note))
}

/// The tier of each country, from its number of running relays.
pub(super) fn world_tiers(edition: &Edition) -> Option<Figure> {
    let class =
        |from: f64, label: &str, step| MapClass { from, label: label.into(), colour: Colour::Step(step) };
    let map = WorldMap {
        unit: Unit::Count,
        measure: "Running relays".into(),
        scale: MapScale {
            classes: vec![
                class(1.0, "Legendary, 1 to 5", 2),
                class(6.0, "Epic, 6 to 20", 3),
                class(21.0, "Rare, 21 to 49", 4),
                class(50.0, "Emerging, 50 to 200", 5),
                class(201.0, "Common, more than 200", 6),
            ],
        },
        values: values(edition, |country| Some(country.relays as f64)),
        others: OtherCountries::Zero,
        view: MapView::World,
    };
    figure("Tiers of countries by running relays", map)
}

/// The map; none without a country.
fn figure(title: &str, map: WorldMap) -> Option<Figure> {
    (!map.values.is_empty()).then(|| Figure::new(title, Chart::Map(map)))
}

/// What is known of a country.
struct Counted<'a> {
    relays: usize,
    weight: f64,
    report: &'a CountryReport,
}

/// A value of each country with relays.
fn values(edition: &Edition, value: impl Fn(&Counted<'_>) -> Option<f64>) -> Vec<(CountryCode, Option<f64>)> {
    let snapshot = &edition.snapshot;
    let one = |group: Group<'_>| {
        let GroupKey::Country(code) = group.key else { return None };
        let sum = &snapshot.group_report(GroupKind::Country, group.position).aggregate;
        let counted = Counted {
            relays: sum.relays.total,
            weight: sum.consensus_weight_fraction.total,
            report: &snapshot.report.places.countries[group.position.index()],
        };
        Some((code, value(&counted)))
    };
    snapshot.network.groups(GroupKind::Country).iter().filter_map(one).collect()
}

/// Mean uptime of the relays of an AS or a country over six months, beside that of the network; none
/// where fewer than five relays have a history.
pub(super) fn uptime(edition: &Edition, group: Group<'_>) -> Option<Figure> {
    let snapshot = &edition.snapshot;
    let period = Period::SixMonths;
    let entries = uptime_entries(&snapshot.network, &snapshot.histories, group.members);
    if entries.iter().filter(|entry| entry.overall.get(period).is_some()).count() < FEWEST_RELAYS {
        return None;
    }
    let own = mean_uptime(&entries, period)?;
    let name = match group.key {
        GroupKey::As(number) => number.to_string(),
        GroupKey::Country(code) => allium_model::country_name(code).unwrap_or("This country").to_owned(),
        _ => "These relays".to_owned(),
    };
    let chart = uptime_beside_network(edition, &name, &own, period);
    let note =
        "Mean of the relays of this snapshot that were known at the time; relays that left are not in it.";
    let title = format!("Mean uptime of {name} over 6 months");
    Some(Figure::new(title, chart).with_note(note))
}
