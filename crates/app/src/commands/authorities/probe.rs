//! `allium authorities probe`: one look at each trusted authority.

use crate::cli::Format;
use crate::commands::clock;
use crate::commands::serve::runtime;
use crate::config::Config;
use crate::directory::trusted_authorities;
use crate::failure::Failure;
use crate::monitor::{probe_options, probe_targets};
use allium_analysis::directory::state::{AuthorityState, Expectation, state_of};
use allium_collect::Prober;
use allium_consensus::TrustedAuthorities;
use allium_model::{AuthorityProbe, Timestamp};
use clap::Args;
use std::io::{self, Write};
use std::path::PathBuf;

/// Options of `authorities probe`.
#[derive(Debug, Args)]
pub struct ProbeArgs {
    /// File with the authorities to look at, as `DirAuthority` lines of a torrc or in Allium's own form;
    /// without it those of the public network.
    #[arg(long, env = "ALLIUM_AUTHORITIES", value_name = "FILE")]
    pub authorities: Option<PathBuf>,
    /// Longest wait for an answer, in seconds.
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u32).range(1..=300))]
    pub timeout: Option<u32>,
    /// Form of the output.
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub format: Format,
}

/// Runs the command.
pub fn run(args: &ProbeArgs, config: &Config) -> Result<(), Failure> {
    let mut config = config.clone();
    if let Some(timeout) = args.timeout {
        config.monitor.timeout_seconds = timeout;
    }
    if let Some(file) = &args.authorities {
        config.authorities.file.clone_from(file);
    }
    let trusted = trusted_authorities(&config)?;
    let now = clock();
    let targets = probe_targets(&trusted, now);
    let mut prober = Prober::new(probe_options(&config));
    let probes = runtime()?.block_on(prober.look(&targets, now));
    let rows = rows(&trusted, &probes, prober.interval_seconds());
    write(&rows, args.format).or_else(|error| Failure::output(&error))
}

/// An authority in the output.
struct Row<'a> {
    nickname: &'a str,
    state: AuthorityState,
    probe: &'a AuthorityProbe,
}

fn rows<'a>(
    trusted: &'a TrustedAuthorities,
    probes: &'a [AuthorityProbe],
    interval_seconds: i64,
) -> Vec<Row<'a>> {
    let mut consensuses: Vec<Timestamp> =
        probes.iter().filter_map(|probe| probe.consensus_valid_after).collect();
    consensuses.sort_unstable();
    let expectation = Expectation { consensuses: &consensuses, interval_seconds };
    let row = |probe: &'a AuthorityProbe| Row {
        nickname: trusted.find(probe.identity).map_or("", |entry| &entry.nickname),
        state: state_of(probe, &expectation),
        probe,
    };
    probes.iter().map(row).collect()
}

/// Heads of the columns; units are part of the name.
const HEADS: [&str; 9] = [
    "nickname",
    "identity",
    "state",
    "connect_ms",
    "answer_ms",
    "consensus_valid_after",
    "vote_valid_after",
    "clock_skew_seconds",
    "problem",
];

/// The columns of a row; what was not learned is empty.
fn cells(row: &Row<'_>) -> [String; 9] {
    fn text<T: ToString>(value: Option<T>) -> String {
        value.map_or_else(String::new, |value| value.to_string())
    }
    let probe = row.probe;
    [
        row.nickname.to_owned(),
        probe.identity.to_string(),
        row.state.name().to_owned(),
        text(probe.connect_ms),
        text(probe.answer_ms),
        text(probe.consensus_valid_after.map(Timestamp::to_rfc3339)),
        text(probe.vote_valid_after.map(Timestamp::to_rfc3339)),
        text(probe.clock_skew_seconds),
        probe.problem.as_deref().map_or_else(String::new, |problem| allium_model::printable(problem).into()),
    ]
}

