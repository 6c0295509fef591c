//! The documents of the simulated authorities are read back with the parsers of the real ones.

#![expect(clippy::unwrap_used, reason = "what tests share fails as tests do")]

use allium_documents::Limits;
use allium_documents::dirspec::{Consensus, Flavor, Vote, parse_certificates, parse_consensus, parse_vote};
use allium_model::{Flag, Timestamp};
use allium_sim::{
    Directory, DirectoryDocument, DirectoryOptions, FaultRate, RoundExtent, SimOptions, Simulation,
};

const OPTIONS: SimOptions = SimOptions { relays: 150, days: 12, seed: 9, end: Timestamp(1_771_765_200) };

fn with_directory(faults: FaultRate, authorities: usize, check: impl Fn(&Directory<'_>)) {
    let simulation = Simulation::run(&OPTIONS);
    check(&simulation.directory(&DirectoryOptions { authorities, faults }).unwrap());
}

fn of_folder<'d>(documents: &'d [DirectoryDocument], folder: &str) -> Vec<&'d DirectoryDocument> {
    documents.iter().filter(|document| document.path.starts_with(folder)).collect()
}

fn consensus(document: &DirectoryDocument) -> Consensus<'_> {
    let parsed = parse_consensus(document.text.as_bytes(), &Limits::default()).unwrap();
    assert!(parsed.warnings.is_empty() && parsed.unknown_items.is_empty(), "{:?}", parsed.warnings);
    parsed.document
}

fn vote(document: &DirectoryDocument) -> Vote<'_> {
    let parsed = parse_vote(document.text.as_bytes(), &Limits::default()).unwrap();
    assert!(parsed.warnings.is_empty() && parsed.unknown_items.is_empty(), "{:?}", parsed.warnings);
    parsed.document
}

#[test]
fn a_quiet_round_is_read_back_without_a_warning() {
    with_directory(FaultRate::None, 9, |directory| {
        let newest = directory.rounds().next_back().unwrap();
        let documents = directory.documents(newest, RoundExtent::Everything).unwrap();
        let (ns, microdesc) =
            (of_folder(&documents, "consensuses/")[0], of_folder(&documents, "microdescs/")[0]);
        let (ns, microdesc) = (consensus(ns), consensus(microdesc));
        assert_eq!((ns.flavor, microdesc.flavor), (Flavor::Ns, Flavor::Microdesc));
        assert_eq!((ns.header.valid_after, ns.method), (OPTIONS.end, 35));
        assert_eq!((ns.authorities.len(), ns.signatures.len(), microdesc.signatures.len()), (9, 9, 9));
        assert!(ns.routers.len() > 120 && ns.routers.len() == microdesc.routers.len());
        assert!(ns.routers.windows(2).all(|pair| pair[0].fingerprint < pair[1].fingerprint));
        assert!(ns.routers.iter().all(|router| router.flags.contains(Flag::Running)));
        for (ns, microdesc) in ns.routers.iter().zip(&microdesc.routers) {
            assert_eq!(
                (ns.fingerprint, ns.flags, ns.weight),
                (microdesc.fingerprint, microdesc.flags, microdesc.weight)
            );
            assert!(ns.descriptor_digest.is_some() && microdesc.microdescriptor_digest.is_some());
        }
    });
}

#[test]
fn votes_carry_what_each_authority_knows() {
    with_directory(FaultRate::None, 9, |directory| {
        let newest = directory.rounds().next_back().unwrap();
        let documents = directory.documents(newest, RoundExtent::Everything).unwrap();
        let votes: Vec<Vote<'_>> = of_folder(&documents, "votes/").into_iter().map(vote).collect();
        assert_eq!(votes.len(), 9);
        let measuring = |vote: &&Vote<'_>| {
            vote.routers.iter().filter(|entry| entry.router.weight.measured.is_some()).count() > 100
        };
        assert_eq!(votes.iter().filter(measuring).count(), 6);
        assert_eq!(of_folder(&documents, "bandwidths/").len(), 6);
        for vote in &votes {
            assert!(vote.certificate.is_some() && vote.is_in_shared_random);
            assert_eq!((vote.shared_random_commits.len(), vote.signatures.len()), (9, 1));
            assert!(vote.routers.iter().all(|entry| entry.stats.is_some()));
            assert_eq!(vote.flag_thresholds.len(), 9);
        }
        let stats = |vote: &Vote<'_>| vote.routers[3].stats;
        assert!(votes.iter().any(|vote| stats(vote) != stats(&votes[0])), "records differ");
    });
}

