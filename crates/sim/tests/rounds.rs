//! Simulated rounds are what dir-spec makes of them: signatures hold, the consensus is computed from
//! its votes, and the flags of every vote follow from what it says.

#![expect(clippy::unwrap_used, reason = "what tests share fails as tests do")]

use allium_consensus::flags::Rounding;
use allium_consensus::{
    Certificates, ConsensusFacts, RoundFacts, TrustedAuthorities, VoteFacts, authority_records,
    compare_bodies, compare_flavors, consensus_flags, hour_record, recompute, replay_book,
    summarize_consensus, unchecked_signatures, verify_consensus, verify_vote, vote_book,
};
use allium_documents::Limits;
use allium_documents::dirspec::{Vote, parse_certificates, parse_consensus, parse_vote};
use allium_model::{AuthorityRecord, RelayAttributes, RelayRecord, Timestamp};
use allium_sim::{
    Directory, DirectoryDocument, DirectoryOptions, FaultRate, RoundExtent, SimOptions, Simulation,
};
use std::collections::{BTreeSet, HashSet};

const OPTIONS: SimOptions = SimOptions { relays: 150, days: 20, seed: 5, end: Timestamp(1_771_765_200) };

/// Rounds of every kind: the first with each fault, and a few others.
fn rounds(directory: &Directory<'_>) -> Vec<Timestamp> {
    let mut kinds = HashSet::new();
    let firsts = directory.events().into_iter().filter(|event| kinds.insert(event.kind));
    let rounds = firsts.map(|event| event.from).chain(directory.rounds().step_by(131));
    rounds.collect::<BTreeSet<_>>().into_iter().collect()
}

fn with_rounds(authorities: usize, check: impl Fn(&Directory<'_>, &[DirectoryDocument])) {
    let simulation = Simulation::run(&OPTIONS);
    let options = DirectoryOptions { authorities, faults: FaultRate::Frequent };
    let directory = simulation.directory(&options).unwrap();
    for round in rounds(&directory) {
        check(&directory, &directory.documents(round, RoundExtent::Everything).unwrap());
    }
}

fn texts<'d>(documents: &'d [DirectoryDocument], folder: &str) -> Vec<&'d [u8]> {
    let of_folder = documents.iter().filter(|document| document.path.starts_with(folder));
    of_folder.map(|document| document.text.as_bytes()).collect()
}

fn votes(documents: &[DirectoryDocument]) -> Vec<Vote<'_>> {
    let texts = texts(documents, "votes/").into_iter();
    texts.map(|text| parse_vote(text, &Limits::default()).unwrap().document).collect()
}

#[test]
fn simulated_documents_are_believed_with_the_simulated_authorities_only() {
    let limits = Limits::default();
    with_rounds(9, |directory, documents| {
        let mut certificates = Certificates::default();
        for document in directory.certificates().unwrap() {
            for certificate in &parse_certificates(document.text.as_bytes(), &limits).unwrap().document {
                certificates.add(certificate).unwrap();
            }
        }
        let simulated = TrustedAuthorities::parse(&directory.authority_lines()).unwrap();
        let real = TrustedAuthorities::builtin();
        for folder in ["consensuses/", "microdescs/"] {
            for text in texts(documents, folder) {
                let consensus = parse_consensus(text, &limits).unwrap().document;
                let verified = verify_consensus(text, &consensus, &certificates, &simulated);
                assert!(verified.is_believed, "{:?}", verified.problems);
                assert_eq!(verified.trusted(), consensus.signatures.len());
                assert!(verified.trusted() >= 8);
                let refused = verify_consensus(text, &consensus, &certificates, &real);
                assert!(!refused.is_believed && refused.trusted() == 0);
            }
        }
        for text in texts(documents, "votes/") {
            let vote = parse_vote(text, &limits).unwrap().document;
            let verified = verify_vote(text, &vote, &mut certificates, &simulated);
            assert!(verified.is_believed, "{:?}", verified.problems);
            assert!(!verify_vote(text, &vote, &mut certificates, &real).is_believed);
        }
    });
}

