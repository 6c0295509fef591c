//! What is collected beside consensus and votes, what a restart takes up, and gaps filled from archives.

use super::loopback::Loopback;
use super::tests::{config, copy, now, runtime, testdata};
use super::{DirectoryState, Follower, KeptDocuments, Past, origin, trusted_authorities};
use crate::config::Config;
use allium_analysis::directory::bandwidth_files::FileOrigin;
use allium_analysis::directory::{Directory, DirectoryInputs};
use allium_collect::DirectoryLock;
use allium_model::{TimeRange, Timestamp};
use allium_store::{Store, StoreOptions};
use std::fs;
use std::path::Path;
use std::sync::Arc;

/// The relay of erica, by the list of authorities.
const RELAY: &str = "0404040404040404040404040404040404040404";

fn parts(config: &Config, past: Past) -> (DirectoryState, Follower) {
    let state = DirectoryState::new(trusted_authorities(config).unwrap(), config.limits(), past);
    (state, Follower::new(config, origin(config).unwrap().unwrap()).unwrap())
}

async fn report(state: &DirectoryState) -> Arc<Directory> {
    state.directory(now()).await.unwrap().unwrap()
}

fn extra_info(published: &str) -> String {
    format!(
        "@type extra-info 1.0\nextra-info erica {RELAY}\npublished {published}\n\
         dirreq-stats-end 2026-02-20 20:00:00 (86400 s)\ndirreq-v3-reqs de=16,us=8\n\
         @type extra-info 1.0\nextra-info other {}\npublished {published}\n",
        "AB".repeat(20)
    )
}

fn put(folder: &Path, path: &str, bytes: impl AsRef<[u8]>) {
    let path = folder.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, bytes).unwrap();
}

/// A copy of the test data as a service has it, with bandwidth files and an extra-info.
fn service() -> tempfile::TempDir {
    let (folder, from) = (tempfile::tempdir().unwrap(), copy());
    let recent = folder.path().join("recent");
    fs::create_dir_all(&recent).unwrap();
    fs::rename(from.path(), recent.join("relay-descriptors")).unwrap();
    for entry in fs::read_dir(testdata().join("recent/relay-descriptors/bandwidths")).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name().into_string().unwrap();
        put(&recent, &format!("relay-descriptors/bandwidths/{name}"), fs::read(entry.path()).unwrap());
    }
    let name = "relay-descriptors/extra-infos/2026-02-21-05-05-00-extra-infos";
    put(&recent, name, extra_info("2026-02-21 04:30:00"));
    folder
}

fn check_publications(inputs: &DirectoryInputs) {
    let requests: Vec<_> = inputs.requests.iter().map(|one| (one.relay.to_string(), one.requests)).collect();
    assert_eq!(requests, [(RELAY.to_owned(), Some(24))]);
    let votes = inputs.votes.authorities();
    let scanners: Vec<_> = votes.iter().filter(|vote| vote.bandwidth_file_digest.is_some()).collect();
    assert!(!scanners.is_empty());
    assert_eq!(inputs.bandwidth_files.len(), scanners.len());
    for (file, vote) in inputs.bandwidth_files.iter().zip(scanners) {
        assert_eq!((file.identity, file.origin), (vote.identity, FileOrigin::Vote(vote.valid_after)));
        assert!(file.voted_relays >= vote.measured_relays && file.sum_kilobytes_per_second > 0);
    }
}

#[test]
fn files_that_votes_name_and_extra_infos_of_authorities_are_read_once() {
    let folder = service();
    let service = Loopback::start(folder.path());
    runtime().block_on(async {
        let mut config = config(folder.path());
        config.collector.source = service.url();
        config.collector.dir_ports = false;
        let (mut state, mut follower) = parts(&config, Past::in_memory());
        assert_eq!(follower.newest(&mut state, now()).await.problem, None);
        assert!(follower.publications(&mut state, now()).await.is_changed);
        check_publications(&report(&state).await.inputs);
        assert!(!follower.publications(&mut state, now()).await.is_changed);
        assert_eq!(service.asked("extra-infos"), 1);
        config.collector.bandwidth_files = false;
        config.collector.extra_infos = false;
        let (mut state, mut follower) = parts(&config, Past::in_memory());
        follower.newest(&mut state, now()).await;
        assert!(!follower.publications(&mut state, now()).await.is_changed);
    });
}

/// A list of authorities that all answer at one address.
fn authorities_at(loopback: &Loopback, folder: &Path) -> std::path::PathBuf {
    let list = fs::read_to_string(testdata().join("authorities")).unwrap();
    let (address, path) = (loopback.address.to_string(), folder.join("list"));
    let lines = list.lines().map(|line| {
        let words = line.split(' ').map(|word| if word.ends_with(":80") { address.as_str() } else { word });
        words.collect::<Vec<_>>().join(" ") + "\n"
    });
    fs::write(&path, lines.collect::<String>()).unwrap();
    path
}

