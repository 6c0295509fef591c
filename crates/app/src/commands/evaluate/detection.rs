//! `allium evaluate detection`: the incident detection on simulated networks whose faults are known.

use super::output;
use crate::commands::history::status::StatusFormat;
use crate::commands::{now_or, say};
use crate::failure::{ExitCode, Failure};
use allium_analysis::detection::{
    DetectionReport, Followed, FollowedRound, follow, follow_authorities, judge, judge_authorities,
    judge_quiet,
};
use allium_analysis::incidents::IncidentOptions;
use allium_model::{AuthorityProbe, Timestamp};
use allium_sim::{Directory, DirectoryOptions, FaultPlan, FaultRate, SimOptions, Simulation, SummaryError};
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
    /// Networks with faults of relays, as many without, and as many with faults of authorities.
    #[arg(long, default_value_t = 4, value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub seeds: u32,
    /// The first seed. The thresholds were chosen on seeds below 100.
    #[arg(long, default_value_t = 101)]
    pub first_seed: u64,
    /// Day of the measurement, for its record.
    #[arg(long)]
    pub now: Option<Timestamp>,
    /// Form of the output.
    #[arg(long, value_enum, default_value = "table")]
    pub format: StatusFormat,
}

/// End of every simulation: equal options give equal figures.
const END: Timestamp = Timestamp(1_771_765_200);
/// Relays of the networks whose authorities are followed. What befalls authorities does not depend on
/// how many relays there are, and each of nine votes a round lists all of them.
pub const AUTHORITY_RELAYS: usize = 200;
/// Seconds between looks at an authority. A live process looks twice as often.
const LOOK_SECONDS: i64 = 600;
/// Seconds of a round.
const ROUND_SECONDS: i64 = 3600;

pub fn run(args: &DetectionArgs) -> Result<(), Failure> {
    let mut report = DetectionReport::default();
    for number in 0..args.seeds {
        let seed = args.first_seed + u64::from(number);
        let relays = with_faults(args, seed, &mut report)?;
        without_faults(args, seed, &mut report)?;
        let authorities = of_authorities(args, seed, &mut report)?;
        say(format_args!(
            "seed {seed}: {relays} faults of relays and {authorities} of authorities in {} days",
            args.days
        ));
    }
    output::write(&report, args, now_or(args.now))
}

/// A network with faults of relays and of the source of documents; how many.
fn with_faults(args: &DetectionArgs, seed: u64, report: &mut DetectionReport) -> Result<usize, Failure> {
    let simulation = simulation(args, seed, args.relays as usize, FaultPlan::Labelled);
    let directory = directory(&simulation, FaultRate::None)?;
    let faults = directory.labelled_faults();
    let story = follow(directory.plain_hours(), &faults, IncidentOptions::default());
    report.join(&judge(&Followed::of(&faults, &story)));
    Ok(faults.len())
}

fn without_faults(args: &DetectionArgs, seed: u64, report: &mut DetectionReport) -> Result<(), Failure> {
    let simulation = simulation(args, seed, args.relays as usize, FaultPlan::Quiet);
    let directory = directory(&simulation, FaultRate::None)?;
    let story = follow(directory.plain_hours(), &[], IncidentOptions::default());
    report.join(&judge_quiet(&story.incidents, &story.documents));
    Ok(())
}

/// A network with faults of authorities, scanners and the consensus; how many.
fn of_authorities(args: &DetectionArgs, seed: u64, report: &mut DetectionReport) -> Result<usize, Failure> {
    let simulation = simulation(args, seed, AUTHORITY_RELAYS, FaultPlan::Quiet);
    let directory = directory(&simulation, FaultRate::Usual)?;
    let faults = directory.authority_faults();
    let rounds = rounds(&directory).map_err(|error| failed(&error))?;
    let trusted = directory.trusted();
    let story = follow_authorities(rounds.into_iter(), trusted, IncidentOptions::default()).story;
    report.join(&judge_authorities(&Followed::of(&faults, &story)));
    Ok(faults.len())
}

/// All rounds with the looks between them.
fn rounds<'d>(directory: &'d Directory<'_>) -> Result<Vec<FollowedRound<'d>>, SummaryError> {
    let mut documents = directory.plain_hours().peekable();
    let first = directory.rounds().next().unwrap_or(END);
    let mut looks = directory.probes(first.plus_seconds(LOOK_SECONDS / 2), LOOK_SECONDS).peekable();
    let rounds = directory.round_summaries().map(|round| {
        let round = round?;
        let until = round.valid_after.plus_seconds(ROUND_SECONDS);
        let of_round: Vec<AuthorityProbe> =
            std::iter::from_fn(|| looks.next_if(|look| look.at < until)).collect();
        Ok(FollowedRound {
            valid_after: round.valid_after,
            document: documents.next_if(|document| document.valid_after == round.valid_after),
            consensus: round.consensus,
            votes: round.votes,
            looks: of_round,
        })
    });
    rounds.collect()
}

fn simulation(args: &DetectionArgs, seed: u64, relays: usize, plan: FaultPlan) -> Simulation {
    Simulation::run_with(&SimOptions { relays, days: args.days, seed, end: END }, plan)
}

fn directory(simulation: &Simulation, faults: FaultRate) -> Result<Directory<'_>, Failure> {
    let options = DirectoryOptions { faults, ..DirectoryOptions::default() };
    simulation.directory(&options).map_err(|error| failed(&error))
}

fn failed(error: &dyn std::error::Error) -> Failure {
    Failure::new(ExitCode::Failed, format_args!("cannot simulate: {error}"))
}
