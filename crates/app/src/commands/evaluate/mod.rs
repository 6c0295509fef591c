//! `allium evaluate`: how well Allium does what it does, measured on simulated networks with a known truth.

mod detection;
mod output;

use crate::failure::Failure;
use clap::{Args, Subcommand};

/// Options of `evaluate`.
#[derive(Debug, Args)]
pub struct EvaluateArgs {
    /// What is measured.
    #[command(subcommand)]
    pub command: EvaluateCommand,
}

/// What can be measured.
#[derive(Debug, Subcommand)]
pub enum EvaluateCommand {
    /// How many faults are found and named rightly, how soon, and how often there is a false incident.
    Detection(detection::DetectionArgs),
}

/// Runs the command.
pub fn run(args: &EvaluateArgs) -> Result<(), Failure> {
    match &args.command {
        EvaluateCommand::Detection(args) => detection::run(args),
    }
}
