//! `allium simulate`: the documents of a simulated network, and the truth about it.

use super::simulate_rounds::write_rounds;
use super::{now_or, say};
use crate::cli::{NetworkSizeArgs, SimulateArgs};
use crate::failure::{ExitCode, Failure};
use allium_collect::Document;
use allium_model::Timestamp;
use allium_sim::{SimOptions, Simulation};
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::Path;

pub fn run(args: &SimulateArgs) -> Result<(), Failure> {
    let failed = |error: io::Error| {
        Failure::new(ExitCode::Output, format_args!("cannot write to {}: {error}", args.out.display()))
    };
    fs::create_dir_all(&args.out).map_err(failed)?;
    let simulation = simulate(&args.size, now_or(args.now));
    write_documents(&simulation, &args.out).map_err(failed)?;
    if args.rounds.collector {
        write_directory(&simulation, args).map_err(failed)?;
    }
    say(format_args!(
        "simulated {} relays over {} days (seed {}), {} running at {} UTC; wrote {} and truth.json to {}",
        args.size.relays,
        args.size.days,
        args.size.seed,
        simulation.running_relays(),
        simulation.published().to_minute(),
        DOCUMENTS.map(|(document, _)| format!("{document}.json")).join(", "),
        args.out.display(),
    ));
    Ok(())
}

/// Writes the rounds of the authorities, and the truth with theirs.
fn write_directory(simulation: &Simulation, args: &SimulateArgs) -> io::Result<()> {
    let directory = simulation.directory(&args.rounds.options()).map_err(io::Error::other)?;
    let written = write_rounds(&directory, &args.rounds, &args.out)?;
    say(format_args!(
        "wrote {written} documents of the authorities, signed with test keys that nobody trusts"
    ));
    write_file(&args.out.join("truth.json"), &|out| directory.write_truth(out))
}

/// Runs a simulation that ends at `end`.
pub fn simulate(size: &NetworkSizeArgs, end: Timestamp) -> Simulation {
    Simulation::run(&SimOptions { relays: size.relays as usize, days: size.days, seed: size.seed, end })
}

/// How a simulation writes a document.
type WriteDocument = fn(&Simulation, &mut dyn Write) -> io::Result<()>;

/// The documents of a simulation.
pub const DOCUMENTS: [(Document, WriteDocument); 6] = [
    (Document::Details, Simulation::write_details),
    (Document::Uptime, Simulation::write_uptime),
    (Document::Bandwidth, Simulation::write_bandwidth),
    (Document::Weights, Simulation::write_weights),
    (Document::Clients, Simulation::write_clients),
    (Document::Aroi, Simulation::write_aroi),
];

fn write_documents(simulation: &Simulation, directory: &Path) -> io::Result<()> {
    for (document, write) in DOCUMENTS {
        let path = directory.join(format!("{}.json", document.stem()));
        write_file(&path, &|out| write(simulation, out))?;
    }
    write_file(&directory.join("truth.json"), &|out| simulation.write_truth(out))
}

/// Writes beside the file and renames, so that a reader never sees half a document.
fn write_file(path: &Path, write: &dyn Fn(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    let part = path.with_extension("part");
    let mut out = BufWriter::new(File::create(&part)?);
    write(&mut out)?;
    out.into_inner().map_err(io::IntoInnerError::into_error)?.sync_all()?;
    fs::rename(&part, path)
}