#[test]
fn a_consensus_is_computed_from_its_votes_byte_by_byte() {
    for authorities in [9, 5] {
        with_rounds(authorities, |_, documents| {
            let votes = votes(documents);
            let votes: Vec<&Vote<'_>> = votes.iter().collect();
            for folder in ["consensuses/", "microdescs/"] {
                for text in texts(documents, folder) {
                    let published = parse_consensus(text, &Limits::default()).unwrap().document;
                    let computed = recompute(&votes, authorities, published.flavor).unwrap();
                    let differences = compare_bodies(computed.body.as_bytes(), published.signed, 5);
                    assert!(differences.is_empty(), "{} {differences:?}", published.header.valid_after);
                }
            }
        });
    }
}

#[test]
fn records_are_those_of_the_documents() {
    with_rounds(9, |directory, documents| {
        let Some(text) = texts(documents, "consensuses/").first().copied() else { return };
        let consensus = parse_consensus(text, &Limits::default()).unwrap().document;
        let votes = votes(documents);
        let book = vote_book(votes.iter().map(|vote| (vote, VoteFacts { bytes: 0, is_verified: true })));
        let mut signatures = unchecked_signatures(&consensus);
        for signature in &mut signatures {
            (signature.is_verified, signature.problem) = (true, None);
        }
        let signed = signatures.len() as u32;
        let summary =
            summarize_consensus(&consensus, ConsensusFacts { signatures, ..ConsensusFacts::default() });
        let simulated = directory.hour(summary.valid_after).unwrap();
        let expected: Vec<_> = simulated.authorities.iter().map(|record| record.identity).collect();
        let flags = consensus_flags(&consensus);
        let authorities = authority_records(RoundFacts {
            valid_after: summary.valid_after,
            consensus: Some(&summary),
            flags: &flags,
            votes: Some(&book),
            expected: &expected,
        });
        for (simulated, read) in simulated.authorities.iter().zip(&authorities) {
            let ratio = |record: &AuthorityRecord| record.agreement_ratio.map(|ratio| (ratio * 1e9).round());
            assert_eq!(ratio(simulated), ratio(read), "{} {}", read.identity, read.valid_after);
            assert_eq!(*simulated, AuthorityRecord { agreement_ratio: simulated.agreement_ratio, ..*read });
        }
        let read = hour_record(&consensus, signed, authorities);
        assert_eq!(simulated.network, read.network);
        assert_eq!(simulated.relays.len(), read.relays.len());
        for (simulated, read) in simulated.relays.iter().zip(&read.relays) {
            let RelayAttributes { nickname, address, version, .. } = simulated.attributes;
            let attributes = RelayAttributes { nickname, address, version, ..RelayAttributes::default() };
            assert_eq!(RelayRecord { attributes, ..*simulated }, *read);
        }
    });
}

#[test]
fn both_flavours_of_an_hour_agree() {
    with_rounds(3, |_, documents| {
        let (ns, microdesc) = (texts(documents, "consensuses/"), texts(documents, "microdescs/"));
        for (ns, microdesc) in ns.into_iter().zip(microdesc) {
            let ns = parse_consensus(ns, &Limits::default()).unwrap().document;
            let microdesc = parse_consensus(microdesc, &Limits::default()).unwrap().document;
            assert_eq!(compare_flavors(&ns, &microdesc), []);
        }
    });
}

#[test]
fn the_flags_of_every_vote_follow_from_what_it_says() {
    with_rounds(9, |_, documents| {
        let votes = votes(documents);
        let facts = || VoteFacts { bytes: 0, is_verified: true };
        let book = vote_book(votes.iter().map(|vote| (vote, facts())));
        for vote in replay_book(&book, Rounding::VOTE) {
            for flag in &vote.flags {
                let disagreeing = flag.expected + flag.unexpected;
                assert_eq!(disagreeing, 0, "{} {:?} {:?}", vote.nickname, flag.flag, flag.examples);
            }
        }
    });
}
