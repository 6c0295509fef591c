//! `allium history incidents`: searches the history for incidents and lists them.

use super::Place;
use super::status::StatusFormat;
use crate::commands::clock;
use crate::commands::say;
use crate::failure::Failure;
use crate::incidents::Detection;
use allium_analysis::incidents::IncidentOptions;
use allium_model::Incident;
use allium_store::IncidentQuery;
use clap::Args;
use serde_json::{Value, json};
use std::io::{self, Write};
use std::sync::Arc;

/// Options of `history incidents`.
#[derive(Debug, Args)]
pub struct IncidentsArgs {
    /// Most incidents that are listed, the newest first.
    #[arg(long, default_value_t = 50)]
    pub limit: u32,
    /// Form of the output.
    #[arg(long, value_enum, default_value = "table")]
    pub format: StatusFormat,
}

pub fn run(args: &IncidentsArgs, place: &Place) -> Result<(), Failure> {
    let store = Arc::new(place.open_existing()?);
    let mut detection = place.wait(Detection::open(Arc::clone(&store), IncidentOptions::default()))?;
    let documents = place.wait(detection.advance(clock()))?;
    say(format_args!(
        "searched {} records of the history that were new; {} incidents last",
        documents,
        detection.open_count()
    ));
    let incidents = place.wait(store.incidents(IncidentQuery::all(args.limit)))?;
    let mut out = io::stdout().lock();
    let written = match args.format {
        StatusFormat::Table => incidents.iter().try_for_each(|incident| line(&mut out, incident)),
        StatusFormat::Json => {
            writeln!(out, "{}", Value::Array(incidents.iter().map(object).collect()))
        }
    };
    written.or_else(|error| Failure::output(&error))?;
    drop(detection);
    Arc::into_inner(store).map_or(Ok(()), |store| place.wait(store.close()))
}

fn line(out: &mut dyn Write, incident: &Incident) -> io::Result<()> {
    writeln!(
        out,
        "{:34} {:8} {:13} {:5}  {}",
        incident.id.to_string(),
        incident.severity.name(),
        ending(incident),
        incident.hit.relays.len(),
        incident.evidence
    )
}

/// How it ended, else how far it is.
fn ending(incident: &Incident) -> &'static str {
    incident.ending.map_or(incident.state.name(), allium_model::Ending::name)
}

fn object(incident: &Incident) -> Value {
    let time = |time: Option<allium_model::Timestamp>| time.map(allium_model::Timestamp::to_rfc3339);
    json!({
        "id": incident.id.to_string(),
        "kind": incident.id.kind.name(),
        "class": incident.class().name(),
        "state": incident.state.name(),
        "severity": incident.severity.name(),
        "from": incident.id.from.to_rfc3339(),
        "confirmed": time(incident.confirmed),
        "until": time(incident.until),
        "ending": incident.ending.map(allium_model::Ending::name),
        "relays": incident.hit.relays.len(),
        "weight_ratio": incident.hit.impact.weight_ratio,
        "evidence": incident.evidence,
    })
}
