//! `allium history backup` and `allium history restore`.

use super::Place;
use crate::commands::say;
use crate::failure::Failure;
use crate::progress::Progress;
use clap::Args;
use std::path::PathBuf;

/// Options of `history backup`.
#[derive(Debug, Args)]
pub struct BackupArgs {
    /// File to write; it must not exist.
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
}

/// Options of `history restore`.
#[derive(Debug, Args)]
pub struct RestoreArgs {
    /// A copy that `history backup` made. What is there now is kept as FILE.before-restore.
    #[arg(long, value_name = "FILE")]
    pub from: PathBuf,
}

pub fn run(args: &BackupArgs, place: &Place) -> Result<(), Failure> {
    let store = place.open_to_read()?;
    let progress = Progress::start();
    progress.stage("copying the history");
    let copied = place.wait(store.backup(&args.out));
    progress.finish();
    copied?;
    say(format_args!("copied the history to {}", args.out.display()));
    Ok(())
}

pub fn run_restore(args: &RestoreArgs, place: &Place) -> Result<(), Failure> {
    place.wait(allium_store::restore(&args.from, &place.path))?;
    say(format_args!("{} is the history now", args.from.display()));
    Ok(())
}
