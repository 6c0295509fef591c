//! How long it takes to verify a consensus of the public network, and to make one of its votes.
//!
//! `cargo bench -p allium-consensus --bench verify`; needs the shared documents, and does nothing
//! without them.

#![expect(clippy::unwrap_used, reason = "a bench without its documents has nothing to measure")]

use allium_consensus::{Certificates, TrustedAuthorities, Verification, recompute, verify_consensus};
use allium_documents::dirspec::{Flavor, Parsed, Vote, parse_certificates, parse_consensus, parse_vote};
use allium_documents::{Limits, decompress};
use divan::Bencher;
use std::path::Path;

fn main() {
    divan::main();
}

/// A document of the shared folder, unpacked.
fn document(name: &str) -> Option<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/collector");
    let packed = std::fs::read(folder.join(name)).ok()?;
    Some(decompress(&packed, &Limits::default()).ok()?.into_owned())
}

const CONSENSUS: &str = "consensuses/2026-03-22-05-00-00-consensus-microdesc.zst";
const CERTIFICATES: &str = "consensuses/2026-03-22-certs.zst";

fn certificates(bytes: &[u8]) -> Certificates {
    let mut book = Certificates::default();
    for certificate in &parse_certificates(bytes, &Limits::default()).unwrap().document {
        book.add(certificate).unwrap();
    }
    book
}

fn verify(bytes: &[u8], book: &Certificates, trusted: &TrustedAuthorities) -> Verification {
    let consensus = parse_consensus(bytes, &Limits::default()).unwrap();
    verify_consensus(bytes, &consensus.document, book, trusted)
}

/// Parse, digest, nine signatures and nine certificate chains.
#[divan::bench]
fn consensus_with_chains(bencher: Bencher<'_, '_>) {
    let (Some(bytes), Some(certs)) = (document(CONSENSUS), document(CERTIFICATES)) else { return };
    let trusted = TrustedAuthorities::builtin();
    bencher.bench(|| {
        let verification = verify(&bytes, &certificates(&certs), &trusted);
        assert_eq!(verification.trusted(), 9);
    });
}

/// The same with certificates that were checked before, as in an import.
#[divan::bench]
fn consensus_with_known_chains(bencher: Bencher<'_, '_>) {
    let (Some(bytes), Some(certs)) = (document(CONSENSUS), document(CERTIFICATES)) else { return };
    let (book, trusted) = (certificates(&certs), TrustedAuthorities::builtin());
    bencher.bench(|| assert_eq!(verify(&bytes, &book, &trusted).trusted(), 9));
}

/// Nine certificate chains alone.
#[divan::bench]
fn chains(bencher: Bencher<'_, '_>) {
    let Some(certs) = document(CERTIFICATES) else { return };
    bencher.bench(|| certificates(&certs));
}

/// A consensus of nine votes of 7,903 relays, all of them copies of one.
#[divan::bench]
fn recompute_of_nine_votes(bencher: Bencher<'_, '_>) {
    let name = "votes/2016-10-01-16-00-00-vote-0232AF901C31A04EE9848595AF9BB7620D4C5B2E-FEE63B4AB7CE5A6BDD09E9A5C4F01BD61EB7E4F1.zst";
    let Some(bytes) = document(name) else { return };
    let parsed: Parsed<Vote<'_>> = parse_vote(&bytes, &Limits::default()).unwrap();
    let votes: Vec<Vote<'_>> = (0..9)
        .map(|number| {
            let mut vote = parsed.document.clone();
            vote.authority.identity.0[0] = number;
            vote.methods = vec![28];
            vote
        })
        .collect();
    let votes: Vec<&Vote<'_>> = votes.iter().collect();
    bencher.bench(|| recompute(&votes, 9, Flavor::Ns).unwrap());
}
