//! `allium history import`: documents of the past become records of the history.
//!
//! Each record is committed before the next document is looked at, so that an import can be stopped at
//! any moment and run again. One bad document costs itself and nothing else.

mod files;
mod intake;
mod onionoo;
mod presence;
#[cfg(test)]
mod real_drops;
mod report;
mod votes;

use super::{Place, status};
use crate::commands::{clock, say};
use crate::config::Config;
use crate::directory::trusted_by_file;
use crate::failure::{ExitCode, Failure};
use clap::{Args, ValueEnum};
use intake::Intake;
use report::Report;
use std::path::PathBuf;

/// Options of `history import`.
#[derive(Debug, Args)]
pub struct ImportArgs {
    /// Files, folders and archives (.tar, .tar.xz, .tar.zst, .tar.gz): consensuses, votes and certificates as
    /// CollecTor has them, details documents of Onionoo, presence_runs.parquet. Files with "cert" in their name are read first, votes last.
    #[arg(required = true, value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// Further key certificates.
    #[arg(long, num_args = 1.., value_name = "FILE")]
    pub certs: Vec<PathBuf>,
    /// Trusted authorities instead of those of the public network.
    #[arg(long, env = "ALLIUM_AUTHORITIES", value_name = "FILE")]
    pub authorities: Option<PathBuf>,
    /// How to show how far it is.
    #[arg(long, value_enum, default_value = "auto")]
    pub progress: ProgressName,
    /// Form of the summary.
    #[arg(long, value_enum, default_value = "table")]
    pub format: status::StatusFormat,
}

/// How progress is shown on standard error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ProgressName {
    /// A line that changes, on a terminal.
    Auto,
    /// A line for each document, when it is committed.
    Lines,
    /// Nothing.
    None,
}

pub fn run(args: &ImportArgs, place: &Place, config: &Config) -> Result<(), Failure> {
    let limits = config.limits();
    let trusted = trusted_by_file(args.authorities.as_deref(), config)?;
    let store = place.open_to_write()?;
    let mut intake = Intake::new(place, &store, trusted, limits, clock(), args.progress);
    for path in &args.certs {
        intake.read_path(path)?;
    }
    let files = files::list(&args.paths)?;
    let (first, rest): (Vec<_>, Vec<_>) = files.into_iter().partition(|path| files::is_certificate(path));
    let (last, rest): (Vec<_>, Vec<_>) = rest.into_iter().partition(|path| files::is_vote(path));
    for path in first.iter().chain(&rest).chain(&last) {
        intake.read_path(path)?;
    }
    let report = intake.finish()?;
    place.wait(store.close())?;
    status::write(&report.facts(), args.format)?;
    judge(&report)
}

/// Everything that could be used is in the history; what could not is a failure to be heard of.
fn judge(report: &Report) -> Result<(), Failure> {
    if report.refused > 0 {
        let message = format_args!("{} documents were not taken; see above", report.refused);
        return Err(Failure::new(ExitCode::Document, message));
    }
    if report.is_empty() {
        say(format_args!("there was nothing to import"));
    }
    Ok(())
}
