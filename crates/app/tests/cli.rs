//! The command line as its users meet it: bad input gets one clear sentence and a documented exit code,
//! and what was good before stays.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail by panicking")]

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

fn allium(directory: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_allium"))
        .args(arguments)
        .current_dir(directory)
        .env_clear()
        .output()
        .unwrap()
}

/// A directory with a small simulated network below `sim`.
fn simulated() -> tempfile::TempDir {
    let directory = tempfile::tempdir().unwrap();
    let output = allium(
        directory.path(),
        &["simulate", "--relays", "60", "--days", "3", "--out", "sim", "--now", "2026-02-22T13:00:00Z"],
    );
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    directory
}

fn check(directory: &Path, arguments: &[&str], code: i32, words: &str) {
    let output = allium(directory, arguments);
    let errors = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(code), "{arguments:?}: {errors}");
    assert!(errors.contains(words), "{arguments:?}: {errors}");
    assert!(!errors.contains("panicked"), "{errors}");
}

#[test]
fn bad_documents_get_a_sentence_and_a_code() {
    let directory = simulated();
    let path = directory.path();
    let whole = fs::read(path.join("sim/details.json")).unwrap();
    for (content, words) in [
        (&whole[..whole.len() / 2], "cut short"),
        (b"".as_slice(), "empty"),
        (b"<html>".as_slice(), "HTML"),
        (b"{\"relays\":{}}".as_slice(), "does not have the expected form"),
        (b"not json".as_slice(), "not valid JSON"),
        (b"\x1f\x8b\x08rubbish".as_slice(), "gzip data cannot be decompressed"),
    ] {
        fs::create_dir_all(path.join("bad")).unwrap();
        fs::write(path.join("bad/details.json"), content).unwrap();
        let output = allium(path, &["list", "relays", "--onionoo", "bad"]);
        let errors = String::from_utf8(output.stderr).unwrap();
        assert!(matches!(output.status.code(), Some(4 | 5)), "{words}: {errors}");
        assert!(errors.contains(words), "{words}: {errors}");
        assert!(output.stdout.is_empty());
    }
}

#[test]
fn bad_arguments_get_a_sentence_and_a_code() {
    let directory = simulated();
    let path = directory.path();
    check(path, &["list", "relays", "--onionoo", "nowhere"], 4, "nowhere");
    check(path, &["list", "relays", "--onionoo", "."], 4, "details");
    check(path, &["list", "relays", "--onionoo", "sim", "--sort", "size"], 2, "there is no column \"size\"");
    check(path, &["list", "relays", "--onionoo", "sim", "--country", "germany"], 2, "two letters");
    check(path, &["list", "bridges", "--onionoo", "sim"], 2, "possible values");
    check(path, &["list", "relays", "--onionou", "sim"], 2, "--onionoo");
    check(path, &["show", "country", "XQ", "--onionoo", "sim"], 9, "there is no country");
    check(path, &["show", "relay", "xyz", "--onionoo", "sim"], 2, "40 hex digits");
    fs::write(path.join("bad.toml"), "[server]\nport = 1\n").unwrap();
    check(path, &["--config", "bad.toml", "list", "relays"], 3, "unknown field");
    check(
        path,
        &["site", "--onionoo", "sim", "--out", "sim"],
        6,
        "is not empty and was not written by allium",
    );
    check(path, &["serve", "--onionoo", "sim", "--listen", "nonsense"], 8, "is no address");
}

#[test]
fn a_site_is_byte_identical_for_the_same_input_and_survives_a_bad_run() {
    let directory = simulated();
    let path = directory.path();
    let site = |out: &str| {
        let output = allium(
            path,
            &[
                "site",
                "--onionoo",
                "sim",
                "--aroi",
                "sim/aroi.json",
                "--out",
                out,
                "--now",
                "2026-02-22T14:00:00Z",
            ],
        );
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    };
    site("one");
    site("two");
    let files = |root: &str| {
        let mut files = Vec::new();
        collect(&path.join(root), &path.join(root), &mut files);
        files.sort();
        files
    };
    let first = files("one");
    assert!(first.len() > 200);
    assert_eq!(first, files("two"));
    fs::write(path.join("sim/details.json"), b"{").unwrap();
    check(path, &["site", "--onionoo", "sim", "--out", "one"], 5, "cut short");
    assert_eq!(first, files("one"));
}

#[test]
fn a_site_with_far_fewer_relays_is_written_with_a_warning() {
    let directory = simulated();
    let path = directory.path();
    let site = ["site", "--onionoo", "sim", "--out", "www", "--now", "2026-02-22T15:00:00Z"];
    check(path, &site, 0, "wrote");
    check(
        path,
        &["simulate", "--relays", "30", "--days", "3", "--out", "sim", "--now", "2026-02-22T14:00:00Z"],
        0,
        "simulated",
    );
    check(path, &site, 0, "far fewer");
}

