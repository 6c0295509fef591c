//! From files to a report: simulated authorities, believed and not.

use super::{DirectoryState, Follower, Past, history_reader, load_directory, origin, trusted_authorities};
use crate::config::Config;
use allium_analysis::directory::Directory;
use allium_model::{EventKind, HourState, TimeRange, Timestamp};
use allium_store::{Store, StoreOptions};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::runtime::Runtime;

pub(super) fn testdata() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/collector")
}

pub(super) fn now() -> Timestamp {
    "2026-02-21 06:10:00".parse().unwrap()
}

/// A configuration that reads a folder and trusts the simulated authorities.
pub(super) fn config(folder: &Path) -> Config {
    let mut config = Config::default();
    config.source.onionoo = "unused".into();
    config.collector.source = folder.display().to_string();
    config.authorities.file = testdata().join("authorities");
    config
}

pub(super) fn runtime() -> Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap()
}

/// Follows a folder once; the problem of the source, and the report.
async fn follow(config: &Config, past: Past) -> (Option<String>, Option<Arc<Directory>>) {
    let trusted = trusted_authorities(config).unwrap();
    let mut state = DirectoryState::new(trusted, config.limits(), past);
    let mut follower = Follower::new(config, origin(config).unwrap().unwrap()).unwrap();
    let newest = follower.newest(&mut state, now()).await;
    let filled = follower.fill(&mut state, now()).await;
    let again = follower.fill(&mut state, now()).await;
    assert!(!again.is_changed && again.rounds == 0, "a file is taken in once");
    (newest.problem.or(filled.problem), state.directory(now()).await.unwrap())
}

/// A copy of the test data that may be damaged.
pub(super) fn copy() -> tempfile::TempDir {
    let target = tempfile::tempdir().unwrap();
    let from = testdata().join("recent/relay-descriptors");
    for folder in ["consensuses", "microdescs/consensus-microdesc", "votes", "certs"] {
        fs::create_dir_all(target.path().join(folder)).unwrap();
        for entry in fs::read_dir(from.join(folder)).unwrap() {
            let entry = entry.unwrap();
            fs::copy(entry.path(), target.path().join(folder).join(entry.file_name())).unwrap();
        }
    }
    target
}

#[test]
fn rounds_of_a_folder_become_a_report_with_its_faults() {
    runtime().block_on(async {
        let (problem, directory) = follow(&config(&testdata()), Past::in_memory()).await;
        assert_eq!(problem, None);
        let inputs = &directory.unwrap().inputs;
        let consensus = inputs.consensus.as_ref().unwrap();
        assert_eq!(consensus.valid_after.to_minute(), "2026-02-21 06:00");
        assert_eq!(inputs.previous.as_ref().unwrap().valid_after.to_minute(), "2026-02-21 05:00");
        assert_eq!((inputs.network.len(), inputs.trusted.len()), (4, 5));
        assert_eq!((inputs.votes.authorities().len(), inputs.relays.len()), (5, consensus.relays as usize));
        let missing = inputs.rounds.iter().filter(|round| round.is_vote_seen == Some(false)).count();
        assert!(missing >= 1, "{missing}");
        let kinds: Vec<_> = inputs.events.iter().map(|event| (event.kind, event.from.to_minute())).collect();
        assert!(kinds.contains(&(EventKind::VoteMissing, "2026-02-21 05:00".into())), "{kinds:?}");
        assert!(kinds.contains(&(EventKind::SignatureMissing, "2026-02-15 12:00".into())), "{kinds:?}");
    });
}

#[test]
fn the_public_list_believes_none_of_them() {
    runtime().block_on(async {
        let mut config = config(&testdata());
        config.authorities.file = PathBuf::new();
        let (problem, directory) = follow(&config, Past::in_memory()).await;
        assert!(problem.unwrap().contains("is not believed"));
        assert!(directory.is_none());
    });
}

#[test]
fn one_flipped_byte_leaves_the_other_flavour_and_is_told() {
    let folder = copy();
    let path = folder.path().join("consensuses/2026-02-21-06-00-00-consensus");
    let mut bytes = fs::read(&path).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&path, bytes).unwrap();
    runtime().block_on(async {
        let (problem, directory) = follow(&config(folder.path()), Past::in_memory()).await;
        assert!(problem.unwrap().contains("2026-02-21 06:00:00 is not believed"));
        let inputs = &directory.unwrap().inputs;
        assert_eq!(inputs.consensus.as_ref().unwrap().flavor, "microdesc");
        assert_eq!(inputs.network.len(), 4);
    });
}

#[test]
fn a_round_without_a_consensus_keeps_the_last_one() {
    let folder = copy();
    for name in [
        "consensuses/2026-02-21-06-00-00-consensus",
        "microdescs/consensus-microdesc/2026-02-21-06-00-00-consensus-microdesc",
    ] {
        fs::remove_file(folder.path().join(name)).unwrap();
    }
    runtime().block_on(async {
        let (_, directory) = follow(&config(folder.path()), Past::in_memory()).await;
        let inputs = &directory.unwrap().inputs;
        assert_eq!(inputs.consensus.as_ref().unwrap().valid_after.to_minute(), "2026-02-21 05:00");
        let missing = inputs.events.iter().filter(|event| event.kind == EventKind::ConsensusMissing);
        assert_eq!(
            missing.map(|event| event.from.to_minute()).next_back().as_deref(),
            Some("2026-02-21 06:00")
        );
    });
}

#[test]
fn a_store_remembers_what_an_earlier_process_took_in() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("history.db");
    runtime().block_on(async {
        let config = config(&testdata());
        let store = Arc::new(Store::open(&path, StoreOptions::default()).await.unwrap());
        let (problem, first) = follow(&config, Past::Store(Arc::clone(&store))).await;
        assert_eq!(problem, None);
        let again = follow(&config, Past::Store(Arc::clone(&store))).await.1.unwrap();
        let first = first.unwrap();
        assert_eq!(again.inputs.network, first.inputs.network);
        assert_eq!(again.inputs.events.len(), first.inputs.events.len());
        let reader = history_reader(&store).await.unwrap().unwrap();
        let relay = first.inputs.relays[0].fingerprint;
        let range = TimeRange { from: now().plus_seconds(-3 * 3600), until: now() };
        let series = tokio::task::spawn_blocking(move || reader.relay(relay, range)).await.unwrap().unwrap();
        assert!(series.hours.iter().any(|hour| matches!(hour, HourState::Running { .. })), "{series:?}");
    });
}

#[test]
fn a_site_is_completed_once_and_reads_its_history_from_memory() {
    let folder = tempfile::tempdir().unwrap();
    let mut config = config(&testdata());
    config.history.store = folder.path().join("history.db");
    runtime().block_on(async {
        let store = Store::open(&config.history.store, StoreOptions::default()).await.unwrap();
        store.close().await.unwrap();
    });
    let loaded = load_directory(&config, now(), &|_| ()).unwrap();
    assert_eq!(loaded.status().unwrap().problem, None);
    assert_eq!(loaded.status().unwrap().name, "CollecTor");
}
