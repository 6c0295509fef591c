//! The largest drops of the real network since 2023, in the list of who ran when: each is found by the
//! detection at its moment and named by its block of addresses or country, and by AS where the details of
//! 2026-02-22 know the relays.

use super::onionoo;
use super::presence::Runs;
use allium_analysis::incidents::{IncidentOptions, IncidentWatch};
use allium_documents::{Limits, decompress};
use allium_model::{
    CauseGroup, Fingerprint, HourRecord, Incident, IncidentId, RelayAttributes, Severity, Timestamp,
};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;

/// A drop: the first list without the relays, what they have in common, and how many of them are gone.
struct Drop {
    at: &'static str,
    group: &'static str,
    relays: usize,
}

const fn drop(at: &'static str, group: &'static str, relays: usize) -> Drop {
    Drop { at, group, relays }
}

/// The largest ones, some of several groups, counted from the file.
const DROPS: [Drop; 19] = [
    drop("2023-06-25 01:00:00", "185.220.101.0/24", 149),
    drop("2023-10-19 00:00:00", "154.9.226.0/24", 124),
    drop("2023-10-20 00:00:00", "154.9.229.0/24", 124),
    drop("2023-11-16 00:00:00", "199.249.230.0/24", 99),
    drop("2024-05-07 00:00:00", "185.220.101.0/24", 128),
    drop("2024-11-04 01:00:00", "185.220.101.0/24", 128),
    drop("2025-05-22 01:00:00", "192.42.116.0/24", 140),
    drop("2025-06-22 11:00:00", "96.9.98.0/24", 141),
    drop("2025-06-28 01:00:00", "185.220.101.0/24", 128),
    drop("2025-07-03 12:00:00", "185.220.101.0/24", 136),
    drop("2025-08-21 11:00:00", "103.17.0.0/16", 178),
    drop("2025-09-20 00:00:00", "64.65.1.0/24", 192),
    drop("2025-10-27 01:00:00", "64.65.62.0/24", 144),
    drop("2025-11-22 01:00:00", "172.239.0.0/16", 164),
    drop("2025-12-01 00:00:00", "185.220.101.0/24", 128),
    drop("2025-12-25 01:00:00", "64.65.62.0/24", 144),
    drop("2026-02-05 02:00:00", "country AR", 2162),
    drop("2026-02-24 02:00:00", "64.65.1.0/24", 192),
    drop("2026-02-26 12:00:00", "192.42.116.0/24", 243),
];

/// Days before a drop from which on the lists are followed.
const LEARNED_DAYS: i64 = 6;
/// Days after it.
const FOLLOWED_DAYS: i64 = 1;

fn shared(name: &str) -> Option<Vec<u8>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data").join(name);
    let bytes = std::fs::read(&path);
    if bytes.is_err() {
        eprintln!("skipped: {} is not there", path.display());
    }
    bytes.ok()
}

fn at(drop: &Drop) -> Timestamp {
    drop.at.parse().unwrap()
}

/// Follows the lists around drops. Answers with the incidents as they were at last, and with what each
/// was when it was opened.
fn follow(
    runs: &Runs,
    drops: &[&Drop],
    known: &HashMap<Fingerprint, RelayAttributes<'_>>,
) -> BTreeMap<IncidentId, Incident> {
    let is_wanted = |time: Timestamp| {
        drops.iter().any(|drop| {
            let days = time.seconds_since(at(drop)) as f64 / 86_400.0;
            -LEARNED_DAYS as f64 <= days && days <= FOLLOWED_DAYS as f64
        })
    };
    let mut watch = IncidentWatch::new(IncidentOptions::default());
    let mut found = BTreeMap::new();
    let take = |mut record: HourRecord<'static>| {
        let relays = record.relays.drain(..).map(|mut relay| {
            if let Some(said) = known.get(&relay.fingerprint) {
                let address = relay.attributes.address;
                relay.attributes = RelayAttributes { address, nickname: None, contact: None, ..*said };
            }
            relay
        });
        let relays = relays.collect();
        let record = HourRecord { relays, ..record };
        found.extend(watch.take(&record).into_iter().map(|change| (change.incident.id, change.incident)));
        Ok(())
    };
    runs.records([0; 32], is_wanted, take).unwrap();
    found
}

