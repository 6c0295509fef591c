//! Findings of small networks by hand, and of the real one against plain Python.

use super::*;
use crate::fixture::{network, relay, uptimes};
use allium_model::{GroupKind, Histories};
use serde_json::json;

/// A month of daily bins, so much in each.
fn month(stored: i64) -> Vec<Option<i64>> {
    vec![Some(stored); 31]
}

fn snapshot(relays: &[(u32, Vec<Option<i64>>)]) -> Snapshot {
    let details: Vec<_> = relays
        .iter()
        .map(|(number, _)| {
            let country = if number % 2 == 0 { "nl" } else { "de" };
            relay(*number, &json!({ "country": country, "consensus_weight": number * 10 }))
        })
        .collect();
    let uptime = Some(uptimes(Period::OneMonth, relays));
    Snapshot::with_histories(network(&details), Histories { uptime, ..Histories::default() })
}

#[test]
fn the_spread_of_a_period_is_that_of_its_eligible_relays() {
    let mut short = vec![None; 31];
    short[0] = Some(0);
    let found = period_spreads(&snapshot(&[(1, month(999)), (2, month(0)), (3, month(999)), (4, short)]));
    let spread = found[0].as_ref().unwrap();
    assert_eq!(spread.moments.count, 3);
    assert!((spread.moments.mean - 2.0 / 3.0).abs() < 1e-12);
    assert!((spread.whole - 2.0 / 3.0).abs() < 1e-12 && (spread.under_50 - 1.0 / 3.0).abs() < 1e-12);
    assert_eq!(spread.robust_outliers, None);
}

#[test]
fn a_relay_that_was_half_away_varies_most() {
    let mut half = month(999);
    half[..16].fill(Some(0));
    let found = relay_spreads(&snapshot(&[(1, month(999)), (2, half)]), Period::OneMonth);
    assert!(found[0].standard_deviation.abs() < 1e-12);
    // 16 zeros and 15 ones: variance of a sample 31 / 30 * (15 / 31) * (16 / 31).
    let expected = (31.0 / 30.0 * 15.0 * 16.0 / 961.0_f64).sqrt();
    assert!((found[1].standard_deviation - expected).abs() < 1e-9);
}

#[test]
fn a_country_goes_with_uptime_where_its_relays_are_alike() {
    let relays: Vec<_> = (1..=12).map(|n| (n, month(if n % 2 == 0 { 999 } else { 500 }))).collect();
    let found = associations(&snapshot(&relays), Period::OneMonth);
    let of = |with| found.iter().find(|(other, _)| *other == with).map(|(_, found)| *found);
    let Some(Association::Category(share)) = of(AssociationWith::Country) else { panic!("{found:?}") };
    assert!((share.eta_squared - 1.0).abs() < 1e-9);
    let Some(Association::Order(order)) = of(AssociationWith::ConsensusWeight) else { panic!("{found:?}") };
    assert_eq!(order.count, 12);
    assert_eq!(of(AssociationWith::Age), None, "all relays have one age");
}

#[test]
fn countries_are_complete_with_a_relay_in_every_period() {
    // A period without a history of its own is told by the shorter one, but a month is no half of a year.
    let found = complete_countries(&snapshot(&[(1, month(999)), (2, month(999))]));
    assert_eq!((found.by_period, found.complete), ([2, 0, 0, 0], 0));
    assert_eq!(same_relays(&snapshot(&[(1, month(999))])), None);
    assert_eq!(period_correlations(&snapshot(&[(1, month(999))])), []);
}

#[test]
fn large_groups_have_enough_eligible_relays() {
    let found = snapshot(&[(1, month(999)), (2, month(500)), (3, month(999)), (5, month(0))]);
    let groups = large_groups(&found, GroupKind::Country, Period::OneMonth, 2);
    assert_eq!(groups.len(), 1);
    assert_eq!((groups[0].eligible, groups[0].total), (3, 3));
    assert!((groups[0].mean - 2.0 / 3.0).abs() < 1e-12);
}

#[test]
fn time_with_a_flag_is_of_those_that_have_it_now() {
    use allium_model::{BinSummary, Flag, FlagUptime, HistoryTable, RelayUptime};
    let summary = |stored| {
        let history = crate::fixture::history(24, 1.0 / 999.0, &month(stored));
        FlagUptime::new(Flag::Guard, [Some(BinSummary::from(&history)), None, None, None])
    };
    let entry = |number, stored| {
        let overall = crate::fixture::of_period(
            Period::OneMonth,
            crate::fixture::history(24, 1.0 / 999.0, &month(999)),
        );
        let uptime = RelayUptime { overall, flags: Box::new([summary(stored)]) };
        (crate::fixture::fingerprint(number), uptime)
    };
    let table = HistoryTable::new(crate::fixture::NOW, vec![entry(1, 999), entry(2, 0), entry(3, 999)]);
    let guard = json!({ "flags": ["Guard", "Running"] });
    let details = [relay(1, &guard), relay(2, &guard), relay(3, &json!({}))];
    let histories = Histories { uptime: Some(std::sync::Arc::new(table)), ..Histories::default() };
    let snapshot = Snapshot::with_histories(network(&details), histories);
    let found = flag_times(&snapshot, Flag::Guard).unwrap();
    assert_eq!((found[0].mean, found[0].eligible, found[0].total), (Some(0.5), 2, 2));
    assert_eq!(found[1].mean, None);
    assert_eq!(flag_times(&snapshot, Flag::Exit), None);
}
