//! What is written of bandwidth, weights and uptime is what is read, in every form, and histories that
//! are odd or broken are taken for what they are.

#![expect(clippy::unwrap_used, reason = "what tests share fails as tests do")]

use allium_documents::onionoo::{
    BandwidthRelay, Envelope, EnvelopeOut, UptimeRelay, WeightsRelay, WireExhausted, WireHistories,
    WireHistory, WireRateLimits, read_bandwidth_table, read_uptime_table, read_weights_table, write_envelope,
};
use allium_documents::{DocumentError, Limits};
use allium_model::{
    BinSummary, Fingerprint, Flag, FlagUptime, HistoryTable, Period, PeriodHistories, RelayBandwidth,
    Timestamp,
};
use proptest::prelude::*;

const PUBLISHED: Timestamp = Timestamp(1_771_765_200);

fn wire_history() -> impl Strategy<Value = WireHistory<'static>> {
    let values = prop::collection::vec(prop::option::weighted(0.8, 0_i64..1000), 1..12);
    let factor = prop_oneof![Just(0.0), Just(1.0), 1.0e-9..1.0e6_f64];
    (values, factor, 0_i64..400, any::<bool>()).prop_map(|(values, factor, day, has_count)| {
        let first = Timestamp(1_740_009_600 + day * 86_400);
        let last = first.plus_seconds((values.len() as i64 - 1) * 14_400);
        WireHistory {
            first: first.to_string().into(),
            last: last.to_string().into(),
            interval: 14_400,
            factor,
            count: has_count.then_some(values.len()),
            values,
        }
    })
}

fn wire_histories() -> impl Strategy<Value = WireHistories<'static>> {
    let key = prop::sample::select(vec!["1_week", "1_month", "6_months", "1_year", "5_years"]);
    prop::collection::btree_map(key.prop_map(Into::into), wire_history(), 0..5)
}

fn fingerprint() -> impl Strategy<Value = String> {
    "[0-9A-F]{40}"
}

/// The histories as they were before they were written, through JSON, where a factor may lose its last
/// digit.
fn expected(wire: &WireHistories<'_>) -> PeriodHistories {
    let text = serde_json::to_string(wire).unwrap();
    let wire: WireHistories<'_> = serde_json::from_str(&text).unwrap();
    let mut histories = PeriodHistories::default();
    for period in Period::ALL {
        if let Some(history) = wire.get(period.key()) {
            histories.set(period, history.check().unwrap());
        }
    }
    histories
}

fn written<T: serde::Serialize>(relay: &T) -> String {
    let mut out = Vec::new();
    write_envelope(&mut out, EnvelopeOut { relays_published: PUBLISHED }, [relay]).unwrap();
    String::from_utf8(out).unwrap()
}

/// What reads a document into a table.
type Reader<T> = fn(&[u8], &Limits) -> Result<(HistoryTable<T>, Envelope), DocumentError>;

/// Reads a document as it was written and with spaces, which the scanner does not take.
fn read_both<T>(document: &str, read: Reader<T>) -> [(HistoryTable<T>, Envelope); 2] {
    let spaced = document.replace("\":{", "\": {");
    [document, &spaced].map(|document| read(document.as_bytes(), &Limits::default()).unwrap())
}

fn only<T>(table: &HistoryTable<T>) -> (Fingerprint, &T) {
    assert_eq!((table.len(), table.published), (1, PUBLISHED));
    table.iter().next().unwrap()
}