fn write(rows: &[Row<'_>], format: Format) -> io::Result<()> {
    let mut out = io::BufWriter::new(io::stdout().lock());
    match format {
        Format::Table => write_table(&mut out, rows)?,
        Format::Csv => write_csv(&mut out, rows)?,
        Format::Json => write_json(&mut out, rows)?,
    }
    out.flush()
}

/// Identities are long and known by their nicknames, so a table for people leaves them out.
fn write_table(out: &mut impl Write, rows: &[Row<'_>]) -> io::Result<()> {
    let lines: Vec<[String; 9]> =
        std::iter::once(HEADS.map(|head| head.replace('_', " "))).chain(rows.iter().map(cells)).collect();
    let shown = [0, 2, 3, 4, 5, 6, 7, 8];
    let width = |column: usize| lines.iter().map(|line| line[column].chars().count()).max().unwrap_or(0);
    let widths = shown.map(width);
    for line in &lines {
        let cells: Vec<String> = shown
            .iter()
            .zip(widths)
            .map(|(column, width)| match column {
                3 | 4 | 7 => format!("{:>width$}", line[*column]),
                _ => format!("{:<width$}", line[*column]),
            })
            .collect();
        writeln!(out, "{}", cells.join("  ").trim_end())?;
    }
    Ok(())
}

fn write_csv(out: &mut impl Write, rows: &[Row<'_>]) -> io::Result<()> {
    writeln!(out, "{}", HEADS.join(","))?;
    for row in rows {
        let quoted = cells(row).map(|cell| {
            let needs_quotes = cell.contains([',', '"']);
            if needs_quotes { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell }
        });
        writeln!(out, "{}", quoted.join(","))?;
    }
    Ok(())
}

fn write_json(out: &mut impl Write, rows: &[Row<'_>]) -> io::Result<()> {
    let object = |row: &Row<'_>| {
        let probe = row.probe;
        serde_json::json!({
            "nickname": row.nickname,
            "identity": probe.identity.to_string(),
            "state": row.state.name(),
            "probed_at": probe.at.to_rfc3339(),
            "connect_ms": probe.connect_ms,
            "answer_ms": probe.answer_ms,
            "consensus_valid_after": probe.consensus_valid_after.map(Timestamp::to_rfc3339),
            "vote_valid_after": probe.vote_valid_after.map(Timestamp::to_rfc3339),
            "clock_skew_seconds": probe.clock_skew_seconds,
            "problem": probe.problem.as_deref().map(allium_model::printable),
        })
    };
    let objects: Vec<serde_json::Value> = rows.iter().map(object).collect();
    serde_json::to_writer_pretty(&mut *out, &serde_json::json!({ "data": objects }))?;
    writeln!(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use allium_model::{Fingerprint, ProbeOutcome};

    fn probe() -> AuthorityProbe {
        AuthorityProbe {
            identity: Fingerprint([0xAB; 20]),
            at: Timestamp(0),
            outcome: ProbeOutcome::Refused,
            connect_ms: None,
            answer_ms: Some(12),
            consensus_valid_after: None,
            vote_valid_after: Some(Timestamp(3600)),
            clock_skew_seconds: Some(-3),
            voters: Vec::new(),
            problem: Some("it said \"no\", twice".into()),
        }
    }

    fn written(write: impl Fn(&mut Vec<u8>, &[Row<'_>]) -> io::Result<()>) -> String {
        let probe = probe();
        let row = Row { nickname: "alder", state: AuthorityState::Offline, probe: &probe };
        let mut out = Vec::new();
        write(&mut out, &[row]).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn what_was_not_learned_is_empty_in_tables_and_null_in_json() {
        let table = written(write_table);
        assert!(table.lines().nth(1).unwrap().starts_with("alder     offline"), "{table}");
        let json: serde_json::Value = serde_json::from_str(&written(write_json)).unwrap();
        assert_eq!(json["data"][0]["connect_ms"], serde_json::Value::Null);
        assert_eq!(json["data"][0]["clock_skew_seconds"], -3);
    }

    #[test]
    fn a_problem_with_commas_stays_one_cell() {
        let csv = written(write_csv);
        assert!(csv.ends_with(",-3,\"it said \"\"no\"\", twice\"\n"), "{csv}");
    }
}
