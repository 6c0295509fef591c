//! Detection on small simulated networks whose faults are known. The figures that count come from
//! `allium evaluate detection`.

#![expect(clippy::unwrap_used, reason = "a test may end at the first surprise")]

use allium_analysis::detection::{
    DetectionReport, Followed, FollowedRound, Story, follow, follow_authorities, judge, judge_authorities,
    judge_quiet,
};
use allium_analysis::incidents::IncidentOptions;
use allium_model::{FaultClass, LabelledFault, Timestamp};
use allium_sim::{DirectoryOptions, FaultPlan, FaultRate, SimOptions, Simulation};
use std::collections::BTreeSet;

fn simulate(plan: FaultPlan, seed: u64) -> (Vec<LabelledFault>, Story) {
    let options = SimOptions { relays: 600, days: 25, seed, end: Timestamp(1_771_765_200) };
    let simulation = Simulation::run_with(&options, plan);
    let options = DirectoryOptions { faults: FaultRate::None, ..DirectoryOptions::default() };
    let directory = simulation.directory(&options).unwrap();
    let faults = directory.labelled_faults();
    let story = follow(directory.plain_hours(), &faults, IncidentOptions::default());
    (faults, story)
}

#[test]
fn faults_of_small_networks_are_found_and_named() {
    let mut report = DetectionReport::default();
    for seed in 1..4 {
        let (faults, story) = simulate(FaultPlan::Labelled, seed);
        assert!(!faults.is_empty());
        report.join(&judge(&Followed::of(&faults, &story)));
    }
    let all = report.all();
    // Of so few relays 1 % of the weight may be three, which chance takes as well.
    assert!(all.faults >= 5 && all.found * 10 >= all.faults * 9, "{} of {}", all.found, all.faults);
    assert!(all.named * 10 >= all.found * 8, "{} of {}", all.named, all.found);
    assert!(report.wrong.len() <= 1, "{:?}", report.wrong);
}

#[test]
fn a_quiet_network_has_hardly_an_incident() {
    let (faults, story) = simulate(FaultPlan::Quiet, 1);
    assert!(faults.is_empty());
    let report = judge_quiet(&story.incidents, &story.documents);
    assert!(report.quiet_false.len() <= 1, "{:?}", report.quiet_false);
}

#[test]
fn faults_of_simulated_authorities_become_incidents_that_name_them() {
    let options = SimOptions { relays: 60, days: 12, seed: 6, end: Timestamp(1_771_765_200) };
    let simulation = Simulation::run_with(&options, FaultPlan::Quiet);
    let options = DirectoryOptions { faults: FaultRate::Frequent, ..DirectoryOptions::default() };
    let directory = simulation.directory(&options).unwrap();
    let faults = directory.authority_faults();
    let start = directory.rounds().next().unwrap();
    let mut looks = directory.probes(start.plus_seconds(300), 600).peekable();
    let mut documents = directory.plain_hours().peekable();
    let rounds = directory.round_summaries().map(|round| {
        let round = round.unwrap();
        let until = round.valid_after.plus_seconds(3600);
        FollowedRound {
            valid_after: round.valid_after,
            document: documents.next_if(|document| document.valid_after == round.valid_after),
            consensus: round.consensus,
            votes: round.votes,
            looks: std::iter::from_fn(|| looks.next_if(|look| look.at < until)).collect(),
        }
    });
    let story = follow_authorities(rounds, directory.trusted(), IncidentOptions::default()).story;
    let report = judge_authorities(&Followed::of(&faults, &story));
    for class in [FaultClass::Authority, FaultClass::Scanner, FaultClass::Consensus] {
        let score = report.class(class);
        assert!(score.faults > 0 && score.found == score.faults, "{class:?}: {score:?}");
        assert_eq!(score.named, score.found, "{class:?}");
        assert!(score.delays.iter().all(|delay| *delay <= 2), "{class:?}: {:?}", score.delays);
    }
    assert!(report.authority_right > 0 && report.authority_wrong.is_empty(), "{:?}", report.authority_wrong);
}

#[test]
fn the_networks_of_a_measurement_hold_every_class_of_fault() {
    let mut classes = BTreeSet::new();
    for seed in 101..105 {
        let options = SimOptions { relays: 1000, days: 90, seed, end: Timestamp(1_771_765_200) };
        let simulation = Simulation::run_with(&options, FaultPlan::Labelled);
        let directory = simulation.directory(&DirectoryOptions::default()).unwrap();
        let faults = [directory.labelled_faults(), directory.authority_faults()].concat();
        classes.extend(faults.iter().map(|fault| fault.class));
    }
    assert!(FaultClass::ALL.into_iter().eq(classes));
}
