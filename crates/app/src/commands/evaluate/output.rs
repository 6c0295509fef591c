//! What a measurement of the detection came to, as a table or as JSON.

use super::detection::{AUTHORITY_RELAYS, DetectionArgs};
use crate::commands::history::status::StatusFormat;
use crate::failure::Failure;
use allium_analysis::detection::{ClassScore, DetectionReport, Interval, wilson};
use allium_model::{FaultClass, Timestamp};
use serde_json::{Value, json};
use std::io::{self, Write};

pub fn write(report: &DetectionReport, args: &DetectionArgs, now: Timestamp) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    let written = match args.format {
        StatusFormat::Json => serde_json::to_writer_pretty(&mut out, &object(report, args, now))
            .map_err(io::Error::from)
            .and_then(|()| writeln!(out)),
        StatusFormat::Table => table(&mut out, report, args),
    };
    written.or_else(|error| Failure::output(&error))
}

fn percent(interval: Option<Interval>) -> String {
    interval.map_or_else(
        || "none".to_owned(),
        |found| {
            let of = |share: f64| 100.0 * share;
            format!("{:.1} % ({:.1} to {:.1})", of(found.share), of(found.low), of(found.high))
        },
    )
}

fn table(out: &mut dyn Write, report: &DetectionReport, args: &DetectionArgs) -> io::Result<()> {
    let DetectionArgs { relays, days, seeds, first_seed, .. } = args;
    writeln!(out, "{seeds} networks of {relays} relays over {days} days, seeds from {first_seed}")?;
    writeln!(out, "faults of at least 30 relays or 1 % of the weight; shares with 95 % intervals\n")?;
    let widths = "class      faults  found  recall                     precision                  first  second  named rightly              delay";
    writeln!(out, "{widths}")?;
    for class in FaultClass::ALL {
        line(out, class.name(), report.class(class))?;
    }
    line(out, "sudden", &report.sudden())?;
    line(out, "all", &report.all())?;
    writeln!(out, "\nprecision, of relays     {}", percent(report.precision()))?;
    writeln!(out, "precision, authorities   {}", percent(report.authority_precision()))?;
    let wrong = [&report.wrong[..], &report.source_wrong, &report.authority_wrong].concat();
    writeln!(out, "false incidents          {}", ids(&wrong))?;
    writeln!(out, "not confirmed, false     {}", report.unconfirmed_wrong)?;
    writeln!(out, "symptoms told apart      {}", report.symptoms)?;
    writeln!(out, "smaller faults           {}, found {}", report.small_faults, report.small_found)?;
    let quiet = report.false_per_quiet_week();
    writeln!(
        out,
        "false in a quiet week    {} ({} in {:.0} days, {} more not confirmed)",
        quiet.map_or_else(|| "none".to_owned(), |quiet| format!("{quiet:.3}")),
        report.quiet_false.len(),
        report.quiet_days,
        report.quiet_unconfirmed,
    )?;
    writeln!(
        out,
        "\nprecision: of the incidents that name a group of the class; first: in the first document that shows the\n\
         fault; second: confirmed by the next; delay: median, in documents (of authorities: in rounds)"
    )
}

fn line(out: &mut dyn Write, name: &str, score: &ClassScore) -> io::Result<()> {
    let ClassScore { faults, found, at_first, ongoing_at_second, .. } = score;
    writeln!(
        out,
        "{name:9} {faults:7} {found:6}  {:25}  {:25} {at_first:6} {ongoing_at_second:7}  {:25}  {}",
        percent(score.recall()),
        percent(score.precision()),
        percent(score.attribution()),
        score.median_delay().map_or_else(String::new, |delay| delay.to_string()),
    )
}

fn ids(ids: &[allium_model::IncidentId]) -> String {
    let all: Vec<String> = ids.iter().map(ToString::to_string).collect();
    if all.is_empty() { "none".to_owned() } else { all.join(", ") }
}

fn interval(found: Option<Interval>) -> Value {
    found.map_or(
        Value::Null,
        |Interval { share, low, high }| json!({"ratio": share, "low_95": low, "high_95": high}),
    )
}

fn score(name: &str, score: &ClassScore) -> Value {
    json!({
        "class": name,
        "faults": score.faults,
        "found": score.found,
        "recall": interval(score.recall()),
        "precision": interval(score.precision()),
        "attribution": interval(score.attribution()),
        "named_as_labelled": score.named_as_labelled,
        "at_first_document": interval(wilson(score.at_first, score.found)),
        "ongoing_at_second_document": interval(wilson(score.ongoing_at_second, score.found)),
        "median_delay_documents": score.median_delay(),
        "longest_delay_documents": score.delays.iter().max(),
    })
}

fn object(report: &DetectionReport, args: &DetectionArgs, now: Timestamp) -> Value {
    let classes: Vec<Value> =
        FaultClass::ALL.into_iter().map(|class| score(class.name(), report.class(class))).collect();
    let texts =
        |ids: &[allium_model::IncidentId]| -> Vec<String> { ids.iter().map(ToString::to_string).collect() };
    json!({
        "version": env!("CARGO_PKG_VERSION"),
        "date": now.date().to_string(),
        "first_seed": args.first_seed,
        "networks": args.seeds,
        "relays": args.relays,
        "authority_relays": AUTHORITY_RELAYS,
        "days": args.days,
        "documents": report.documents,
        "classes": classes,
        "sudden": score("sudden", &report.sudden()),
        "all": score("all", &report.all()),
        "precision": interval(report.precision()),
        "authority_precision": interval(report.authority_precision()),
        "false_incidents": texts(&report.wrong),
        "authority_false_incidents": texts(&report.authority_wrong),
        "source_false_incidents": texts(&report.source_wrong),
        "unconfirmed_false_incidents": report.unconfirmed_wrong,
        "symptoms_told_apart": report.symptoms,
        "small_faults": report.small_faults,
        "small_faults_found": report.small_found,
        "quiet_days": report.quiet_days.round(),
        "authority_days": report.authority_days.round(),
        "quiet_false_incidents": texts(&report.quiet_false),
        "quiet_unconfirmed_incidents": report.quiet_unconfirmed,
        "false_incidents_per_quiet_week": report.false_per_quiet_week(),
        "false_incidents_per_quiet_month": report.false_per_quiet_month(),
    })
}
