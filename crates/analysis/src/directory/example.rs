//! A made-up network of nine authorities with thirty days of history, for tests and for looking at
//! pages. Equal every time; nothing of it was measured.
//!
//! One authority (`longclaw`) measures no bandwidth, one (`faravahar`) was away for two days and
//! answers slowly, one (`bastet`) has a certificate that expires soon, one (`maatuska`) voted without
//! measurements in the newest round.

use super::{ConsensusRelay, DirectoryInputs, TrustedAuthority};
use allium_consensus::{ConsensusDiff, DiffRelay, DiffSide};
use allium_model::{
    AuthorityProbe, AuthorityRecord, BandwidthWeight, ConsensusSignature, ConsensusSummary, Event, EventKind,
    EventSubject, Fingerprint, Flag, FlagSet, ListedAuthority, NetworkRecord, ProbeOutcome, Severity,
    SharedRandom, Timestamp, VoteBook, VoteEntry, VoteSummary,
};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;

/// Start of validity of the newest consensus: 2026-02-22 13:00.
pub const NOW: Timestamp = Timestamp(1_771_765_200);

const HOUR: i64 = 3600;
const ROUNDS: i64 = 30 * 24;
const RELAYS: u32 = 300;
const NAMES: [&str; 9] =
    ["moria1", "tor26", "dizum", "gabelmoo", "dannenberg", "maatuska", "longclaw", "bastet", "faravahar"];

/// Hours before [`NOW`] for which no consensus was made.
const MISSING: [i64; 2] = [200, 201];

/// A number that looks like chance, 0 to 1, for two numbers.
fn chance(left: u64, right: u64) -> f64 {
    let mut mixed = left.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ right.wrapping_mul(0xC2B2_AE3D_27D4_EB4F);
    mixed ^= mixed >> 29;
    mixed = mixed.wrapping_mul(0xBF58_476D_1CE4_E5B9);
    mixed ^= mixed >> 32;
    (mixed >> 11) as f64 / (1_u64 << 53) as f64
}

fn identity(authority: usize) -> Fingerprint {
    Fingerprint([0xA0 + authority as u8; 20])
}

fn relay(number: u32) -> Fingerprint {
    let mut bytes = [0x11; 20];
    bytes[..4].copy_from_slice(&number.to_be_bytes());
    Fingerprint(bytes)
}

/// The example's inputs.
pub fn inputs() -> DirectoryInputs {
    let hours = || (0..ROUNDS).rev().filter(|back| !MISSING.contains(back));
    DirectoryInputs {
        judged_at: NOW.plus_seconds(20 * 60),
        consensus: Some(Arc::new(consensus(NOW))),
        previous: Some(Arc::new(consensus(NOW.plus_seconds(-HOUR)))),
        relays: Arc::new((0..RELAYS).map(consensus_relay).collect()),
        diff: Some(Arc::new(diff())),
        votes: Arc::new(VoteBook::new((0..NAMES.len()).map(vote).collect())),
        network: hours().map(network).collect(),
        rounds: hours().flat_map(|back| (0..NAMES.len()).map(move |at| round(at, back))).collect(),
        probes: (0..ROUNDS * 2)
            .rev()
            .flat_map(|back| (0..NAMES.len()).map(move |at| probe(at, back)))
            .collect(),
        events: events(),
        trusted: (0..NAMES.len()).map(trusted).collect(),
        ..DirectoryInputs::default()
    }
}

/// In the hour before, one relay was not there, one more was, and one had no Guard and less weight.
fn diff() -> ConsensusDiff {
    let side = |time: Timestamp, numbers: std::ops::Range<u32>, weaker: u32| {
        let relays = numbers.map(|number| DiffRelay {
            fingerprint: relay(number),
            nickname: None,
            flags: flags(number, 0).iter().filter(|flag| number != weaker || *flag != Flag::Guard).collect(),
            weight: Some(weight(number) / if number == weaker { 2 } else { 1 }),
            version: None,
        });
        DiffSide::new(time, Some(consensus(time)), relays.collect())
    };
    ConsensusDiff::between(&side(NOW.plus_seconds(-HOUR), 1..RELAYS + 1, 30), &side(NOW, 0..RELAYS, RELAYS))
}

