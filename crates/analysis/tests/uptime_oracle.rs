//! The statistics of uptime against an independent computation in Python (`oracle/uptime.py`), on the
//! documents of a real day. Without the documents or without `python3` the test says so and ends.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stderr,
    clippy::indexing_slicing,
    reason = "what tests share fails as tests do, and says when it cannot run"
)]

use allium_analysis::Snapshot;
use allium_analysis::metrics::absence::absences;
use allium_analysis::metrics::dips::dips;
use allium_analysis::metrics::months::months;
use allium_analysis::metrics::series::TimeSeries;
use allium_analysis::metrics::stability::Stability;
use allium_analysis::metrics::trend::{Trend, weekly_means};
use allium_analysis::metrics::uptime::GroupUptime;
use allium_documents::onionoo::{BuildInputs, EarliestPresence, build_network, read_uptime_table};
use allium_documents::{Limits, decompress, read_aroi};
use allium_model::{GroupKind, Histories, OperatorKey, Period, PeriodHistories, RelayPosition, Timestamp};
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

/// Operators with a verified domain: the two with the most relays, and a middle-sized one.
const DOMAINS: [&str; 3] = ["1aeo.com", "prsv.ch", "unredacted.org"];
/// Relative and absolute difference that rounding may make.
const TOLERANCE: f64 = 1e-9;
/// The places of ladders.
const STEPS: [f64; 8] = [0.01, 0.05, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99];

struct Documents {
    details: Vec<u8>,
    uptime: Vec<u8>,
    aroi: Vec<u8>,
}

fn documents() -> Option<Documents> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/onionoo/2026-02-22");
    let read = |name: &str| {
        let Ok(bytes) = fs::read(folder.join(name)) else {
            eprintln!("skipped: {name} of 2026-02-22 is not there");
            return None;
        };
        Some(decompress(&bytes, &Limits::default()).unwrap().into_owned())
    };
    Some(Documents {
        details: read("details.json.zst")?,
        uptime: read("uptime.json.zst")?,
        aroi: read("aroi.json.zst")?,
    })
}

fn snapshot(documents: &Documents) -> Snapshot {
    let limits = Limits::default();
    let (table, _) = read_uptime_table(&documents.uptime, &limits).unwrap();
    let earliest =
        table.iter().filter_map(|(relay, entry)| Some((relay, EarliestPresence::of(entry)?))).collect();
    let aroi = read_aroi(&documents.aroi, &limits).unwrap();
    let inputs = BuildInputs { aroi: Some(&aroi), earliest: Some(&earliest), ..BuildInputs::default() };
    let network = build_network(&documents.details, &inputs).unwrap().network;
    Snapshot::with_histories(network, Histories { uptime: Some(Arc::new(table)), ..Histories::default() })
}

/// What Python says; none without it.
fn oracle(documents: &Documents) -> Option<Value> {
    let write = |name: &str, bytes: &[u8]| -> PathBuf {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        fs::write(&path, bytes).unwrap();
        path
    };
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/oracle/uptime.py");
    let output = Command::new("python3")
        .arg(script)
        .arg(write("oracle-details.json", &documents.details))
        .arg(write("oracle-uptime.json", &documents.uptime))
        .arg(write("oracle-aroi.json", &documents.aroi))
        .args(DOMAINS)
        .output();
    let Ok(output) = output else {
        eprintln!("skipped: python3 is not there");
        return None;
    };
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Some(serde_json::from_slice(&output.stdout).unwrap())
}

#[track_caller]
fn same(what: &str, found: Option<f64>, expected: &Value) {
    match (found, expected.as_f64()) {
        (None, None) => {}
        (Some(found), Some(expected)) if (found - expected).abs() <= TOLERANCE * expected.abs().max(1.0) => {}
        (found, expected) => panic!("{what}: {found:?} here, {expected:?} there"),
    }
}

fn check_relays(snapshot: &Snapshot, expected: &Value) {
    let expected = expected.as_object().unwrap();
    assert_eq!(snapshot.network.relays().len(), expected.len());
    for (place, relay) in (0..).zip(snapshot.network.relays()) {
        let row = &expected[&relay.fingerprint.to_string()];
        for period in Period::ALL {
            let found = snapshot.report.uptime.relay(RelayPosition(place), period);
            let expected = &row[period as usize];
            let name = format!("{} over {}", relay.fingerprint, period.name());
            same(&name, found.map(|uptime| uptime.ratio), &expected["ratio"]);
            let Some(found) = found else { continue };
            let shape = (
                u64::from(found.known_bins),
                u64::from(found.expected_bins),
                found.is_eligible,
                found.since.map(|time| time.0),
            );
            let there = (
                expected["known"].as_u64().unwrap(),
                expected["expected"].as_u64().unwrap(),
                expected["eligible"].as_bool().unwrap(),
                expected["since"].as_i64(),
            );
            assert_eq!(shape, there, "{name}");
        }
    }
}

