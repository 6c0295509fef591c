//! `allium consensus flags`: why a relay has a flag or not.

use super::votes::{Wanted, print, read_side, read_votes};
use crate::cli::Format;
use crate::commands::say;
use crate::config::Config;
use crate::failure::{ExitCode, Failure};
use allium_analysis::directory::{Explanation, explain};
use allium_model::{Fingerprint, FlagSet};
use allium_views::{flag_rows, requirement_rows};
use clap::Args;
use std::path::PathBuf;

/// Options of `consensus flags`.
#[derive(Debug, Args)]
pub struct FlagsArgs {
    /// The relay.
    #[arg(value_name = "FINGERPRINT")]
    pub fingerprint: Fingerprint,
    /// Votes of one round: files, or folders of them. With --consensus those of other rounds are left out.
    #[arg(long, required = true, num_args = 1.., value_name = "FILE|DIR")]
    pub votes: Vec<PathBuf>,
    /// The consensus of the round.
    #[arg(long, value_name = "FILE")]
    pub consensus: Option<PathBuf>,
    /// Every condition at every authority, instead of one line a flag.
    #[arg(long)]
    pub conditions: bool,
    /// Form of the output.
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub format: Format,
}

pub fn run(args: &FlagsArgs, config: &Config) -> Result<(), Failure> {
    let limits = config.limits();
    let side = args.consensus.as_ref().map(|path| read_side(path, &limits)).transpose()?;
    let wanted = side.as_ref().map_or(Wanted::OneRound, |side| Wanted::RoundOf(side.valid_after));
    let book = read_votes(&args.votes, wanted, &limits)?;
    let flags = side.map(|side| side.flags_of(args.fingerprint));
    let explanation = explanation(args, &book, flags)?;
    let at = book.authorities().iter().map(|vote| vote.valid_after).max().unwrap_or_default();
    let rows = if args.conditions { requirement_rows(&explanation, &book) } else { flag_rows(&explanation) };
    print(&rows, at, args.format)?;
    if args.format == Format::Table {
        say(format_args!(
            "{} of {} votes list the relay, {} say that it runs; {} of {} that test IPv6 reached it there; {} of {} that \
             measure have measured it",
            explanation.listed.count,
            explanation.listed.of,
            explanation.running.count,
            explanation.ipv6.count,
            explanation.ipv6.of,
            explanation.measured.count,
            explanation.measured.of,
        ));
    }
    Ok(())
}

fn explanation(
    args: &FlagsArgs,
    book: &allium_model::VoteBook,
    flags: Option<FlagSet>,
) -> Result<Explanation, Failure> {
    let nobody = || {
        let message = format_args!("no vote lists the relay {}", args.fingerprint).to_string();
        Failure::new(ExitCode::NotFound, message)
    };
    explain(book, args.fingerprint, flags).ok_or_else(nobody)
}
