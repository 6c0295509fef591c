//! `allium demo`: a simulated network and its site, from nothing.

use super::demo_folder::DemoFolder;
use super::demo_past::Demo;
use super::serve::{bind, runtime, serve_until_told, server_options, start_log};
use super::simulate::{DOCUMENTS, simulate};
use super::site::settings;
use super::{now_or, say};
use crate::additions::Additions;
use crate::cli::DemoArgs;
use crate::config::Config;
use crate::failure::{ExitCode, Failure};
use crate::load::{RawDocument, build_edition};
use allium_documents::DocumentError;
use allium_model::Timestamp;
use allium_sim::Simulation;
use allium_web::server::Shared;
use allium_web::{Edition, Mode};
use std::io;
use std::sync::Arc;

pub fn run(args: &DemoArgs, config: Config) -> Result<(), Failure> {
    let config = config.with_site(None, None)?;
    start_log();
    runtime()?.block_on(demo(args, config))
}

async fn demo(args: &DemoArgs, config: Config) -> Result<(), Failure> {
    let options = server_options(&config, settings(&config, Mode::Served, true))?;
    let listener = bind(&args.listen).await?;
    say(format_args!(
        "simulating {} relays over {} days (seed {})",
        args.size.relays, args.size.days, args.size.seed
    ));
    let now = now_or(args.now);
    let simulation = simulate(&args.size, now);
    let edition = edition(&config, &simulation, now)
        .map_err(|error| Failure::document("the simulated documents", &error))?;
    let shared = Arc::new(Shared::default());
    shared.publish(Arc::new(edition.clone()));
    let address = listener.address();
    say(format_args!("the site of the SIMULATED network is at {address} (stop with Ctrl-C)"));
    let folder = DemoFolder::create(&std::env::temp_dir()).map_err(|error| {
        Failure::new(ExitCode::Output, format_args!("cannot make a folder for the history: {error}"))
    })?;
    let past = Demo {
        simulation,
        edition,
        shared: Arc::clone(&shared),
        limits: config.limits(),
        now,
        store: folder.path().join("history.sqlite"),
    };
    tokio::spawn(past.add_past());
    serve_until_told(listener, shared, options).await
}

/// The edition of a simulated network, through the same documents and parsers as a real one.
fn edition(config: &Config, simulation: &Simulation, now: Timestamp) -> Result<Edition, DocumentError> {
    let mut additions = Additions::default();
    for (document, write) in DOCUMENTS.into_iter().filter(|(document, _)| !document.is_required()) {
        additions.take(document, &written(&|out| write(simulation, out)), &config.limits(), now)?;
    }
    build_edition(config, &written(&|out| simulation.write_details(out)), &additions, now)
}

/// A document written into memory, which cannot fail.
fn written(write: &dyn Fn(&mut dyn io::Write) -> io::Result<()>) -> RawDocument {
    let mut bytes = Vec::new();
    let _ = write(&mut bytes);
    RawDocument { location: "simulated".into(), bytes }
}
