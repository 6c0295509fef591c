//! `allium history export`: a part of the history as a table, in CSV or Parquet.

mod csv;
mod parquet;
mod rows;
mod table;

use super::Place;
use crate::failure::{ExitCode, Failure};
use allium_model::{Date, TimeRange, Timestamp};
use allium_store::Store;
use clap::{Args, ValueEnum};
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use table::{Batch, Column};

/// Options of `history export`.
#[derive(Debug, Args)]
pub struct ExportArgs {
    /// What to write.
    pub what: ExportName,
    /// First day, as YYYY-MM-DD; the first of the history without it.
    #[arg(long, value_name = "DATE")]
    pub from: Option<Date>,
    /// Last day; the newest without it.
    #[arg(long, value_name = "DATE")]
    pub until: Option<Date>,
    /// Form; without it the file's name tells it.
    #[arg(long, value_enum)]
    pub format: Option<ExportFormat>,
    /// File to write; - for standard output, with --format csv.
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
}

/// What can be exported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ExportName {
    /// The network: a row for each record.
    Network,
    /// Relays: a row for each relay and hour in which it ran.
    Relays,
    /// Groups (AS, country, operator, family, version, platform): a row for each group and hour in which it had relays.
    Groups,
    /// Relays on days of which only daily values are kept: a row for each relay and day on which it ran.
    RelayDays,
    /// Groups on days of which only daily values are kept: a row for each group and day on which it had relays.
    GroupDays,
    /// Authorities: a row for each authority and round.
    Authorities,
    /// Events.
    Events,
}

/// Form of an export.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ExportFormat {
    /// Comma-separated values, with a head.
    Csv,
    /// Parquet, compressed with zstd.
    Parquet,
}

/// Takes the rows of a table, batch by batch.
pub trait TableWriter {
    /// Writes rows.
    fn write(&mut self, batch: &Batch) -> io::Result<()>;
    /// Writes what comes at the end.
    fn finish(self: Box<Self>) -> io::Result<()>;
}

pub fn run(args: &ExportArgs, place: &Place) -> Result<(), Failure> {
    let format = format(args)?;
    let store = place.open_to_read()?;
    let range = range(args, place, &store)?;
    if args.out == Path::new("-") {
        let out = BufWriter::new(io::stdout());
        return match write(args.what, format, place, &store, range, out)? {
            Ok(()) => Ok(()),
            Err(error) => Failure::output(&error),
        };
    }
    write_file(args, format, place, &store, range)
}

/// Beside the file first, so that nobody finds half of one.
fn write_file(
    args: &ExportArgs,
    format: ExportFormat,
    place: &Place,
    store: &Store,
    range: TimeRange,
) -> Result<(), Failure> {
    let failed = |error: io::Error| {
        Failure::new(ExitCode::Output, format_args!("cannot write {}: {error}", args.out.display()))
    };
    let mut part = args.out.as_os_str().to_owned();
    part.push(".part");
    let file = File::create(&part).map_err(failed)?;
    let written = write(args.what, format, place, store, range, BufWriter::new(file));
    match written {
        Ok(Ok(())) => std::fs::rename(&part, &args.out).map_err(failed),
        Ok(Err(error)) => {
            let _ = std::fs::remove_file(&part);
            Err(failed(error))
        }
        Err(failure) => {
            let _ = std::fs::remove_file(&part);
            Err(failure)
        }
    }
}

fn format(args: &ExportArgs) -> Result<ExportFormat, Failure> {
    let by_name = match args.out.extension().and_then(|extension| extension.to_str()) {
        Some("csv") => Some(ExportFormat::Csv),
        Some("parquet") => Some(ExportFormat::Parquet),
        _ => None,
    };
    args.format.or(by_name).ok_or_else(|| {
        Failure::new(
            ExitCode::Usage,
            "the name of the file does not tell the form; say --format csv or parquet",
        )
    })
}

fn range(args: &ExportArgs, place: &Place, store: &Store) -> Result<TimeRange, Failure> {
    let span = place.wait(store.status())?.span.unwrap_or_default();
    let after = |date: Date| Date(date.0.saturating_add(1)).start();
    Ok(TimeRange {
        from: args.from.map_or(span.0, Date::start),
        until: args.until.map_or(Timestamp(span.1.0 + 1), after),
    })
}

/// The outer failure is one of the store, the inner one of the output.
fn write(
    what: ExportName,
    format: ExportFormat,
    place: &Place,
    store: &Store,
    range: TimeRange,
    out: impl Write + Send + 'static,
) -> Result<io::Result<()>, Failure> {
    let columns: &'static [Column] = table::columns(what);
    let writer: io::Result<Box<dyn TableWriter>> = match format {
        ExportFormat::Csv => csv::CsvWriter::new(out, columns).map(|writer| Box::new(writer) as _),
        ExportFormat::Parquet => {
            parquet::ParquetWriter::new(out, columns).map(|writer| Box::new(writer) as _)
        }
    };
    match writer {
        Ok(writer) => table::write(what, place, store, range, writer),
        Err(error) => Ok(Err(error)),
    }
}