#[test]
fn weights_and_measured_flags_are_the_majority_of_the_votes() {
    with_directory(FaultRate::Usual, 9, |directory| {
        let newest = directory.rounds().next_back().unwrap();
        let documents = directory.documents(newest, RoundExtent::Everything).unwrap();
        let votes: Vec<Vote<'_>> = of_folder(&documents, "votes/").into_iter().map(vote).collect();
        let consensus = consensus(of_folder(&documents, "consensuses/")[0]);
        for router in &consensus.routers {
            let entries = votes.iter().filter_map(|vote| {
                vote.routers.iter().find(|entry| entry.router.fingerprint == router.fingerprint)
            });
            let entries: Vec<_> = entries.collect();
            for flag in [Flag::Running, Flag::Fast, Flag::Stable, Flag::HSDir] {
                let count = entries.iter().filter(|entry| entry.router.flags.contains(flag)).count();
                let is_middle_only = router.flags.contains(Flag::MiddleOnly);
                assert!(is_middle_only || router.flags.contains(flag) == (count * 2 > votes.len()));
            }
            let mut measured: Vec<u32> =
                entries.iter().filter_map(|entry| entry.router.weight.measured).collect();
            measured.sort_unstable();
            if measured.len() > 2 {
                assert_eq!(router.weight.bandwidth, Some(measured[(measured.len() - 1) / 2]));
            }
            assert_eq!(router.weight.is_unmeasured, measured.len() <= 2);
        }
    });
}

#[test]
fn certificates_hold_at_every_hour_and_are_read_back() {
    with_directory(FaultRate::Usual, 9, |directory| {
        let documents = directory.certificates().unwrap();
        let text: String = documents.iter().map(|document| document.text.as_str()).collect();
        let parsed = parse_certificates(text.as_bytes(), &Limits::default()).unwrap();
        assert_eq!((parsed.warnings.len(), parsed.document.len()), (0, documents.len()));
        for round in directory.rounds().step_by(7) {
            let holds = parsed
                .document
                .iter()
                .filter(|certificate| certificate.published <= round && round < certificate.expires)
                .map(|certificate| certificate.fingerprint)
                .collect::<std::collections::BTreeSet<_>>();
            assert_eq!(holds.len(), 9, "{round}");
        }
    });
}

#[test]
fn faults_of_the_truth_are_in_the_documents() {
    with_directory(FaultRate::Frequent, 5, |directory| {
        let mut truth = Vec::new();
        directory.write_truth(&mut truth).unwrap();
        let truth: serde_json::Value = serde_json::from_slice(&truth).unwrap();
        let identity = |nickname: &serde_json::Value| {
            let authorities = truth["directory"]["authorities"].as_array().unwrap();
            let authority = authorities.iter().find(|authority| authority["nickname"] == *nickname).unwrap();
            authority["v3_identity"].as_str().unwrap().to_owned()
        };
        let mut seen = std::collections::BTreeSet::new();
        for fault in truth["directory"]["authority_faults"].as_array().unwrap() {
            let kind = fault["kind"].as_str().unwrap().to_owned();
            let start: Timestamp = fault["start"].as_str().unwrap().parse().unwrap();
            let documents = directory.documents(start, RoundExtent::Everything).unwrap();
            let Some(written) = of_folder(&documents, "consensuses/").first().copied() else { continue };
            let consensus = consensus(written);
            let is_network = fault["authority"].is_null();
            let identity = if is_network { String::new() } else { identity(&fault["authority"]) };
            let votes = of_folder(&documents, "votes/");
            let own = votes.iter().find(|document| document.path.contains(&identity)).copied();
            let has_signed =
                consensus.signatures.iter().any(|signature| signature.identity.to_string() == identity);
            let measured = |document: &DirectoryDocument| document.text.contains(" Measured=");
            match kind.as_str() {
                "offline" | "frozen" | "no_vote" => {
                    assert!(own.is_none() && !has_signed && consensus.authorities.len() == 4);
                }
                "no_signature" => assert!(own.is_some() && !has_signed && consensus.authorities.len() == 5),
                "stale_bandwidth_file" | "no_bandwidth_file" => {
                    assert!(!measured(own.unwrap()));
                    assert_eq!(vote(own.unwrap()).bandwidth_file_headers, Some(Vec::new()));
                }
                "no_shared_random" => assert_eq!(consensus.header.shared_random_current, None),
                _ => assert!(own.is_some() && has_signed),
            }
            seen.insert(kind);
        }
        assert!(seen.len() >= 7, "{seen:?}");
    });
}

#[test]
fn equal_options_give_equal_documents() {
    let documents = || {
        let simulation = Simulation::run(&OPTIONS);
        let directory = simulation.directory(&DirectoryOptions::default()).unwrap();
        directory.documents(OPTIONS.end, RoundExtent::Everything).unwrap()
    };
    assert!(documents() == documents());
}

#[test]
fn a_time_outside_the_simulation_has_no_documents() {
    with_directory(FaultRate::None, 3, |directory| {
        for time in [OPTIONS.end.plus_seconds(3600), OPTIONS.end.plus_seconds(-60), Timestamp(0)] {
            assert_eq!(directory.documents(time, RoundExtent::Consensuses).unwrap(), []);
        }
    });
}
