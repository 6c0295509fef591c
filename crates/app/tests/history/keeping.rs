//! What is kept: states, health, exports, copies and what is pruned.

use crate::*;
use allium_model::{HealthRecord, TimeRange, Timestamp};
use allium_store::{HealthOrigin, Store, StoreOptions};
use std::fs;
use std::path::Path;

/// Removes the files whose names begin so, and counts them.
fn remove_named(folder: &Path, prefix: &str) -> usize {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let removed = entries.map(|path| match path.file_name().unwrap().to_str().unwrap() {
        _ if path.is_dir() => remove_named(&path, prefix),
        name if name.starts_with(prefix) => fs::remove_file(&path).map(|()| 1).unwrap(),
        _ => 0,
    });
    removed.sum()
}

#[test]
fn the_status_tells_of_hours_that_are_missing() {
    let directory = simulated(6);
    let path = directory.path();
    let removed =
        ["2026-02-22-10-00-00", "2026-02-22-11-00-00"].map(|time| remove_named(&path.join("tree"), time));
    assert!(removed.iter().all(|files| *files > 0), "{removed:?}");
    run(path, &IMPORT, 0);
    let status = run(path, &["history", "--store", "h.db", "status", "--format", "json"], 0);
    let status: serde_json::Value = serde_json::from_slice(&status.stdout).unwrap();
    assert_eq!(
        (&status["consensuses"], &status["gaps"], &status["gap_hours"]),
        (&4.into(), &1.into(), &2.into())
    );
}

#[test]
fn the_health_of_the_past_is_computed_from_hours_and_what_snapshots_told_stays() {
    let directory = simulated(30);
    let path = directory.path();
    run(path, &IMPORT, 0);
    let at = END.plus_seconds(-3600);
    let told = HealthRecord { at, components: [Some(0.25); 5], ..HealthRecord::default() };
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let store = Store::open(path.join("h.db"), StoreOptions::default()).await.unwrap();
        store.put_health(HealthOrigin::Snapshot, &[told]).await.unwrap();
        store.close().await.unwrap();
    });
    for _ in 0..2 {
        check(path, &["history", "--store", "h.db", "health"], 0, "the health of 30 hours was computed");
    }
    let records = runtime.block_on(async {
        let store = Store::open(path.join("h.db"), StoreOptions::default()).await.unwrap();
        store.health(TimeRange { from: Timestamp(0), until: Timestamp(i64::MAX) }).await.unwrap()
    });
    assert_eq!(records.len(), 30);
    assert!(records.contains(&told));
    // A consensus tells no groups; what needs seven days is not known after one.
    let others = || records.iter().filter(|record| record.at != at);
    assert!(others().all(|record| record.components == [None; 5]), "{:?}", records[0]);
}

#[test]
fn a_history_is_exported_copied_pruned_checked_and_put_back() {
    let directory = simulated(50);
    let path = directory.path();
    run(path, &IMPORT, 0);
    let history = |arguments: &[&str], code, words: &str| {
        check(path, &[&["history", "--store", "h.db"], arguments].concat(), code, words);
    };
    history(&["export", "network", "--out", "-", "--format", "csv"], 0, "valid_after,relays,weight");
    history(&["export", "relays", "--out", "relays.csv"], 0, "");
    history(&["export", "relays", "--out", "relays.parquet"], 0, "");
    history(&["export", "groups", "--out", "groups.csv"], 0, "");
    history(&["export", "groups", "--out", "groups.parquet"], 0, "");
    history(&["export", "relay-days", "--out", "none.csv"], 0, "");
    assert_eq!(fs::read_to_string(path.join("none.csv")).unwrap().lines().count(), 1, "no day is folded yet");
    history(&["export", "authorities", "--out", "authorities.parquet"], 0, "");
    history(&["export", "events", "--out", "events"], 2, "--format");
    history(&["export", "events", "--out", "no/events.csv"], 6, "cannot write");
    let csv = fs::read_to_string(path.join("relays.csv")).unwrap();
    assert_eq!(csv.lines().count() as i64 - 1, parquet_rows(&path.join("relays.parquet")));
    assert_eq!(parquet_rows(&path.join("authorities.parquet")), 150);
    let groups = fs::read_to_string(path.join("groups.csv")).unwrap();
    assert_eq!(groups.lines().count() as i64 - 1, parquet_rows(&path.join("groups.parquet")));
    // The versions of an hour are its relays, each once.
    let newest = csv.lines().map(|line| &line[..20]).filter(|at| at.starts_with("20")).max().unwrap();
    let sum: usize = groups
        .lines()
        .filter_map(|line| line.strip_prefix(newest)?.strip_prefix(",version,")?.split(',').nth(1))
        .map(|relays| relays.parse::<usize>().unwrap())
        .sum();
    assert_eq!(sum, csv.lines().filter(|line| line.starts_with(newest)).count());
    history(&["backup", "--out", "copy.db"], 0, "copied");
    history(&["backup", "--out", "copy.db"], 6, "exists already");
    history(&["prune", "--hourly-days", "1"], 0, "daily values of 2 days");
    for (what, head) in [
        ("relay-days", "day,fingerprint,known_hours,running_hours,mean_weight,flags"),
        ("group-days", "day,kind,group,known_hours,running_hours,mean_relays,mean_weight,"),
    ] {
        let [csv, parquet] = ["csv", "parquet"].map(|form| format!("{what}.{form}"));
        history(&["export", what, "--out", &csv], 0, "");
        history(&["export", what, "--out", &parquet], 0, "");
        let text = fs::read_to_string(path.join(&csv)).unwrap();
        assert!(text.starts_with(head), "{text}");
        assert_eq!(text.lines().count() as i64 - 1, parquet_rows(&path.join(&parquet)));
        let days: std::collections::BTreeSet<&str> = text.lines().skip(1).map(|line| &line[..10]).collect();
        assert_eq!(days.len(), 2, "{days:?}");
    }
    history(&["check"], 0, "the history is whole");
    history(&["restore", "--from", "copy.db"], 0, "is the history now");
    history(&["status"], 0, "daily_days               none");
    fs::write(path.join("h.db"), "damaged").unwrap();
    history(&["check"], 10, "no store of Allium");
}

fn parquet_rows(path: &Path) -> i64 {
    use parquet::file::reader::{FileReader, SerializedFileReader};
    let reader = SerializedFileReader::new(fs::File::open(path).unwrap()).unwrap();
    let rows = reader.get_row_iter(None).unwrap().map(Result::unwrap).count() as i64;
    assert_eq!(rows, reader.metadata().file_metadata().num_rows());
    rows
}
