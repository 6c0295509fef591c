//! What was lost: by role, and by country.

use super::words::share;
use crate::format;
use crate::pages::Site;
use crate::pages::study::section::{Section, Width};
use crate::pages::study::table::{Cell, Head, Table, number, text};
use allium_model::{CountryCode, GroupKey, HitRelay, Impact, Incident, Role, country_name};
use std::collections::BTreeMap;

const ROLE_HEADS: &[Head] =
    &[("Role", false), ("Relays hit", true), ("Away now", true), ("Chance to be chosen that was lost", true)];

const COUNTRY_HEADS: &[Head] = &[
    ("Country", false),
    ("Relays hit", true),
    ("Away now", true),
    ("Of its relays", true),
    ("Of the network's weight", true),
];

/// Most countries that a page shows.
const MOST_COUNTRIES: usize = 30;

/// What was lost by role; none for what hits no relay.
pub(super) fn roles(site: Site<'_>, incident: &Incident) -> Option<Section> {
    if incident.hit.relays.is_empty() {
        return None;
    }
    let rows = [Role::Guard, Role::Middle, Role::Exit].map(|role| role_row(incident, role));
    let table = Table::new("What was lost by role", ROLE_HEADS).rows(rows);
    Some(Section::new("What was lost").width(Width::Half).table(table).remark(
        "The chance of a client to choose one of them in this role before it happened. Relays can have more than one role for clients; each is counted in the one of its flags.",
    ).method_of(site, "selection-probability"))
}

fn role_row(incident: &Incident, role: Role) -> Vec<Cell> {
    let of_role = |relay: &&HitRelay| relay.role == role;
    let hit = incident.hit.relays.iter().filter(of_role).count();
    let away = incident.hit.away().filter(of_role).count();
    let name = match role {
        Role::Exit => "Exit",
        Role::Guard => "Guard",
        Role::Middle => "Middle",
    };
    vec![
        text(name),
        number(format::count(hit)),
        number(format::count(away)),
        number(share(lost(&incident.hit.impact, role))),
    ]
}

const fn lost(impact: &Impact, role: Role) -> f64 {
    match role {
        Role::Exit => impact.exit_ratio,
        Role::Guard => impact.guard_ratio,
        Role::Middle => impact.middle_ratio,
    }
}

/// Those hit of a country.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Place {
    hit: usize,
    away: usize,
    weight: u64,
}

/// Where those hit were; none for what hits no relay.
pub(super) fn countries(site: Site<'_>, incident: &Incident) -> Option<Section> {
    if incident.hit.relays.is_empty() {
        return None;
    }
    let places = places(&incident.hit.relays);
    let all: u64 = places.iter().map(|(_, place)| place.weight).sum();
    let shown = places.iter().take(MOST_COUNTRIES);
    let rows = shown.map(|(country, place)| country_row(site, incident, *country, place, all));
    let table = Table::new("Where those hit were", COUNTRY_HEADS).rows(rows);
    let section = Section::new("Where").width(Width::Half).table(table);
    let section = section.remark(
        "Of its relays: those that are away now, of them and those that run there now. Weights are those of the last consensus before.",
    );
    Some(match places.len().saturating_sub(MOST_COUNTRIES) {
        0 => section,
        more => section.remark(format!("and {} more", format::counted(more, "country", "countries"))),
    })
}

/// Those hit by country, the most first.
fn places(relays: &[HitRelay]) -> Vec<(Option<CountryCode>, Place)> {
    let mut places: BTreeMap<Option<CountryCode>, Place> = BTreeMap::new();
    for relay in relays {
        let place = places.entry(relay.country).or_default();
        place.hit += 1;
        place.away += usize::from(relay.returned.is_none());
        place.weight += u64::from(relay.weight.unwrap_or(0));
    }
    let mut places: Vec<_> = places.into_iter().collect();
    places.sort_by_key(|(_, place)| std::cmp::Reverse(place.hit));
    places
}

fn country_row(
    site: Site<'_>,
    incident: &Incident,
    country: Option<CountryCode>,
    place: &Place,
    all: u64,
) -> Vec<Cell> {
    let name = country.map_or("not known", |code| country_name(code).unwrap_or("not known"));
    let href = country.and_then(|code| site.group_link(GroupKey::Country(code)));
    let weight = |all: u64| share(incident.hit.impact.weight_ratio * place.weight as f64 / all as f64);
    vec![
        Cell::Link(href.map(str::to_owned), name.to_owned()),
        number(format::count(place.hit)),
        number(format::count(place.away)),
        number(country.map_or_else(|| "-".into(), |code| of_country(site, code, place.away))),
        number(if all == 0 { "not known".into() } else { weight(all) }),
    ]
}

/// The share of a country's relays that is away.
fn of_country(site: Site<'_>, country: CountryCode, away: usize) -> String {
    let group = site.network().group(GroupKey::Country(country));
    let running = group.map_or(0, |group| {
        let kind = allium_model::GroupKind::Country;
        site.snapshot().group_report(kind, group.position).aggregate.relays.total
    });
    match running + away {
        0 => "-".into(),
        whole => share(away as f64 / whole as f64),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use allium_model::{Fingerprint, Timestamp};

    #[test]
    fn places_are_counted_and_the_largest_is_first() {
        let relay = |country: Option<&str>, weight, returned: Option<i64>| HitRelay {
            fingerprint: Fingerprint([0; 20]),
            role: Role::Guard,
            weight,
            country: country.map(|code| code.parse().unwrap()),
            returned: returned.map(Timestamp),
        };
        let relays = [
            relay(None, None, None),
            relay(Some("PL"), Some(10), None),
            relay(Some("PL"), Some(5), Some(3600)),
        ];
        let places = places(&relays);
        assert_eq!(places[0], (Some("PL".parse().unwrap()), Place { hit: 2, away: 1, weight: 15 }));
        assert_eq!(places[1], (None, Place { hit: 1, away: 1, weight: 0 }));
    }
}
