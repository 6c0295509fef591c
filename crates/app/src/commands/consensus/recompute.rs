//! `allium consensus recompute`: a consensus from its votes, and whether it is the published one.

use super::ReportFormat;
use super::files::{DocumentFile, expand};
use crate::commands::say;
use crate::config::Config;
use crate::directory::trusted_by_file;
use crate::failure::{ExitCode, Failure};
use allium_consensus::{BodyDifference, Recomputed, TrustedAuthorities, compare_bodies, recompute, sha1};
use allium_documents::Limits;
use allium_documents::dirspec::{Consensus, DocumentKind, Flavor, Vote, parse_consensus, parse_vote};
use allium_model::{Fingerprint, Timestamp, printable};
use clap::{Args, ValueEnum};
use serde::Serialize;
use std::io::{self, BufWriter, Write};
use std::path::PathBuf;

/// Options of `consensus recompute`.
#[derive(Debug, Args)]
pub struct RecomputeArgs {
    /// Votes, or folders of them; of several hours those of the consensus are taken.
    #[arg(long, required = true, num_args = 1.., value_name = "FILE")]
    pub votes: Vec<PathBuf>,
    /// The published consensus to compare with; without it the computed text is written.
    #[arg(long, value_name = "FILE")]
    pub consensus: Option<PathBuf>,
    /// Flavour to write without --consensus.
    #[arg(long, value_enum, default_value = "microdesc")]
    pub flavor: FlavorName,
    /// Trusted authorities, whose number counts, as in `consensus verify`.
    #[arg(long, env = "ALLIUM_AUTHORITIES", value_name = "FILE")]
    pub authorities: Option<PathBuf>,
    /// Number of authorities, those without a vote included; by default that of the trusted ones, or that of the
    /// votes where these are not trusted.
    #[arg(long, value_name = "NUMBER")]
    pub authority_count: Option<usize>,
    /// Differences that are shown.
    #[arg(long, default_value_t = 20, value_name = "NUMBER")]
    pub limit: usize,
    /// Form of the output.
    #[arg(long, value_enum, default_value = "table")]
    pub format: ReportFormat,
}

/// A flavour on the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FlavorName {
    /// With digests of server descriptors.
    Ns,
    /// With digests of microdescriptors.
    Microdesc,
}

pub fn run(args: &RecomputeArgs, config: &Config) -> Result<(), Failure> {
    let limits = config.limits();
    let trusted = trusted_by_file(args.authorities.as_deref(), config)?;
    let files = read_votes(&args.votes, &limits)?;
    let votes = parse_votes(&files, &limits)?;
    match &args.consensus {
        Some(path) => {
            let file = DocumentFile::read(path, &limits)?;
            let parsed = parse_consensus(&file.bytes, &limits)
                .map_err(|error| Failure::document(&file.name, &error))?;
            compare(args, &trusted, &votes, &file.name, &parsed.document)
        }
        None => write(args, &trusted, &votes),
    }
}

fn read_votes(paths: &[PathBuf], limits: &Limits) -> Result<Vec<DocumentFile>, Failure> {
    let mut files = Vec::new();
    for path in expand(paths)? {
        let file = DocumentFile::read(&path, limits)?;
        match file.kind() {
            Some(DocumentKind::Vote) => files.push(file),
            _ => say(format_args!("{} is left out, it is no vote", file.name)),
        }
    }
    Ok(files)
}

fn parse_votes<'a>(files: &'a [DocumentFile], limits: &Limits) -> Result<Vec<Vote<'a>>, Failure> {
    let parse = |file: &'a DocumentFile| match parse_vote(&file.bytes, limits) {
        Ok(parsed) => Ok(parsed.document),
        Err(error) => Err(Failure::document(&file.name, &error)),
    };
    files.iter().map(parse).collect()
}

