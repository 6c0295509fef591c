//! One file a command.

pub mod alerts;
pub mod authorities;
mod chart;
pub mod consensus;
mod demo;
pub mod evaluate;
mod health;
pub mod history;
mod list;
mod serve;
mod show;
pub mod simulate;
pub mod simulate_rounds;
mod site;

use crate::cli::{Command, Format};
use crate::config::Config;
use crate::directory::{Loaded, load_directory};
use crate::failure::{ExitCode, Failure};
use crate::load::load;
use crate::progress::Progress;
use allium_model::{SourceStatus, Timestamp};
use allium_views::{Meta, Rows, write_csv, write_item, write_list, write_table};
use allium_web::Edition;
use std::io::Write;

/// Runs a command.
pub fn run(command: Command, config: Config) -> Result<(), Failure> {
    match command {
        Command::Demo(args) => demo::run(&args, config),
        Command::Site(args) => site::run(&args, config),
        Command::Serve(args) => serve::run(&args, config),
        Command::List(args) => list::run(&args, config),
        Command::Show(args) => show::run(&args, config),
        Command::Health(args) => health::run(&args, config),
        Command::Chart(args) => chart::run(&args, config),
        Command::Simulate(args) => simulate::run(&args),
        Command::Evaluate(args) => evaluate::run(&args),
        Command::History(args) => history::run(args, &config),
        Command::Alerts(args) => alerts::run(*args, config),
        Command::Authorities(args) => authorities::run(args, &config),
        Command::Consensus(args) => consensus::run(*args, &config),
    }
}

/// The time: the one that was given, else the clock's. The one place where a command asks the clock.
pub fn now_or(given: Option<Timestamp>) -> Timestamp {
    given.unwrap_or_else(clock)
}

/// The clock, in whole seconds.
#[expect(clippy::disallowed_methods, reason = "the edge reads the clock and hands it on as an argument")]
pub fn clock() -> Timestamp {
    let since_1970 = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    Timestamp(since_1970.map_or(0, |duration| duration.as_secs() as i64))
}

/// Loads an edition with progress on the terminal, and says on standard error what the reader must know.
pub fn load_shown(config: &Config, now: Timestamp) -> Result<Edition, Failure> {
    let progress = Progress::start();
    let edition = load(config, now, &|stage| progress.stage(stage));
    progress.finish();
    let edition = edition?;
    for source in &edition.sources {
        report_source(source);
    }
    Ok(edition)
}

/// Loads what is known of the authorities and of the past, with progress on the terminal.
pub fn load_directory_shown(config: &Config, now: Timestamp) -> Result<Loaded, Failure> {
    let progress = Progress::start();
    let loaded = load_directory(config, now, &|stage| progress.stage(stage));
    progress.finish();
    let loaded = loaded?;
    if let Some(source) = loaded.status()
        && let Some(problem) = &source.problem
    {
        say(format_args!("{}: {problem}", source.name));
    }
    Ok(loaded)
}

fn report_source(source: &SourceStatus) {
    if let Some(problem) = &source.problem {
        say(format_args!("{} is not used: {problem}", source.name));
    }
}

/// Writes a line to standard error, without control characters.
pub fn say(line: std::fmt::Arguments<'_>) {
    let line = line.to_string();
    let _ = writeln!(std::io::stderr(), "allium: {}", allium_model::printable(&line));
}

/// Writes to standard output.
fn print(write: impl FnOnce(&mut dyn Write) -> std::io::Result<()>) -> Result<(), Failure> {
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    write(&mut out).and_then(|()| out.flush()).or_else(|error| Failure::output(&error))
}

/// Writes rows to standard output in the form that was asked for.
fn print_rows(edition: &Edition, rows: &Rows<'_>, format: Format, is_list: bool) -> Result<(), Failure> {
    let mut meta = Meta::new(edition.snapshot.network.published(), &edition.sources, edition.judged_at);
    meta.total = is_list.then_some(rows.total);
    print(|out| match (format, is_list) {
        (Format::Json, true) => write_list(out, rows, &meta),
        (Format::Json, false) => write_item(out, rows, &meta),
        (Format::Csv, _) => write_csv(out, rows),
        (Format::Table, true) => write_table(out, rows),
        (Format::Table, false) => rows.write_facts(out),
    })
}

/// Something that does not exist in the snapshot.
fn not_found(what: &str, id: &str) -> Failure {
    Failure::new(
        ExitCode::NotFound,
        format_args!(
            "there is no {what} {id:?} in this snapshot; look with: allium list relays --search TEXT"
        ),
    )
}
