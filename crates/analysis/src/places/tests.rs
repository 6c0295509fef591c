//! Places of small networks, worked by hand, and of a simulated one with an outage put into it.

use super::*;
use crate::Snapshot;
use crate::fixture::{NOW, fingerprint, history, network, relay};
use allium_model::{HistoryTable, PeriodHistories, RelayUptime};
use serde_json::{Value, json};
use std::sync::Arc;

/// Histories of a relay that is there for a share of each day: before, and in the last 30 days.
fn uptime_entry(before: f64, last: f64) -> RelayUptime {
    let stored = |ratio: f64| Some((ratio * 999.0).round() as i64);
    let mut values = vec![stored(before); 30];
    values.extend(vec![stored(last); 30]);
    let mut overall = PeriodHistories::default();
    overall.set(Period::SixMonths, history(24, 1.0 / 999.0, &values));
    overall.set(Period::OneMonth, history(24, 1.0 / 999.0, &vec![stored(last); 31]));
    RelayUptime { overall, ..RelayUptime::default() }
}

/// A snapshot of relays with their uptimes before and now.
fn snapshot(relays: &[(Value, f64, f64)]) -> Snapshot {
    let documents: Vec<Value> =
        (0..).zip(relays).map(|(number, (fields, _, _))| relay(number, fields)).collect();
    let entries = (0..)
        .zip(relays)
        .map(|(number, (_, before, last))| (fingerprint(number), uptime_entry(*before, *last)));
    let uptime = Some(Arc::new(HistoryTable::new(NOW, entries.collect())));
    Snapshot::with_histories(network(&documents), Histories { uptime, ..Histories::default() })
}

/// Relays of an AS, each of an operator of its own.
fn of_as(asn: u32, relays: u32, weight: u32, uptimes: (f64, f64)) -> Vec<(Value, f64, f64)> {
    let one = |number: u32| {
        let fields = json!({
            "as": format!("AS{asn}"), "contact": format!("{asn} {number}"), "consensus_weight": weight,
            "consensus_weight_fraction": f64::from(weight) / 10_000.0,
        });
        // The last relay of each is a little different, as real ones are.
        let off = f64::from(number) * 0.0002;
        (fields, uptimes.0 - off, uptimes.1 - 2.0 * off)
    };
    (0..relays).map(one).collect()
}

fn as_report(snapshot: &Snapshot, asn: u32) -> (&AsReport, GroupPosition) {
    let group = snapshot.network.group(GroupKey::As(allium_model::AsNumber(asn))).unwrap();
    (&snapshot.report.places.ases[group.position.index()], group.position)
}

fn six_ases() -> Snapshot {
    let mut relays = of_as(1, 12, 100, (0.98, 0.90));
    relays.extend(of_as(2, 10, 50, (0.97, 0.97)));
    relays.extend(of_as(3, 10, 10, (0.95, 0.98)));
    relays.extend(of_as(4, 10, 10, (0.975, 0.975)));
    relays.extend(of_as(5, 10, 10, (0.96, 0.96)));
    relays.extend(of_as(6, 4, 10, (0.99, 0.99)));
    snapshot(&relays)
}

#[test]
fn ases_are_ranked_from_five_relays_on() {
    let snapshot = six_ases();
    let places = &snapshot.report.places;
    assert_eq!(places.as_ranking.len(), 5);
    let ranks: Vec<_> = (1..=6).map(|asn| as_report(&snapshot, asn).0.place.rank).collect();
    assert_eq!(ranks, [Some(5), Some(3), Some(1), Some(2), Some(4), None]);
    let stars: Vec<_> = (1..=6).map(|asn| as_report(&snapshot, asn).0.stars).collect();
    assert_eq!(stars, [Some(1), Some(4), Some(5), Some(5), Some(4), None]);
    let (few, _) = as_report(&snapshot, 6);
    assert_eq!(few.place.uptime.map(|uptime| uptime.relays), Some(4), "shown, not ranked");
    assert_eq!(few.place.anomaly, None);
}

#[test]
fn changes_and_directions_are_those_of_the_histories() {
    let snapshot = six_ases();
    let places = &snapshot.report.places;
    let (first, position) = as_report(&snapshot, 1);
    // From 0.98 to 0.90, less 0.0002 for each of 0 to 11: -0.0811.
    assert!((first.place.change.unwrap().mean + 0.0811).abs() < 0.001);
    assert_eq!(first.place.direction(), Some(Direction::Declining));
    assert_eq!(places.ases_going(Direction::Declining)[0], position);
    assert_eq!(places.ases_going(Direction::Improving), [as_report(&snapshot, 3).1]);
    assert_eq!(as_report(&snapshot, 6).0.place.direction(), None);
}

#[test]
fn the_as_below_the_network_has_alternatives_in_its_country() {
    let snapshot = six_ases();
    let places = &snapshot.report.places;
    let (_, first) = as_report(&snapshot, 1);
    assert_eq!(places.ases_below_network(), [first]);
    let better: Vec<_> = [3, 4, 2, 5].iter().map(|asn| as_report(&snapshot, *asn).1).collect();
    assert_eq!(places.alternatives(&snapshot, first), better);
    // AS 3 is the best of all.
    assert_eq!(places.alternatives(&snapshot, as_report(&snapshot, 3).1), []);
    assert_eq!(as_report(&snapshot, 1).0.risk, Risk::High, "12 x 1 % of weight");
}

#[test]
fn areas_hold_their_countries_and_no_others() {
    let countries = ["de", "de", "fr", "pl", "us", "za", "xx"];
    let relays: Vec<_> =
        countries.iter().map(|code| (json!({"country": code, "contact": *code}), 0.9, 0.9)).collect();
    let snapshot = snapshot(&relays);
    let relays_of = |slug: &str| {
        let area = Area::of_slug(slug).unwrap();
        snapshot.report.places.area(area).unwrap().aggregate.relays.total
    };
    let expected = [
        ("europe", 4),
        ("western-europe", 3),
        ("eastern-europe", 1),
        ("americas", 1),
        ("africa", 1),
        ("european-union", 4),
        ("five-eyes", 1),
        ("nine-eyes", 2),
        ("fourteen-eyes", 4),
        ("antarctica", 0),
    ];
    for (slug, count) in expected {
        assert_eq!(relays_of(slug), count, "{slug}");
    }
    assert_eq!(snapshot.report.places.underserved().len(), 22, "every subregion has few relays here");
}

#[test]
fn without_histories_nothing_is_claimed() {
    let snapshot = Snapshot::new(network(&[relay(1, &json!({})), relay(2, &json!({}))]));
    let places = &snapshot.report.places;
    assert_eq!(places.network, PlaceReport::default());
    assert!(places.as_ranking.is_empty() && places.ases[0].stars.is_none());
    assert!(places.ases_below_network().is_empty());
}