fn is_away(authority: usize, back: i64) -> bool {
    authority == 8 && (400..448).contains(&back)
}

fn measures(authority: usize, back: i64) -> bool {
    !(authority == 6 || authority == 5 && back == 0)
}

fn flags(number: u32, voter: u64) -> FlagSet {
    let wobbles = |flag: Flag| chance(u64::from(number) * 31 + flag as u64, voter) < 0.02;
    let has = |flag: Flag| match flag {
        Flag::Running | Flag::Valid | Flag::V2Dir => true,
        Flag::Fast => !number.is_multiple_of(10),
        Flag::Stable => number % 5 != 1,
        Flag::Guard => number.is_multiple_of(3),
        Flag::Exit => number.is_multiple_of(4),
        Flag::HSDir => number % 5 > 1,
        Flag::Authority => number < NAMES.len() as u32,
        _ => false,
    };
    Flag::ALL.into_iter().filter(|flag| has(*flag) != (voter > 0 && has(*flag) && wobbles(*flag))).collect()
}

fn weight(number: u32) -> u32 {
    500 + (chance(u64::from(number), 77) * 40_000.0) as u32
}

fn consensus_relay(number: u32) -> ConsensusRelay {
    ConsensusRelay {
        fingerprint: relay(number),
        flags: flags(number, 0),
        weight: Some(weight(number)),
        is_measured: Some(!number.is_multiple_of(50)),
    }
}

fn entry(authority: usize, number: u32) -> VoteEntry {
    let skew = if authority == 4 { 1.6 } else { 0.9 + 0.05 * authority as f64 };
    let noise = 0.7 + 0.6 * chance(u64::from(number), authority as u64 + 100);
    let measured = (f64::from(weight(number)) * skew * noise) as u32;
    VoteEntry {
        flags: flags(number, authority as u64 + 1),
        wfu_ratio: Some(0.99),
        time_known_seconds: Some(900_000),
        mtbf_seconds: Some(1_000_000),
        bandwidth_kilobytes_per_second: Some(weight(number)),
        measured_kilobytes_per_second: (measures(authority, 0) && !number.is_multiple_of(50))
            .then_some(measured),
        published: NOW.plus_seconds(-10 * HOUR),
        has_ipv6: authority != 6 && number.is_multiple_of(2),
    }
}

fn vote(authority: usize) -> (VoteSummary, Vec<(Fingerprint, VoteEntry)>) {
    let entries: Vec<_> = (0..RELAYS).map(|number| (relay(number), entry(authority, number))).collect();
    let measured = entries.iter().filter(|(_, entry)| entry.measured_kilobytes_per_second.is_some()).count();
    let ipv6 = entries.iter().filter(|(_, entry)| entry.has_ipv6).count();
    let seen: Vec<Fingerprint> = (0..NAMES.len()).map(identity).collect();
    let summary = VoteSummary {
        nickname: NAMES[authority].into(),
        identity: identity(authority),
        valid_after: NOW,
        published: NOW.plus_seconds(-600 - authority as i64 % 2),
        address: format!("192.0.2.{}", authority + 1),
        dir_port: 80,
        or_port: 443,
        contact: Some(format!("{} operators <tor at example dot org>", NAMES[authority])),
        methods: (32..=35).collect(),
        known_flags: Flag::ALL.map(|flag| flag.name().to_owned()).into(),
        flag_thresholds: thresholds(authority),
        params: vec![("circwindow".into(), 1000), ("bwscanner_cc".into(), 1)],
        client_versions: (authority < 3).then(|| "0.4.8.21,0.4.9.5".into()),
        server_versions: (authority < 3).then(|| "0.4.8.21,0.4.9.5".into()),
        bandwidth_file_headers: measures(authority, 0).then(|| {
            vec![
                ("software".into(), "sbws".into()),
                ("software_version".into(), "2.0.0".into()),
                ("timestamp".into(), (NOW.0 - 2000).to_string()),
            ]
        }),
        bandwidth_file_digest: None,
        is_in_shared_random: true,
        shared_random_commits: seen.clone(),
        shared_random_reveals: seen,
        shared_random: SharedRandom::default(),
        certificate_expires: Some(certificate_expires(authority)),
        relays: RELAYS,
        measured_relays: measured as u32,
        ipv6_relays: ipv6 as u32,
        bytes: 4_000_000,
        digest: Fingerprint([authority as u8; 20]),
        is_verified: true,
    };
    (summary, entries)
}

