//! `allium alerts`: looks at alerts, tries channels and keeps order, one file a subcommand.
//!
//! All of it works beside a running `serve`: both use the file in the data directory.

mod forget;
mod lists;
mod silence;
mod status;
mod test;

use crate::alerts::open_desk;
use crate::cli::Format;
use crate::commands::clock;
use crate::commands::consensus::print;
use crate::config::Config;
use crate::failure::{ExitCode, Failure};
use allium_notify::{Desk, Making};
use allium_views::{Align, Row, RowHead, Rows, Value};
use clap::{Args, Subcommand};
use std::path::PathBuf;
use tokio::runtime::Runtime;

/// Options of `alerts`.
#[derive(Debug, Args)]
pub struct AlertsArgs {
    /// Data directory, where the alerts are kept.
    #[arg(long, global = true, env = "ALLIUM_DATA_DIR", value_name = "DIR")]
    pub data_dir: Option<PathBuf>,
    /// Form of the output.
    #[arg(long, global = true, value_enum, default_value = "table")]
    pub format: Format,
    /// What to do.
    #[command(subcommand)]
    pub command: AlertsCommand,
}

/// What can be done with alerts.
#[derive(Debug, Subcommand)]
pub enum AlertsCommand {
    /// Show how channels, subscriptions and deliveries are.
    Status,
    /// Send a test message through a channel; exit code 13 when it is not accepted.
    Test(test::TestArgs),
    /// Erase an address, its subscriptions and its entries in the log.
    Forget(forget::ForgetArgs),
    /// List subscriptions, without addresses.
    Subscriptions,
    /// List, add or end silences.
    Silence(silence::SilenceArgs),
    /// List what waits to be delivered; with --log what was delivered within the last 30 days.
    Outbox(lists::OutboxArgs),
    /// List who changed what, newest first.
    Audit,
}

/// Runs a subcommand.
pub fn run(args: AlertsArgs, config: Config) -> Result<(), Failure> {
    let making = match args.command {
        // Channels are tried before the first start, and silences may be announced.
        AlertsCommand::Test(_) | AlertsCommand::Silence(_) => Making::IfMissing,
        _ => Making::Never,
    };
    let place = Place::open(args.data_dir, args.format, config, making)?;
    match args.command {
        AlertsCommand::Status => status::run(&place),
        AlertsCommand::Test(args) => test::run(&args, &place),
        AlertsCommand::Forget(args) => forget::run(&args, &place),
        AlertsCommand::Subscriptions => lists::subscriptions(&place),
        AlertsCommand::Silence(args) => silence::run(args, &place),
        AlertsCommand::Outbox(args) => lists::outbox(&args, &place),
        AlertsCommand::Audit => lists::audit(&place),
    }
}

/// The desk, and how its answers are written.
pub struct Place {
    desk: Desk,
    format: Format,
    runtime: Runtime,
}

impl Place {
    fn open(
        data_dir: Option<PathBuf>,
        format: Format,
        mut config: Config,
        making: Making,
    ) -> Result<Self, Failure> {
        if let Some(data_dir) = data_dir {
            config.server.data_dir = data_dir;
        }
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| {
            Failure::new(ExitCode::Failed, format_args!("cannot start the runtime: {error}"))
        })?;
        let desk = runtime.block_on(open_desk(&config, making))?;
        Ok(Self { desk, format, runtime })
    }

    /// Waits for what the desk does.
    fn wait<T, E: Into<Failure>>(&self, work: impl Future<Output = Result<T, E>>) -> Result<T, Failure> {
        self.runtime.block_on(work).map_err(Into::into)
    }

    /// Writes rows to standard output.
    fn print(&self, columns: &[RowHead], rows: Vec<Vec<Value<'_>>>) -> Result<(), Failure> {
        let rows: Vec<Row<'_>> = rows.into_iter().map(|values| Row { values }).collect();
        let rows = Rows { columns: columns.to_vec(), total: rows.len(), rows };
        print(&rows, clock(), self.format)
    }
}

const fn left(name: &'static str, head: &'static str) -> RowHead {
    RowHead { name, head, align: Align::Left }
}

const fn right(name: &'static str, head: &'static str) -> RowHead {
    RowHead { name, head, align: Align::Right }
}

/// Who gives a command, for the log of changes.
fn author() -> String {
    let user = std::env::var("SUDO_USER").or_else(|_| std::env::var("USER")).unwrap_or_default();
    if user.is_empty() { "command line".to_owned() } else { format!("{user} (command line)") }
}
