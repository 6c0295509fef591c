//! Consensuses, votes, certificates and signatures of the real network and of private ones.

#![expect(clippy::unwrap_used, reason = "what tests share fails as tests do")]

mod support;

use allium_documents::Limits;
use allium_documents::dirspec::{
    Consensus, DocumentKind, Ed25519Listing, Flavor, Parsed, Vote, parse_certificates, parse_consensus,
    parse_vote,
};
use allium_model::Flag;
use support::{private_networks, real, real_folder};

fn consensus(bytes: &[u8]) -> Consensus<'_> {
    sound(parse_consensus(bytes, &Limits::default()).unwrap())
}

fn vote(bytes: &[u8]) -> Vote<'_> {
    sound(parse_vote(bytes, &Limits::default()).unwrap())
}

/// A document in which nothing was unknown and nothing had to be left out.
fn sound<D>(parsed: Parsed<D>) -> D {
    assert_eq!(parsed.warnings, []);
    assert_eq!(parsed.unknown_items, std::collections::BTreeMap::new());
    parsed.document
}

fn lines_with(bytes: &[u8], start: &str) -> usize {
    bytes.split(|byte| *byte == b'\n').filter(|line| line.starts_with(start.as_bytes())).count()
}

/// Numbers of a consensus that a search for lines gives too.
fn check_against_lines(bytes: &[u8], consensus: &Consensus<'_>) {
    let routers = &consensus.routers;
    let count = |has: fn(&allium_documents::dirspec::Router<'_>) -> bool| {
        routers.iter().filter(|router| has(router)).count()
    };
    assert_eq!(routers.len(), lines_with(bytes, "r "));
    assert_eq!(
        routers.iter().map(|router| router.or_addresses.len()).sum::<usize>(),
        lines_with(bytes, "a ")
    );
    assert_eq!(count(|router| router.version.is_some()), lines_with(bytes, "v "));
    assert_eq!(count(|router| router.protocols.is_some()), lines_with(bytes, "pr "));
    assert_eq!(count(|router| router.exit_ports.is_some()), lines_with(bytes, "p "));
    assert_eq!(count(|router| router.microdescriptor_digest.is_some()), lines_with(bytes, "m "));
    assert_eq!(count(|router| router.weight.bandwidth.is_some()), lines_with(bytes, "w Bandwidth="));
    assert_eq!(consensus.authorities.len(), lines_with(bytes, "dir-source "));
    assert_eq!(consensus.signatures.len(), lines_with(bytes, "directory-signature "));
}

#[test]
fn every_line_of_the_shared_consensuses_is_reached() {
    for (name, bytes) in real_folder("collector/consensuses") {
        if name.contains("certs") {
            continue;
        }
        let consensus = consensus(&bytes);
        check_against_lines(&bytes, &consensus);
        let kind = DocumentKind::of(&bytes);
        assert_eq!(kind == Some(DocumentKind::MicrodescConsensus), consensus.flavor == Flavor::Microdesc);
        assert!(
            name.starts_with(&consensus.header.valid_after.to_string().replace([' ', ':'], "-")),
            "{name}"
        );
        assert!(consensus.signed.starts_with(b"network-status-version 3"));
        assert!(consensus.signed.ends_with(b"\ndirectory-signature "));
        assert!(consensus.routers.iter().all(|router| router.unknown_flags.is_empty()), "{name}");
    }
}

#[test]
fn a_consensus_of_the_real_network_is_read_whole() {
    let Some(bytes) = real("collector/consensuses/2026-03-22-05-00-00-consensus-microdesc.zst") else {
        return;
    };
    let consensus = consensus(&bytes);
    assert_eq!(
        (consensus.routers.len(), consensus.authorities.len(), consensus.signatures.len()),
        (9_637, 9, 9)
    );
    assert_eq!(consensus.header.valid_until.seconds_since(consensus.header.valid_after), 3 * 3600);
    let guards = consensus.routers.iter().filter(|router| router.flags.contains(Flag::Guard)).count();
    assert!(guards > 3_000, "{guards}");
    assert_eq!(consensus.bandwidth_weights.len(), 19);
}

#[test]
fn every_line_of_the_votes_of_2016_is_reached() {
    for (name, bytes) in real_folder("collector/votes") {
        let vote = vote(&bytes);
        assert_eq!(vote.routers.len(), lines_with(&bytes, "r "), "{name}");
        let keyed =
            vote.routers.iter().filter(|entry| matches!(entry.ed25519, Ed25519Listing::Key(_))).count();
        assert_eq!(keyed, lines_with(&bytes, "id ed25519 ") - lines_with(&bytes, "id ed25519 none"));
        let microdescriptors: usize = vote.routers.iter().map(|entry| entry.microdescriptors.len()).sum();
        assert_eq!(microdescriptors, lines_with(&bytes, "m "));
        let certificate = vote.certificate.unwrap();
        let certificates = sound(parse_certificates(certificate.as_bytes(), &Limits::default()).unwrap());
        assert_eq!(certificates[0].fingerprint, vote.authority.identity);
        assert_eq!(certificates[0].text, certificate);
        assert_eq!((vote.signatures.len(), vote.signatures[0].identity), (1, vote.authority.identity));
    }
}

#[test]
fn the_shared_certificates_are_read_one_by_one() {
    for (name, bytes) in real_folder("collector/consensuses") {
        if name.contains("certs") {
            let certificates = sound(parse_certificates(&bytes, &Limits::default()).unwrap());
            assert_eq!(certificates.len(), lines_with(&bytes, "dir-key-certificate-version "), "{name}");
            assert!(certificates.iter().all(|certificate| certificate.crosscert.is_some()));
        }
    }
}

#[test]
fn every_document_of_private_networks_is_read_whole() {
    let mut counts = [0; 3];
    for (path, bytes) in private_networks() {
        if path.contains("consensuses/") || path.contains("per-authority/") {
            check_against_lines(&bytes, &consensus(&bytes));
            counts[0] += 1;
        } else if path.contains("votes/") {
            let vote = vote(&bytes);
            assert_eq!(vote.routers.len(), lines_with(&bytes, "r "));
            assert!(vote.routers.iter().all(|entry| entry.stats.is_some()));
            assert_eq!(vote.shared_random_commits.len(), lines_with(&bytes, "shared-rand-commit "));
            assert!(vote.bandwidth_file_headers.is_some() && vote.is_in_shared_random);
            counts[1] += 1;
        } else if path.contains("certs/") {
            let certificates = sound(parse_certificates(&bytes, &Limits::default()).unwrap());
            assert_eq!(certificates[0].text.as_bytes().last(), bytes.last());
            counts[2] += 1;
        }
    }
    println!("{counts:?} consensuses, votes and certificates");
    assert!(counts == [0; 3] || counts.iter().all(|count| *count > 4), "{counts:?}");
}
