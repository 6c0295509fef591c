//! The history as its keeper meets it: imports that are killed go on where they were, bad input gets a
//! sentence and a code, and copies come back whole.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail by panicking")]

use allium_model::{Flag, HealthRecord, HourState, TimeRange, Timestamp};
use allium_sim::{DirectoryOptions, FaultRate, RoundExtent, SimOptions, Simulation};
use allium_store::{HealthOrigin, Store, StoreOptions};
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

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

/// The moments whose records an import said to be committed, until it was killed or came to its end.
fn import_until(directory: &Path, lines: usize) -> Vec<Timestamp> {
    let mut child = allium(directory, &IMPORT).stderr(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
    let mut committed = Vec::new();
    let mut errors = BufReader::new(child.stderr.take().unwrap()).lines();
    while let Some(Ok(line)) = errors.next() {
        if let Some((_, rest)) = line.split_once("committed ") {
            committed.push(rest.split(' ').next().unwrap().parse().unwrap());
        }
        if committed.len() == lines {
            child.kill().unwrap();
        }
    }
    child.wait().unwrap();
    committed
}

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

#[tokio::test]
async fn an_import_killed_at_any_moment_loses_nothing_and_goes_on() {
    let directory = simulated(60);
    let path = directory.path();
    let mut all = Vec::new();
    for lines in [1, 2, 23, 1, 7, 12] {
        let committed = import_until(path, lines);
        assert!(!committed.is_empty());
        all.extend(committed);
        let store = open(path).await;
        let there: Vec<_> = store.network_series(ALWAYS).await.unwrap();
        for time in &all {
            assert!(there.iter().any(|record| record.valid_after == *time), "{time} was lost");
        }
        assert_eq!(store.check().await.unwrap().problems, [""; 0]);
        store.close().await.unwrap();
    }
    import_until(path, usize::MAX);
    let store = open(path).await;
    let whole = simulated_whole(path).await;
    assert_eq!(contents(&store).await, whole);
}

/// The contents after an import that nobody disturbed.
async fn simulated_whole(path: &Path) -> String {
    let arguments = IMPORT.map(|argument| if argument == "h.db" { "other.db" } else { argument });
    let output = run(path, &arguments, 0);
    assert!(String::from_utf8_lossy(&output.stdout).contains("added                    60"));
    contents(&Store::open(path.join("other.db"), StoreOptions::default()).await.unwrap()).await
}

/// Removes the files whose names begin so, and counts them.
fn remove_named(folder: &Path, prefix: &str) -> usize {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let removed = entries.map(|path| match path.file_name().unwrap().to_str().unwrap() {
        _ if path.is_dir() => remove_named(&path, prefix),
        name if name.starts_with(prefix) => fs::remove_file(&path).map(|()| 1).unwrap(),
        _ => 0,
    });
    removed.sum()
}

#[test]
fn the_status_tells_of_hours_that_are_missing() {
    let directory = simulated(6);
    let path = directory.path();
    let removed =
        ["2026-02-22-10-00-00", "2026-02-22-11-00-00"].map(|time| remove_named(&path.join("tree"), time));
    assert!(removed.iter().all(|files| *files > 0), "{removed:?}");
    run(path, &IMPORT, 0);
    let status = run(path, &["history", "--store", "h.db", "status", "--format", "json"], 0);
    let status: serde_json::Value = serde_json::from_slice(&status.stdout).unwrap();
    assert_eq!(
        (&status["consensuses"], &status["gaps"], &status["gap_hours"]),
        (&4.into(), &1.into(), &2.into())
    );
}

#[tokio::test]
async fn what_was_imported_is_what_the_consensuses_say() {
    let directory = simulated(30);
    let path = directory.path();
    run(path, &IMPORT, 0);
    let store = open(path).await;
    let network = store.network_series(ALWAYS).await.unwrap();
    assert_eq!(network.len(), 30);
    assert!(network.iter().all(|record| record.authorities == 3 && record.signatures == 3));
    let bulk = store.relays_in_bulk(ALWAYS).await.unwrap();
    for record in &network {
        let place = (record.valid_after.seconds_since(bulk.first_hour()) / 3600) as usize;
        let running = bulk.fingerprints().filter(|relay| {
            matches!(bulk.get(*relay).unwrap().hours[place],
                HourState::Running { flags, .. } if flags.contains(Flag::Running))
        });
        assert_eq!(running.count(), record.relays as usize);
    }
    assert_eq!(store.authorities(ALWAYS).await.unwrap().len(), 90);
    store.close().await.unwrap();
    let again = String::from_utf8(run(path, &IMPORT, 0).stdout).unwrap();
    assert!(
        again.contains("added                    0") && again.contains("known                    60"),
        "{again}"
    );
}

/// The facts of votes that a history has: seen, relays, measured relays, agreement.
async fn vote_facts(path: &Path, name: &str) -> Vec<String> {
    let store = Store::open(path.join(name), StoreOptions::default()).await.unwrap();
    let rows = store.authorities(ALWAYS).await.unwrap();
    let facts = rows.iter().map(|row| {
        let agreement = row.agreement_ratio.map(|ratio| format!("{ratio:.6}"));
        assert_eq!((row.is_counted, row.is_signed), (Some(true), Some(true)));
        format!(
            "{} {:?} {:?} {:?} {agreement:?}",
            row.valid_after, row.is_vote_seen, row.relays, row.measured_relays
        )
    });
    facts.collect()
}

#[tokio::test]
async fn votes_of_an_hour_become_facts_of_their_authorities_in_any_order() {
    let directory = simulated_with(2, RoundExtent::Everything);
    let path = directory.path();
    let output = run(path, &IMPORT, 0);
    let summary = String::from_utf8(output.stdout).unwrap();
    assert!(summary.contains("votes                    6"), "{summary}");
    let facts = vote_facts(path, "h.db").await;
    assert_eq!(facts.len(), 6);
    assert!(facts.iter().all(|row| row.contains("Some(true)") && !row.contains("None")), "{facts:?}");
    // Certificates are in the votes too, so these may come before everything else, and one by one.
    let import = |what: &str| {
        let what = format!("tree/{what}");
        run(path, &["history", "--store", "o.db", "import", &what, "--authorities", "authorities"], 0);
    };
    let names: Vec<_> = fs::read_dir(path.join("tree/votes")).unwrap().collect();
    for name in names {
        import(&format!("votes/{}", name.unwrap().file_name().into_string().unwrap()));
    }
    // Their hour was not there, so there was nothing to compare them with; now there is.
    let whole = IMPORT.map(|argument| if argument == "h.db" { "o.db" } else { argument });
    let summary = String::from_utf8(run(path, &whole, 0).stdout).unwrap();
    assert!(summary.contains("added                    2"), "{summary}");
    assert_eq!(vote_facts(path, "o.db").await, facts);
    let summary = String::from_utf8(run(path, &whole, 0).stdout).unwrap();
    assert!(summary.contains("votes                    0"), "{summary}");
}

#[test]
fn a_vote_that_nobody_trusted_signed_stays_out() {
    let directory = simulated_with(1, RoundExtent::Everything);
    let path = directory.path();
    let votes = path.join("tree/votes");
    let vote = fs::read_dir(&votes).unwrap().next().unwrap().unwrap().path();
    let text = fs::read_to_string(&vote).unwrap();
    fs::write(&vote, text.replacen("known-flags ", "known-flags  ", 1)).unwrap();
    let vote = vote.to_str().unwrap();
    check(
        path,
        &["history", "--store", "h.db", "import", vote, "--authorities", "authorities"],
        5,
        "not signed by",
    );
}

#[test]
fn nothing_unsigned_enters_and_bad_input_gets_a_sentence_and_a_code() {
    let directory = simulated(1);
    let path = directory.path();
    check(path, &["history", "status"], 2, "--store FILE");
    check(path, &["history", "--store", "none.db", "status"], 10, "no store at");
    check(path, &["history", "--store", "none.db", "prune"], 10, "no store at");
    check(path, &["history", "--store", "h.db", "import", "nowhere"], 4, "nowhere");
    check(path, &["history", "--store", "h.db", "import", "tree"], 5, "0 of 9 trusted authorities");
    fs::write(path.join("garbage"), "what is this").unwrap();
    check(path, &["history", "--store", "h.db", "import", "garbage"], 5, "no document that is known");
    fs::write(path.join("half.tar"), [1; 700]).unwrap();
    check(path, &["history", "--store", "h.db", "import", "half.tar"], 5, "half.tar");
    fs::write(path.join("runs"), "PAR1 and so on").unwrap();
    check(path, &["history", "--store", "h.db", "import", "runs"], 5, "Parquet");
    fs::write(path.join("text.db"), "a text").unwrap();
    check(path, &["history", "--store", "text.db", "status"], 10, "no store of Allium");
    check(path, &["history", "--store", "h.db", "status", "--format", "json"], 0, "\"consensuses\":0");
    assert!(!path.join("none.db").exists());
}

/// The files of a folder, by name.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

#[test]
fn what_is_to_come_stays_out() {
    // A hundred years later.
    let directory = simulated_until(END.plus_seconds(100 * 365 * 86_400), 1, RoundExtent::Everything);
    let path = directory.path();
    check(path, &IMPORT, 5, "which is to come");
    check(path, &["history", "--store", "h.db", "status"], 0, "consensuses              0");
}

#[test]
fn what_is_noticed_about_documents_is_said_and_counted() {
    let directory = simulated(2);
    let path = directory.path();
    let both = files(&path.join("tree/consensuses"))
        .iter()
        .map(|file| fs::read_to_string(file).unwrap())
        .collect::<String>();
    fs::remove_dir_all(path.join("tree/consensuses")).unwrap();
    fs::write(path.join("tree/both"), both).unwrap();
    let output = run(path, &[&IMPORT[..], &["--format", "json"]].concat(), 0);
    let errors = String::from_utf8(output.stderr).unwrap();
    assert!(errors.contains("something else than signatures"), "{errors}");
    let summary: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert!(summary["warnings"].as_u64().unwrap() > 0, "{summary}");
}

#[test]
fn documents_of_the_directory_have_a_bound_of_their_own() {
    let directory = simulated(1);
    let path = directory.path();
    let head = "network-status-version 3\nvote-status consensus\n";
    fs::write(path.join("huge"), head).unwrap();
    fs::File::options().write(true).open(path.join("huge")).unwrap().set_len(65 << 20).unwrap();
    let import = |name| ["history", "--store", "h.db", "import", name];
    check(path, &import("huge"), 5, "67108864 are the most");
    let unpacked = [head.as_bytes(), &vec![b'\n'; 65 << 20]].concat();
    fs::write(path.join("bomb"), zstd::encode_all(&unpacked[..], 1).unwrap()).unwrap();
    check(path, &import("bomb"), 5, "67108864");
}

#[test]
fn one_flipped_byte_keeps_a_consensus_out() {
    let directory = simulated(1);
    let path = directory.path();
    let consensuses = fs::read_dir(path.join("tree/consensuses")).unwrap();
    for entry in consensuses
        .chain(fs::read_dir(path.join("tree/microdescs/consensus-microdesc")).into_iter().flatten())
    {
        let file = entry.unwrap().path();
        let text = fs::read_to_string(&file).unwrap();
        fs::write(
            &file,
            text.replacen(" Running ", " Running  ", 1).replacen("Bandwidth=", "Bandwidth=1", 1),
        )
        .unwrap();
    }
    check(path, &IMPORT, 5, "trusted authorities signed it");
    check(path, &["history", "--store", "h.db", "status"], 0, "consensuses              0");
}

#[test]
fn the_health_of_the_past_is_computed_from_hours_and_what_snapshots_told_stays() {
    let directory = simulated(30);
    let path = directory.path();
    run(path, &IMPORT, 0);
    let at = END.plus_seconds(-3600);
    let told = HealthRecord { at, components: [Some(0.25); 5], ..HealthRecord::default() };
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let store = Store::open(path.join("h.db"), StoreOptions::default()).await.unwrap();
        store.put_health(HealthOrigin::Snapshot, &[told]).await.unwrap();
        store.close().await.unwrap();
    });
    for _ in 0..2 {
        check(path, &["history", "--store", "h.db", "health"], 0, "the health of 30 hours was computed");
    }
    let records = runtime.block_on(async {
        let store = Store::open(path.join("h.db"), StoreOptions::default()).await.unwrap();
        store.health(TimeRange { from: Timestamp(0), until: Timestamp(i64::MAX) }).await.unwrap()
    });
    assert_eq!(records.len(), 30);
    assert!(records.contains(&told));
    // A consensus tells no groups; what needs seven days is not known after one.
    let others = || records.iter().filter(|record| record.at != at);
    assert!(others().all(|record| record.components == [None; 5]), "{:?}", records[0]);
}

