//! The consensuses of private networks are computed anew from their votes, byte by byte.

#![expect(clippy::unwrap_used, reason = "a sample that cannot be read is a broken test")]

mod common;

use allium_consensus::{compare_bodies, recompute};
use allium_documents::Limits;
use allium_documents::dirspec::{Consensus, Flavor, Parsed, Vote, parse_consensus, parse_vote};
use common::{Files, folder, samples};

fn votes_of<'a>(files: &'a Files, sample: &str, round: &str) -> Vec<Parsed<Vote<'a>>> {
    let votes = folder(files, &format!("{sample}/votes"));
    let of_round = votes.into_iter().filter(|(name, _)| name.starts_with(round));
    of_round.map(|(_, bytes)| parse_vote(bytes, &Limits::default()).unwrap()).collect()
}

#[track_caller]
fn check(files: &Files, sample: &str, authorities: usize, flavor: Flavor) -> usize {
    let name = match flavor {
        Flavor::Ns => "consensuses",
        Flavor::Microdesc => "microdesc-consensuses",
    };
    let published = folder(files, &format!("{sample}/{name}"));
    for (name, bytes) in &published {
        let consensus: Consensus<'_> = parse_consensus(bytes, &Limits::default()).unwrap().document;
        let votes = votes_of(files, sample, &name[..19]);
        let votes: Vec<&Vote<'_>> = votes.iter().map(|parsed| &parsed.document).collect();
        let computed = recompute(&votes, authorities, flavor).unwrap();
        assert_eq!(computed.method, consensus.method);
        assert_eq!(computed.relays, consensus.routers.len());
        assert_eq!(compare_bodies(computed.body.as_bytes(), consensus.signed, 5), [], "{sample} {name}");
        assert_eq!(computed.body.as_bytes(), consensus.signed);
    }
    published.len()
}

#[test]
fn every_round_of_the_private_networks_is_computed_byte_by_byte() {
    let Some(files) = samples() else { return };
    for flavor in [Flavor::Ns, Flavor::Microdesc] {
        assert_eq!(check(&files, "sample", 5, flavor), 14);
        assert_eq!(check(&files, "sample9", 9, flavor), 2);
        assert_eq!(check(&files, "sample-family", 5, flavor), 1);
    }
}
