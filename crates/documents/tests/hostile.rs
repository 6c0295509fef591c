//! Documents that are cut, empty, of another shape, too large or meant to do harm: each ends in a
//! result, an error that says what is wrong or warnings that name the entries.

#![expect(clippy::unwrap_used, reason = "what tests share fails as tests do")]

use allium_documents::onionoo::{
    BuildInputs, BuiltNetwork, build_network, read_bandwidth_table, read_clients, read_uptime_table,
    read_weights_table,
};
use allium_documents::{DocumentError, Limits};
use std::fs;
use std::path::Path;

const FINGERPRINT: &str = "000A10D43011EA4928A35F610405F92B4433B4DC";

fn small(name: &str) -> Vec<u8> {
    fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/onionoo").join(name)).unwrap()
}

fn build(document: &[u8]) -> Result<BuiltNetwork, DocumentError> {
    let limits = Limits { max_relays: 50, ..Limits::default() };
    build_network(document, &BuildInputs { limits, ..BuildInputs::default() })
}

/// A document with these entries, one a line.
fn document(entries: &[String]) -> Vec<u8> {
    let entries = entries.join(",\n");
    format!("{{\"relays_published\":\"2026-02-22 13:00:00\",\n\"relays\":[\n{entries}\n]}}\n").into_bytes()
}

/// A sound relay with more fields.
fn relay(fields: &str) -> String {
    format!(
        "{{\"fingerprint\":\"{FINGERPRINT}\",\"running\":true,\"first_seen\":\"2020-01-01 00:00:00\",\
         \"last_seen\":\"2026-02-22 13:00:00\"{fields}}}"
    )
}

/// The warnings on a document with a sound relay of another fingerprint and this entry.
fn warnings(entry: String) -> Vec<String> {
    let sound = relay("").replace("000A10", "FFFA10");
    let built = build(&document(&[sound, entry])).unwrap();
    built.report.warnings.iter().map(ToString::to_string).collect()
}

#[test]
fn a_document_cut_anywhere_is_an_error() {
    for name in ["details.json", "uptime.json", "bandwidth.json", "weights.json", "clients.json"] {
        let whole = small(name);
        let end = whole.trim_ascii_end().len();
        for length in (0..end).step_by(997).chain([end - 1]) {
            let details = build(&whole[..length]).map(|_| ());
            let uptime = read_uptime_table(&whole[..length], &Limits::default()).map(|_| ());
            let bandwidth = read_bandwidth_table(&whole[..length], &Limits::default()).map(|_| ());
            let weights = read_weights_table(&whole[..length], &Limits::default()).map(|_| ());
            let clients = read_clients(&whole[..length], &Limits::default()).map(|_| ());
            for result in [details, uptime, bandwidth, weights, clients] {
                let is_said = match &result {
                    Err(DocumentError::Empty) => length == 0,
                    Err(DocumentError::Truncated { .. }) => length > 0,
                    _ => false,
                };
                assert!(is_said, "{name} cut to {length}: {result:?}");
            }
        }
    }
}

#[test]
fn what_is_no_document_is_refused_with_a_reason() {
    let cases: [(&[u8], &str); 13] = [
        (b"", "the document is empty"),
        (b" \n\t ", "the document is empty"),
        (b"<!doctype html><title>502</title>", "HTML page"),
        (b"null", "expected form"),
        (b"[]", "expected form"),
        (b"{\"relays_published\":\"2026-02-22 13:00:00\",\"relays\":{}}", "a list of relays"),
        (b"{\"relays_published\":\"2026-02-22 13:00:00\"}", "no list of relays"),
        (b"{\"relays\":[]}", "no relays_published"),
        (b"{\"relays_published\":\"yesterday\",\"relays\":[]}", "relays_published is no time"),
        (b"{\"relays_published\":7,\"relays\":[]}", "expected a string"),
        (
            b"{\"relays_published\":\"2026-02-22 13:00:00\",\"relays\":[\n7\n]}",
            "none of the entries of its relays",
        ),
        (b"{\"relays\":[]} {}", "trailing characters"),
        (b"{\"relays\":[\"\xff\"]}", "where UTF-8 is expected"),
    ];
    for (bytes, reason) in cases {
        let error = build(bytes).unwrap_err().to_string();
        assert!(error.contains(reason), "{}: {error}", bytes.escape_ascii());
    }
}

