//! `allium consensus` on the simulated documents of the repository, in every form of output, and on what
//! it cannot use: what people read, what programs read, and what an exit code says.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail by panicking")]

mod explain;
mod refusals;
mod verify;

use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const NS: &str = "consensuses/2026-02-21-06-00-00-consensus";

const NS_BEFORE: &str = "consensuses/2026-02-21-05-00-00-consensus";

const MICRODESC: &str = "microdescs/consensus-microdesc/2026-02-21-06-00-00-consensus-microdesc";

const TRUST: [&str; 4] = ["--certs", "certs", "--authorities", "../../authorities"];

/// The relay warmOtter.
const RELAY: &str = "06C40D0E406DB046F2E9A5E0484940D70F841139";

/// The documents, as CollecTor lays them out.
fn recent() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/collector/recent/relay-descriptors")
}

struct Said {
    code: i32,
    out: String,
    errors: String,
}

fn allium_in(directory: &Path, arguments: &[&str]) -> Said {
    let output = Command::new(env!("CARGO_BIN_EXE_allium"))
        .arg("consensus")
        .args(arguments)
        .current_dir(directory)
        .env_clear()
        .output()
        .unwrap();
    let errors = String::from_utf8(output.stderr).unwrap();
    assert!(!errors.contains("panicked"), "{arguments:?}: {errors}");
    Said { code: output.status.code().unwrap(), out: String::from_utf8(output.stdout).unwrap(), errors }
}

fn allium(arguments: &[&str]) -> Said {
    allium_in(&recent(), arguments)
}

/// The table, the parsed JSON rows and the lines of the CSV of a command, each with this exit code.
#[track_caller]
fn forms(arguments: &[&str], code: i32) -> (String, Vec<Value>, Vec<String>) {
    let [table, json, csv] = ["table", "json", "csv"].map(|format| {
        let said = allium(&[arguments, &["--format", format]].concat());
        assert_eq!(said.code, code, "{arguments:?} as {format}: {}", said.errors);
        said.out
    });
    let json: Value = serde_json::from_str(&json).unwrap();
    let rows = json["data"].as_array().unwrap().clone();
    let lines: Vec<String> = csv.lines().map(str::to_owned).collect();
    assert_eq!(lines.len(), rows.len() + 1, "as many rows in CSV as in JSON");
    assert_eq!(table.lines().count(), rows.len() + 1, "and in the table");
    let names: Vec<&str> = lines[0].split(',').collect();
    assert!(rows.iter().all(|row| names.iter().all(|name| row.get(*name).is_some())), "{names:?}");
    (table, rows, lines)
}

#[track_caller]
fn row<'r>(rows: &'r [Value], key: &str, value: &str) -> &'r Value {
    rows.iter().find(|row| row[key] == value).unwrap()
}

fn written(directory: &Path, name: &str, content: impl AsRef<[u8]>) -> String {
    let path = directory.join(name);
    fs::write(&path, content).unwrap();
    path.to_str().unwrap().to_owned()
}

/// The names of the votes of an hour.
fn votes(hour: &str) -> Vec<String> {
    let folder = fs::read_dir(recent().join("votes")).unwrap();
    let names = folder.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> =
        names.filter(|name| name.starts_with(hour)).map(|name| format!("votes/{name}")).collect();
    names.sort();
    names
}
