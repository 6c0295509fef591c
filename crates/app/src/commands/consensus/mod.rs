//! `allium consensus`: consensuses, votes and what can be computed from them, one file a subcommand.
//!
//! Everything here works on files, compressed or not, and needs no network.

mod files;
mod recompute;
mod report;
mod show;
mod verify;

use crate::config::Config;
use crate::failure::Failure;
use clap::{Args, Subcommand, ValueEnum};

/// Options of `consensus`.
#[derive(Debug, Args)]
pub struct ConsensusArgs {
    /// What to do.
    #[command(subcommand)]
    pub command: ConsensusCommand,
}

/// What can be done with consensuses and votes.
#[derive(Debug, Subcommand)]
pub enum ConsensusCommand {
    /// Check signatures, certificates and the majority of consensuses, votes and certificates.
    Verify(verify::VerifyArgs),
    /// Compute a consensus from its votes and compare it with the published one, line by line.
    Recompute(recompute::RecomputeArgs),
    /// Show what a consensus or a vote says as a whole.
    Show(show::ShowArgs),
}

/// Form of the output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ReportFormat {
    /// Text for people.
    Table,
    /// JSON, one object a line.
    Json,
}

/// Runs a subcommand.
pub fn run(args: ConsensusArgs, config: &Config) -> Result<(), Failure> {
    match args.command {
        ConsensusCommand::Verify(args) => verify::run(&args, config),
        ConsensusCommand::Recompute(args) => recompute::run(&args, config),
        ConsensusCommand::Show(args) => show::run(&args, config),
    }
}
