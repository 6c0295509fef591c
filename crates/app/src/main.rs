//! The `allium` command: reads the command line, runs one command and ends with its exit code.

#![expect(
    unreachable_pub,
    reason = "a program has no public items; pub marks what a module offers to the others"
)]

mod additions;
mod alerts;
mod arenas;
mod cli;
mod commands;
mod config;
mod descriptors;
mod directory;
mod failure;
mod incidents;
mod live;
mod load;
mod monitor;
mod network_record;
mod progress;
mod stopwatch;

use clap::Parser;
use failure::ExitCode;
use std::process;

fn main() -> process::ExitCode {
    let cli = cli::Cli::parse();
    let result =
        config::Config::read(cli.config.as_deref()).and_then(|config| commands::run(cli.command, config));
    match result {
        Ok(()) => ExitCode::Done.into(),
        Err(failure) => {
            failure.report();
            failure.code.into()
        }
    }
}