fn thresholds(authority: usize) -> Vec<(String, String)> {
    let mut pairs = vec![
        ("stable-uptime".to_owned(), (780_000 + 1_000 * authority).to_string()),
        ("stable-mtbf".to_owned(), (1_340_000 + 5_000 * authority).to_string()),
        ("fast-speed".to_owned(), "102000".to_owned()),
        ("guard-wfu".to_owned(), "98.000%".to_owned()),
        ("guard-tk".to_owned(), "691200".to_owned()),
        ("guard-bw-inc-exits".to_owned(), "36000000".to_owned()),
        ("guard-bw-exc-exits".to_owned(), "33000000".to_owned()),
        ("enough-mtbf".to_owned(), "1".to_owned()),
    ];
    if authority > 0 {
        pairs.push(("hsdir-wfu".to_owned(), "98.000%".to_owned()));
        pairs.push(("hsdir-tk".to_owned(), "90000".to_owned()));
    }
    pairs
}

fn certificate_expires(authority: usize) -> Timestamp {
    NOW.plus_seconds(86_400 * if authority == 7 { 12 } else { 90 + 10 * authority as i64 })
}

fn listed(authority: usize) -> ListedAuthority {
    ListedAuthority {
        nickname: NAMES[authority].into(),
        identity: identity(authority),
        address: format!("192.0.2.{}", authority + 1),
        hostname: format!("192.0.2.{}", authority + 1),
        dir_port: 80,
        or_port: 443,
        contact: None,
        vote_digest: Some(Fingerprint([authority as u8; 20]).to_string()),
    }
}

fn consensus(valid_after: Timestamp) -> ConsensusSummary {
    let relays: Vec<ConsensusRelay> = (0..RELAYS).map(consensus_relay).collect();
    let count = |flag| relays.iter().filter(|relay| relay.flags.contains(flag)).count() as u32;
    let versions = || vec!["0.4.8.21".to_owned(), "0.4.9.5".to_owned()];
    ConsensusSummary {
        flavor: "microdesc",
        method: 35,
        valid_after,
        fresh_until: valid_after.plus_seconds(HOUR),
        valid_until: valid_after.plus_seconds(3 * HOUR),
        vote_delay_seconds: 300,
        dist_delay_seconds: 300,
        known_flags: Flag::ALL.map(|flag| flag.name().to_owned()).into(),
        client_versions: versions(),
        server_versions: versions(),
        protocols: vec![("recommended-client-protocols", "Cons=2 Desc=2".into())],
        params: vec![("bwscanner_cc".into(), 1), ("circwindow".into(), 1000)],
        shared_random: SharedRandom {
            previous: Some((9, "previous".into())),
            current: Some((9, "current".into())),
        },
        bandwidth_weights: vec![BandwidthWeight { name: "Wgg".into(), value: 5800 }],
        authorities: (0..NAMES.len()).map(listed).collect(),
        signatures: (0..NAMES.len())
            .filter(|authority| *authority != 2)
            .map(|authority| ConsensusSignature {
                identity: identity(authority),
                nickname: Some(NAMES[authority].into()),
                is_verified: true,
                is_trusted: true,
                problem: None,
            })
            .collect(),
        relays: RELAYS,
        flag_counts: Flag::ALL.map(count),
        total_weight: relays.iter().filter_map(|relay| relay.weight).map(u64::from).sum(),
        unmeasured_relays: 6,
        bytes: 3_400_000,
        digest: Some([1; 32]),
        unknown_items: 0,
    }
}

fn network(back: i64) -> NetworkRecord {
    NetworkRecord {
        valid_after: NOW.plus_seconds(-back * HOUR),
        relays: RELAYS - (back % 7) as u32,
        weight: 6_000_000 + (back % 24) as u64 * 1_000,
        method: 35,
        authorities: if is_away(8, back) { 8 } else { 9 },
        signatures: if is_away(8, back) { 8 } else { 9 },
        ..NetworkRecord::default()
    }
}