proptest! {
    #[test]
    fn bandwidth_is_read_as_it_was_written(
        id in fingerprint(), written_bytes in wire_histories(), read_bytes in wire_histories(),
        limits in prop::option::of(any::<[u64; 4]>()), seconds in prop::option::of(1_072_915_200_i64..4_102_444_800),
    ) {
        let relay = BandwidthRelay {
            fingerprint: id.clone().into(),
            write_history: written_bytes,
            read_history: read_bytes,
            overload_ratelimits: limits.map(|[rate_limit, burst_limit, write_count, read_count]| WireRateLimits {
                rate_limit, burst_limit, write_count, read_count, timestamp: PUBLISHED.0 * 1000,
            }),
            overload_fd_exhausted: seconds.map(|seconds| WireExhausted { timestamp: seconds * 1000 + 999 }),
        };
        for (table, envelope) in read_both(&written(&relay), read_bandwidth_table) {
            let (fingerprint, read) = only(&table);
            prop_assert_eq!(&envelope.warnings, &[]);
            prop_assert_eq!(fingerprint.to_string(), id.as_str());
            prop_assert_eq!(&read.written, &expected(&relay.write_history));
            prop_assert_eq!(&read.read, &expected(&relay.read_history));
            prop_assert_eq!(read.file_descriptors_exhausted, seconds.map(Timestamp));
            prop_assert_eq!(
                read.rate_limit_overload.map(|o| [o.rate_limit, o.burst_limit, o.write_count, o.read_count]),
                limits
            );
            prop_assert!(read.rate_limit_overload.is_none_or(|overload| overload.at == PUBLISHED));
        }
    }

    #[test]
    fn weights_are_read_as_they_were_written(id in fingerprint(), quantities in prop::array::uniform5(wire_histories())) {
        let [fraction, guard, middle, exit, weight] = quantities;
        let relay = WeightsRelay {
            fingerprint: id.into(),
            consensus_weight_fraction: fraction,
            guard_probability: guard,
            middle_probability: middle,
            exit_probability: exit,
            consensus_weight: weight,
        };
        for (table, _) in read_both(&written(&relay), read_weights_table) {
            let read = only(&table).1;
            prop_assert_eq!(&read.consensus_weight_fraction, &expected(&relay.consensus_weight_fraction));
            prop_assert_eq!(&read.guard_probability, &expected(&relay.guard_probability));
            prop_assert_eq!(&read.middle_probability, &expected(&relay.middle_probability));
            prop_assert_eq!(&read.exit_probability, &expected(&relay.exit_probability));
            prop_assert_eq!(&read.consensus_weight, &expected(&relay.consensus_weight));
        }
    }

    #[test]
    fn uptime_is_read_as_it_was_written(
        id in fingerprint(), uptime in wire_histories(),
        flags in prop::collection::btree_map(
            prop::sample::select(vec!["Exit", "Guard", "Running", "Stable", "StaleDesc", "Unheard"]).prop_map(Into::into),
            wire_histories(), 0..5,
        ),
    ) {
        let relay = UptimeRelay { fingerprint: id.into(), uptime, flags };
        let mut summaries: Vec<_> = relay.flags.iter().filter_map(|(name, wire)| {
            let histories = expected(wire);
            let periods = Period::ALL.map(|period| histories.get(period).map(BinSummary::from));
            (!histories.is_empty()).then_some(FlagUptime::new(name.parse::<Flag>().ok()?, periods))
        }).collect();
        summaries.sort_by_key(|uptime| uptime.flag);
        for (table, _) in read_both(&written(&relay), read_uptime_table) {
            let read = only(&table).1;
            prop_assert_eq!(&read.overall, &expected(&relay.uptime));
            prop_assert_eq!(&*read.flags, summaries.as_slice());
        }
    }
}

const ID: &str = "000A10D43011EA4928A35F610405F92B4433B4DC";

fn bandwidth(entries: &[&str]) -> (HistoryTable<RelayBandwidth>, Envelope) {
    let entries: Vec<_> =
        entries.iter().map(|fields| format!("{{\"fingerprint\":\"{ID}\",{fields}}}")).collect();
    let document =
        format!("{{\"relays_published\":\"{PUBLISHED}\",\n\"relays\":[\n{}\n]}}", entries.join(",\n"));
    read_bandwidth_table(document.as_bytes(), &Limits::default()).unwrap()
}

fn history(first: &str, last: &str, interval: &str, factor: &str, values: &str) -> String {
    format!(
        "{{\"first\":\"{first} 12:00:00\",\"last\":\"{last} 12:00:00\",\"interval\":{interval},\
         \"factor\":{factor},\"count\":2,\"values\":[{values}]}}"
    )
}

fn day(factor: &str, values: &str) -> String {
    history("2026-02-20", "2026-02-21", "86400", factor, values)
}

#[test]
fn odd_histories_are_histories() {
    for (factor, values, expected) in [
        ("0.0", "0,0", [Some(0.0), Some(0.0)]),
        ("2", "null,3", [None, Some(6.0)]),
        ("1e3", "null,null", [None, None]),
    ] {
        let (table, envelope) =
            bandwidth(&[&format!("\"read_history\":{{\"1_month\":{}}}", day(factor, values))]);
        let history = table.iter().next().unwrap().1.read.get(Period::OneMonth).unwrap();
        assert_eq!(history.values().collect::<Vec<_>>(), expected);
        assert_eq!(envelope.warnings, []);
    }
}

