//! Imports: what enters, what stays out, and what a kill costs.

use crate::*;
use allium_model::{Flag, HourState, Timestamp};
use allium_sim::RoundExtent;
use allium_store::{Store, StoreOptions};
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::Stdio;

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