#[test]
fn a_history_is_exported_copied_pruned_checked_and_put_back() {
    let directory = simulated(50);
    let path = directory.path();
    run(path, &IMPORT, 0);
    let history = |arguments: &[&str], code, words: &str| {
        check(path, &[&["history", "--store", "h.db"], arguments].concat(), code, words);
    };
    history(&["export", "network", "--out", "-", "--format", "csv"], 0, "valid_after,relays,weight");
    history(&["export", "relays", "--out", "relays.csv"], 0, "");
    history(&["export", "relays", "--out", "relays.parquet"], 0, "");
    history(&["export", "groups", "--out", "groups.csv"], 0, "");
    history(&["export", "groups", "--out", "groups.parquet"], 0, "");
    history(&["export", "relay-days", "--out", "none.csv"], 0, "");
    assert_eq!(fs::read_to_string(path.join("none.csv")).unwrap().lines().count(), 1, "no day is folded yet");
    history(&["export", "authorities", "--out", "authorities.parquet"], 0, "");
    history(&["export", "events", "--out", "events"], 2, "--format");
    history(&["export", "events", "--out", "no/events.csv"], 6, "cannot write");
    let csv = fs::read_to_string(path.join("relays.csv")).unwrap();
    assert_eq!(csv.lines().count() as i64 - 1, parquet_rows(&path.join("relays.parquet")));
    assert_eq!(parquet_rows(&path.join("authorities.parquet")), 150);
    let groups = fs::read_to_string(path.join("groups.csv")).unwrap();
    assert_eq!(groups.lines().count() as i64 - 1, parquet_rows(&path.join("groups.parquet")));
    // The versions of an hour are its relays, each once.
    let newest = csv.lines().map(|line| &line[..20]).filter(|at| at.starts_with("20")).max().unwrap();
    let sum: usize = groups
        .lines()
        .filter_map(|line| line.strip_prefix(newest)?.strip_prefix(",version,")?.split(',').nth(1))
        .map(|relays| relays.parse::<usize>().unwrap())
        .sum();
    assert_eq!(sum, csv.lines().filter(|line| line.starts_with(newest)).count());
    history(&["backup", "--out", "copy.db"], 0, "copied");
    history(&["backup", "--out", "copy.db"], 6, "exists already");
    history(&["prune", "--hourly-days", "1"], 0, "daily values of 2 days");
    for (what, head) in [
        ("relay-days", "day,fingerprint,known_hours,running_hours,mean_weight,flags"),
        ("group-days", "day,kind,group,known_hours,running_hours,mean_relays,mean_weight,"),
    ] {
        let [csv, parquet] = ["csv", "parquet"].map(|form| format!("{what}.{form}"));
        history(&["export", what, "--out", &csv], 0, "");
        history(&["export", what, "--out", &parquet], 0, "");
        let text = fs::read_to_string(path.join(&csv)).unwrap();
        assert!(text.starts_with(head), "{text}");
        assert_eq!(text.lines().count() as i64 - 1, parquet_rows(&path.join(&parquet)));
        let days: std::collections::BTreeSet<&str> = text.lines().skip(1).map(|line| &line[..10]).collect();
        assert_eq!(days.len(), 2, "{days:?}");
    }
    history(&["check"], 0, "the history is whole");
    history(&["restore", "--from", "copy.db"], 0, "is the history now");
    history(&["status"], 0, "daily_days               none");
    fs::write(path.join("h.db"), "damaged").unwrap();
    history(&["check"], 10, "no store of Allium");
}