#[test]
fn authorities_are_asked_themselves_where_there_is_no_archive() {
    let folder = tempfile::tempdir().unwrap();
    let from = testdata().join("recent/relay-descriptors");
    let read = |path: &str| fs::read(from.join(path)).unwrap();
    put(
        folder.path(),
        "tor/status-vote/current/consensus",
        read("consensuses/2026-02-21-06-00-00-consensus"),
    );
    let bandwidth = fs::read_dir(from.join("bandwidths")).unwrap().next().unwrap().unwrap().path();
    put(folder.path(), "tor/status-vote/next/bandwidth", fs::read(bandwidth).unwrap());
    put(folder.path(), "tor/extra/authority", extra_info("2026-02-21 04:30:00"));
    let certificates = fs::read_dir(from.join("certs")).unwrap();
    let certificates = certificates.map(|entry| fs::read_to_string(entry.unwrap().path()).unwrap());
    put(folder.path(), "tor/keys/all", certificates.collect::<String>());
    let loopback = Loopback::start(folder.path());
    runtime().block_on(async {
        let mut config = config(folder.path());
        config.collector.source = "authorities".into();
        config.authorities.file = authorities_at(&loopback, folder.path());
        let (mut state, mut follower) = parts(&config, Past::in_memory());
        assert_eq!(follower.newest(&mut state, now()).await.problem, None);
        assert!(follower.publications(&mut state, now()).await.is_changed);
        let inputs = &report(&state).await.inputs;
        assert_eq!((inputs.requests.len(), loopback.asked("extra/authority")), (1, 5));
        assert!(inputs.bandwidth_files.iter().all(|file| file.origin == FileOrigin::DirPort));
        assert_eq!((inputs.bandwidth_files.len(), loopback.asked("next/bandwidth")), (5, 5));
        follower.publications(&mut state, now().plus_seconds(1800)).await;
        assert_eq!(loopback.asked("next/bandwidth"), 5, "once an hour is enough");
        follower.publications(&mut state, now().plus_seconds(3600)).await;
        assert_eq!(loopback.asked("next/bandwidth"), 10);
        assert_eq!(loopback.asked("extra/authority"), 9, "of one relay it is known and not 18 hours old");
    });
}

#[test]
fn a_restart_without_network_has_consensus_difference_and_certificates() {
    let (folder, data) = (service(), tempfile::tempdir().unwrap());
    let lock = DirectoryLock::acquire(data.path()).unwrap();
    let kept = || Some(KeptDocuments::open(&lock).unwrap());
    runtime().block_on(async {
        let service = Loopback::start(folder.path());
        let mut config = config(folder.path());
        config.collector.source = service.url();
        config.collector.dir_ports = false;
        let (state, mut follower) = parts(&config, Past::in_memory());
        let mut state = state.with_kept(kept());
        for _ in 0..2 {
            follower.newest(&mut state, now()).await;
            follower.fill(&mut state, now()).await;
        }
        follower.publications(&mut state, now()).await;
        let before = report(&state).await;

        let again =
            DirectoryState::new(trusted_authorities(&config).unwrap(), config.limits(), Past::in_memory());
        let mut again = again.with_kept(kept());
        again.resume(now());
        let after = report(&again).await;
        assert_eq!(after.inputs.consensus, before.inputs.consensus);
        assert_eq!(after.inputs.previous.as_ref().unwrap().valid_after.to_minute(), "2026-02-21 05:00");
        assert!(after.inputs.diff.is_some() && after.inputs.diff == before.inputs.diff);
        assert_eq!(after.inputs.requests, before.inputs.requests);

        let bare = tempfile::tempdir().unwrap();
        let name = "consensuses/2026-02-21-04-00-00-consensus";
        let from = testdata().join("recent/relay-descriptors").join(name);
        put(bare.path(), name, fs::read(from).unwrap());
        config.collector.source = bare.path().display().to_string();
        let (mut knows_none, mut follower) = parts(&config, Past::in_memory());
        follower.newest(&mut knows_none, now()).await;
        assert_eq!(follower.fill(&mut knows_none, now()).await.rounds, 0);
        let mut follower = Follower::new(&config, origin(&config).unwrap().unwrap()).unwrap();
        follower.newest(&mut again, now()).await;
        assert_eq!(follower.fill(&mut again, now()).await.rounds, 1);
    });
}

#[test]
fn what_is_kept_is_verified_again() {
    let data = tempfile::tempdir().unwrap();
    let lock = DirectoryLock::acquire(data.path()).unwrap();
    let consensus = testdata().join("recent/relay-descriptors/consensuses/2026-02-21-06-00-00-consensus");
    let folder = data.path().join("cache/directory");
    put(&folder, "consensus.zst", zstd::encode_all(&fs::read(consensus).unwrap()[..], 1).unwrap());
    put(&folder, "certificates", "rubbish");
    runtime().block_on(async {
        let config = config(data.path());
        let (state, _) = parts(&config, Past::in_memory());
        let mut state = state.with_kept(Some(KeptDocuments::open(&lock).unwrap()));
        state.resume(now());
        assert!(state.consensus().is_none() && state.lacks_certificates());
    });
}