fn check_group(name: &str, found: &GroupUptime, expected: &Value) {
    same(name, found.mean, &expected["mean"]);
    same(name, found.weighted_mean, &expected["weighted"]);
    let counts = (found.eligible as u64, found.total as u64);
    assert_eq!(
        counts,
        (expected["eligible"].as_u64().unwrap(), expected["total"].as_u64().unwrap()),
        "{name}"
    );
}

fn check_groups(snapshot: &Snapshot, oracle: &Value) {
    let network = &snapshot.network;
    for period in Period::ALL {
        let report = &snapshot.report.uptime;
        check_group("the network", &report.network[period as usize], &oracle["network"][period as usize]);
        for domain in DOMAINS {
            let verified =
                |key| matches!(key, OperatorKey::VerifiedDomain(text) if network.text(text) == domain);
            let group = network
                .groups(GroupKind::Operator)
                .iter()
                .find(|group| verified(network.operator(group.position)))
                .unwrap();
            let found = report.group(GroupKind::Operator, group.position, period);
            check_group(domain, found, &oracle["operators"][domain][period as usize]);
        }
        let ladder = &report.relay_ladders[period as usize];
        let expected = &oracle["ladders"][period as usize];
        assert_eq!(ladder.len() as u64, expected["n"].as_u64().unwrap());
        for (place, step) in STEPS.into_iter().enumerate() {
            same("a step of the ladder", ladder.quantile(step), &expected["steps"][place]);
        }
    }
}

fn check_statistics(name: &str, series: &TimeSeries, expected: &Value) {
    let trend = Trend::of(&weekly_means(series));
    let there = &expected["trend"];
    for (key, found) in [
        ("slope", trend.map(|trend| trend.slope_per_week)),
        ("low", trend.map(|trend| trend.low)),
        ("high", trend.map(|trend| trend.high)),
        ("weeks", trend.map(|trend| trend.weeks as f64)),
        ("p", trend.map(|trend| trend.p_value)),
        ("correction", trend.map(|trend| trend.correction)),
    ] {
        same(&format!("{name}: trend, {key}"), found, &there[key]);
    }
    same(
        &format!("{name}: days"),
        Stability::of(series).map(|found| found.deviation),
        &expected["day_spread"],
    );
    let found = months(series);
    let there = expected["months"].as_array().unwrap();
    assert_eq!(found.len(), there.len(), "{name}: months");
    for (month, row) in found.iter().zip(there) {
        assert_eq!(
            (i64::from(month.year), i64::from(month.month)),
            (row[0].as_i64().unwrap(), row[1].as_i64().unwrap())
        );
        same(&format!("{name}: month"), Some(month.ratio), &row[2]);
        same(&format!("{name}: coverage of a month"), Some(month.coverage_ratio), &row[3]);
    }
}

fn check_runs(name: &str, series: &TimeSeries, expected: &Value) {
    let (found, there) = (dips(series), expected["dips"].as_array().unwrap());
    assert_eq!(found.len(), there.len(), "{name}: dips");
    for (dip, row) in found.iter().zip(there) {
        let begin = series.first.plus_seconds(-series.interval_seconds / 2);
        let bin = |time: Timestamp| time.seconds_since(begin) / series.interval_seconds;
        let bins = (bin(dip.start), bin(dip.end) - 1);
        assert_eq!(bins, (row[0].as_i64().unwrap(), row[1].as_i64().unwrap()), "{name}: a dip");
        // Seconds are thousands of times larger than ratios.
        same(
            &format!("{name}: missing"),
            Some(dip.missing_seconds / 1e6),
            &(row[2].as_f64().unwrap() / 1e6).into(),
        );
    }
    let (found, there) = (absences(series), expected["absences"].as_array().unwrap());
    assert_eq!(found.len(), there.len(), "{name}: absences");
    for (absence, seconds) in found.iter().zip(there) {
        same(
            &format!("{name}: absence"),
            Some(absence.seconds / 1e6),
            &(seconds.as_f64().unwrap() / 1e6).into(),
        );
    }
}

fn check_histories(fingerprint: &str, histories: &PeriodHistories, expected: &Value) {
    for (period, history) in histories.iter() {
        let name = format!("{fingerprint} over {}", period.name());
        let series = TimeSeries::of(history);
        check_statistics(&name, &series, &expected[period.key()]);
        check_runs(&name, &series, &expected[period.key()]);
    }
}

#[test]
fn every_statistic_is_that_of_an_independent_computation() {
    let Some(documents) = documents() else { return };
    let Some(oracle) = oracle(&documents) else { return };
    let snapshot = snapshot(&documents);
    check_relays(&snapshot, &oracle["relays"]);
    check_groups(&snapshot, &oracle);
    let sample = oracle["statistics"].as_object().unwrap();
    assert!(sample.len() > 400, "{} relays in the sample", sample.len());
    for (fingerprint, expected) in sample {
        let entry = snapshot.histories.uptime_of(fingerprint.parse().unwrap()).unwrap();
        check_histories(fingerprint, &entry.overall, expected);
    }
}
