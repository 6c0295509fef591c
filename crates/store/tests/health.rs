//! The health of the network is kept once a moment, and an older store learns to keep it.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

mod support;

use allium_model::{AsNumber, CountrySet, HealthRecord};
use allium_store::{AttributeValue, HealthOrigin, Store, StoreOptions};
use sqlx::{ConnectOptions, Connection, sqlite::SqliteConnectOptions};
use support::{fill, hour, range, relay, state, store};

fn record(at: i64, availability: f64) -> HealthRecord {
    HealthRecord {
        at: hour(at),
        components: [Some(availability), None, Some(0.5), Some(0.25), None],
        exit_capacity_bytes_per_second: Some(1_000_000_000_000),
        guard_capacity_bytes_per_second: None,
        countries: Some(["DE", "SE"].iter().map(|code| code.parse().unwrap()).collect::<CountrySet>()),
    }
}

#[tokio::test]
async fn records_come_back_as_they_were_written() {
    let (_folder, store) = store().await;
    let records = [record(0, 0.9), HealthRecord { at: hour(1), ..HealthRecord::default() }];
    for _ in 0..2 {
        store.put_health(HealthOrigin::Snapshot, &records).await.unwrap();
    }
    assert_eq!(store.health(range(0, 5)).await.unwrap(), records);
    assert_eq!(store.health(range(1, 5)).await.unwrap(), records[1..]);
}

#[tokio::test]
async fn what_hours_tell_does_not_replace_what_a_snapshot_told() {
    let (_folder, store) = store().await;
    store.put_health(HealthOrigin::Hours, &[record(0, 0.1), record(1, 0.1)]).await.unwrap();
    store.put_health(HealthOrigin::Snapshot, &[record(1, 0.9)]).await.unwrap();
    store.put_health(HealthOrigin::Hours, &[record(0, 0.2), record(1, 0.2)]).await.unwrap();
    assert_eq!(store.health(range(0, 5)).await.unwrap(), [record(0, 0.2), record(1, 0.9)]);
}

#[tokio::test]
async fn a_store_of_the_first_layout_is_copied_and_upgraded() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("history.db");
    let options = SqliteConnectOptions::new().filename(&path).create_if_missing(true);
    let mut connection = options.connect().await.unwrap();
    sqlx::raw_sql(include_str!("../migrations/0001_history.sql")).execute(&mut connection).await.unwrap();
    // What tells a store of the first layout from other databases.
    let marks = "PRAGMA user_version = 1; PRAGMA application_id = 0x416c6c69";
    sqlx::raw_sql(marks).execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
    let store = Store::open(&path, StoreOptions::default()).await.unwrap();
    store.put_health(HealthOrigin::Snapshot, &[record(0, 0.9)]).await.unwrap();
    assert_eq!(store.health(range(0, 5)).await.unwrap().len(), 1);
    assert!(folder.path().join("history.db.layout-1").exists());
}

#[tokio::test]
async fn what_puts_relays_into_groups_is_told_in_order_of_time() {
    let (_folder, store) = store().await;
    fill(&store, 0..3).await;
    let series = store.relay_series(relay(2), range(0, 3)).await.unwrap().unwrap();
    assert_eq!(series.hours, [0, 1, 2].map(|at| state(2, at)));
    let changes = store.group_attributes().await.unwrap();
    assert!(changes.is_sorted_by_key(|change| change.from));
    let own: Vec<_> = changes.iter().filter(|change| change.relay == relay(2)).collect();
    assert!(own.iter().any(|change| change.value == AttributeValue::AsNumber(AsNumber(3))), "{own:?}");
}
