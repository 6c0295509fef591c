//! `allium health`: the health of the network with its evidence.

use super::{load_directory_shown, load_shown, now_or, print};
use crate::cli::{Format, HealthArgs};
use crate::config::Config;
use crate::failure::Failure;
use allium_views::{Meta, health_rows, write_csv, write_health, write_table};

pub fn run(args: &HealthArgs, config: Config) -> Result<(), Failure> {
    let config = config.with_source(&args.source);
    let now = now_or(args.source.now);
    let edition = load_shown(&config, now)?;
    let loaded = load_directory_shown(&config, now)?;
    let edition = loaded.complete(edition);
    let (snapshot, health) = (&edition.snapshot, edition.health());
    let rows = health_rows(snapshot, health);
    let meta = Meta::new(snapshot.network.published(), &edition.sources, edition.judged_at);
    print(|out| match args.format {
        Format::Json => write_health(out, snapshot, health, &meta),
        Format::Csv => write_csv(out, &rows),
        Format::Table => write_table(out, &rows),
    })
}
