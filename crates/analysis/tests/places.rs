//! Places of whole networks: simulated ones, quiet and with an outage, and a real one.

#![expect(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "what tests share fails as tests do, and says when it cannot run"
)]

use allium_analysis::Snapshot;
use allium_analysis::places::{Area, PlaceReport};
use allium_documents::onionoo::{BuildInputs, build_network, earliest_presence, read_uptime_table};
use allium_documents::{Limits, decompress};
use allium_model::{
    GroupKey, GroupKind, GroupPosition, Histories, History, HistoryTable, Network, Period, PeriodHistories,
    Region, RelayUptime, Timestamp,
};
use allium_sim::{SimOptions, Simulation};
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;

fn simulated(seed: u64, days: u32) -> (Network, HistoryTable<RelayUptime>) {
    let options = SimOptions { relays: 1500, days, seed, end: Timestamp(1_769_904_000) };
    let simulation = Simulation::run(&options);
    let (mut details, mut uptime) = (Vec::new(), Vec::new());
    simulation.write_details(&mut details).unwrap();
    simulation.write_uptime(&mut uptime).unwrap();
    let (table, _) = read_uptime_table(&uptime, &Limits::default()).unwrap();
    (build_network(&details, &BuildInputs::default()).unwrap().network, table)
}

fn snapshot(network: Network, table: HistoryTable<RelayUptime>) -> Snapshot {
    let uptime = Some(Arc::new(table));
    Snapshot::with_histories(network, Histories { uptime, ..Histories::default() })
}

/// The uptimes of a network in which nothing but chance happens, with the relays of one group away for
/// a tenth of the time, when one is given: every relay is there for 0.96 to 1 of each bin, by its number.
fn quiet(network: &Network, away: Option<GroupKey>) -> HistoryTable<RelayUptime> {
    let end = network.published();
    let entries = network.relays().iter().zip(0_u64..).map(|(relay, number)| {
        let chance = number.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 40;
        let present = 959 + (chance % 41) as i64;
        let is_away = match away {
            Some(GroupKey::Country(code)) => relay.country == Some(code),
            Some(GroupKey::As(asn)) => relay.asn == Some(asn),
            _ => false,
        };
        let present = if is_away { present - 100 } else { present };
        let history = |hours: i64, bins: i64| {
            let last = end.plus_seconds(-hours * 1800);
            let first = last.plus_seconds(-(bins - 1) * hours * 3600);
            let values = (0..bins).map(|_| Some(present));
            History::new(first, last, hours * 3600, 1.0 / 999.0, None, values).unwrap()
        };
        let mut overall = PeriodHistories::default();
        overall.set(Period::OneMonth, history(4, 180));
        overall.set(Period::SixMonths, history(12, 360));
        (relay.fingerprint, RelayUptime { overall, ..RelayUptime::default() })
    });
    HistoryTable::new(end, entries.collect())
}

fn found<'a>(places: impl Iterator<Item = &'a PlaceReport>) -> Vec<GroupPosition> {
    let found = places.zip(0..).filter(|(place, _)| place.anomaly.is_some_and(|anomaly| anomaly.is_found()));
    found.map(|(_, index)| GroupPosition(index)).collect()
}

fn found_ases(snapshot: &Snapshot) -> Vec<GroupPosition> {
    found(snapshot.report.places.ases.iter().map(|asn| &asn.place))
}

fn found_countries(snapshot: &Snapshot) -> Vec<GroupPosition> {
    found(snapshot.report.places.countries.iter().map(|country| &country.place))
}

/// The group of a kind with the second most operators, of countries those in Europe: other regions of so
/// small a network have too few countries for a test.
fn second_largest(network: &Network, kind: GroupKind) -> GroupKey {
    let operators = |group: allium_model::Group<'_>| {
        let of_relay = |relay| network.groups(GroupKind::Operator).position_of_relay(relay);
        group.members.iter().filter_map(|relay| of_relay(*relay)).collect::<BTreeSet<_>>().len()
    };
    let europe = Area::Region(Region::Europe);
    let is_meant = |key| !matches!(key, GroupKey::Country(code) if !europe.contains(code));
    let groups = network.groups(kind).iter().filter(|group| is_meant(group.key));
    let mut groups: Vec<_> = groups.map(|group| (operators(group), group.key)).collect();
    groups.sort_unstable_by(|left, right| right.cmp(left));
    groups[1].1
}

#[test]
fn nothing_is_found_in_quiet_networks() {
    for seed in 1..=4 {
        let (network, _) = simulated(seed, 3);
        let table = quiet(&network, None);
        let snapshot = snapshot(network, table);
        assert!(found_ases(&snapshot).is_empty() && found_countries(&snapshot).is_empty(), "seed {seed}");
        assert!(snapshot.report.places.as_ranking.len() > 20, "seed {seed}");
    }
}

