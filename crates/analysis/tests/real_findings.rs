//! The findings of the real network against plain Python on the same documents. Where the documents or
//! Python are not at hand, nothing is compared.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

use allium_analysis::Snapshot;
use allium_analysis::findings::{period_correlations, period_spreads};
use allium_documents::onionoo::{BuildInputs, build_network, read_uptime_table};
use allium_documents::{Limits, decompress};
use allium_model::{Histories, Period, Relay};
use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/onionoo/2026-02-22")
}

fn document(name: &str) -> Option<Vec<u8>> {
    let bytes = std::fs::read(folder().join(name)).ok()?;
    Some(decompress(&bytes, &Limits::default()).unwrap().into_owned())
}

/// What Python computes, by name and period; none without Python.
fn of_python(input: &[u8]) -> Option<BTreeMap<(String, String), f64>> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/findings.py");
    let mut child =
        Command::new("python3").arg(script).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().ok()?;
    child.stdin.take().unwrap().write_all(input).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    let text = String::from_utf8(output.stdout).unwrap();
    let row = |line: &str| {
        let cells: Vec<&str> = line.split(' ').collect();
        ((cells[0].to_owned(), cells[1].to_owned()), cells[2].parse().unwrap())
    };
    Some(text.lines().map(row).collect())
}

fn input(snapshot: &Snapshot, uptime: &[u8]) -> Vec<u8> {
    let line = |relay: &Relay| format!("{} {}\n", relay.fingerprint, relay.first_seen.0);
    let mut input: String = snapshot.network.relays().iter().map(line).collect();
    input.push('\n');
    [input.as_bytes(), uptime].concat()
}

#[test]
fn findings_are_those_of_plain_python() {
    let (Some(details), Some(uptime)) = (document("details.json.zst"), document("uptime.json.zst")) else {
        eprintln!("skipped: the real documents are not at hand");
        return;
    };
    let network = build_network(&details, &BuildInputs::default()).unwrap().network;
    let (table, _) = read_uptime_table(&uptime, &Limits::default()).unwrap();
    let histories = Histories { uptime: Some(Arc::new(table)), ..Histories::default() };
    let snapshot = Snapshot::with_histories(network, histories);
    let Some(expected) = of_python(&input(&snapshot, &uptime)) else {
        eprintln!("skipped: python3 is not at hand");
        return;
    };
    let mut compared = 0;
    let mut check = |name: &str, period: &str, found: f64| {
        let expected = expected[&(name.to_owned(), period.to_owned())];
        assert!((found - expected).abs() < 1e-9, "{name} {period}: {found} {expected}");
        compared += 1;
    };
    for (period, spread) in Period::ALL.into_iter().zip(period_spreads(&snapshot)) {
        let spread = spread.unwrap();
        for (name, value) in [
            ("count", spread.moments.count as f64),
            ("mean", spread.moments.mean),
            ("sd", spread.moments.standard_deviation.unwrap()),
            ("skewness", spread.moments.skewness.unwrap()),
            ("median", spread.middle.median),
            ("mad", spread.middle.mad),
            ("lower_quartile", spread.box_plot.lower_quartile),
            ("above_95", spread.above_95),
            ("above_98", spread.above_98),
        ] {
            check(name, period.key(), value);
        }
    }
    for pair in period_correlations(&snapshot) {
        check("rho", &format!("{}/{}", pair.shorter.key(), pair.longer.key()), pair.correlation.rho);
    }
    assert_eq!(compared, expected.len());
}
