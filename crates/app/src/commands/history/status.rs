//! `allium history status`.

use super::Place;
use crate::failure::Failure;
use allium_model::{TimeRange, Timestamp};
use allium_store::StoreStatus;
use clap::{Args, ValueEnum};
use serde_json::{Map, Value};
use std::io::Write;

/// Options of `history status`.
#[derive(Debug, Args)]
pub struct StatusArgs {
    /// Form of the output.
    #[arg(long, value_enum, default_value = "table")]
    pub format: StatusFormat,
}

/// Form of a status.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum StatusFormat {
    /// A line for each fact.
    Table,
    /// One JSON object.
    Json,
}

pub fn run(args: &StatusArgs, place: &Place) -> Result<(), Failure> {
    let store = place.open_to_read()?;
    let status = place.wait(store.status())?;
    let gaps = match status.span {
        Some((from, until)) => place.wait(store.gaps(TimeRange { from, until: until.plus_seconds(1) }))?,
        None => Vec::new(),
    };
    write(&facts(&status, &gaps), args.format)
}

/// Names and values in their order.
pub type Facts = Vec<(&'static str, Value)>;

/// Writes facts to standard output.
pub fn write(facts: &Facts, format: StatusFormat) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    let written = match format {
        StatusFormat::Json => {
            let object: Map<String, Value> =
                facts.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
            writeln!(out, "{}", Value::Object(object))
        }
        StatusFormat::Table => facts.iter().try_for_each(|(name, value)| match value {
            Value::String(text) => writeln!(out, "{name:<24} {text}"),
            Value::Null => writeln!(out, "{name:<24} none"),
            value => writeln!(out, "{name:<24} {value}"),
        }),
    };
    written.or_else(|error| Failure::output(&error))
}

fn facts(status: &StoreStatus, gaps: &[TimeRange]) -> Facts {
    let time = |index: usize| {
        status.span.map(|span| if index == 0 { span.0 } else { span.1 }).map(Timestamp::to_rfc3339).into()
    };
    let days = |range: &Option<allium_store::DayRange>| {
        range.as_ref().map(|range| format!("{} to {}, {} days", range.first, range.last, range.days)).into()
    };
    vec![
        ("layout", status.layout.into()),
        ("bytes", status.bytes.into()),
        ("free_bytes", status.free_bytes.into()),
        ("first_record", time(0)),
        ("last_record", time(1)),
        ("gaps", gaps.len().into()),
        ("gap_hours", gaps.iter().map(|gap| gap.until.seconds_since(gap.from) / 3600).sum::<i64>().into()),
        ("consensuses", status.records[0].into()),
        ("onionoo_documents", status.records[1].into()),
        ("presence_lists", status.records[2].into()),
        ("hourly_days", days(&status.hourly_days)),
        ("daily_days", days(&status.daily_days)),
        ("open_records", status.open_records.into()),
        ("relays", status.relays.into()),
        ("groups", status.groups.into()),
        ("contact_texts", status.contact_texts.into()),
        ("authority_rounds", status.authority_rounds.into()),
        ("events", status.events.into()),
        ("probes", status.probes.into()),
        ("documents_seen", status.documents.into()),
    ]
}
