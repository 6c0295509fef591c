//! `allium consensus replay`: flags computed from votes against the flags in them.

use super::votes::{Wanted, print, read_votes};
use crate::cli::Format;
use crate::config::Config;
use crate::failure::Failure;
use allium_consensus::flags::Rounding;
use allium_consensus::replay_book;
use allium_views::replay_rows;
use clap::Args;
use std::path::PathBuf;

/// Options of `consensus replay`.
#[derive(Debug, Args)]
pub struct ReplayArgs {
    /// Votes: files, or folders of them.
    #[arg(required = true, value_name = "FILE|DIR")]
    pub votes: Vec<PathBuf>,
    /// Form of the output.
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub format: Format,
}

pub fn run(args: &ReplayArgs, config: &Config) -> Result<(), Failure> {
    let book = read_votes(&args.votes, Wanted::All, &config.limits())?;
    let replays = replay_book(&book, Rounding::VOTE);
    let at = replays.iter().map(|replay| replay.valid_after).max().unwrap_or_default();
    print(&replay_rows(&replays), at, args.format)
}
