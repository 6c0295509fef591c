//! The history as its keeper meets it: imports that are killed go on where they were, bad input gets a
//! sentence and a code, and copies come back whole.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail by panicking")]

mod import;
mod keeping;

use allium_model::{TimeRange, Timestamp};
use allium_sim::{DirectoryOptions, FaultRate, RoundExtent, SimOptions, Simulation};
use allium_store::{Store, StoreOptions};
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

/// 2026-02-22 13:00.
const END: Timestamp = Timestamp(1_771_765_200);

fn allium(directory: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_allium"));
    command.args(arguments).current_dir(directory).env_clear();
    command
}

fn run(directory: &Path, arguments: &[&str], code: i32) -> Output {
    let output = allium(directory, arguments).output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{arguments:?}: {errors}");
    assert!(!errors.contains("panicked"), "{errors}");
    output
}

fn check(directory: &Path, arguments: &[&str], code: i32, words: &str) {
    let output = run(directory, arguments, code);
    let all = [output.stdout, output.stderr].concat();
    let all = String::from_utf8_lossy(&all);
    assert!(all.contains(words), "{arguments:?}: {all}");
}

/// A folder with the consensuses and certificates of a simulated network below `tree`, and its authorities
/// in `authorities`.
fn simulated(rounds: usize) -> tempfile::TempDir {
    simulated_with(rounds, RoundExtent::Consensuses)
}

fn simulated_with(rounds: usize, extent: RoundExtent) -> tempfile::TempDir {
    simulated_until(END, rounds, extent)
}

fn simulated_until(end: Timestamp, rounds: usize, extent: RoundExtent) -> tempfile::TempDir {
    let directory = tempfile::tempdir().unwrap();
    let simulation = Simulation::run(&SimOptions { relays: 40, days: 4, seed: 1, end });
    let options = DirectoryOptions { authorities: 3, faults: FaultRate::None };
    let authorities = simulation.directory(&options).unwrap();
    let mut documents = authorities.certificates().unwrap();
    let made = authorities.rounds().rev().filter_map(|time| {
        let of_round = authorities.documents(time, extent).unwrap();
        (!of_round.is_empty()).then_some(of_round)
    });
    documents.extend(made.take(rounds).flatten());
    for document in documents {
        let path = directory.path().join("tree").join(document.path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, document.text).unwrap();
    }
    fs::write(directory.path().join("authorities"), authorities.authority_lines()).unwrap();
    directory
}

const IMPORT: [&str; 9] =
    ["history", "--store", "h.db", "import", "tree", "--authorities", "authorities", "--progress", "lines"];

const ALWAYS: TimeRange = TimeRange { from: Timestamp(0), until: Timestamp(i64::MAX) };

async fn open(directory: &Path) -> Store {
    Store::open(directory.join("h.db"), StoreOptions::default()).await.unwrap()
}

/// What a store holds, as text.
async fn contents(store: &Store) -> String {
    let network = store.network_series(ALWAYS).await.unwrap();
    let bulk = store.relays_in_bulk(ALWAYS).await.unwrap();
    let mut relays: Vec<_> = bulk.fingerprints().collect();
    relays.sort_unstable();
    let series: Vec<_> = relays.iter().map(|relay| (relay, bulk.get(*relay))).collect();
    format!("{network:?} {series:?} {:?}", store.authorities(ALWAYS).await.unwrap())
}
