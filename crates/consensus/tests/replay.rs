//! The rules of flags against what nine authorities of the public network voted in one hour.

#![expect(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "a test ends at the first surprise and says what it saw"
)]

use allium_consensus::flags::{Rounding, Thresholds};
use allium_consensus::{FlagReplay, VoteFacts, VoteReplay, replay, replay_book, vote_book};
use allium_documents::dirspec::parse_vote;
use allium_documents::{Limits, decompress};
use allium_model::{Fingerprint, Flag, FlagSet, Timestamp, VoteEntry, VoteSummary};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

fn shared(path: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared").join(path);
    if !path.exists() {
        eprintln!("{} is not here, so this test looks at nothing", path.display());
        return None;
    }
    Some(path)
}

fn plain(path: &Path) -> Vec<u8> {
    decompress(&std::fs::read(path).unwrap(), &Limits::default()).unwrap().into_owned()
}

/// The rows by authority. They have shares and days with one decimal, and bandwidths in thousands
/// of kB/s with one decimal, whatever the field's name says.
fn rows(path: &Path) -> BTreeMap<String, Vec<(Fingerprint, VoteEntry)>> {
    let text = plain(path);
    let mut by_authority: BTreeMap<String, Vec<_>> = BTreeMap::new();
    for line in text.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
        let relay: Value = serde_json::from_slice(line).unwrap();
        let fingerprint = relay["fingerprint"].as_str().unwrap().parse().unwrap();
        for vote in relay["votes"].as_array().unwrap() {
            if vote["in_vote"] == true {
                let authority = vote["authority"].as_str().unwrap().to_owned();
                by_authority.entry(authority).or_default().push((fingerprint, entry(vote)));
            }
        }
    }
    by_authority
}

fn entry(vote: &Value) -> VoteEntry {
    let flags: FlagSet =
        vote["flags"].as_array().unwrap().iter().filter_map(|flag| flag.as_str()?.parse().ok()).collect();
    let seconds = |key: &str| vote[key].as_f64().map(|days| (days * 86_400.0).round() as u64);
    let bandwidth = vote["bandwidth_kB"].as_f64().map(|thousands| (thousands * 1000.0).round() as u32);
    VoteEntry {
        flags,
        wfu_ratio: vote["wfu"].as_f64().map(|percent| percent / 100.0),
        time_known_seconds: seconds("tk_days"),
        mtbf_seconds: seconds("mtbf_days"),
        bandwidth_kilobytes_per_second: bandwidth,
        measured_kilobytes_per_second: None,
        published: vote["published"].as_str().unwrap().parse().unwrap(),
        has_ipv6: vote["v6"] == true,
    }
}

const ROUNDING: Rounding = Rounding { ratio: 0.000_5, seconds: 4320.0, kilobytes_per_second: 50.0 };

/// What the rows allow: the caps of tor, which every large network reaches, and no thresholds that
/// depend on the network.
fn thresholds() -> Thresholds {
    Thresholds {
        stable_mtbf_seconds: Some(u64::MAX),
        has_enough_mtbf: Some(true),
        guard_wfu_ratio: Some(0.98),
        guard_time_known_seconds: Some(691_200),
        ..Thresholds::default()
    }
}

fn summary(nickname: &str) -> VoteSummary {
    VoteSummary {
        nickname: nickname.to_owned(),
        identity: Fingerprint([0; 20]),
        valid_after: "2026-02-22 13:00:00".parse().unwrap(),
        published: Timestamp(0),
        address: String::new(),
        dir_port: 0,
        or_port: 0,
        contact: None,
        methods: Vec::new(),
        known_flags: ["Stable", "Guard", "HSDir", "StaleDesc", "Exit"].map(str::to_owned).into(),
        flag_thresholds: Vec::new(),
        params: Vec::new(),
        client_versions: None,
        server_versions: None,
        bandwidth_file_headers: None,
        bandwidth_file_digest: None,
        is_in_shared_random: false,
        shared_random_commits: Vec::new(),
        shared_random_reveals: Vec::new(),
        shared_random: allium_model::SharedRandom::default(),
        certificate_expires: None,
        relays: 0,
        measured_relays: 0,
        ipv6_relays: 0,
        bytes: 0,
        digest: Fingerprint([0; 20]),
        is_verified: false,
    }
}

