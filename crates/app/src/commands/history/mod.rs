//! `allium history`: fills, reads out and looks after the store, one file a subcommand.

mod backup;
mod check;
mod export;
mod health;
mod import;
mod incidents;
mod prune;
pub mod status;

use crate::config::Config;
use crate::failure::{ExitCode, Failure};
use allium_store::{Access, Migration, Store, StoreError, StoreOptions};
use clap::{Args, Subcommand, ValueEnum};
use std::path::PathBuf;
use tokio::runtime::Runtime;

/// Options of `history`.
#[derive(Debug, Args)]
pub struct HistoryArgs {
    /// The file of the history; history.db in the data directory without it.
    #[arg(long, global = true, env = "ALLIUM_STORE", value_name = "FILE")]
    pub store: Option<PathBuf>,
    /// What happens before a store of an older version is changed.
    #[arg(long, global = true, value_enum, default_value = "copy")]
    pub migration: MigrationName,
    /// What to do.
    #[command(subcommand)]
    pub command: HistoryCommand,
}

/// What happens before the layout of a store changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum MigrationName {
    /// It is copied beside itself first.
    Copy,
    /// It is changed without a copy.
    InPlace,
}

/// What can be done with a history.
#[derive(Debug, Subcommand)]
pub enum HistoryCommand {
    /// Show what the history holds.
    Status(status::StatusArgs),
    /// Take in consensuses, details documents of Onionoo and presence runs. What is there already is skipped.
    Import(import::ImportArgs),
    /// Search the history for incidents, from where the last search ended, and list them.
    Incidents(incidents::IncidentsArgs),
    /// Write a part of the history as CSV or Parquet.
    Export(export::ExportArgs),
    /// Compute what the hours that are kept tell of the health of the network in the past.
    Health,
    /// Make daily values of hours that are older than they are kept, and give up old contact texts.
    Prune(prune::PruneArgs),
    /// Read the whole history and report what is wrong with it; exit code 10 when something is.
    Check,
    /// Write a consistent copy, also while the history is written to.
    Backup(backup::BackupArgs),
    /// Put a copy in the place of the history; nothing may use it meanwhile.
    Restore(backup::RestoreArgs),
}

/// Runs a subcommand.
pub fn run(args: HistoryArgs, config: &Config) -> Result<(), Failure> {
    let place = Place::of(&args, config)?;
    match args.command {
        HistoryCommand::Status(args) => status::run(&args, &place),
        HistoryCommand::Import(args) => import::run(&args, &place, config),
        HistoryCommand::Incidents(args) => incidents::run(&args, &place),
        HistoryCommand::Export(args) => export::run(&args, &place),
        HistoryCommand::Health => health::run(&place),
        HistoryCommand::Prune(args) => prune::run(&args, &place, config),
        HistoryCommand::Check => check::run(&place),
        HistoryCommand::Backup(args) => backup::run(&args, &place),
        HistoryCommand::Restore(args) => backup::run_restore(&args, &place),
    }
}

/// Where the history is and how it is opened.
pub struct Place {
    /// The file.
    pub path: PathBuf,
    migration: Migration,
    runtime: Runtime,
}

impl Place {
    fn of(args: &HistoryArgs, config: &Config) -> Result<Self, Failure> {
        let path = args.store.clone().or_else(|| config.store_path()).ok_or_else(|| {
            Failure::new(ExitCode::Usage, "no history is configured; say where with --store FILE")
        })?;
        let migration = match args.migration {
            MigrationName::Copy => Migration::CopyFirst,
            MigrationName::InPlace => Migration::InPlace,
        };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| {
            Failure::new(ExitCode::Failed, format_args!("cannot start the runtime: {error}"))
        })?;
        Ok(Self { path, migration, runtime })
    }

    /// Opens the store to read.
    pub fn open_to_read(&self) -> Result<Store, Failure> {
        self.open(Access::ReadOnly)
    }

    /// Opens the store to write; it is made when there is none.
    pub fn open_to_write(&self) -> Result<Store, Failure> {
        self.open(Access::ReadWrite)
    }

    /// Opens the store to write; a missing one is a failure.
    pub fn open_existing(&self) -> Result<Store, Failure> {
        if !self.path.exists() {
            return Err(StoreError::Missing(self.path.clone()).into());
        }
        self.open(Access::ReadWrite)
    }

    fn open(&self, access: Access) -> Result<Store, Failure> {
        let options = StoreOptions { access, migration: self.migration, ..StoreOptions::default() };
        self.wait(Store::open(&self.path, options))
    }

    /// Waits for what the store does.
    pub fn wait<T>(&self, work: impl Future<Output = Result<T, StoreError>>) -> Result<T, Failure> {
        self.runtime.block_on(work).map_err(Failure::from)
    }
}
