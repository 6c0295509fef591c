//! The command line. Options that the configuration also has are optional here and win over it.

use crate::commands::alerts::AlertsArgs;
use crate::commands::authorities::AuthoritiesArgs;
use crate::commands::consensus::ConsensusArgs;
use crate::commands::evaluate::EvaluateArgs;
use crate::commands::history::HistoryArgs;
use crate::monitor::MonitorMode;
use allium_model::{Fingerprint, Timestamp};
use allium_web::figures::FigureForm;
use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;

/// The observatory of the Tor network.
///
/// Data goes to standard output, everything else to standard error. Exit codes: 0 done, 1 unforeseen, 2 command line,
/// 3 configuration, 4 source, 5 document, 6 output, 7 locked, 8 listen, 9 not found, 10 history, 11 not believed, 12 alerts,
/// 13 not delivered.
#[derive(Debug, Parser)]
#[command(name = "allium", version, max_term_width = 100)]
pub struct Cli {
    /// Configuration file; without it ./allium.toml is read when it exists.
    #[arg(long, global = true, env = "ALLIUM_CONFIG", value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// A command.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Simulate a network and show its site; needs nothing and says SIMULATED on every page.
    Demo(DemoArgs),
    /// Write the whole site as files.
    Site(SiteArgs),
    /// Serve the site, the API and search, following the source as it changes.
    Serve(ServeArgs),
    /// List relays, operators, families, countries, ASes, platforms, versions, flags or first-seen days.
    List(Box<ListArgs>),
    /// Show everything known of the network, a relay or a group.
    Show(ShowArgs),
    /// Show the health of the network: score, components with their evidence, checks, what would help.
    Health(HealthArgs),
    /// Write a figure as a drawing (.svg), a picture (.png) or its data (.csv).
    Chart(Box<ChartArgs>),
    /// Write the documents of a simulated network, and the truth about it.
    Simulate(SimulateArgs),
    /// Measure how well faults are found, on simulated networks with a known truth.
    Evaluate(EvaluateArgs),
    /// Fill, read out and look after the history.
    History(HistoryArgs),
    /// Look after alerts: channels, subscriptions, silences, deliveries.
    Alerts(Box<AlertsArgs>),
    /// Look at the directory authorities.
    Authorities(AuthoritiesArgs),
    /// Check, compute and explain consensuses and votes.
    Consensus(Box<ConsensusArgs>),
}

/// Where the data come from.
#[derive(Debug, Clone, Args)]
pub struct SourceArgs {
    /// Onionoo service, or a directory with details.json and so on (plain, .zst, .gz or .xz).
    #[arg(long, env = "ALLIUM_ONIONOO", value_name = "URL|DIR")]
    pub onionoo: Option<String>,
    /// Results of the AROI validator.
    #[arg(long, env = "ALLIUM_AROI", value_name = "URL|FILE")]
    pub aroi: Option<String>,
    /// CollecTor service or directory, "authorities" to ask them alone, or "off".
    #[arg(long, env = "ALLIUM_COLLECTOR", value_name = "URL|DIR")]
    pub collector: Option<String>,
    /// The file that the history is kept in.
    #[arg(long, env = "ALLIUM_STORE", value_name = "FILE")]
    pub store: Option<PathBuf>,
    /// Trusted authorities in place of the built-in list, for private networks.
    #[arg(long, env = "ALLIUM_AUTHORITIES", value_name = "FILE")]
    pub authorities: Option<PathBuf>,
    /// Drop relays that were not seen for more than so many days.
    #[arg(long, env = "ALLIUM_MAX_OFFLINE_DAYS", value_name = "DAYS")]
    pub max_offline_days: Option<u32>,
    /// Fix the clock, as YYYY-MM-DDThh:mm:ssZ, so that the same input gives the same output.
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    pub now: Option<Timestamp>,
}

fn parse_time(text: &str) -> Result<Timestamp, String> {
    text.parse::<Timestamp>().map_err(|error| error.to_string())
}

/// Options of the simulated network.
#[derive(Debug, Clone, Args)]
pub struct NetworkSizeArgs {
    /// Relays of the simulated network.
    #[arg(long, default_value_t = 1000, value_parser = clap::value_parser!(u32).range(1..=500_000))]
    pub relays: u32,
    /// Days that are simulated.
    #[arg(long, default_value_t = 90, value_parser = clap::value_parser!(u32).range(1..=1830))]
    pub days: u32,
    /// Seed; the same seed gives the same network.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
}