/// Whether a group is one of a drop: it, or a block within it.
fn is_of(group: &CauseGroup, drop: &Drop) -> bool {
    match group {
        CauseGroup::Country(code) => drop.group == format!("country {}", code.as_str().to_uppercase()),
        CauseGroup::Prefix(prefix) => {
            let wide = drop.group.strip_suffix(".0.0/16").map(|start| format!("{start}."));
            prefix.to_string() == drop.group
                || wide.is_some_and(|start| prefix.to_string().starts_with(&start))
        }
        _ => false,
    }
}

/// The incidents that tell of a drop: those that hit its relays and name its group. An incident of many
/// that joined, which began before and saw them leave, is one as well.
fn telling<'i>(found: &'i BTreeMap<IncidentId, Incident>, drop: &Drop) -> Vec<&'i Incident> {
    let is_then = |incident: &Incident| {
        incident.id.from.seconds_since(at(drop)).abs() < 3600
            || (incident.id.from < at(drop)
                && incident.hit.relays.iter().any(|relay| relay.returned == Some(at(drop))))
    };
    let names = |incident: &Incident| incident.causes.iter().any(|cause| is_of(&cause.group, drop));
    found.values().filter(|incident| is_then(incident) && names(incident)).collect()
}

fn check(found: &BTreeMap<IncidentId, Incident>, drop: &Drop) -> Vec<IncidentId> {
    let telling = telling(found, drop);
    let relays: BTreeSet<Fingerprint> =
        telling.iter().flat_map(|incident| &incident.hit.relays).map(|relay| relay.fingerprint).collect();
    eprintln!("{} {} {} relays", drop.at, drop.group, drop.relays);
    for incident in &telling {
        eprintln!("    {} {}: {}", incident.id, incident.severity.name(), incident.evidence);
    }
    let near = found.values().filter(|incident| incident.id.from.seconds_since(at(drop)).abs() < 7200);
    let near: Vec<&str> = near.map(|incident| incident.evidence.as_str()).collect();
    assert!(relays.len() * 10 >= drop.relays * 9, "{} {}: {} {near:?}", drop.at, drop.group, relays.len());
    assert!(telling.iter().any(|incident| incident.severity >= Severity::Warning));
    telling.iter().map(|incident| incident.id).collect()
}

#[test]
fn the_largest_real_drops_are_found_and_named() {
    let Some(plain) = shared("history/presence_runs.parquet") else { return };
    let runs = Runs::read(plain).unwrap();
    let months: BTreeSet<&str> = DROPS.iter().map(|drop| &drop.at[..7]).collect();
    for month in months {
        let drops: Vec<&Drop> = DROPS.iter().filter(|drop| drop.at.starts_with(month)).collect();
        let found = follow(&runs, &drops, &HashMap::new());
        for drop in drops {
            check(&found, drop);
        }
    }
}

#[test]
fn a_drop_is_named_by_its_as_where_the_details_know_it() {
    let Some(plain) = shared("history/presence_runs.parquet") else { return };
    let Some(details) = shared("onionoo/2026-02-22/details.json.zst") else { return };
    let details = decompress(&details, &Limits::default()).unwrap();
    let network = onionoo::network(&details, Limits::default()).unwrap();
    let record = crate::network_record::record(&network, [0; 32]);
    let known = record.relays.iter().map(|relay| (relay.fingerprint, relay.attributes)).collect();
    let drops: Vec<&Drop> = DROPS.iter().filter(|drop| drop.at >= "2026-02-24").collect();
    let found = follow(&Runs::read(plain).unwrap(), &drops, &known);
    for drop in drops {
        let near = found.values().filter(|incident| incident.id.from.seconds_since(at(drop)).abs() < 3600);
        let near: Vec<&Incident> = near.filter(|incident| incident.hit.relays.len() >= 100).collect();
        for incident in &near {
            eprintln!("{} {}", incident.id, incident.evidence);
        }
        let named = |of: fn(&CauseGroup) -> bool| {
            near.iter().flat_map(|incident| &incident.causes).any(|cause| of(&cause.group))
        };
        assert!(named(|group| matches!(group, CauseGroup::As(_))), "{}", drop.at);
        assert!(named(|group| matches!(group, CauseGroup::Operator(_))), "{}", drop.at);
    }
}
