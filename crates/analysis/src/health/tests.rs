//! Hand-worked components, changes and groups, and bounds that always hold.

use super::*;
use crate::fixture::{NOW, history, network, of_period, relay, uptimes};
use crate::places::Area;
use allium_model::{HealthComponent, Histories, HistoryTable, Period, RelayBandwidth, Timestamp};
use proptest::prelude::*;
use serde_json::{Value, json};
use std::sync::Arc;

/// Two guards, two exits in two ASes and countries, one relay that stopped an hour ago and one that
/// stopped six days ago.
fn relays() -> Vec<Value> {
    vec![
        relay(
            1,
            &json!({
                "flags": ["Guard", "Running"], "consensus_weight": 300, "consensus_weight_fraction": 0.3,
                "guard_probability": 0.75, "exit_probability": 0.0, "advertised_bandwidth": 3000,
            }),
        ),
        relay(
            2,
            &json!({
                "flags": ["Guard", "Running"], "consensus_weight": 100, "consensus_weight_fraction": 0.1,
                "guard_probability": 0.25, "exit_probability": 0.0, "advertised_bandwidth": 1000,
                "as": "AS64501", "contact": "other",
            }),
        ),
        relay(
            3,
            &json!({
                "flags": ["Exit", "Running"], "consensus_weight": 400, "consensus_weight_fraction": 0.4,
                "guard_probability": 0.0, "exit_probability": 0.8, "advertised_bandwidth": 4000,
                "as": "AS64501", "country": "fr", "contact": "other", "recommended_version": false,
            }),
        ),
        relay(
            4,
            &json!({
                "flags": ["Exit", "Guard", "Running"], "consensus_weight": 200, "consensus_weight_fraction": 0.2,
                "guard_probability": 0.0, "exit_probability": 0.2, "advertised_bandwidth": 2000,
                "overload_general_timestamp": 1_769_890_000_000_i64, "measured": false,
            }),
        ),
        relay(
            5,
            &json!({
                "running": false, "flags": ["Exit"], "consensus_weight": 50, "advertised_bandwidth": 500,
                "last_seen": "2026-01-31 23:00:00",
            }),
        ),
        relay(
            6,
            &json!({
                "running": false, "flags": ["Guard"], "consensus_weight": 200, "advertised_bandwidth": 1000,
                "last_seen": "2026-01-26 00:00:00",
            }),
        ),
    ]
}

fn bandwidth(daily: &[(u32, i64)]) -> Histories {
    let entry = |(number, value): &(u32, i64)| {
        let both = of_period(Period::OneMonth, history(24, 10.0, &[Some(*value / 10), Some(*value / 10)]));
        let entry = RelayBandwidth { read: both.clone(), written: both, ..RelayBandwidth::default() };
        (crate::fixture::fingerprint(*number), entry)
    };
    let table = HistoryTable::new(NOW, daily.iter().map(entry).collect());
    Histories { bandwidth: Some(Arc::new(table)), ..Histories::default() }
}

fn health(relays: &[Value], histories: Histories) -> NetworkHealth {
    NetworkHealth::new(&Snapshot::with_histories(network(relays), histories), Beside::NOTHING)
}

fn ratio(health: &NetworkHealth, component: HealthComponent) -> Option<f64> {
    health.record.component(component)
}

fn close(found: Option<f64>, expected: f64) {
    assert!(found.is_some_and(|found| (found - expected).abs() < 1e-9), "{found:?} {expected}");
}

#[test]
fn availability_is_running_weight_of_weight_seen() {
    let found = health(&relays(), Histories::default());
    // 1000 of 1250.
    close(ratio(&found, HealthComponent::Availability), 0.8);
    // Exits 6000 of 6500, guards (relay 4 among them) 6000 of 7000.
    close(found.sums.exit_capacity.ratio(), 6000.0 / 6500.0);
    close(found.sums.guard_capacity.ratio(), 6000.0 / 7000.0);
    close(found.sums.lost_ratio(), 50.0 / 1050.0);
    assert_eq!((found.sums.exits, found.sums.guards), (2, 3));
    assert_eq!(found.sums.relays_of_unknown_role, 0);
    assert_eq!(found.record.exit_capacity_bytes_per_second, Some(6000));
}