/// How many authorities there are.
fn count(args: &RecomputeArgs, trusted: &TrustedAuthorities, votes: &[&Vote<'_>]) -> usize {
    let is_trusted =
        |vote: &&Vote<'_>| trusted.find_at(vote.authority.identity, vote.header.valid_after).is_some();
    let time = votes.first().map_or(Timestamp(0), |vote| vote.header.valid_after);
    let known = if votes.iter().all(is_trusted) { trusted.count_at(time) } else { 0 };
    args.authority_count.unwrap_or_else(|| known.max(votes.len()))
}

fn compute(
    args: &RecomputeArgs,
    trusted: &TrustedAuthorities,
    votes: &[&Vote<'_>],
    flavor: Flavor,
) -> Result<Recomputed, Failure> {
    recompute(votes, count(args, trusted, votes), flavor).map_err(|error| {
        Failure::new(ExitCode::Document, format_args!("cannot compute a consensus: {error}"))
    })
}

fn write(args: &RecomputeArgs, trusted: &TrustedAuthorities, votes: &[Vote<'_>]) -> Result<(), Failure> {
    let flavor = match args.flavor {
        FlavorName::Ns => Flavor::Ns,
        FlavorName::Microdesc => Flavor::Microdesc,
    };
    let computed = compute(args, trusted, &votes.iter().collect::<Vec<_>>(), flavor)?;
    let mut out = io::stdout().lock();
    let unsigned = computed.body.strip_suffix("directory-signature ").unwrap_or(&computed.body);
    out.write_all(unsigned.as_bytes()).or_else(|error| Failure::output(&error))
}

/// What came of the comparison.
#[derive(Debug, Serialize)]
struct Report {
    file: String,
    flavor: &'static str,
    valid_after: String,
    consensus_method: u32,
    votes: usize,
    relays: usize,
    identical: bool,
    differences: Vec<Difference>,
    problems: Vec<String>,
}

#[derive(Debug, Serialize)]
struct Difference {
    computed_line: usize,
    published_line: usize,
    computed: Vec<String>,
    published: Vec<String>,
}

impl From<BodyDifference> for Difference {
    fn from(difference: BodyDifference) -> Self {
        let BodyDifference { computed_line, published_line, computed, published } = difference;
        Self { computed_line, published_line, computed, published }
    }
}

fn compare(
    args: &RecomputeArgs,
    trusted: &TrustedAuthorities,
    votes: &[Vote<'_>],
    name: &str,
    consensus: &Consensus<'_>,
) -> Result<(), Failure> {
    let (counted, problems) = counted(votes, consensus);
    let computed = compute(args, trusted, &counted, consensus.flavor)?;
    let differences = compare_bodies(computed.body.as_bytes(), consensus.signed, args.limit.max(1));
    let report = Report {
        file: name.to_owned(),
        flavor: consensus.flavor.name(),
        valid_after: consensus.header.valid_after.to_rfc3339(),
        consensus_method: computed.method,
        votes: counted.len(),
        relays: computed.relays,
        identical: differences.is_empty(),
        differences: differences.into_iter().take(args.limit).map(Difference::from).collect(),
        problems,
    };
    let mut out = BufWriter::new(io::stdout().lock());
    let written = match args.format {
        ReportFormat::Table => write_table(&mut out, &report),
        ReportFormat::Json => {
            serde_json::to_writer(&mut out, &report).map_err(io::Error::from).and_then(|()| writeln!(out))
        }
    };
    written.and_then(|()| out.flush()).or_else(|error| Failure::output(&error))?;
    if report.identical {
        return Ok(());
    }
    Err(Failure::new(ExitCode::NotBelieved, format_args!("{name} is not what these votes make")))
}

/// The votes that the consensus counts, by their digests, and what is wrong with the set.
fn counted<'v, 'a>(votes: &'v [Vote<'a>], consensus: &Consensus<'_>) -> (Vec<&'v Vote<'a>>, Vec<String>) {
    let mut counted: Vec<&Vote<'_>> = Vec::new();
    let mut problems = Vec::new();
    let of_hour = votes.iter().filter(|vote| vote.header.valid_after == consensus.header.valid_after);
    let of_hour: Vec<(Fingerprint, &Vote<'_>)> =
        of_hour.map(|vote| (Fingerprint(sha1(vote.signed)), vote)).collect();
    for source in &consensus.authorities {
        let Some(digest) = source.vote_digest.and_then(|digest| digest.parse::<Fingerprint>().ok()) else {
            continue;
        };
        match of_hour.iter().find(|(other, _)| *other == digest) {
            Some((_, vote)) => counted.push(vote),
            None => {
                problems.push(format!("the vote of {} with the digest {digest} is missing", source.nickname));
            }
        }
    }
    for (digest, vote) in &of_hour {
        if !counted.iter().any(|other| std::ptr::eq(*other, *vote)) {
            problems.push(format!(
                "the vote of {} with the digest {digest} was not counted",
                vote.authority.nickname
            ));
        }
    }
    (counted, problems)
}

fn write_table(out: &mut dyn Write, report: &Report) -> io::Result<()> {
    let Report { file, flavor, valid_after, consensus_method, votes, relays, .. } = report;
    writeln!(out, "{}: {flavor} consensus of {valid_after}", printable(file))?;
    writeln!(out, "computed from {votes} votes with method {consensus_method}: {relays} relays")?;
    for problem in &report.problems {
        writeln!(out, "problem: {}", printable(problem))?;
    }
    for difference in &report.differences {
        let Difference { computed_line, published_line, computed, published } = difference;
        writeln!(out, "line {computed_line} computed, line {published_line} published:")?;
        for (sign, lines) in [("- computed  ", computed), ("+ published ", published)] {
            for line in lines.iter().take(12) {
                writeln!(out, "  {sign} {}", printable(line))?;
            }
            if lines.len() > 12 {
                writeln!(out, "  {sign} and {} lines more", lines.len() - 12)?;
            }
        }
    }
    let verdict = if report.identical { "identical, byte by byte" } else { "NOT IDENTICAL" };
    writeln!(out, "verdict: {verdict}")
}
