//! `allium history prune`.

use super::Place;
use crate::commands::say;
use crate::config::Config;
use crate::failure::Failure;
use crate::progress::Progress;
use allium_store::Retention;
use clap::Args;

/// Options of `history prune`.
#[derive(Debug, Args)]
pub struct PruneArgs {
    /// Days of which every hour is kept, instead of the configured number.
    #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(u32).range(1..))]
    pub hourly_days: Option<u32>,
}

pub fn run(args: &PruneArgs, place: &Place, config: &Config) -> Result<(), Failure> {
    let store = place.open_existing()?;
    let configured = config.history.retention();
    let retention =
        Retention { hourly_days: args.hourly_days.unwrap_or(configured.hourly_days), ..configured };
    let progress = Progress::start();
    let pruned =
        place.wait(store.prune(retention, |date| progress.stage(&format!("daily values of {date}"))));
    progress.finish();
    let pruned = pruned?;
    say(format_args!(
        "made daily values of {} days, gave up {} contact texts and {} probes",
        pruned.days, pruned.contacts, pruned.probes
    ));
    place.wait(store.close())
}
