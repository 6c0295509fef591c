//! Hand-made votes of five authorities.

use super::*;
use allium_model::{SharedRandom, Timestamp};

const RELAY: Fingerprint = Fingerprint([7; 20]);

fn summary(number: u8) -> VoteSummary {
    let pairs = |text: &str| {
        let pairs = text.split(' ').filter_map(|pair| pair.split_once('='));
        pairs.map(|(key, value)| (key.to_owned(), value.to_owned())).collect()
    };
    VoteSummary {
        nickname: format!("authority{number}"),
        identity: Fingerprint([number; 20]),
        valid_after: Timestamp(1_000_000),
        published: Timestamp(999_400),
        address: String::new(),
        dir_port: 0,
        or_port: 0,
        contact: None,
        methods: vec![35],
        known_flags: ["Running", "Valid", "V2Dir", "Fast", "Stable", "Guard", "HSDir"]
            .map(str::to_owned)
            .into(),
        flag_thresholds: pairs(
            "stable-mtbf=2000000 enough-mtbf=1 fast-speed=102000 guard-wfu=98.000% guard-tk=691200 \
             guard-bw-inc-exits=36000000 guard-bw-exc-exits=33000000 ignoring-advertised-bws=1",
        ),
        params: Vec::new(),
        client_versions: None,
        server_versions: None,
        bandwidth_file_headers: None,
        bandwidth_file_digest: None,
        is_in_shared_random: false,
        shared_random_commits: Vec::new(),
        shared_random_reveals: Vec::new(),
        shared_random: SharedRandom::default(),
        certificate_expires: None,
        relays: 1,
        measured_relays: u32::from(number < 3),
        ipv6_relays: u32::from(number > 1),
        bytes: 0,
        digest: Fingerprint([0; 20]),
        is_verified: true,
    }
}

fn entry(flags: &[Flag], measured: u32, mtbf_seconds: u64) -> VoteEntry {
    VoteEntry {
        flags: flags.iter().copied().collect(),
        wfu_ratio: Some(0.99),
        time_known_seconds: Some(800_000),
        mtbf_seconds: Some(mtbf_seconds),
        bandwidth_kilobytes_per_second: Some(9000),
        measured_kilobytes_per_second: Some(measured),
        published: Timestamp(990_000),
        has_ipv6: true,
    }
}

fn book(entries: &[Option<VoteEntry>; 5]) -> VoteBook {
    let votes = entries.iter().copied().enumerate().map(|(number, entry)| {
        (summary(number as u8), entry.map(|entry| (RELAY, entry)).into_iter().collect())
    });
    VoteBook::new(votes.collect())
}

const BASE: [Flag; 5] = [Flag::Running, Flag::Valid, Flag::V2Dir, Flag::Fast, Flag::Stable];

fn flag(explanation: &Explanation, flag: Flag) -> &FlagExplanation {
    explanation.flags.iter().find(|explained| explained.flag == flag).unwrap()
}

#[test]
fn the_bandwidth_that_most_authorities_measure_is_in_the_way_of_guard() {
    let slow = entry(&BASE, 2000, 500_000);
    let fast = entry(&[&BASE[..], &[Flag::Guard]].concat(), 2100, 500_000);
    let book = book(&[Some(slow), Some(slow), Some(slow), Some(fast), Some(fast)]);
    let explained = explain(&book, RELAY, Some(FlagSet::default())).unwrap();
    let guard = flag(&explained, Flag::Guard);
    assert_eq!((guard.given, guard.eligible), (Share { count: 2, of: 5 }, Share { count: 2, of: 5 }));
    assert_eq!(guard.given.short_of_majority(), 1);
    let step = guard.next_step.unwrap();
    assert_eq!(step.authorities, Share { count: 3, of: 5 });
    assert_eq!(step.missing, Some(Quantity::KilobytesPerSecond(97)));
    assert!(step.is_visible && matches!(step.kind, RequirementKind::Bandwidth(_)));
}

#[test]
fn what_is_missing_is_what_a_majority_takes() {
    let at = |measured| Some(entry(&BASE, measured, 500_000));
    let given = Some(entry(&[&BASE[..], &[Flag::Guard]].concat(), 2100, 500_000));
    let missing = |entries: [Option<VoteEntry>; 5]| {
        let explained = explain(&book(&entries), RELAY, Some(FlagSet::default())).unwrap();
        flag(&explained, Flag::Guard).next_step.unwrap().missing
    };
    // Two more are needed: the nearest lacks 47, the second 97.
    assert_eq!(
        missing([at(1500), at(2050), given, at(2000), at(1000)]),
        Some(Quantity::KilobytesPerSecond(97))
    );
    // Three are needed and two list the relay: the further of them.
    assert_eq!(missing([at(2050), None, None, at(1500), None]), Some(Quantity::KilobytesPerSecond(597)));
}

#[test]
fn a_restart_is_what_remains_when_everything_visible_is_met() {
    let relay = entry(&BASE, 5000, 500_000);
    let explained = explain(&book(&[Some(relay); 5]), RELAY, None).unwrap();
    let step = flag(&explained, Flag::HSDir).next_step.unwrap();
    assert_eq!((step.kind, step.is_visible), (RequirementKind::Uptime, false));
    assert!(step.advice().contains("96 hours"));
}

#[test]
fn a_majority_needs_no_advice() {
    let explained = explain(&book(&[Some(entry(&BASE, 5000, 500_000)); 5]), RELAY, None).unwrap();
    assert_eq!(flag(&explained, Flag::Stable).next_step, None);
    assert_eq!(flag(&explained, Flag::Stable).given, Share { count: 5, of: 5 });
}

#[test]
fn only_authorities_that_measure_or_test_are_counted() {
    let relay = entry(&BASE, 5000, 500_000);
    let explained =
        explain(&book(&[Some(relay), Some(relay), None, Some(relay), None]), RELAY, None).unwrap();
    assert_eq!(explained.listed, Share { count: 3, of: 5 });
    assert_eq!(explained.measured, Share { count: 2, of: 3 });
    assert_eq!(explained.ipv6, Share { count: 1, of: 3 });
}

#[test]
fn an_authority_that_does_not_vote_on_a_flag_is_not_in_its_denominator() {
    let relay = entry(&BASE, 5000, 500_000);
    let explained = explain(&book(&[Some(relay); 5]), RELAY, None).unwrap();
    assert_eq!(flag(&explained, Flag::Exit).given, Share { count: 0, of: 0 });
    assert_eq!(flag(&explained, Flag::Exit).next_step, None);
}

#[test]
fn a_relay_that_no_vote_lists_has_no_explanation() {
    assert_eq!(explain(&book(&[None; 5]), RELAY, None), None);
}
