//! `allium authorities`: the directory authorities themselves, one file a subcommand.

mod probe;

use crate::config::Config;
use crate::failure::Failure;
use clap::{Args, Subcommand};

/// Options of `authorities`.
#[derive(Debug, Args)]
pub struct AuthoritiesArgs {
    /// What to do.
    #[command(subcommand)]
    pub command: AuthoritiesCommand,
}

/// What can be done with authorities.
#[derive(Debug, Subcommand)]
pub enum AuthoritiesCommand {
    /// Look at each authority once: does it answer, how fast, with what, and is its clock right.
    Probe(probe::ProbeArgs),
}

/// Runs a subcommand.
pub fn run(args: AuthoritiesArgs, config: &Config) -> Result<(), Failure> {
    match args.command {
        AuthoritiesCommand::Probe(args) => probe::run(&args, config),
    }
}