fn parquet_rows(path: &Path) -> i64 {
    use parquet::file::reader::{FileReader, SerializedFileReader};
    let reader = SerializedFileReader::new(fs::File::open(path).unwrap()).unwrap();
    let rows = reader.get_row_iter(None).unwrap().map(Result::unwrap).count() as i64;
    assert_eq!(rows, reader.metadata().file_metadata().num_rows());
    rows
}

/// Real documents, where they are at hand.
#[tokio::test]
async fn real_consensuses_are_imported_with_the_certificates_of_their_day() {
    let shared = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    if !shared.exists() {
        eprintln!("skipped: there are no shared documents");
        return;
    }
    let directory = tempfile::tempdir().unwrap();
    let (consensuses, details) = (shared.join("collector/consensuses"), shared.join("onionoo/2026-02-22"));
    let output = run(
        directory.path(),
        &[
            "history",
            "--store",
            "h.db",
            "import",
            consensuses.to_str().unwrap(),
            details.join("details.json.zst").to_str().unwrap(),
        ],
        0,
    );
    let summary = String::from_utf8(output.stdout).unwrap();
    assert!(
        summary.contains("added                    8") && summary.contains("superseded               1"),
        "{summary}"
    );
    let store = open(directory.path()).await;
    let network = store.network_series(ALWAYS).await.unwrap();
    let signatures: Vec<_> = network.iter().map(|record| (record.relays, record.signatures)).collect();
    eprintln!("{signatures:?}");
    assert!(network.iter().all(|record| record.relays > 6_000));
    assert_eq!(store.check().await.unwrap().problems, [""; 0]);
}
