//! `allium consensus show`: what a consensus or a vote says as a whole.

use super::files::{DocumentFile, expand};
use crate::cli::Format;
use crate::config::Config;
use crate::failure::{ExitCode, Failure};
use allium_consensus::{
    ConsensusFacts, VoteFacts, sha3_256, summarize_consensus, summarize_vote, unchecked_signatures,
};
use allium_documents::dirspec::{DocumentKind, parse_consensus, parse_vote};
use allium_documents::{DocumentError, Limits};
use allium_model::{ConsensusSummary, Flag, SharedRandom, Timestamp, VoteSummary, printable};
use allium_views::{Align, Row, RowHead, Rows, Value as Cell, write_csv};
use clap::Args;
use serde_json::{Map, Value, json};
use std::io::{self, BufWriter, Write};
use std::path::PathBuf;

/// Options of `consensus show`.
#[derive(Debug, Args)]
pub struct ShowArgs {
    /// Consensuses and votes, or folders of them. Signatures are not checked; see `consensus verify`.
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Form of the output.
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub format: Format,
}

/// A fact with its name, in the order in which people read them.
type Facts = Vec<(&'static str, Value)>;

pub fn run(args: &ShowArgs, config: &Config) -> Result<(), Failure> {
    let limits = config.limits();
    let files = expand(&args.files)?;
    if files.is_empty() {
        return Err(Failure::new(ExitCode::Document, "there are no files in the folders"));
    }
    let mut out = BufWriter::new(io::stdout().lock());
    let mut rows = Vec::new();
    for path in files {
        let file = DocumentFile::read(&path, &limits)?;
        let mut facts: Facts = vec![("file", json!(file.name))];
        facts.extend(read(&file, &limits)?);
        let written = match args.format {
            Format::Table => write_table(&mut out, &facts),
            Format::Csv => {
                rows.extend(csv_rows(&file.name, facts));
                Ok(())
            }
            Format::Json => {
                let object: Map<String, Value> =
                    facts.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
                serde_json::to_writer(&mut out, &object).map_err(io::Error::from).and_then(|()| writeln!(out))
            }
        };
        written.or_else(|error| Failure::output(&error))?;
    }
    let written = if args.format == Format::Csv { write_all_csv(&mut out, rows) } else { Ok(()) };
    written.and_then(|()| out.flush()).or_else(|error| Failure::output(&error))
}

fn read(file: &DocumentFile, limits: &Limits) -> Result<Facts, Failure> {
    let failed = |error: DocumentError| Failure::document(&file.name, &error);
    let size = file.bytes.len() as u64;
    match file.kind() {
        Some(DocumentKind::Consensus | DocumentKind::MicrodescConsensus) => {
            let parsed = parse_consensus(&file.bytes, limits).map_err(failed)?;
            let facts = ConsensusFacts {
                bytes: size,
                unknown_items: parsed.unknown_items.values().sum(),
                digest: Some(sha3_256(parsed.document.signed)),
                signatures: unchecked_signatures(&parsed.document),
            };
            Ok(of_consensus(&summarize_consensus(&parsed.document, facts)))
        }
        Some(DocumentKind::Vote) => {
            let parsed = parse_vote(&file.bytes, limits).map_err(failed)?;
            let facts = VoteFacts { bytes: size, is_verified: false };
            Ok(of_vote(&summarize_vote(&parsed.document, facts).0))
        }
        kind => {
            let found = match kind {
                Some(kind) => format!("it is of the kind {}", kind.name()),
                None => "it is no document that is known here".to_owned(),
            };
            let message = format_args!("{} is neither a consensus nor a vote: {found}", file.name);
            Err(Failure::new(ExitCode::Document, message))
        }
    }
}

fn of_consensus(summary: &ConsensusSummary) -> Facts {
    let authorities: Vec<&str> =
        summary.authorities.iter().map(|authority| authority.nickname.as_str()).collect();
    let signers = summary.signatures.iter().map(|signature| match &signature.nickname {
        Some(nickname) => nickname.clone(),
        None => signature.identity.to_string(),
    });
    let flags: Map<String, Value> = Flag::ALL
        .into_iter()
        .filter(|flag| summary.known_flags.iter().any(|known| known == flag.name()))
        .map(|flag| (flag.name().to_owned(), json!(summary.flag_count(flag))))
        .collect();
    let weights = summary.bandwidth_weights.iter().map(|weight| (weight.name.clone(), json!(weight.value)));
    let protocols = summary.protocols.iter().map(|(name, text)| ((*name).to_owned(), json!(text)));
    let mut facts = vec![
        ("kind", json!("consensus")),
        ("flavor", json!(summary.flavor)),
        ("consensus_method", json!(summary.method)),
        ("valid_after", time(summary.valid_after)),
        ("fresh_until", time(summary.fresh_until)),
        ("valid_until", time(summary.valid_until)),
        ("relays", json!(summary.relays)),
        ("flags", Value::Object(flags)),
        ("total_weight", json!(summary.total_weight)),
        ("unmeasured_relays", json!(summary.unmeasured_relays)),
        ("authorities", json!(authorities)),
        ("signatures", json!(signers.collect::<Vec<_>>())),
        ("client_versions", json!(summary.client_versions)),
        ("server_versions", json!(summary.server_versions)),
        ("protocols", Value::Object(protocols.collect())),
        ("params", params(&summary.params)),
        ("bandwidth_weights", Value::Object(weights.collect())),
    ];
    facts.extend(shared_random(&summary.shared_random));
    facts.extend([
        ("bytes", json!(summary.bytes)),
        ("sha3_256", json!(summary.digest_hex())),
        ("unknown_lines", json!(summary.unknown_items)),
    ]);
    facts
}

fn of_vote(summary: &VoteSummary) -> Facts {
    let pairs = |pairs: &[(String, String)]| {
        Value::Object(pairs.iter().map(|(name, value)| (name.clone(), json!(value))).collect())
    };
    let mut facts = vec![
        ("kind", json!("vote")),
        ("nickname", json!(summary.nickname)),
        ("identity", json!(summary.identity.to_string())),
        ("valid_after", time(summary.valid_after)),
        ("published", time(summary.published)),
        ("relays", json!(summary.relays)),
        ("measured_relays", json!(summary.measured_relays)),
        ("ipv6_relays", json!(summary.ipv6_relays)),
        ("consensus_methods", json!(summary.methods)),
        ("known_flags", json!(summary.known_flags)),
        ("flag_thresholds", pairs(&summary.flag_thresholds)),
        ("params", params(&summary.params)),
        ("bandwidth_file", summary.bandwidth_file_headers.as_deref().map_or(Value::Null, pairs)),
        ("takes_part_in_shared_random", json!(summary.is_in_shared_random)),
        ("certificate_expires", summary.certificate_expires.map_or(Value::Null, time)),
    ];
    facts.extend(shared_random(&summary.shared_random));
    facts.extend([("bytes", json!(summary.bytes)), ("sha1", json!(summary.digest.to_string()))]);
    facts
}

fn time(time: Timestamp) -> Value {
    json!(time.to_rfc3339())
}

fn params(params: &[(String, i32)]) -> Value {
    Value::Object(params.iter().map(|(name, value)| (name.clone(), json!(value))).collect())
}

fn shared_random(values: &SharedRandom) -> [(&'static str, Value); 2] {
    let of = |value: &Option<(u32, String)>| {
        value.as_ref().map_or(Value::Null, |(reveals, value)| json!({ "reveals": reveals, "value": value }))
    };
    [("shared_random_previous", of(&values.previous)), ("shared_random_current", of(&values.current))]
}

fn write_table(out: &mut dyn Write, facts: &Facts) -> io::Result<()> {
    for (name, value) in facts {
        writeln!(out, "{:<28} {}", name.replace('_', " "), printable(&words(value)))?;
    }
    writeln!(out)
}

/// A row for each fact; of a fact with parts one for each, such as a flag, a parameter or a version.
fn csv_rows(file: &str, facts: Facts) -> Vec<Row<'static>> {
    let row = |fact: &str, name: &str, value: &str| {
        let text = |text: &str| Cell::Text(printable(text).into_owned().into());
        Row { values: vec![text(file), text(fact), text(name), text(value)] }
    };
    let of_fact = |(fact, value): (&'static str, Value)| match value {
        Value::Null => vec![row(fact, "", "")],
        Value::Object(parts) => parts.iter().map(|(name, value)| row(fact, name, &words(value))).collect(),
        Value::Array(parts) => parts.iter().map(|value| row(fact, "", &words(value))).collect(),
        value => vec![row(fact, "", &words(&value))],
    };
    facts.into_iter().skip(1).flat_map(of_fact).collect()
}

fn write_all_csv(out: &mut dyn Write, rows: Vec<Row<'static>>) -> io::Result<()> {
    let columns = ["file", "fact", "name", "value"];
    let columns = columns.map(|name| RowHead { name, head: name, align: Align::Left }).to_vec();
    write_csv(out, &Rows { columns, total: rows.len(), rows })
}

/// A value as a line of words.
fn words(value: &Value) -> String {
    let join = |words: Vec<String>| words.join(" ");
    match value {
        Value::Null => "none".to_owned(),
        Value::String(text) => text.clone(),
        Value::Array(values) => join(values.iter().map(words).collect()),
        Value::Object(values) => {
            join(values.iter().map(|(name, value)| format!("{name}={}", words(value))).collect())
        }
        value => value.to_string(),
    }
}