#[test]
fn an_outage_of_an_as_or_a_country_is_found() {
    let kinds = [GroupKind::As, GroupKind::Country];
    for (seed, kind) in (1..=2).flat_map(|seed| kinds.map(|kind| (seed, kind))) {
        let (network, _) = simulated(seed, 3);
        let away = second_largest(&network, kind);
        let position = network.group(away).unwrap().position;
        let table = quiet(&network, Some(away));
        let snapshot = snapshot(network, table);
        if kind == GroupKind::As {
            assert_eq!(found_ases(&snapshot), [position], "seed {seed}");
            continue;
        }
        assert_eq!(found_countries(&snapshot), [position], "seed {seed}");
        let country = &snapshot.report.places.countries[position.index()];
        let affected = country.affected.as_ref().unwrap();
        assert!(3 * affected.relays > affected.eligible, "{affected:?}");
    }
}

#[test]
fn a_simulated_network_has_places_with_measured_values() {
    let (network, table) = simulated(9, 62);
    let snapshot = snapshot(network, table);
    let places = &snapshot.report.places;
    assert!(places.network.uptime.is_some() && places.network.change.is_some());
    for place in places.ases.iter().map(|asn| &asn.place) {
        assert!(place.uptime.is_none_or(|uptime| (0.0..=1.0).contains(&uptime.mean)));
        assert!(place.change.is_none_or(|change| (-1.0..=1.0).contains(&change.mean)));
        assert!(place.anomaly.is_none_or(|anomaly| (0.0..=1.0).contains(&anomaly.p_value)));
    }
}

fn real(name: &str) -> Option<Vec<u8>> {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let path: PathBuf = workspace.join("../shared/data/onionoo/2026-02-22").join(name);
    let Ok(bytes) = std::fs::read(&path) else {
        eprintln!("skipped: {} is not there", path.display());
        return None;
    };
    Some(decompress(&bytes, &Limits::default()).unwrap().into_owned())
}

/// What Python makes of the two documents; none where it is not installed.
fn ranking_of_python(details: &[u8], uptime: &[u8]) -> Option<String> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/as_ranking.py");
    let spawned = Command::new("python3").arg(script).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
    let Ok(mut python) = spawned else {
        eprintln!("skipped: python3 is not there");
        return None;
    };
    let mut input = python.stdin.take().unwrap();
    for document in [details, uptime] {
        input.write_all(format!("{}\n", document.len()).as_bytes()).unwrap();
        input.write_all(document).unwrap();
    }
    drop(input);
    let output = python.wait_with_output().unwrap();
    assert!(output.status.success());
    Some(String::from_utf8(output.stdout).unwrap())
}

/// The lines that the script writes, of a snapshot.
fn ranking(snapshot: &Snapshot) -> String {
    let places = &snapshot.report.places;
    let mut lines = String::new();
    for position in &places.as_ranking {
        let id = match snapshot.network.groups(GroupKind::As).get(*position).unwrap().key {
            GroupKey::As(number) => number.to_string(),
            other => format!("{other:?}"),
        };
        let report = &places.ases[position.index()];
        let (uptime, rank) = (report.place.uptime.unwrap(), report.place.rank.unwrap());
        let change = report.place.change;
        let change = change.map_or_else(String::new, |c| format!("{:.6} {}", c.mean, c.relays));
        let (mean, relays, stars) = (uptime.mean, uptime.relays, report.stars.unwrap());
        writeln!(lines, "{id} {rank} {mean:.6} {relays} {stars} {change}").unwrap();
    }
    lines
}

fn sorted(lines: &str) -> Vec<&str> {
    let mut lines: Vec<&str> = lines.lines().map(str::trim_end).collect();
    lines.sort_unstable();
    lines
}

#[test]
fn the_ranking_of_real_ases_is_that_of_an_independent_computation() {
    let (Some(details), Some(uptime)) = (real("details.json.zst"), real("uptime.json.zst")) else { return };
    let Some(expected) = ranking_of_python(&details, &uptime) else { return };
    let (table, _) = read_uptime_table(&uptime, &Limits::default()).unwrap();
    let presences = earliest_presence(&table);
    let inputs = BuildInputs { earliest: Some(&presences), ..BuildInputs::default() };
    let snapshot = snapshot(build_network(&details, &inputs).unwrap().network, table);
    let found = ranking(&snapshot);
    assert!(found.lines().count() > 100);
    assert_eq!(sorted(&found), sorted(&expected));
}
