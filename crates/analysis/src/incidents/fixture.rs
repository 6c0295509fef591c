//! A small network whose hours are made by hand, for tests of the fold.

use super::{Change, IncidentOptions, IncidentWatch};
use allium_model::{
    AsNumber, CountryCode, Fingerprint, Flag, FlagSet, HourRecord, Incident, NetworkRecord, OperatorId,
    RecordSource, RelayAttributes, RelayRecord, Timestamp,
};
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// 2026-02-01 00:00.
pub(super) const START: i64 = 1_769_904_000;

/// Start of an hour.
pub(super) fn hour(hour: i64) -> Timestamp {
    Timestamp(START + hour * 3600)
}

/// The name of a relay by its number.
pub(super) fn fingerprint(number: u32) -> Fingerprint {
    let mut bytes = [0; 20];
    bytes[..4].copy_from_slice(&number.to_be_bytes());
    Fingerprint(bytes)
}

/// A relay: AS by fifties, operator by tens, country by two hundreds; every fourth an exit, every third a
/// guard, all of weight 100.
pub(super) fn relay(number: u32) -> RelayRecord<'static> {
    let mut flags = FlagSet::from_iter([Flag::Running, Flag::Valid]);
    if number.is_multiple_of(4) {
        flags.insert(Flag::Exit);
    }
    if number.is_multiple_of(3) {
        flags.insert(Flag::Guard);
    }
    let countries = ["ad", "ae", "af", "ag", "ai", "al", "am", "ao", "ar", "at"];
    let country: Option<CountryCode> = countries[(number / 200 % 10) as usize].parse().ok();
    let versions = ["0.4.8.1", "0.4.8.2", "0.4.9.1"];
    let [_, third, second, first] = (number / 10).to_le_bytes();
    let _ = first;
    RelayRecord {
        fingerprint: fingerprint(number),
        flags,
        weight: Some(100),
        is_measured: Some(true),
        attributes: RelayAttributes {
            address: Some([10, second, third, (number / 10) as u8].into()),
            as_number: Some(AsNumber(1000 + number / 50)),
            country,
            operator: Some(OperatorId::of_contact(&(number / 10).to_string())),
            version: Some(versions[(number % 3) as usize]),
            platform: Some("Tor 0.4.8.1 on Linux"),
            ..RelayAttributes::default()
        },
    }
}

/// A document of these relays, which are in order.
pub(super) fn document(at: Timestamp, relays: Vec<RelayRecord<'static>>) -> HourRecord<'static> {
    HourRecord {
        valid_after: at,
        source: RecordSource::Consensus,
        digest: [0; 32],
        relays,
        network: NetworkRecord::default(),
        authorities: Vec::new(),
    }
}

/// The relays of the network, made once.
static RELAYS: LazyLock<Vec<RelayRecord<'static>>> = LazyLock::new(|| (0..2000).map(relay).collect());

/// The network of 2,000 relays at an hour: six of them take turns in being away for three hours, and
/// whoever `is_away` says is away as well.
pub(super) fn network(at: i64, is_away: impl Fn(u32) -> bool) -> HourRecord<'static> {
    let restless = |number: u32| (i64::from(number) * 7919 + at / 3).rem_euclid(333) == 0;
    let there = (0..2000).filter(|number| !restless(*number) && !is_away(*number));
    document(hour(at), there.map(|number| RELAYS[number as usize]).collect())
}

/// A watch, and what it said.
pub(super) struct Story {
    pub(super) watch: IncidentWatch,
    pub(super) changes: Vec<Change>,
}

impl Story {
    pub(super) fn new() -> Self {
        Self { watch: IncidentWatch::new(IncidentOptions::default()), changes: Vec::new() }
    }

    /// Takes hours of the network.
    pub(super) fn tell(&mut self, hours: std::ops::Range<i64>, is_away: impl Fn(i64, u32) -> bool) {
        for at in hours {
            self.changes.extend(self.watch.take(&network(at, |number| is_away(at, number))));
        }
    }

    /// The newest state of every incident.
    pub(super) fn incidents(&self) -> Vec<Incident> {
        let mut newest = BTreeMap::new();
        for change in &self.changes {
            newest.insert(change.incident.id, change.incident.clone());
        }
        newest.into_values().collect()
    }

    /// The only incident.
    pub(super) fn one(&self) -> Incident {
        let mut all = self.incidents();
        assert_eq!(all.len(), 1, "{:?}", self.ids());
        all.remove(0)
    }

    /// The ids of all incidents.
    pub(super) fn ids(&self) -> Vec<String> {
        self.incidents().iter().map(|incident| incident.id.to_string()).collect()
    }
}
