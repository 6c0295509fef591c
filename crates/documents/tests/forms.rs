//! The same document in two forms is the same document: one entry a line, which is cut without being
//! parsed first, and all on one line, which is not.

use allium_documents::onionoo::{BuildInputs, build_network, read_details, read_uptime_table};
use allium_documents::{DocumentError, Limits};
use proptest::prelude::*;

const LIMITS: Limits = Limits {
    max_document_bytes: 1 << 20,
    max_relays: 6,
    max_text_bytes: 64,
    max_line_bytes: 1 << 12,
    max_object_bytes: 1 << 12,
    max_family_members: 3,
    max_window_bytes: 1 << 20,
};

/// An entry of an uptime document, with values in and out of range.
fn uptime_entry() -> impl Strategy<Value = String> {
    ("[0-9A-F]{40}", prop::collection::vec(prop::option::of(-1_i64..1001), 0..4)).prop_map(|(id, values)| {
            let list: Vec<_> = values.iter().map(|v| v.map_or("null".into(), |v| v.to_string())).collect();
            format!(
                "{{\"fingerprint\":\"{id}\",\"uptime\":{{\"1_month\":{{\"first\":\"2026-02-01 06:00:00\",\"last\":\"2026-02-02 06:00:00\",\"interval\":86400,\"factor\":0.001,\"count\":2,\"values\":[{}]}}}},\"flags\":{{}}}}",
                list.join(",")
            )
        })
}

/// An entry, whole or broken in one of many ways.
fn entry() -> impl Strategy<Value = String> {
    let fingerprint = "[0-9A-F]{40}";
    prop_oneof![
        4 => fingerprint.prop_map(|id| format!(
            "{{\"fingerprint\":\"{id}\",\"running\":true,\"first_seen\":\"2020-01-01 00:00:00\",\"last_seen\":\"2026-02-22 13:00:00\"}}"
        )),
        4 => uptime_entry(),
        1 => fingerprint.prop_map(|id| format!("{{\"fingerprint\":\"{id}\",\"running\":\"yes\"}}")),
        1 => prop::sample::select(vec![
            "{}", "null", "7", "\"x\"", "[]", "{\"fingerprint\":7}", "{\"a\":[{\n}]}", "{\"a\":[{},\n{}]}", "{\"a\"}", "{",
            "}", "{}{}", "{\"a\":1e999}", "{\"contact\":\"\\ud800\"}", "{\"relays\":[\n{}\n]}", "{\"a\":1}}",
        ]).prop_map(str::to_owned),
    ]
}

fn document(entries: &[String], head: &str, tail: &str, line_break: &str) -> String {
    let list = entries.join(&format!(",{line_break}"));
    let end = if entries.is_empty() { "" } else { line_break };
    format!("{{{head}{line_break}\"relays\":[{line_break}{list}{end}]{tail}{line_break}}}{line_break}")
}

/// The kind of an error; its line and column are those of the form.
fn kind(error: &DocumentError) -> String {
    let text = error.to_string();
    text.split(" at line").next().unwrap_or_default().split(": line").next().unwrap_or_default().to_owned()
}

/// All that the readers make of a document.
fn readings(document: &str) -> [Result<String, String>; 3] {
    let bytes = document.as_bytes();
    let mut seen = Vec::new();
    let read = read_details(bytes, &LIMITS, &mut |relay| {
        seen.push(format!("{:?}", relay.fingerprint));
        if relay.running.is_some() { Ok(()) } else { Err("running is missing".into()) }
    });
    let inputs = BuildInputs { limits: LIMITS, ..BuildInputs::default() };
    let built =
        build_network(bytes, &inputs).map(|built| format!("{:?}", (built.network.relays(), built.report)));
    let uptime = read_uptime_table(bytes, &LIMITS).map(|read| format!("{read:?}"));
    let details = read.map(|envelope| format!("{:?}", (seen, envelope)));
    [details, built, uptime].map(|reading| {
        reading.map_err(|error| match error {
            DocumentError::Truncated { .. } => "truncated".into(),
            other => kind(&other),
        })
    })
}

proptest! {
    #[test]
    fn a_document_and_its_form_on_one_line_are_read_alike(
        entries in prop::collection::vec(entry(), 0..9),
        head in prop::sample::select(vec![
            "\"relays_published\":\"2026-02-22 13:00:00\",",
            "\"version\":\"8.0\",\"relays_published\":\"2026-02-22 13:00:00\",",
            "\"version\":8,\"relays_published\":\"2026-02-22 13:00:00\",",
            "\"x\":{\"relays\":[]},\"relays_published\":\"2026-02-22 13:00:00\",",
            "",
        ]),
        tail in prop::sample::select(vec!["", ",\"bridges\":[{},{}]", ",\"relays\":[{}]", ",\"bridges\":7", "]"]),
    ) {
        let lines = document(&entries, head, tail, "\n");
        let one_line = document(&entries, head, tail, "");
        // An entry that is broken over several lines keeps its line breaks, which JSON does not mind.
        prop_assert_eq!(readings(&lines), readings(&one_line));
    }

    #[test]
    fn a_space_in_an_entry_changes_nothing(entries in prop::collection::vec(uptime_entry(), 1..6)) {
        let head = "\"relays_published\":\"2026-02-22 13:00:00\",";
        let spaced: Vec<_> = entries.iter().map(|entry| entry.replace("\"uptime\":", "\"uptime\": ")).collect();
        let [_, _, scanned] = readings(&document(&entries, head, "", "\n"));
        let [_, _, parsed] = readings(&document(&spaced, head, "", "\n"));
        prop_assert_eq!(scanned, parsed);
    }
}
