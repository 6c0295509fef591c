//! Small networks for tests, written as details documents.

use allium_documents::onionoo::{BuildInputs, build_network};
use allium_model::{
    Fingerprint, History, HistoryTable, Network, Period, PeriodHistories, RelayUptime, Timestamp,
};
use serde_json::{Value, json};
use std::sync::Arc;

/// 2026-02-01 00:00:00, the time of the data.
pub(crate) const NOW: Timestamp = Timestamp(1_769_904_000);

/// Fingerprint of a relay by number.
pub(crate) fn fingerprint(number: u32) -> Fingerprint {
    format!("{number:040X}").parse().unwrap()
}

/// A running relay in Germany with a weight of 100; `fields` are those that are different.
pub(crate) fn relay(number: u32, fields: &Value) -> Value {
    let mut relay = json!({
        "fingerprint": fingerprint(number).to_string(),
        "nickname": format!("relay{number}"),
        "or_addresses": [format!("192.0.2.{}:9001", number % 250)],
        "first_seen": "2024-02-02 00:00:00",
        "last_seen": "2026-02-01 00:00:00",
        "running": true,
        "flags": ["Fast", "Running", "Valid"],
        "country": "de",
        "as": "AS64500",
        "platform": "Tor 0.4.8.21 on Linux",
        "version": "0.4.8.21",
        "recommended_version": true,
        "consensus_weight": 100,
        "observed_bandwidth": 1000,
        "contact": "somebody",
    });
    for (name, value) in fields.as_object().unwrap() {
        relay[name] = value.clone();
    }
    relay
}

/// The network of some relays.
pub(crate) fn network(relays: &[Value]) -> Network {
    let document = json!({
        "version": "8.0",
        "relays_published": "2026-02-01 00:00:00",
        "relays": relays,
        "bridges_published": "2026-02-01 00:00:00",
        "bridges": [],
    });
    build_network(document.to_string().as_bytes(), &BuildInputs::default()).unwrap().network
}

/// A history that ends now, of bins of so many hours.
pub(crate) fn history(hours: i64, factor: f64, values: &[Option<i64>]) -> History {
    let last = NOW.plus_seconds(-hours * 1800);
    let first = last.plus_seconds(-hours * 3600 * (values.len() as i64 - 1));
    History::new(first, last, hours * 3600, factor, None, values.iter().copied()).unwrap()
}

/// Histories of a period.
pub(crate) fn of_period(period: Period, history: History) -> PeriodHistories {
    let mut histories = PeriodHistories::default();
    histories.set(period, history);
    histories
}

/// An uptime document of relays by number, each with one history of daily bins over a period.
pub(crate) fn uptimes(period: Period, relays: &[(u32, Vec<Option<i64>>)]) -> Arc<HistoryTable<RelayUptime>> {
    let entry = |(number, values): &(u32, Vec<Option<i64>>)| {
        let overall = of_period(period, history(24, 1.0 / 999.0, values));
        (fingerprint(*number), RelayUptime { overall, ..RelayUptime::default() })
    };
    Arc::new(HistoryTable::new(NOW, relays.iter().map(entry).collect()))
}