#[test]
fn more_relays_than_allowed_are_refused_in_every_form() {
    let lines = document(&vec![relay(""); 51]);
    let one_line: Vec<u8> = lines.iter().copied().filter(|byte| *byte != b'\n').collect();
    for bytes in [lines, one_line] {
        let error = build(&bytes).unwrap_err();
        assert!(matches!(error, DocumentError::Limit { name: "max_relays", limit: 50 }), "{error}");
    }
}

#[test]
fn a_broken_entry_is_a_warning_that_names_it() {
    let long = "x".repeat((64 << 10) + 1);
    let cases = [
        (relay(&format!(",\"contact\":\"{long}\"")), "max_text_bytes"),
        (relay(&format!(",\"city_name\":\"{long}\"")), "max_text_bytes"),
        (relay(",\"consensus_weight\":\"12\""), "invalid type: string"),
        (relay(",\"consensus_weight\":99999999999999999999"), "invalid type: floating point"),
        (relay(",\"guard_probability\":1e999"), "number out of range"),
        (relay("").replace("true", "\"true\""), "invalid type: string"),
        (relay("").replace("2020-01-01", "1999-01-01"), "before 2004"),
        (relay("").replace("2020-01-01", "2020-02-30"), "first_seen"),
        (relay(",\"running\":false"), "duplicate field"),
    ];
    for (entry, reason) in cases {
        let warnings = warnings(entry);
        let named = matches!(warnings.as_slice(), [one] if one.contains(FINGERPRINT) && one.contains(reason));
        assert!(named, "{reason}: {warnings:.200?}");
    }
}

#[test]
fn numbers_out_of_range_are_unknown_and_not_zero() {
    let fields = ",\"consensus_weight\":-1,\"observed_bandwidth\":-9223372036854775808,\
                  \"guard_probability\":1.5,\"exit_probability\":-0.1,\"latitude\":91,\"longitude\":0";
    let built = build(&document(&[relay(fields)])).unwrap();
    let relay = &built.network.relays()[0];
    assert_eq!((relay.consensus_weight, relay.observed_bandwidth), (None, None));
    assert_eq!((relay.guard_probability, relay.exit_probability, relay.coordinates), (None, None, None));
}

#[test]
fn a_family_list_is_cut_at_its_limit_and_a_double_is_warned_of() {
    let members: Vec<String> = (0..5000).map(|member| format!("\"${member:040X}\"")).collect();
    let family = relay(&format!(",\"effective_family\":[{}]", members.join(",")));
    let built = build(&document(&[family, relay("")])).unwrap();
    assert_eq!(built.network.relays().len(), 1);
    let list = built.network.family_list(built.network.relays()[0].family.effective);
    assert_eq!(list.len(), Limits::default().max_family_members);
    let warnings: Vec<_> = built.report.warnings.iter().map(|warning| warning.message.as_str()).collect();
    assert!(
        warnings[0].contains("max_family_members") && warnings[1].contains("listed twice"),
        "{warnings:?}"
    );
}

#[test]
fn depth_is_no_way_to_the_end_of_the_stack() {
    for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
        let deep = [open.repeat(200_000), "7".into(), close.repeat(200_000)].concat();
        for field in ["unknown", "contact", "effective_family", "exit_policy_summary", "flags"] {
            drop(build(&document(&[relay(&format!(",\"{field}\":{deep}"))])));
        }
        drop(build(format!("{{\"relays\":{deep}}}").as_bytes()));
        drop(build(deep.as_bytes()));
        drop(read_uptime_table(
            format!("{{\"relays\":[\n{{\"uptime\":{deep}}}\n]}}").as_bytes(),
            &Limits::default(),
        ));
    }
}
