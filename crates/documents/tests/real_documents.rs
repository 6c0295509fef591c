//! Whole documents: those of a real day, when they are at hand, and the small ones in `testdata`.

#![expect(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "what tests share fails as tests do, and says when it cannot run"
)]

use allium_documents::onionoo::{
    BuildInputs, BuiltNetwork, build_network, earliest_presence, read_bandwidth_table, read_clients,
    read_uptime_table, read_weights_table,
};
use allium_documents::{Limits, decompress, read_aroi};
use allium_model::{GroupKind, OperatorKey, Period};
use std::fs;
use std::path::{Path, PathBuf};

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// A document of 2026-02-22; without the data a test says so and ends.
fn real(name: &str) -> Option<Vec<u8>> {
    let path = workspace().join("../shared/data/onionoo/2026-02-22").join(name);
    let Ok(bytes) = fs::read(&path) else {
        eprintln!("skipped: {} is not there", path.display());
        return None;
    };
    Some(decompress(&bytes, &Limits::default()).unwrap().into_owned())
}

fn small(name: &str) -> Vec<u8> {
    fs::read(workspace().join("testdata/onionoo").join(name)).unwrap()
}

fn running(built: &BuiltNetwork) -> usize {
    built.network.relays().iter().filter(|relay| relay.running).count()
}

fn groups(built: &BuiltNetwork) -> [usize; 4] {
    [GroupKind::Operator, GroupKind::Family, GroupKind::As, GroupKind::Country]
        .map(|kind| built.network.groups(kind).len())
}

/// Operators with a verified domain.
fn verified(built: &BuiltNetwork) -> usize {
    let operators = built.network.groups(GroupKind::Operator).iter();
    operators
        .filter(|group| matches!(built.network.operator(group.position), OperatorKey::VerifiedDomain(_)))
        .count()
}

#[test]
fn every_relay_of_a_real_day_is_read() {
    let Some(details) = real("details.json.zst") else { return };
    let built = build_network(&details, &BuildInputs::default()).unwrap();
    let envelope = &built.report.envelope;
    assert_eq!((envelope.relays, envelope.broken_relays, envelope.bridges), (10_568, 0, 0));
    assert_eq!(running(&built), 9_695);
    assert_eq!((groups(&built), verified(&built)), ([3_188, 620, 1_137, 94], 0));
}

#[test]
fn the_proofs_of_a_real_day_make_verified_operators() {
    let (Some(details), Some(aroi)) = (real("details.json.zst"), real("aroi.json.zst")) else { return };
    let aroi = read_aroi(&aroi, &Limits::default()).unwrap();
    let built =
        build_network(&details, &BuildInputs { aroi: Some(&aroi), ..BuildInputs::default() }).unwrap();
    assert_eq!((groups(&built), verified(&built)), ([3_198, 620, 1_137, 94], 131));
}

#[test]
fn every_history_of_a_real_day_is_read() {
    let Some(uptime) = real("uptime.json.zst") else { return };
    let (table, envelope) = read_uptime_table(&uptime, &Limits::default()).unwrap();
    let earliest = earliest_presence(&table);
    assert_eq!((envelope.relays, envelope.broken_relays, envelope.warnings.len()), (10_431, 0, 0));
    assert_eq!(earliest.len(), 10_401);
    let counts = Period::ALL
        .map(|period| table.iter().filter(|(_, uptime)| uptime.overall.get(period).is_some()).count());
    assert_eq!(counts, [10_431, 9_454, 7_279, 5_230]);
    let flags: usize = table.iter().map(|(_, uptime)| uptime.flags.len()).sum();
    assert_eq!(flags, 10_431);
}

#[test]
fn the_small_documents_are_read_whole() {
    let (table, envelope) = read_uptime_table(&small("uptime.json"), &Limits::default()).unwrap();
    let earliest = earliest_presence(&table);
    assert_eq!((envelope.relays, envelope.warnings), (20, vec![]));
    let inputs = BuildInputs { earliest: Some(&earliest), ..BuildInputs::default() };
    let built = build_network(&small("details.json"), &inputs).unwrap();
    assert_eq!((built.report.envelope.relays, running(&built)), (20, 19));
    assert_eq!(built.report.warnings, []);
    let limits = Limits::default();
    let (bandwidth, of_bandwidth) = read_bandwidth_table(&small("bandwidth.json"), &limits).unwrap();
    let (weights, of_weights) = read_weights_table(&small("weights.json"), &limits).unwrap();
    let (clients, of_clients) = read_clients(&small("clients.json"), &limits).unwrap();
    assert_eq!((bandwidth.len(), weights.len(), clients.bridges), (20, 20, 3));
    assert_eq!([of_bandwidth.warnings, of_weights.warnings, of_clients.warnings], [vec![], vec![], vec![]]);
}