#[test]
fn a_history_that_is_broken_is_left_out_and_the_others_count() {
    let one_bin = day("1", "1").replace("\"count\":2", "\"count\":1");
    for (broken, reason) in [
        (day("-1", "1,2"), "factor"),
        (day("1e999", "1,2"), "out of range"),
        (day("null", "1,2"), "invalid type"),
        (day("1", "1,1000"), "between 0 and 999"),
        (day("1", "1,-1"), "between 0 and 999"),
        (day("1", "1,2.5"), "invalid type"),
        (day("1", "1,2,3"), "do not agree"),
        (day("1", ""), "do not agree"),
        (one_bin, "do not agree"),
        (history("2026-02-21", "2026-02-20", "86400", "1", "1,2"), "do not agree"),
        (history("2026-02-20", "2026-02-21", "0", "1", "1,2"), "31 days"),
        (history("2026-02-20", "2026-02-21", "9223372036854775807", "1", "1,2"), "31 days"),
        (history("2026-02-30", "2026-02-21", "86400", "1", "1,2"), "time"),
        (history("", "2026-02-21", "86400", "1", "1,2"), "time"),
        ("[]".into(), "invalid"),
        ("7".into(), "invalid type"),
    ] {
        let fields = format!(
            "\"write_history\":{{\"1_month\":{broken},\"1_year\":{}}},\"read_history\":{{\"1_month\":{broken}}}",
            day("1", "1,2")
        );
        let (table, envelope) = bandwidth(&[&fields]);
        let entry = table.iter().next().unwrap().1;
        assert_eq!(entry.written.iter().map(|(period, _)| period).collect::<Vec<_>>(), [Period::OneYear]);
        assert!(entry.read.is_empty());
        let [warning] = envelope.warnings.as_slice() else { panic!("{broken}: {envelope:?}") };
        let message = &warning.message;
        assert!(
            message.contains("write_history of 1_month is left out") && message.contains(reason),
            "{message}"
        );
        assert!(message.contains("read_history of 1_month"), "{message}");
        assert_eq!(warning.entry, ID);
    }
}

#[test]
fn an_overload_that_is_broken_is_left_out() {
    let sound =
        "\"rate-limit\":5,\"burst-limit\":6,\"write-count\":1,\"read-count\":2,\"timestamp\":1771761600000";
    let cases = [
        sound.replace(":5", ":-5"),
        sound.replace(":5", ":1e30"),
        sound.replace(":5", ":\"5\""),
        sound.replace("\"rate-limit\":5,", ""),
        // Seconds where milliseconds belong.
        sound.replace("1771761600000", "1771761600"),
        sound.replace("1771761600000", "9223372036854775807"),
    ];
    for broken in cases {
        let (table, envelope) = bandwidth(&[&format!("\"overload_ratelimits\":{{{broken}}}")]);
        assert_eq!(table.iter().next().unwrap().1, &RelayBandwidth::default(), "{broken}");
        assert!(envelope.warnings[0].message.starts_with("overload_ratelimits is left out"), "{broken}");
    }
    let (table, envelope) =
        bandwidth(&[&format!("\"overload_ratelimits\":{{{sound}}},\"overload_fd_exhausted\":null")]);
    let overload = table.iter().next().unwrap().1.rate_limit_overload.unwrap();
    assert_eq!((overload.rate_limit, overload.read_count, overload.at), (5, 2, Timestamp(1_771_761_600)));
    assert_eq!(envelope.warnings, []);
}

#[test]
fn of_two_entries_of_a_relay_the_first_counts_and_it_is_said() {
    let entry = |factor| format!("\"read_history\":{{\"1_month\":{}}}", day(factor, "1,2"));
    let (table, envelope) = bandwidth(&[&entry("1"), &entry("2")]);
    let history = table.iter().next().unwrap().1.read.get(Period::OneMonth).unwrap();
    assert_eq!(history.value(1), Some(2.0));
    assert_eq!((table.len(), envelope.warnings.len()), (1, 1));
    assert!(envelope.warnings[0].message.contains("1 entries repeat a relay"));
}

#[test]
fn depth_and_other_shapes_are_survived() {
    for (open, close) in [("[", "]"), ("{\"1_month\":", "}")] {
        let deep = [open.repeat(200_000), "7".into(), close.repeat(200_000)].concat();
        for key in ["read_history", "overload_ratelimits", "flags", "more"] {
            let document = format!(
                "{{\"relays_published\":\"{PUBLISHED}\",\n\"relays\":[\n{{\"fingerprint\":\"{ID}\",\"{key}\":{deep}}}\n]}}"
            );
            drop(read_bandwidth_table(document.as_bytes(), &Limits::default()));
            drop(read_uptime_table(document.as_bytes(), &Limits::default()));
        }
    }
    let (table, envelope) = bandwidth(&["\"read_history\":[],\"write_history\":{\"1_month\":null}"]);
    assert_eq!((table.len(), envelope.faulty_relays), (1, 1));
}