fn round(authority: usize, back: i64) -> AuthorityRecord {
    let is_here = !is_away(authority, back);
    let is_measuring = is_here && measures(authority, back);
    let wave = 1.0 + 0.03 * chance(authority as u64, back as u64);
    AuthorityRecord {
        identity: identity(authority),
        valid_after: NOW.plus_seconds(-back * HOUR),
        is_counted: Some(is_here),
        is_signed: Some(is_here && (authority != 2 || back > 0)),
        is_vote_seen: Some(is_here),
        relays: is_here.then_some(RELAYS),
        running_relays: is_here.then_some(RELAYS - 2),
        measured_relays: is_here.then_some(if is_measuring { 294 } else { 0 }),
        measured_sum_kilobytes_per_second: is_measuring.then_some((6_000_000.0 * wave) as u64),
        bandwidth_file_age_seconds: is_measuring.then_some(1800),
        has_bandwidth_file: is_here.then_some(is_measuring),
        agreement_ratio: is_here.then(|| 0.985 - 0.01 * chance(authority as u64 + 9, back as u64)),
        certificate_expires: is_here.then(|| certificate_expires(authority)),
    }
}

fn probe(authority: usize, back: i64) -> AuthorityProbe {
    let away = is_away(authority, back / 2);
    let base = if authority == 8 { 1400.0 } else { 40.0 + 30.0 * authority as f64 };
    let answer = (base * (0.8 + 0.6 * chance(authority as u64, back as u64 + 5))) as u32;
    let at = NOW.plus_seconds(20 * 60 - back * HOUR / 2);
    let round = Timestamp(at.0 - at.0.rem_euclid(HOUR));
    AuthorityProbe {
        identity: identity(authority),
        at,
        outcome: if away { ProbeOutcome::TimedOut } else { ProbeOutcome::Answered },
        connect_ms: (!away).then_some(answer / 2),
        answer_ms: (!away).then_some(answer),
        consensus_valid_after: (!away).then_some(round),
        vote_valid_after: (!away).then_some(round),
        clock_skew_seconds: (!away).then_some(i64::from(authority == 3)),
        voters: Vec::new(),
        problem: away.then(|| "no answer within 10 s".into()),
    }
}

fn event(
    kind: EventKind,
    subject: EventSubject,
    severity: Severity,
    hours: (i64, Option<i64>),
    evidence: &str,
) -> Event {
    let back = |hours: i64| NOW.plus_seconds(-hours * HOUR);
    Event {
        kind,
        subject,
        severity,
        from: back(hours.0),
        until: hours.1.map(back),
        evidence: evidence.into(),
    }
}

fn events() -> Vec<Event> {
    let of = |authority| EventSubject::Authority(identity(authority));
    vec![
        event(
            EventKind::VoteMissing,
            of(8),
            Severity::Warning,
            (447, Some(399)),
            "No vote of faravahar in 48 rounds.",
        ),
        event(
            EventKind::AuthorityTimeout,
            of(8),
            Severity::Warning,
            (447, Some(399)),
            "96 probes in a row got no answer.",
        ),
        event(
            EventKind::ConsensusMissing,
            EventSubject::Network,
            Severity::Critical,
            (201, Some(199)),
            "No consensus was made for two hours.",
        ),
        event(
            EventKind::CertificateExpiring,
            of(7),
            Severity::Warning,
            (48, None),
            "The certificate of bastet expires in 12 days.",
        ),
        event(
            EventKind::SignatureMissing,
            of(2),
            Severity::Notice,
            (0, None),
            "The consensus lacks the signature of dizum.",
        ),
        event(
            EventKind::NotMeasuring,
            of(5),
            Severity::Warning,
            (0, None),
            "The vote of maatuska has no measurements.",
        ),
    ]
}

fn trusted(authority: usize) -> TrustedAuthority {
    let address = IpAddr::V4(Ipv4Addr::new(192, 0, 2, authority as u8 + 1));
    TrustedAuthority {
        nickname: NAMES[authority].into(),
        identity: identity(authority),
        dir_address: Some(SocketAddr::new(address, 80)),
        or_port: Some(443),
        ipv6_address: None,
        relay: Some(relay(authority as u32)),
    }
}