/// Names and contents of the files below a folder.
fn collect(root: &Path, folder: &Path, files: &mut Vec<(String, Vec<u8>)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(root, &path, files);
        } else {
            let name = path.strip_prefix(root).unwrap().to_string_lossy().into_owned();
            files.push((name, fs::read(&path).unwrap()));
        }
    }
}

#[test]
fn list_and_show_print_the_same_values() {
    let directory = simulated();
    let path = directory.path();
    let csv = allium(
        path,
        &[
            "list",
            "countries",
            "--onionoo",
            "sim",
            "--format",
            "csv",
            "--columns",
            "country,relays",
            "--limit",
            "1",
        ],
    );
    let csv = String::from_utf8(csv.stdout).unwrap();
    let row = csv.lines().nth(1).unwrap();
    let (country, relays) = row.split_once(',').unwrap();
    let json = allium(path, &["show", "country", country, "--onionoo", "sim", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_slice(&json.stdout).unwrap();
    assert_eq!(json["data"]["relays"].to_string(), relays);
    assert_eq!(json["data"]["country"], country);
    assert_eq!(json["meta"]["generated_at"], "2026-02-22T13:00:00Z");
}

#[test]
fn the_health_is_printed_in_three_forms() {
    let directory = simulated();
    let print = |form: &str| {
        let output = allium(
            directory.path(),
            &["health", "--onionoo", "sim", "--now", "2026-02-22T13:10:00Z", "--format", form],
        );
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    let answer: serde_json::Value = serde_json::from_str(&print("json")).unwrap();
    assert_eq!(answer["data"]["checks"].as_array().unwrap().len(), 15);
    assert!(answer["data"]["key_metrics"]["relays_online"].as_u64().unwrap() > 20);
    let rows = print("csv");
    assert_eq!(rows.lines().filter(|line| line.starts_with("component,")).count(), 5);
    assert!(print("table").lines().count() == rows.lines().count(), "{rows}");
}

#[test]
fn a_figure_is_written_in_the_form_that_its_file_has() {
    let directory = simulated();
    let path = directory.path();
    for (file, begin) in [("a.svg", &b"<svg "[..]), ("a.png", b"\x89PNG"), ("a.csv", b"Time (UTC),Relays")] {
        check(path, &["chart", "network", "first-seen", "--onionoo", "sim", "--out", file], 0, "wrote");
        assert!(fs::read(path.join(file)).unwrap().starts_with(begin), "{file}");
    }
    let arguments = ["chart", "network", "first-seen", "--onionoo", "sim", "--out", "-", "--format", "csv"];
    assert_eq!(allium(path, &arguments).stdout, fs::read(path.join("a.csv")).unwrap());
    let list = String::from_utf8(allium(path, &["chart", "--list"]).stdout).unwrap();
    assert!(list.lines().any(|line| line.starts_with("first-seen") && line.contains("network")), "{list}");
}

#[test]
fn a_figure_that_cannot_be_drawn_gets_a_sentence_and_a_code() {
    let directory = simulated();
    let path = directory.path();
    let chart = |subject: &str, figure: &str, more: &[&str], code: i32, words: &str| {
        let arguments = [&["chart", subject, figure, "--onionoo", "sim"], more].concat();
        check(path, &arguments, code, words);
    };
    let out = &["--out", "x.svg"];
    chart("network", "no-such", out, 2, "--list");
    chart("nothing", "first-seen", out, 2, "is no subject");
    chart("country:Germany", "first-seen", out, 2, "two letters");
    chart("relay:abc", "first-seen", out, 2, "40 hex digits");
    chart("operator:", "first-seen", out, 2, "no id and no domain");
    chart("country:XQ", "first-seen", out, 9, "no such country");
    chart("as:AS1", "first-seen", out, 9, "no such AS");
    chart("network", "first-seen", &["--out", "x"], 2, "the form is not clear");
    chart("network", "first-seen", &["--out", "x.svg", "--theme", "blue"], 2, "light or dark");
    chart("network", "first-seen", &["--out", "x.svg", "--width", "9"], 2, "160 to 1200");
    chart("network", "first-seen", &["--out", "x.csv", "--theme", "dark"], 2, "data have no");
    chart("network", "first-seen", &["--out", "no/such/folder/x.svg"], 6, "cannot write");
    chart("network", "first-seen", &[], 2, "--out");
    assert!(!path.join("x.svg").exists());
}

#[test]
fn hostile_texts_reach_no_terminal_and_no_spreadsheet() {
    let directory = simulated();
    let path = directory.path();
    for format in ["table", "csv"] {
        let output =
            allium(path, &["list", "relays", "--onionoo", "sim", "--format", format, "--columns", "contact"]);
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(
            !text.chars().any(|character| character.is_control() && !matches!(character, '\n' | '\r')),
            "{text:?}"
        );
        assert!(
            !text.lines().any(|line| format == "csv" && line.starts_with(['=', '+', '-', '@'])),
            "{text}"
        );
    }
}