#[test]
fn a_restart_with_a_store_reads_the_newest_two_of_a_folder_again() {
    let folder = tempfile::tempdir().unwrap();
    runtime().block_on(async {
        let config = config(&testdata());
        let path = folder.path().join("history.db");
        let store = Arc::new(Store::open(&path, StoreOptions::default()).await.unwrap());
        for _ in 0..2 {
            let (mut state, mut follower) = parts(&config, Past::Store(Arc::clone(&store)));
            follower.newest(&mut state, now()).await;
            follower.fill(&mut state, now()).await;
            let inputs = &report(&state).await.inputs;
            assert!(inputs.diff.is_some() && inputs.votes.authorities().len() == 5);
        }
    });
}

/// A service with the newest hour in `recent/` and all in an archive of the month.
fn archived(folder: &Path) {
    let from = testdata().join("recent/relay-descriptors");
    let newest = "consensuses/2026-02-21-06-00-00-consensus";
    put(folder, &format!("recent/relay-descriptors/{newest}"), fs::read(from.join(newest)).unwrap());
    for (source, archive) in [
        ("consensuses", "archive/relay-descriptors/consensuses/consensuses-2026-02.tar.xz"),
        ("certs", "archive/relay-descriptors/certs.tar.xz"),
    ] {
        let mut tar = tar::Builder::new(Vec::new());
        tar.append_dir_all(source, from.join(source)).unwrap();
        let packed = zstd::encode_all(&tar.into_inner().unwrap()[..], 1).unwrap();
        put(folder, archive, packed);
    }
}

async fn hours(store: &Store) -> Vec<String> {
    let always = TimeRange { from: Timestamp(0), until: Timestamp(i64::MAX) };
    let series = store.network_series(always).await.unwrap();
    series.iter().map(|record| record.valid_after.to_minute()).collect()
}

#[test]
fn hours_that_are_missing_far_back_come_from_an_archive_that_is_read_once() {
    let (folder, data) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    archived(folder.path());
    let service = Loopback::start(folder.path());
    runtime().block_on(async {
        let mut config = config(folder.path());
        config.collector.source = service.url();
        config.collector.dir_ports = false;
        config.collector.fill_hours = 1;
        config.history.hourly_days = 3;
        config.history.store = data.path().join("history.db");
        let store = Arc::new(Store::open(&config.history.store, StoreOptions::default()).await.unwrap());
        let (mut state, mut follower) = parts(&config, Past::Store(Arc::clone(&store)));
        let newest = follower.newest(&mut state, now()).await;
        assert!(newest.problem.unwrap().contains("is not believed"), "there is no certificate yet");
        let filled = follower.fill_from_archive(&mut state, now()).await;
        assert_eq!((filled.rounds, filled.problem), (2, None));
        let expected = ["2026-02-21 04:00", "2026-02-21 05:00"];
        assert_eq!(hours(&store).await, expected, "that of 02-15 is older than what is kept");
        for _ in 0..2 {
            let (mut state, mut follower) = parts(&config, Past::Store(Arc::clone(&store)));
            follower.newest(&mut state, now()).await;
            assert_eq!(follower.fill_from_archive(&mut state, now()).await.rounds, 0);
        }
        assert_eq!(service.asked("consensuses-2026-02.tar.xz"), 1);
        assert!(fs::read_dir(config.archive_folder().unwrap()).unwrap().next().is_none());
    });
}

#[test]
fn an_archive_that_is_not_what_the_index_says_is_left_alone_for_hours() {
    let (folder, data) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    archived(folder.path());
    put(folder.path(), "damaged", "");
    let service = Loopback::start(folder.path());
    runtime().block_on(async {
        let mut config = config(folder.path());
        config.collector.source = service.url();
        config.collector.dir_ports = false;
        config.server.data_dir = data.path().to_owned();
        let store = Arc::new(Store::open(data.path().join("h.db"), StoreOptions::default()).await.unwrap());
        let (mut state, mut follower) = parts(&config, Past::Store(Arc::clone(&store)));
        follower.newest(&mut state, now()).await;
        let later = |hours: i64| now().plus_seconds(hours * 3600);
        for (time, asked) in [(now(), 1), (later(1), 1), (later(6), 2)] {
            follower.fill_from_archive(&mut state, time).await;
            assert_eq!(service.asked("certs.tar.xz"), asked, "{time}");
        }
        assert_eq!((hours(&store).await.len(), service.asked("consensuses-2026-02.tar.xz")), (0, 0));
        config.collector.archive = false;
        let (mut state, mut follower) = parts(&config, Past::Store(Arc::clone(&store)));
        follower.newest(&mut state, now()).await;
        assert_eq!(follower.fill_from_archive(&mut state, now()).await.problem, None);
    });
}
