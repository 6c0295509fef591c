//! Histories as sources should not write them, and as they do: from the document to the numbers.

#![expect(clippy::unwrap_used, reason = "what tests share fails as tests do")]

use allium_analysis::Snapshot;
use allium_analysis::metrics::uptime::Uptime;
use allium_documents::Limits;
use allium_documents::onionoo::{BuildInputs, build_network, read_uptime_table};
use allium_model::{Histories, Period, RelayPosition};
use serde_json::{Value, json};
use std::sync::Arc;

fn fingerprint(number: u32) -> String {
    format!("{number:040X}")
}

/// A daily history over a month that ends with the data; unknown bins are null.
fn month(factor: f64, values: &[Value]) -> Value {
    let first = format!("2026-01-{:02} 12:00:00", 32 - values.len());
    json!({"first": first, "last": "2026-01-31 12:00:00", "interval": 86_400, "factor": factor, "values": values})
}

fn entry(number: u32, history: &Value) -> Value {
    json!({"fingerprint": fingerprint(number), "uptime": {"1_month": history}})
}

/// Relays 1, 2, ... with first-seen times, and a document of uptimes.
fn snapshot(first_seen: &[&str], entries: &[Value]) -> Snapshot {
    let relays: Vec<Value> = (1..)
        .zip(first_seen)
        .map(|(number, first_seen)| {
            json!({"fingerprint": fingerprint(number), "running": true, "first_seen": first_seen,
                "last_seen": "2026-02-01 00:00:00", "consensus_weight": 10})
        })
        .collect();
    let document =
        |key: &[Value]| json!({"relays_published": "2026-02-01 00:00:00", "relays": key}).to_string();
    let network = build_network(document(&relays).as_bytes(), &BuildInputs::default()).unwrap().network;
    let (table, _) = read_uptime_table(document(entries).as_bytes(), &Limits::default()).unwrap();
    Snapshot::with_histories(network, Histories { uptime: Some(Arc::new(table)), ..Histories::default() })
}

fn uptime(snapshot: &Snapshot, number: u32) -> Option<Uptime> {
    snapshot.report.uptime.relay(RelayPosition(number - 1), Period::OneMonth).copied()
}

const OLD: &str = "2020-01-01 00:00:00";
const FULL: f64 = 1.0 / 999.0;

fn steady(value: i64) -> Value {
    month(FULL, &vec![json!(value); 31])
}

#[test]
fn unknown_bins_alone_are_not_known_and_not_zero() {
    let snapshot =
        snapshot(&[OLD, OLD], &[entry(1, &month(FULL, &vec![Value::Null; 31])), entry(2, &steady(999))]);
    assert_eq!(uptime(&snapshot, 1), None);
    let network = snapshot.report.uptime.network[0];
    assert_eq!((network.mean, network.eligible, network.total), (Some(1.0), 1, 2));
}

#[test]
fn a_zero_factor_is_a_relay_that_was_never_there() {
    let snapshot = snapshot(&[OLD], &[entry(1, &month(0.0, &vec![json!(0); 31]))]);
    let found = uptime(&snapshot, 1).unwrap();
    assert_eq!((found.ratio, found.known_bins, found.is_eligible), (0.0, 31, true));
}

#[test]
fn one_bin_is_a_value_that_counts_nowhere() {
    let snapshot = snapshot(&[OLD, OLD], &[entry(1, &month(FULL, &[json!(500)])), entry(2, &steady(999))]);
    let found = uptime(&snapshot, 1).unwrap();
    assert_eq!((found.known_bins, found.is_eligible), (1, false));
    assert_eq!(snapshot.report.uptime.network[0].mean, Some(1.0));
}

#[test]
fn a_young_relay_is_since_its_day_and_an_old_one_is_not() {
    let young = month(FULL, &vec![json!(999); 5]);
    let snapshot = snapshot(&["2026-01-27 00:00:00", OLD], &[entry(1, &young), entry(2, &steady(999))]);
    let found = uptime(&snapshot, 1).unwrap();
    assert_eq!(
        (found.since.map(|time| time.to_string()), found.is_eligible),
        (Some("2026-01-27 00:00:00".into()), false)
    );
    assert!((found.coverage_ratio() - 1.0).abs() < 1e-12);
    assert_eq!(uptime(&snapshot, 2).unwrap().since, None);
}

#[test]
fn a_relay_that_left_has_histories_and_no_place() {
    // Relay 9 is in the uptime document only; its bins still end the window, and it is in no mean.
    let snapshot = snapshot(&[OLD], &[entry(9, &steady(0)), entry(1, &month(FULL, &vec![json!(999); 31]))]);
    assert_eq!(snapshot.report.uptime.network[0].mean, Some(1.0));
    assert_eq!(snapshot.histories.uptime.as_ref().unwrap().len(), 2);
}

#[test]
fn of_a_relay_named_twice_the_first_counts() {
    let snapshot = snapshot(&[OLD], &[entry(1, &steady(999)), entry(1, &steady(0))]);
    assert!((uptime(&snapshot, 1).unwrap().ratio - 1.0).abs() < 1e-12);
}

#[test]
fn the_order_of_entries_does_not_matter() {
    let entries: Vec<Value> =
        [999, 500, 0].iter().zip(1..).map(|(value, number)| entry(number, &steady(*value))).collect();
    let turned: Vec<Value> = entries.iter().rev().cloned().collect();
    let (forth, back) = (snapshot(&[OLD; 3], &entries), snapshot(&[OLD; 3], &turned));
    for number in 1..=3 {
        assert_eq!(uptime(&forth, number), uptime(&back, number));
    }
    assert_eq!(forth.report.uptime.network, back.report.uptime.network);
}

#[test]
fn times_that_run_backwards_make_no_history() {
    let mut backwards = steady(0);
    backwards["first"] = json!("2026-01-31 12:00:00");
    backwards["last"] = json!("2026-01-01 12:00:00");
    let snapshot = snapshot(&[OLD, OLD], &[entry(1, &backwards), entry(2, &steady(999))]);
    assert_eq!(uptime(&snapshot, 1), None);
    assert!((uptime(&snapshot, 2).unwrap().ratio - 1.0).abs() < 1e-12);
}
