//! The checks on the made-up network, and on nothing.

use super::super::{Directory, DirectoryInputs, example};
use super::{CheckName, CheckState, Outcome};
use allium_model::{ConsensusSummary, Timestamp};
use std::sync::Arc;

fn outcome(inputs: DirectoryInputs, name: CheckName) -> Outcome {
    let checks = Directory::new(inputs).report.checks;
    checks.into_iter().find(|check| check.name == name).unwrap().outcome
}

#[track_caller]
fn check(inputs: DirectoryInputs, name: CheckName, state: CheckState, evidence: &str) {
    let found = outcome(inputs, name);
    assert_eq!((found.state, found.evidence.as_str()), (state, evidence));
}

fn with_consensus(change: impl FnOnce(&mut ConsensusSummary)) -> DirectoryInputs {
    let mut inputs = example::inputs();
    change(Arc::make_mut(inputs.consensus.as_mut().unwrap()));
    inputs
}

#[test]
fn without_documents_every_check_is_unknown() {
    let directory = Directory::new(DirectoryInputs::default());
    for check in directory.report.checks {
        assert_eq!(check.outcome.state, CheckState::Unknown, "{}", check.name.name());
        assert!(check.outcome.evidence.ends_with('.'), "{}", check.name.name());
    }
}

#[test]
fn names_are_words_of_the_mails_and_each_is_one_checks() {
    let names: std::collections::BTreeSet<_> = CheckName::ALL.iter().map(|name| name.name()).collect();
    assert_eq!(names.len(), CheckName::ALL.len());
    assert!(names.iter().all(|name| name.bytes().all(|byte| byte == b'_' || byte.is_ascii_lowercase())));
}

#[test]
fn the_example_warns_of_what_is_wrong_in_it_and_of_nothing_else() {
    let directory = Directory::new(example::inputs());
    let not_passed: Vec<_> = directory
        .report
        .checks
        .iter()
        .filter(|check| check.outcome.state != CheckState::Pass)
        .map(|check| (check.name.name(), check.outcome.state))
        .collect();
    assert_eq!(
        not_passed,
        [
            ("certificate_expiration", CheckState::Warn),
            ("has_all_signatures", CheckState::Warn),
            ("voting_bandwidth_scanners", CheckState::Warn),
            ("is_recommended_versions", CheckState::Unknown),
            ("latency", CheckState::Warn),
            ("shared_random_commit_partition", CheckState::Unknown),
            ("shared_random_reveal_partition", CheckState::Unknown),
        ]
    );
}

#[test]
fn an_old_consensus_warns_and_an_expired_one_fails() {
    let state = |minutes: i64| {
        let inputs =
            DirectoryInputs { judged_at: example::NOW.plus_seconds(minutes * 60), ..example::inputs() };
        outcome(inputs, CheckName::MissingLatestConsensus).state
    };
    assert_eq!(
        [59, 60, 179, 180].map(state),
        [CheckState::Pass, CheckState::Warn, CheckState::Warn, CheckState::Fail]
    );
}

#[test]
fn signatures_below_a_majority_fail() {
    let four = with_consensus(|consensus| consensus.signatures.truncate(4));
    assert_eq!(outcome(four, CheckName::AllSignatures).state, CheckState::Fail);
    check(
        with_consensus(|_| ()),
        CheckName::AllSignatures,
        CheckState::Warn,
        "Of 8 of 9 trusted authorities the signature is there and holds; not of dizum.",
    );
}

#[test]
fn a_signature_that_does_not_hold_is_missing() {
    let broken = with_consensus(|consensus| consensus.signatures[0].is_verified = false);
    assert!(outcome(broken, CheckName::AllSignatures).evidence.contains("moria1"));
}

#[test]
fn differences_of_versions_and_parameters_are_named() {
    check(
        with_consensus(|consensus| consensus.client_versions = vec!["0.4.9.5".into(), "0.4.9.6".into()]),
        CheckName::DifferentClientVersion,
        CheckState::Warn,
        "moria1 +0.4.8.21 -0.4.9.6; tor26 +0.4.8.21 -0.4.9.6; dizum +0.4.8.21 -0.4.9.6.",
    );
    let other = with_consensus(|consensus| consensus.params.clear());
    let found = outcome(other, CheckName::ParametersMismatch);
    assert_eq!(found.state, CheckState::Warn);
    assert!(found.evidence.starts_with("moria1 circwindow=1000 bwscanner_cc=1; "), "{}", found.evidence);
    assert!(found.evidence.ends_with("; and 1 more."), "{}", found.evidence);
}

#[test]
fn an_address_that_is_not_the_trusted_one_is_a_finding() {
    check(
        with_consensus(|consensus| consensus.authorities[1].address = "203.0.113.9".into()),
        CheckName::ExpectedFingerprints,
        CheckState::Warn,
        "tor26: its address is 203.0.113.9 in the consensus, 192.0.2.2 in the list.",
    );
}

#[test]
fn a_missing_shared_random_value_is_found() {
    let state = |consensus: DirectoryInputs| outcome(consensus, CheckName::SharedRandom).state;
    assert_eq!(state(with_consensus(|c| c.shared_random.current = None)), CheckState::Warn);
    assert_eq!(
        state(with_consensus(|c| c.shared_random = allium_model::SharedRandom::default())),
        CheckState::Fail
    );
}

#[test]
fn a_quick_answer_is_no_fault_however_much_quicker_others_are() {
    let mut inputs = example::inputs();
    assert_eq!(outcome(inputs.clone(), CheckName::Latency).state, CheckState::Warn);
    for probe in &mut inputs.probes {
        probe.answer_ms = probe.answer_ms.map(|ms| ms / 100);
    }
    assert_eq!(outcome(inputs, CheckName::Latency).state, CheckState::Pass);
}

#[test]
fn probes_of_long_ago_say_nothing_of_now() {
    let inputs = DirectoryInputs { judged_at: Timestamp(example::NOW.0 + 86_400 * 3), ..example::inputs() };
    assert_eq!(outcome(inputs, CheckName::OrportReachable).state, CheckState::Unknown);
}

#[test]
fn lists_that_differ_late_in_a_phase_are_found_and_early_ones_are_not_due() {
    let at = |hours: i64| {
        let mut inputs =
            with_consensus(|consensus| consensus.valid_after = example::NOW.plus_seconds(hours * 3600));
        let votes = inputs.votes.authorities().iter().cloned().enumerate().map(|(place, mut vote)| {
            if place == 0 {
                vote.shared_random_reveals.pop();
            }
            (vote, Vec::new())
        });
        inputs.votes = Arc::new(allium_model::VoteBook::new(votes.collect()));
        outcome(inputs, CheckName::SharedRandomReveals)
    };
    assert_eq!(at(0).state, CheckState::Unknown, "13:00 is the second round of the phase");
    assert_eq!(at(8).state, CheckState::Warn, "21:00");
    assert_eq!(at(8).evidence, "moria1 lacks faravahar.");
    assert_eq!(at(11).state, CheckState::Unknown, "00:00 of the next day");
}
