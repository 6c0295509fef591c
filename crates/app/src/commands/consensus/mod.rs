//! `allium consensus`: consensuses, votes and what can be computed from them, one file a subcommand.
//!
//! Everything here works on files, compressed or not, and needs no network.

mod diff;
mod files;
mod flags;
mod health;
mod recompute;
mod replay;
mod report;
mod show;
mod verify;
mod votes;

pub use votes::print;

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
    /// Explain the flags of a relay from the votes of a round.
    Flags(flags::FlagsArgs),
    /// Compute flags from votes and compare them with the flags in the votes.
    Replay(replay::ReplayArgs),
    /// List what changed between two consensuses.
    Diff(diff::DiffArgs),
    /// Check the health of a consensus and its votes, by the list of the doctor.
    Health(health::HealthArgs),
    /// Show the steps of a round that can be seen from outside.
    Timeline(health::HealthArgs),
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
        ConsensusCommand::Flags(args) => flags::run(&args, config),
        ConsensusCommand::Replay(args) => replay::run(&args, config),
        ConsensusCommand::Diff(args) => diff::run(&args, config),
        ConsensusCommand::Health(args) => health::run(&args, config),
        ConsensusCommand::Timeline(args) => health::timeline(&args, config),
    }
}