#[test]
fn what_is_not_told_is_not_known() {
    let mut changed = relays();
    changed[4]["flags"] = json!([]);
    changed[3].as_object_mut().unwrap().remove("overload_general_timestamp");
    let found = health(&changed, Histories::default());
    assert_eq!((found.sums.relays_of_unknown_role, found.sums.overloaded.ratio()), (1, None));
    // Relay 4 has 200 of 1000.
    close(health(&relays(), Histories::default()).sums.overloaded.ratio(), 0.2);
}

#[test]
fn reliability_is_weighted_uptime() {
    let days = |ups: usize| -> Vec<Option<i64>> {
        (0..30).map(|day| Some(if day < ups { 999 } else { 0 })).collect()
    };
    let uptime = uptimes(Period::OneMonth, &[(1, days(30)), (2, days(15))]);
    let histories = Histories { uptime: Some(uptime), ..Histories::default() };
    // 300 x 1 + 100 x 0.5 of 400.
    close(ratio(&health(&relays(), histories), HealthComponent::Reliability), 0.875);
    assert_eq!(ratio(&health(&relays(), Histories::default()), HealthComponent::Reliability), None);
}

#[test]
fn diversity_is_what_is_reached_of_the_targets() {
    let found = health(&relays(), Histories::default());
    // Operators and ASes: 500, 500: 2 of 50. Countries: 600, 400: 1 / 0.52 of 20. Platforms: 1 of 3.
    let expected = (2.0 / 50.0 + 2.0 / 50.0 + 1.0 / 0.52 / 20.0 + 1.0 / 3.0) / 4.0;
    close(ratio(&found, HealthComponent::Diversity), expected);
}

#[test]
fn resilience_is_what_remains_without_the_largest() {
    let found = health(&relays(), Histories::default());
    // Guards: AS and operator 0.75 of 1, country all; exits: AS and operator 0.8, country 0.8.
    close(ratio(&found, HealthComponent::Resilience), (0.25 + 0.2 + 0.0 + 0.2 + 0.25 + 0.2) / 6.0);
    let largest = found.components[HealthComponent::Resilience as usize].evidence[0].group;
    assert_eq!(largest, Some(GroupKey::As(allium_model::AsNumber(64_500))));
}

#[test]
fn relays_without_a_contact_stand_alone_as_owners() {
    let mut relays = relays();
    for relay in &mut relays {
        relay["contact"] = Value::Null;
    }
    let found = health(&relays, Histories::default());
    let operators = &found.components[HealthComponent::Resilience as usize].evidence[4..];
    close(operators[0].ratio, 0.25);
    close(operators[1].ratio, 0.2);
    assert_eq!(operators[0].group, None);
}

#[test]
fn capacity_is_what_is_free_where_it_is_scarcer() {
    // All: 600 + 3200 of 3000 + 4000; exits: 3200 of 4000, of which 0.2 / 0.5 is free.
    let found = health(&relays(), bandwidth(&[(1, 600), (3, 3200)]));
    let evidence = &found.components[HealthComponent::Capacity as usize].evidence;
    close(evidence[0].ratio, 1.0 - (3800.0 / 7000.0 - 0.5) / 0.5);
    close(evidence[1].ratio, 0.4);
    close(ratio(&found, HealthComponent::Capacity), 0.4);
    assert_eq!(ratio(&health(&relays(), Histories::default()), HealthComponent::Capacity), None);
}

#[test]
fn an_empty_network_has_no_health() {
    let found = health(&[], Histories::default());
    assert_eq!((found.record.components, found.score(), found.class()), ([None; 5], None, None));
    assert_eq!(found.count(CheckState::Pass), 0);
    assert!(
        found.record.countries.is_none() && found.advice.iter().all(|advice| advice.horizon == Horizon::Year)
    );
}

#[test]
fn advice_follows_from_what_does_not_pass() {
    let found = health(&relays(), Histories::default());
    let first = &found.advice[0];
    assert_eq!((first.horizon, first.topic), (Horizon::Now, Topic::Check(HealthCheckName::RelaysMeasured)));
    assert!(found.advice.is_sorted_by_key(|advice| advice.horizon));
    let topics: Vec<Topic> = found.advice.iter().map(|advice| advice.topic).collect();
    assert!(
        topics.contains(&Topic::Component(HealthComponent::Diversity)) && topics.contains(&Topic::Regions)
    );
}

