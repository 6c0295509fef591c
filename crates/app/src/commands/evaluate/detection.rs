//! `allium evaluate detection`: the incident detection on simulated networks whose faults are known.

use super::output;
use crate::commands::history::status::StatusFormat;
use crate::commands::say;
use crate::failure::{ExitCode, Failure};
use allium_analysis::detection::{DetectionReport, Followed, Story, follow, judge, judge_quiet};
use allium_analysis::incidents::IncidentOptions;
use allium_model::{LabelledFault, Timestamp};
use allium_sim::{DirectoryOptions, FaultPlan, FaultRate, SimOptions, Simulation};
use clap::Args;

/// Options of `evaluate detection`.
#[derive(Debug, Clone, Copy, Args)]
pub struct DetectionArgs {
    /// Relays of each simulated network.
    #[arg(long, default_value_t = 3000, value_parser = clap::value_parser!(u32).range(100..=20_000))]
    pub relays: u32,
    /// Days of each; the first ten are for learning.
    #[arg(long, default_value_t = 90, value_parser = clap::value_parser!(u32).range(15..=400))]
    pub days: u32,
    /// Networks with faults, and as many without.
    #[arg(long, default_value_t = 4, value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub seeds: u32,
    /// The first seed. The thresholds were chosen on seeds below 100.
    #[arg(long, default_value_t = 101)]
    pub first_seed: u64,
    /// Form of the output.
    #[arg(long, value_enum, default_value = "table")]
    pub format: StatusFormat,
}

/// End of every simulation: equal options give equal figures.
const END: Timestamp = Timestamp(1_771_765_200);

pub fn run(args: &DetectionArgs) -> Result<(), Failure> {
    let mut report = DetectionReport::default();
    for number in 0..args.seeds {
        let seed = args.first_seed + u64::from(number);
        let (faults, story) = simulate(args, seed, FaultPlan::Labelled)?;
        let (incidents, documents) = (&story.incidents[..], &story.documents[..]);
        report.join(&judge(&Followed { faults: &faults, incidents, documents }));
        let (_, quiet) = simulate(args, seed, FaultPlan::Quiet)?;
        report.join(&judge_quiet(&quiet.incidents, &quiet.documents));
        say(format_args!("seed {seed}: {} faults in {} days", faults.len(), args.days));
    }
    output::write(&report, args)
}

fn simulate(
    args: &DetectionArgs,
    seed: u64,
    plan: FaultPlan,
) -> Result<(Vec<LabelledFault>, Story), Failure> {
    let options = SimOptions { relays: args.relays as usize, days: args.days, seed, end: END };
    let simulation = Simulation::run_with(&options, plan);
    let options = DirectoryOptions { faults: FaultRate::None, ..DirectoryOptions::default() };
    let failed = |error| Failure::new(ExitCode::Failed, format_args!("cannot simulate: {error}"));
    let directory = simulation.directory(&options).map_err(failed)?;
    let faults = directory.labelled_faults();
    let story = follow(directory.plain_hours(), &faults, IncidentOptions::default());
    Ok((faults, story))
}