/// Options of `demo`.
#[derive(Debug, Args)]
pub struct DemoArgs {
    #[command(flatten)]
    pub size: NetworkSizeArgs,
    /// Address to listen on, as ADDRESS:PORT or unix:/PATH.
    #[arg(long, default_value = "127.0.0.1:8080")]
    pub listen: String,
    /// Real seconds in which a simulated hour goes by; 0 for a network that stands still.
    #[arg(long, value_name = "SECONDS", default_value_t = 10, value_parser = clap::value_parser!(u32).range(..=3600))]
    pub hour_seconds: u32,
    /// The time at which the past of the network ends.
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    pub now: Option<Timestamp>,
}

/// Options of `site`.
#[derive(Debug, Args)]
pub struct SiteArgs {
    #[command(flatten)]
    pub source: SourceArgs,
    /// Folder to write; new, empty, or written by allium before.
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
    /// Address of the site, for canonical links and the sitemap.
    #[arg(long, env = "ALLIUM_SITE_URL", value_name = "URL")]
    pub site_url: Option<String>,
    /// Path below which the site lies.
    #[arg(long, env = "ALLIUM_BASE_PATH", value_name = "PATH")]
    pub base_path: Option<String>,
    /// Say SIMULATED on every page; for documents that `simulate` wrote.
    #[arg(long)]
    pub simulated: bool,
}

/// Options of `serve`.
#[derive(Debug, Args)]
pub struct ServeArgs {
    #[command(flatten)]
    pub source: SourceArgs,
    /// Address to listen on, as ADDRESS:PORT or unix:/PATH.
    #[arg(long, env = "ALLIUM_LISTEN")]
    pub listen: Option<String>,
    /// Folder for the last good documents, so that a restart serves them at once.
    #[arg(long, env = "ALLIUM_DATA_DIR", value_name = "DIR")]
    pub data_dir: Option<PathBuf>,
    /// Look at the directory authorities; auto does when a service is followed.
    #[arg(long, env = "ALLIUM_MONITOR", value_enum, value_name = "WHEN")]
    pub monitor: Option<MonitorMode>,
    /// Address of the site, for canonical links and the sitemap.
    #[arg(long, env = "ALLIUM_SITE_URL", value_name = "URL")]
    pub site_url: Option<String>,
    /// Path below which the site lies.
    #[arg(long, env = "ALLIUM_BASE_PATH", value_name = "PATH")]
    pub base_path: Option<String>,
    /// Say SIMULATED on every page; for documents that `simulate` wrote.
    #[arg(long)]
    pub simulated: bool,
}

/// Form of the output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// An aligned table for people.
    Table,
    /// JSON, as the API answers.
    Json,
    /// CSV.
    Csv,
}

/// What `list` can list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ListName {
    Relays,
    Operators,
    Families,
    Countries,
    Ases,
    Platforms,
    Versions,
    Flags,
    FirstSeen,
    /// The leaderboards; with --leaderboard the operators of one.
    Leaderboards,
}

/// Options of `list`. Groups are listed when at least one of their relays fits every filter; their
/// values are those of the whole group.
#[derive(Debug, Args)]
pub struct ListArgs {
    /// What to list.
    pub what: ListName,
    #[command(flatten)]
    pub source: SourceArgs,
    /// Form of the output.
    #[arg(long, value_enum, default_value = "table")]
    pub format: Format,
    /// Countries by two-letter code, comma-separated.
    #[arg(long)]
    pub country: Option<String>,
    /// ASes by number, comma-separated.
    #[arg(long = "as", value_name = "AS")]
    pub asn: Option<String>,
    /// Flags that a relay must all have, comma-separated.
    #[arg(long)]
    pub flag: Option<String>,
    /// Running relays of a role: exit, guard or middle.
    #[arg(long)]
    pub role: Option<String>,
    /// A part of the contact, or of the e-mail address in it.
    #[arg(long)]
    pub contact: Option<String>,
    /// The family of a relay, by fingerprint.
    #[arg(long, value_name = "FINGERPRINT")]
    pub family: Option<Fingerprint>,
    /// A part of the operating system's name.
    #[arg(long)]
    pub platform: Option<String>,
    /// The exact Tor version.
    #[arg(long)]
    pub version: Option<String>,
    /// Whether the relay runs.
    #[arg(long)]
    pub running: Option<bool>,
    /// Nickname, fingerprint or its beginning, address, CIDR block, AS, host name or contact.
    #[arg(long)]
    pub search: Option<String>,
    /// The leaderboard whose operators are listed, by its name, such as ipv6-leaders.
    #[arg(long, value_name = "NAME")]
    pub leaderboard: Option<String>,
    /// Column to sort by; with - before it the largest first.
    #[arg(long, allow_hyphen_values = true)]
    pub sort: Option<String>,
    /// Most rows.
    #[arg(long)]
    pub limit: Option<usize>,
    /// Rows left out before the first.
    #[arg(long)]
    pub offset: Option<usize>,
    /// Columns, comma-separated; an unknown name prints the known ones.
    #[arg(long)]
    pub columns: Option<String>,
}