#[test]
fn groups_have_the_components_that_make_sense_for_them() {
    let snapshot = Snapshot::with_histories(network(&relays()), bandwidth(&[(1, 600), (3, 3200)]));
    let group = snapshot.network.group(GroupKey::Country("DE".parse().unwrap())).unwrap();
    let found = GroupHealth::of_group(&snapshot, group);
    // Running 600 of 850.
    close(found.components[0].ratio, 600.0 / 850.0);
    // Operators and ASes 500, 100: 1 - 26/36; one platform: 0; countries are the group itself.
    assert_eq!(found.components[2].evidence.len(), 3);
    close(found.components[2].ratio, (2.0 * 10.0 / 36.0) / 3.0);
    close(found.components[3].ratio, 1.0);
    let present = 0.25 * 600.0 / 850.0 + 0.20 * (20.0 / 108.0) + 0.15;
    close(found.score, 100.0 * present / 0.60);
    let europe = Area::of_slug("europe").unwrap();
    assert_eq!(GroupHealth::of_area(&snapshot, europe).unwrap().sums.relays.running, 4);
}

#[test]
fn an_as_is_spread_over_operators_and_systems() {
    let snapshot = Snapshot::new(network(&relays()));
    let names = |key| {
        let found = GroupHealth::of_group(&snapshot, snapshot.network.group(key).unwrap());
        found.components[2].evidence.iter().map(|part| part.name).collect::<Vec<_>>()
    };
    let of_as = names(GroupKey::As(allium_model::AsNumber(64_500)));
    assert_eq!(of_as, ["Spread over operators", "Spread over operating systems"]);
    let operator = snapshot.network.groups(GroupKind::Operator).iter().next().unwrap().key;
    assert!(!names(operator).contains(&"Spread over operators"));
}

#[test]
fn two_relays_are_not_spread() {
    let snapshot = Snapshot::new(network(&relays()));
    let group = snapshot.network.group(GroupKey::Country("FR".parse().unwrap())).unwrap();
    assert_eq!(GroupHealth::of_group(&snapshot, group).components[2].ratio, None);
}

#[test]
fn records_of_the_past_make_changes() {
    let snapshot = Snapshot::new(network(&relays()));
    let past = [HealthRecord {
        at: Timestamp(NOW.0 - 86_400),
        components: [Some(0.9), None, None, Some(0.5), Some(0.5)],
        ..HealthRecord::default()
    }];
    let beside = Beside { past: &past, ..Beside::NOTHING };
    let found = NetworkHealth::new(&snapshot, beside);
    let day = found.change(Span::Day).unwrap();
    close(day.components[0], -10.0);
    assert_eq!((day.components[1], day.components[4]), (None, None));
    // Availability and resilience have 0.4 of the weight, which is too little for a score.
    assert_eq!((day.score, found.change(Span::Week)), (None, None));
}

proptest! {
    #[test]
    fn everything_is_within_its_bounds(
        made in prop::collection::vec((0..2_u8, 0..2000_u64, 0..5_u32, any::<bool>(), 0..5000_u64), 0..12),
    ) {
        let relays: Vec<Value> = (1..).zip(&made).map(|(number, (role, weight, asn, running, bandwidth))| {
            relay(number, &json!({
                "flags": if *role == 0 { json!(["Guard"]) } else { json!(["Exit"]) },
                "running": running,
                "consensus_weight": weight,
                "consensus_weight_fraction": *weight as f64 / 24_000.0,
                "guard_probability": if *role == 0 { 0.05 } else { 0.0 },
                "exit_probability": if *role == 0 { 0.0 } else { 0.05 },
                "as": format!("AS{}", 64_500 + asn),
                "advertised_bandwidth": bandwidth,
            }))
        }).collect();
        let daily: Vec<(u32, i64)> = (1..).zip(&made).map(|(number, made)| (number, made.4 as i64 / 2)).collect();
        let snapshot = Snapshot::with_histories(network(&relays), bandwidth(&daily));
        let found = NetworkHealth::new(&snapshot, Beside::NOTHING);
        for component in &found.components {
            prop_assert!(component.ratio.is_none_or(|ratio| (0.0..=1.0).contains(&ratio)), "{:?}", component);
            for part in &component.evidence {
                prop_assert!(part.ratio.is_none_or(|ratio| (0.0..=1.0).contains(&ratio)), "{:?}", part);
            }
        }
        prop_assert!(found.score().is_none_or(|score| (0.0..=100.0).contains(&score)));
        for group in snapshot.network.groups(GroupKind::As).iter() {
            let health = GroupHealth::of_group(&snapshot, group);
            prop_assert!(health.score.is_none_or(|score| (0.0..=100.0).contains(&score)));
        }
    }
}
