//! The recorded rounds of a private network, in which faults were made on purpose and written down:
//! each is found from the documents alone, with its name and its time, and nothing else is.

#![expect(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "a test may end at the first surprise, and says when it cannot run"
)]

use allium_analysis::directory::faults::{Round, ScannerPast, advance, judge_round, merge};
use allium_consensus::{
    Certificates, ConsensusFacts, TrustedAuthorities, TrustedAuthority, VoteFacts, summarize_consensus,
    verify_consensus, verify_vote, vote_book,
};
use allium_documents::dirspec::{Vote, parse_consensus, parse_vote};
use allium_documents::{Limits, decompress};
use allium_model::{ConsensusSummary, Event, EventSubject, Fingerprint, Timestamp, VoteBook};
use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;
use std::path::Path;

/// Authorities of the recorded network, from TRUTH.md.
const AUTHORITIES: [(&str, &str); 5] = [
    ("alder", "CB7FE46E6342A8B4A8445800881D71A4D0ABE5EF"),
    ("birch", "A5E643E32221EDC5CA2245548C28E77F454721EF"),
    ("cedar", "6A475B09C85E2F1205755C11B83BB8C82491E643"),
    ("douglas", "472350B2073447F4A0342254518E9D5D5D1B4005"),
    ("elm", "5C5FA7333AC565DD6D68ACD0F818CA37BA833144"),
];

/// What was done, from TRUTH.md: fault, subject, from, until.
const TRUTH: [(&str, &str, &str, &str); 10] = [
    ("scanner-skewed", "birch", "13:18:40", "13:19:20"),
    ("vote-missing", "cedar", "13:19:00", "13:19:40"),
    ("vote-missing", "douglas", "13:19:40", "13:20:20"),
    ("bandwidth-file-stale", "elm", "13:20:20", "13:20:40"),
    ("signature-missing", "cedar", "13:20:40", "13:21:00"),
    ("consensus-missing", "network", "13:21:20", "13:21:40"),
    ("vote-missing", "cedar", "13:21:20", "13:21:40"),
    ("vote-missing", "douglas", "13:21:20", "13:21:40"),
    ("vote-missing", "elm", "13:21:20", "13:21:40"),
    ("not-measuring", "elm", "13:22:20", "13:22:40"),
];

/// The documents of the sample, by folder and name; none when the shared data is not there.
fn sample() -> BTreeMap<String, Vec<u8>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/tornet/samples.tar.zst");
    let Ok(bytes) = std::fs::read(&path) else {
        eprintln!("skipped: {} is not there", path.display());
        return BTreeMap::new();
    };
    let plain = decompress(&bytes, &Limits::default()).unwrap();
    let mut files = BTreeMap::new();
    for entry in tar::Archive::new(&plain[..]).entries().unwrap() {
        let mut entry = entry.unwrap();
        let name = entry.path().unwrap().to_string_lossy().into_owned();
        if let Some(name) = name.strip_prefix("sample/").filter(|_| entry.header().entry_type().is_file()) {
            let name = name.to_owned();
            let mut bytes = Vec::new();
            entry.read_to_end(&mut bytes).unwrap();
            files.insert(name, bytes);
        }
    }
    files
}

fn trusted() -> TrustedAuthorities {
    let lines: Vec<String> = AUTHORITIES
        .iter()
        .map(|(name, identity)| {
            format!("DirAuthority {name} orport=1 no-v2 v3ident={identity} 127.0.0.1:2 {identity}\n")
        })
        .collect();
    TrustedAuthorities::parse(&lines.concat()).unwrap()
}

/// Reads the documents of a folder that belong to a round.
fn of_round<'a>(files: &'a BTreeMap<String, Vec<u8>>, folder: &str, round: &str) -> Vec<&'a [u8]> {
    let prefix = format!("{folder}/{round}");
    files.iter().filter(|(name, _)| name.starts_with(&prefix)).map(|(_, bytes)| &bytes[..]).collect()
}

fn votes(documents: &[&[u8]], certificates: &mut Certificates, trusted: &TrustedAuthorities) -> VoteBook {
    let parsed: Vec<(&[u8], Vote<'_>)> = documents
        .iter()
        .map(|bytes| (*bytes, parse_vote(bytes, &Limits::default()).unwrap().document))
        .collect();
    let facts = |bytes: &[u8], vote: &Vote<'_>, certificates: &mut Certificates| {
        let verification = verify_vote(bytes, vote, certificates, trusted);
        assert!(verification.is_believed, "{:?}", verification.problems);
        VoteFacts { bytes: bytes.len() as u64, is_verified: true }
    };
    let facts: Vec<VoteFacts> = parsed.iter().map(|(bytes, vote)| facts(bytes, vote, certificates)).collect();
    vote_book(parsed.iter().map(|(_, vote)| vote).zip(facts))
}

fn consensus(document: &[u8], certificates: &Certificates, trusted: &TrustedAuthorities) -> ConsensusSummary {
    let parsed = parse_consensus(document, &Limits::default()).unwrap().document;
    let verification = verify_consensus(document, &parsed, certificates, trusted);
    let facts = ConsensusFacts { signatures: verification.summary(), ..ConsensusFacts::default() };
    summarize_consensus(&parsed, facts)
}

fn named(event: &Event) -> (String, String, String, String) {
    let subject = match event.subject {
        EventSubject::Authority(identity) => {
            let found = AUTHORITIES.iter().find(|(_, known)| identity.to_string() == **known);
            found.map_or("somebody", |(name, _)| name).to_owned()
        }
        _ => "network".to_owned(),
    };
    let clock = |time: Timestamp| time.to_string()[11..].to_owned();
    let until = event.until.map_or_else(|| "still".to_owned(), clock);
    (event.kind.name().to_owned(), subject, clock(event.from), until)
}

#[test]
fn every_fault_of_the_recorded_network_is_found_and_nothing_else() {
    let files = sample();
    if files.is_empty() {
        return;
    }
    let trusted = trusted();
    let names: Vec<(Fingerprint, String)> = trusted
        .entries()
        .iter()
        .map(|entry: &TrustedAuthority| (entry.identity, entry.nickname.clone()))
        .collect();
    let mut certificates = Certificates::default();
    let mut previous: Option<ConsensusSummary> = None;
    let mut events: Vec<Event> = Vec::new();
    for step in 0..15 {
        let valid_after = Timestamp("2026-11-20 13:18:00".parse::<Timestamp>().unwrap().0 + step * 20);
        let round = valid_after.to_string().replace([' ', ':'], "-");
        let votes = votes(&of_round(&files, "votes", &round), &mut certificates, &trusted);
        let documents = of_round(&files, "consensuses", &round);
        let made = documents.first().map(|bytes| consensus(bytes, &certificates, &trusted));
        let judgements = judge_round(&Round {
            valid_after,
            consensus: made.as_ref(),
            previous: previous.as_ref(),
            votes: &votes,
            trusted: &names,
            scanners: &BTreeSet::new(),
            past: &ScannerPast::default(),
            missed: u32::from(made.is_none()),
        });
        let written = advance(&events, &judgements);
        merge(&mut events, written);
        previous = made.or(previous);
    }
    let found: BTreeSet<_> = events.iter().map(named).collect();
    let owned = |(kind, subject, from, until): &(&str, &str, &str, &str)| {
        ((*kind).to_owned(), (*subject).to_owned(), (*from).to_owned(), (*until).to_owned())
    };
    let expected: BTreeSet<_> = TRUTH.iter().map(owned).collect();
    assert_eq!(found, expected);
    assert_eq!(events.len(), found.len());
}