fn print(replay: &VoteReplay) {
    for FlagReplay { flag, agreeing, expected, unexpected, near, unevaluated, .. } in &replay.flags {
        eprintln!(
            "{} {flag}: {agreeing} agree, {expected} expected, {unexpected} unexpected, {near} near, \
             {unevaluated} not evaluated",
            replay.nickname
        );
    }
}

#[test]
fn the_rules_of_stable_and_guard_are_those_of_the_authorities() {
    let Some(path) = shared("data/onionoo/2026-02-22/votes.jsonl.zst") else { return };
    let authorities = rows(&path);
    assert_eq!(authorities.len(), 9);
    for (nickname, entries) in authorities {
        let replay = replay(&summary(&nickname), &thresholds(), ROUNDING, entries);
        print(&replay);
        let of = |flag| replay.flags.iter().find(|replay| replay.flag == flag).unwrap();
        for flag in [Flag::Stable, Flag::Guard] {
            assert!(of(flag).evaluated() > 9000, "{nickname} {flag}");
            assert!(of(flag).ratio() >= Some(0.992), "{nickname} {flag}");
        }
        assert_eq!(of(Flag::HSDir).unexpected, 0, "{nickname}: HSDir without its necessary conditions");
    }
}

#[test]
fn another_bar_for_stable_would_be_seen() {
    let Some(path) = shared("data/onionoo/2026-02-22/votes.jsonl.zst") else { return };
    let entries = rows(&path).remove("gabelmoo").unwrap();
    let wrong = Thresholds { stable_mtbf_seconds: Some(4 * 86_400), ..thresholds() };
    let replay = replay(&summary("gabelmoo"), &wrong, ROUNDING, entries);
    let stable = replay.flags.iter().find(|replay| replay.flag == Flag::Stable).unwrap();
    assert!(stable.ratio() < Some(0.992) && stable.expected > 0, "{:?}", stable.ratio());
}

/// The replay of raw votes.
fn replayed(paths: &[PathBuf]) -> Vec<VoteReplay> {
    let texts: Vec<Vec<u8>> = paths.iter().map(|path| plain(path)).collect();
    let votes: Vec<_> =
        texts.iter().map(|text| parse_vote(text, &Limits::default()).unwrap().document).collect();
    let book = vote_book(votes.iter().map(|vote| (vote, VoteFacts::default())));
    replay_book(&book, Rounding::VOTE)
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

#[test]
fn fast_of_the_vote_of_2016_follows_from_its_bandwidths() {
    let Some(folder) = shared("data/collector/votes") else { return };
    let replays = replayed(&files(&folder));
    replays.iter().for_each(print);
    let of = |nickname: &str, flag| {
        let replay = replays.iter().find(|replay| replay.nickname == nickname).unwrap();
        replay.flags.iter().find(|replay| replay.flag == flag).unwrap()
    };
    let fast = of("dannenberg", Flag::Fast);
    assert_eq!((fast.evaluated(), fast.ratio()), (7961, Some(1.0)));
    // Votes of that time carry no statistics, which is neither agreement nor its absence.
    assert_eq!(of("dannenberg", Flag::Stable).unevaluated, 7283, "all but those that do not run");
    for (nickname, flag) in
        [("dannenberg", Flag::Guard), ("dannenberg", Flag::HSDir), ("maatuska", Flag::HSDir)]
    {
        assert_eq!(of(nickname, flag).unexpected, 0, "{nickname} {flag}");
    }
    // An authority remembers measurements for three days and votes only those of its newest file, so
    // that some relays are fast by a measurement that the vote does not show.
    assert!(of("maatuska", Flag::Fast).ratio() > Some(0.992), "{:?}", of("maatuska", Flag::Fast));
}
