//! A small network whose truth is known at every hour, as records for the store.

#![expect(clippy::unwrap_used, reason = "a helper of tests")]

use allium_model::{
    AsNumber, AuthorityRecord, Fingerprint, Flag, FlagSet, HourRecord, HourState, NetworkRecord,
    RecordSource, RelayAttributes, RelayRecord, TimeRange, Timestamp,
};
use allium_store::{Store, StoreOptions};
use tempfile::TempDir;

/// 2026-02-01 00:00.
pub(crate) const START: i64 = 1_769_904_000;

/// Start of an hour.
pub(crate) fn hour(hour: i64) -> Timestamp {
    Timestamp(START + hour * 3600)
}

/// The hours from one to another.
pub(crate) fn range(from: i64, until: i64) -> TimeRange {
    TimeRange { from: hour(from), until: hour(until) }
}

/// A relay's name.
pub(crate) fn relay(number: u8) -> Fingerprint {
    let mut bytes = [0; 20];
    bytes[0] = number;
    Fingerprint(bytes)
}

/// A store in a folder of its own.
pub(crate) async fn store() -> (TempDir, Store) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path().join("history.db"), StoreOptions::default()).await.unwrap();
    (folder, store)
}

/// A record made of relays, with the sums that belong to them.
pub(crate) fn record(at: Timestamp, relays: Vec<RelayRecord<'static>>) -> HourRecord<'static> {
    let mut digest = [0; 32];
    digest[..8].copy_from_slice(&at.0.to_le_bytes());
    let mut network = NetworkRecord { valid_after: at, ..NetworkRecord::default() };
    for relay in relays.iter().filter(|relay| relay.flags.contains(Flag::Running)) {
        network.relays += 1;
        network.weight += u64::from(relay.weight.unwrap_or(0));
        for flag in relay.flags.iter() {
            network.flag_counts[flag as usize] += 1;
        }
    }
    let authorities = Vec::<AuthorityRecord>::new();
    HourRecord { valid_after: at, source: RecordSource::Consensus, digest, relays, network, authorities }
}

/// The relays of the small network at an hour: relay `n` is in AS `n % 3 + 1`, runs in all but every
/// `n + 5`th hour, and has a weight that changes every `n + 1` hours.
pub(crate) fn relays(hour: i64) -> Vec<RelayRecord<'static>> {
    (0..20).filter_map(|number| relay_at(number, hour)).collect()
}

pub(crate) fn relay_at(number: u8, hour: i64) -> Option<RelayRecord<'static>> {
    let n = i64::from(number);
    if hour % (n + 5) == n {
        return None;
    }
    let mut flags = FlagSet::from_iter([Flag::Running, Flag::Valid]);
    if number.is_multiple_of(2) {
        flags.insert(Flag::Guard);
    }
    if number.is_multiple_of(5) {
        flags.insert(Flag::Exit);
    }
    let attributes = RelayAttributes {
        nickname: Some("relay"),
        as_number: Some(AsNumber(u32::from(number % 3) + 1)),
        version: Some(if hour < 30 { "0.4.8.11" } else { "0.4.8.12" }),
        ..RelayAttributes::default()
    };
    let weight = (1000 * (n + 1) + hour / (n + 1) * 7) as u32;
    let is_measured = Some(number != 7);
    Some(RelayRecord { fingerprint: relay(number), flags, weight: Some(weight), is_measured, attributes })
}

/// What the store should say of a relay at an hour with a record.
pub(crate) fn state(number: u8, hour: i64) -> HourState {
    relay_at(number, hour).map_or(HourState::Absent, |relay| HourState::Running {
        flags: relay.flags,
        weight: relay.weight,
        is_measured: relay.is_measured,
    })
}

/// Appends hours of the small network.
pub(crate) async fn fill(store: &Store, hours: impl IntoIterator<Item = i64>) {
    for at in hours {
        store.append(&record(hour(at), relays(at))).await.unwrap();
    }
}
