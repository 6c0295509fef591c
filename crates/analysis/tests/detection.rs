//! Detection on small simulated networks whose faults are known. The figures that count come from
//! `allium evaluate detection`.

#![expect(clippy::unwrap_used, reason = "a test may end at the first surprise")]

use allium_analysis::detection::{DetectionReport, Followed, Story, follow, judge, judge_quiet};
use allium_analysis::incidents::IncidentOptions;
use allium_model::{LabelledFault, Timestamp};
use allium_sim::{DirectoryOptions, FaultPlan, FaultRate, SimOptions, Simulation};

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
        let (incidents, documents) = (&story.incidents[..], &story.documents[..]);
        report.join(&judge(&Followed { faults: &faults, incidents, documents }));
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
