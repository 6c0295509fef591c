//! The report on authorities from whole documents: three rounds of a simulated network of five
//! authorities, one of which (`erica`) did not vote at 05:00 and measures like the others.

#![expect(clippy::unwrap_used, reason = "a test may end at the first surprise")]

use allium_analysis::directory::checks::{CheckName, CheckState};
use allium_analysis::directory::{ConsensusRelay, Directory, DirectoryInputs, TrustedAuthority};
use allium_consensus::{
    Certificates, ConsensusFacts, RoundFacts, TrustedAuthorities, VoteFacts, authority_records,
    consensus_flags, hour_record, summarize_consensus, summarize_vote, verify_consensus, verify_vote,
};
use allium_documents::Limits;
use allium_documents::dirspec::{parse_certificates, parse_consensus, parse_vote};
use allium_model::{AuthorityRecord, ConsensusSummary, Fingerprint, NetworkRecord, Timestamp, VoteBook};
use std::path::{Path, PathBuf};
use std::sync::Arc;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/collector")
}

/// The documents of a folder whose names begin with a text, in order.
fn documents(name: &str, prefix: &str) -> Vec<Vec<u8>> {
    let folder = folder().join("recent/relay-descriptors").join(name);
    let mut paths: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.file_name().unwrap().to_string_lossy().starts_with(prefix));
    paths.sort();
    paths.iter().map(|path| std::fs::read(path).unwrap()).collect()
}

fn certificates() -> Certificates {
    let mut certificates = Certificates::default();
    for file in documents("certs", "") {
        for certificate in &parse_certificates(&file, &Limits::default()).unwrap().document {
            let _ = certificates.add(certificate);
        }
    }
    certificates
}

struct Round {
    summary: ConsensusSummary,
    relays: Vec<ConsensusRelay>,
    votes: VoteBook,
    network: NetworkRecord,
    records: Vec<AuthorityRecord>,
}

fn round(name: &str, trusted: &TrustedAuthorities) -> Round {
    let mut certificates = certificates();
    let bytes = documents("microdescs/consensus-microdesc", name).remove(0);
    let parsed = parse_consensus(&bytes, &Limits::default()).unwrap().document;
    let verification = verify_consensus(&bytes, &parsed, &certificates, trusted);
    let facts = ConsensusFacts {
        bytes: bytes.len() as u64,
        signatures: verification.summary(),
        ..ConsensusFacts::default()
    };
    let summary = summarize_consensus(&parsed, facts);
    let votes = documents("votes", name)
        .iter()
        .map(|bytes| {
            let vote = parse_vote(bytes, &Limits::default()).unwrap().document;
            let is_verified = verify_vote(bytes, &vote, &mut certificates, trusted).is_believed;
            summarize_vote(&vote, VoteFacts { bytes: bytes.len() as u64, is_verified })
        })
        .collect();
    let votes = VoteBook::new(votes);
    let expected: Vec<Fingerprint> = trusted.entries().iter().map(|entry| entry.identity).collect();
    let records = authority_records(RoundFacts {
        valid_after: summary.valid_after,
        consensus: Some(&summary),
        flags: &consensus_flags(&parsed),
        votes: Some(&votes),
        expected: &expected,
    });
    let hour = hour_record(&parsed, verification.trusted() as u32, Vec::new());
    let relays = hour.relays.iter().map(ConsensusRelay::from).collect();
    Round { relays, network: hour.network, summary, votes, records }
}

/// The report as it was twenty minutes after a round, with the rounds up to it as history.
fn report(names: &[&str]) -> Directory {
    let text = std::fs::read_to_string(folder().join("authorities")).unwrap();
    let trusted = TrustedAuthorities::parse(&text).unwrap();
    let mut rounds: Vec<Round> = names.iter().map(|name| round(name, &trusted)).collect();
    let history = rounds.iter().flat_map(|round| round.records.clone()).collect();
    let network = rounds.iter().map(|round| round.network).collect();
    let newest = rounds.pop().unwrap();
    Directory::new(DirectoryInputs {
        judged_at: newest.summary.valid_after.plus_seconds(1200),
        consensus: Some(Arc::new(newest.summary)),
        relays: Arc::new(newest.relays),
        votes: Arc::new(newest.votes),
        network,
        rounds: history,
        trusted: trusted
            .entries()
            .iter()
            .map(|entry| TrustedAuthority {
                nickname: entry.nickname.clone(),
                identity: entry.identity,
                dir_address: None,
                or_port: None,
                ipv6_address: None,
                relay: None,
            })
            .collect(),
        ..DirectoryInputs::default()
    })
}

fn state(directory: &Directory, name: CheckName) -> (CheckState, &str) {
    let check = directory.report.checks.iter().find(|check| check.name == name).unwrap();
    (check.outcome.state, check.outcome.evidence.as_str())
}

#[test]
fn a_vote_that_is_missing_is_named_and_nobody_else_is() {
    let directory = report(&["2026-02-21-04", "2026-02-21-05"]);
    let (votes, evidence) = state(&directory, CheckName::SameVotes);
    assert_eq!(votes, CheckState::Warn);
    assert_eq!(evidence, "Of 4 of 5 trusted authorities the vote is counted; not of erica.");
    let erica = directory.report.authorities.iter().find(|one| one.nickname == "erica").unwrap();
    assert_eq!(erica.participation.is_vote_seen, Some(false));
    assert!(erica.is_scanner, "it measured the hour before, so it is a scanner without a vote");
    assert_eq!(erica.participation.is_measuring, None);
    assert_eq!(directory.report.agreement.authorities.len(), 4);
}

#[test]
fn of_a_round_without_faults_only_the_parameter_of_one_authority_is_named() {
    let directory = report(&["2026-02-21-04", "2026-02-21-05", "2026-02-21-06"]);
    let bad: Vec<_> = directory
        .report
        .checks
        .iter()
        .filter(|check| matches!(check.outcome.state, CheckState::Warn | CheckState::Fail))
        .map(|check| (check.name.name(), check.outcome.evidence.as_str()))
        .collect();
    assert_eq!(bad, [("vote_parameters_mismatch_consensus", "abelia UseOptimisticData=1.")]);
    assert_eq!(directory.report.impact.counted, Some(5));
    assert_eq!(directory.report.impact.majority, 3);
}

#[test]
fn scanners_of_whole_documents_lie_around_the_consensus() {
    let directory = report(&["2026-02-21-06"]);
    let scanners = &directory.report.scanners.scanners;
    assert_eq!(scanners.len(), 4, "dahlia has no scanner");
    for scanner in scanners {
        let median = scanner.ratio.unwrap().median;
        assert!((0.5..2.0).contains(&median), "{} {median}", scanner.nickname);
        assert_eq!(scanner.sum_to_own_median, None, "one round is no past");
    }
    let dahlia = directory.report.authorities.iter().find(|one| one.nickname == "dahlia").unwrap();
    assert_eq!((dahlia.is_scanner, dahlia.participation.is_measuring), (false, None));
}

#[test]
fn every_vote_of_a_round_knows_of_every_other() {
    let state = report(&["2026-02-21-06"]).report.shared_random.unwrap();
    assert_eq!(state.groups.len(), 1);
    assert_eq!((state.phase.name(), state.round), ("commit", 7));
    assert_eq!(state.next_phase, Timestamp(1_771_675_200), "2026-02-21 12:00:00");
}
