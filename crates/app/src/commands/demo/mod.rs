//! `allium demo`: a simulated network and its site, from nothing.

mod alerts;
mod clock;
mod era;
mod folder;
mod living;
mod past;
mod receiver;

use super::serve::{bind, runtime, serve_until_told, server_options, start_log};
use super::simulate::DOCUMENTS;
use super::site::settings;
use super::{now_or, say};
use crate::additions::Additions;
use crate::alerts::Alerts;
use crate::arenas;
use crate::cli::{DemoArgs, NetworkSizeArgs};
use crate::config::Config;
use crate::failure::{ExitCode, Failure};
use crate::load::{RawDocument, build_edition};
use allium_documents::DocumentError;
use allium_model::Timestamp;
use allium_sim::{FaultPlan, SimOptions, Simulation};
use allium_web::server::ServerOptions;
use allium_web::{Edition, Mode};
use era::{Demo, go_on};
use folder::DemoFolder;
use std::io;
use std::num::NonZeroU32;
use std::sync::Arc;
use tokio::runtime::Handle;

/// Everything that fails beside the site is told in one line and ends nothing.
type Filled<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// Days that are simulated ahead; when they are over everything is simulated anew from there. In a longer time the
/// faults would make too many relays lose their Guard flag.
const FUTURE_DAYS: u32 = 30;

pub fn run(args: &DemoArgs, config: Config) -> Result<(), Failure> {
    arenas::begin_with_few();
    let config = config.with_site(None, None)?;
    start_log();
    let runtime = runtime()?;
    let result = runtime.block_on(demo(args, config));
    // The process ends now; nobody waits for an hour that is being computed.
    std::mem::forget(runtime);
    result
}

async fn demo(args: &DemoArgs, config: Config) -> Result<(), Failure> {
    let options = server_options(&config, settings(&config, Mode::Served, true))?;
    let options = ServerOptions { clock: clock::clock, ..options };
    let listener = bind(&args.listen).await?;
    say(format_args!(
        "simulating {} relays over {} days (seed {})",
        args.size.relays, args.size.days, args.size.seed
    ));
    let now = now_or(args.now);
    clock::set(now);
    let pace = NonZeroU32::new(args.hour_seconds);
    let plan = pace.map_or(FaultPlan::Usual, |_| FaultPlan::Living { future_days: FUTURE_DAYS });
    let simulation = simulate(&args.size, now, plan);
    let edition = first_edition(&config, &simulation, now, pace)
        .map_err(|error| Failure::document("the simulated documents", &error))?;
    let folder = DemoFolder::create(&std::env::temp_dir()).map_err(|error| {
        Failure::new(ExitCode::Output, format_args!("cannot make a folder for the history: {error}"))
    })?;
    let address = listener.address();
    let alerts = alerts::start(&config, &edition.snapshot.network, folder.path(), &address).await?;
    let shared = Alerts::share(alerts.as_ref()).await;
    shared.publish(Arc::new(edition.clone()));
    say(format_args!("the site of the SIMULATED network is at {address} (stop with Ctrl-C)"));
    let demo = Demo {
        size: args.size.clone(),
        plan,
        pace,
        simulation,
        edition,
        shared: Arc::clone(&shared),
        alerts: alerts.map(|alerts| alerts.scenes),
        config,
        now,
        folder: folder.path().to_owned(),
        number: 0,
    };
    start(demo)?;
    serve_until_told(listener, shared, options).await
}

/// Lets the network go on, on one thread: what an hour needs is then taken from memory that the hour before gave
/// back.
fn start(demo: Demo) -> Result<(), Failure> {
    let runtime = Handle::current();
    let work = move || runtime.block_on(go_on(demo));
    let thread = std::thread::Builder::new().name("demo".into()).spawn(work);
    thread.map(drop).map_err(|error| {
        Failure::new(ExitCode::Failed, format_args!("cannot start the simulated time: {error}"))
    })
}

/// A simulated network that ends, or whose future begins, at `end`.
fn simulate(size: &NetworkSizeArgs, end: Timestamp, plan: FaultPlan) -> Simulation {
    let options = SimOptions { relays: size.relays as usize, days: size.days, seed: size.seed, end };
    Simulation::run_with(&options, plan)
}

/// The first edition of a simulated network.
fn first_edition(
    config: &Config,
    simulation: &Simulation,
    now: Timestamp,
    pace: Option<NonZeroU32>,
) -> Result<Edition, DocumentError> {
    let additions = additions(config, simulation, now)?;
    Ok(edition(config, simulation, &additions, now)?.with_hour_seconds(pace))
}

/// The edition of a simulated network, through the same documents and parsers as a real one.
fn edition(
    config: &Config,
    simulation: &Simulation,
    additions: &Additions,
    now: Timestamp,
) -> Result<Edition, DocumentError> {
    build_edition(config, &written(&|out| simulation.write_details(out)), additions, now)
}

/// What the documents beside the details add.
fn additions(config: &Config, simulation: &Simulation, now: Timestamp) -> Result<Additions, DocumentError> {
    let mut additions = Additions::default();
    for (document, write) in DOCUMENTS.into_iter().filter(|(document, _)| !document.is_required()) {
        additions.take(document, &written(&|out| write(simulation, out)), &config.limits(), now)?;
    }
    Ok(additions)
}

/// A document written into memory, which cannot fail.
fn written(write: &dyn Fn(&mut dyn io::Write) -> io::Result<()>) -> RawDocument {
    let mut bytes = Vec::new();
    let _ = write(&mut bytes);
    RawDocument { location: "simulated".into(), bytes }
}
