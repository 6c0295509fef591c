//! `allium consensus diff`: what changed between two consensuses.

use super::votes::{print, read_side};
use crate::cli::Format;
use crate::commands::say;
use crate::config::Config;
use crate::failure::Failure;
use allium_analysis::directory::ConsensusDiff;
use allium_views::diff_rows;
use clap::Args;
use std::path::PathBuf;

/// Options of `consensus diff`.
#[derive(Debug, Args)]
pub struct DiffArgs {
    /// A consensus.
    #[arg(value_name = "FILE")]
    pub one: PathBuf,
    /// Another one; the earlier of the two is taken as the one before.
    #[arg(value_name = "FILE")]
    pub other: PathBuf,
    /// Form of the output.
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub format: Format,
}

pub fn run(args: &DiffArgs, config: &Config) -> Result<(), Failure> {
    let limits = config.limits();
    let sides = [read_side(&args.one, &limits)?, read_side(&args.other, &limits)?];
    if let [Some(one), Some(other)] = sides.each_ref().map(|side| side.summary.as_ref())
        && one.flavor != other.flavor
    {
        say(format_args!(
            "one is of the {} flavour, the other of the {} one; what only one of them has is not compared",
            one.flavor, other.flavor
        ));
    }
    let diff = ConsensusDiff::between(&sides[0], &sides[1]);
    print(&diff_rows(&diff), diff.after, args.format)?;
    if args.format == Format::Table {
        say(format_args!(
            "from {} to {}: {} joined, {} left, {} won or lost a flag, {} have another weight; {} items of head and foot \
             changed",
            diff.before,
            diff.after,
            diff.joined.len(),
            diff.left.len(),
            diff.changed.iter().filter(|change| change.has_flag_change()).count(),
            diff.reweighted(),
            diff.items.len(),
        ));
    }
    Ok(())
}