/// What `show` can show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ShowName {
    /// The Tor network.
    Network,
    /// A relay, by fingerprint.
    Relay,
    /// An operator, by id or domain.
    Operator,
    /// A country, by two-letter code.
    Country,
    /// An AS, by number.
    As,
    /// A family, by the fingerprint of any member.
    Family,
}

/// Options of `show`.
#[derive(Debug, Args)]
pub struct ShowArgs {
    /// What to show.
    pub what: ShowName,
    /// Which one; nothing for the network.
    pub id: Option<String>,
    /// Of an operator its report: how it is, and what would help, one fact a row.
    #[arg(long)]
    pub report: bool,
    #[command(flatten)]
    pub source: SourceArgs,
    /// Form of the output.
    #[arg(long, value_enum, default_value = "table")]
    pub format: Format,
}

/// Options of `health`.
#[derive(Debug, Args)]
pub struct HealthArgs {
    #[command(flatten)]
    pub source: SourceArgs,
    /// Form of the output.
    #[arg(long, value_enum, default_value = "table")]
    pub format: Format,
}

/// Form of a figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FigureFormat {
    /// A drawing.
    Svg,
    /// A picture.
    Png,
    /// The data.
    Csv,
}

impl From<FigureFormat> for FigureForm {
    fn from(format: FigureFormat) -> Self {
        match format {
            FigureFormat::Svg => Self::Svg,
            FigureFormat::Png => Self::Png,
            FigureFormat::Csv => Self::Csv,
        }
    }
}

/// Options of `chart`.
#[derive(Debug, Args)]
pub struct ChartArgs {
    /// network, relay:FINGERPRINT, operator:ID or operator:DOMAIN, family:FINGERPRINT, as:AS24940, country:DE,
    /// platform:linux, version:0.4.9.5, flag:exit or first-seen:YYYY-MM-DD.
    #[arg(required_unless_present = "list")]
    pub subject: Option<String>,
    /// Name of the figure; --list tells which there are.
    #[arg(required_unless_present = "list")]
    pub figure: Option<String>,
    #[command(flatten)]
    pub source: SourceArgs,
    /// File to write, ending in .svg, .png or .csv; - for standard output, with --format.
    #[arg(long, value_name = "FILE", required_unless_present = "list")]
    pub out: Option<PathBuf>,
    /// Form, where the file's name does not tell it.
    #[arg(long, value_enum)]
    pub format: Option<FigureFormat>,
    /// light or dark; without it a drawing follows its reader and a picture is light.
    #[arg(long)]
    pub theme: Option<String>,
    /// Width in CSS pixels, 160 to 1200; a picture has two pixels for each.
    #[arg(long, value_name = "PIXELS")]
    pub width: Option<u32>,
    /// Height in CSS pixels, 120 to 1200.
    #[arg(long, value_name = "PIXELS")]
    pub height: Option<u32>,
    /// List the figures and of what they are.
    #[arg(long, exclusive = true)]
    pub list: bool,
}

/// Options of `simulate`.
#[derive(Debug, Args)]
pub struct SimulateArgs {
    #[command(flatten)]
    pub size: NetworkSizeArgs,
    #[command(flatten)]
    pub rounds: crate::commands::simulate_rounds::RoundsArgs,
    /// Folder for the documents; made when it does not exist.
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
    /// End of the simulated time, as YYYY-MM-DDThh:mm:ssZ; the last full hour without it.
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    pub now: Option<Timestamp>,
}
