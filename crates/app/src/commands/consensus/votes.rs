//! Votes and consensuses as the subcommands about flags and changes read them.

use super::files::{DocumentFile, expand};
use crate::cli::Format;
use crate::commands::say;
use crate::failure::{ExitCode, Failure};
use allium_analysis::directory::DiffSide;
use allium_consensus::{
    ConsensusFacts, VoteFacts, summarize_consensus, summarize_vote, unchecked_signatures,
};
use allium_documents::Limits;
use allium_documents::dirspec::{DocumentKind, Vote, parse_consensus, parse_vote};
use allium_model::{SourceStatus, Timestamp, VoteBook};
use allium_views::{Meta, Rows, write_csv, write_list, write_whole_table};
use std::io::Write;
use std::path::{Path, PathBuf};

/// Which votes are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// All, of whatever rounds.
    All,
    /// Those of one round, and there must be no others.
    OneRound,
    /// Those of the round that this is the valid-after of; others are left out.
    RoundOf(Timestamp),
}

/// What is known of a vote's signature, and how it is found out.
pub type CheckVote<'c> = dyn FnMut(&DocumentFile, &Vote<'_>) -> bool + 'c;

/// Reads votes without a look at their signatures.
pub fn read_votes(paths: &[PathBuf], wanted: Wanted, limits: &Limits) -> Result<VoteBook, Failure> {
    read_checked_votes(paths, wanted, limits, &mut |_, _| false)
}

/// Reads the votes of files and folders into one book. What is no vote is left out of a folder, and a
/// failure where it was named. There is at least one vote in the book.
pub fn read_checked_votes(
    paths: &[PathBuf],
    wanted: Wanted,
    limits: &Limits,
    check: &mut CheckVote<'_>,
) -> Result<VoteBook, Failure> {
    let mut votes = Vec::new();
    let mut of_other_rounds = 0;
    for path in paths {
        let is_folder = path.is_dir();
        for path in expand(std::slice::from_ref(path))? {
            let file = DocumentFile::read(&path, limits)?;
            if is_folder && file.kind() != Some(DocumentKind::Vote) {
                say(format_args!("{} is left out, it is no vote", file.name));
                continue;
            }
            let parsed =
                parse_vote(&file.bytes, limits).map_err(|error| Failure::document(&file.name, &error))?;
            let vote = &parsed.document;
            if matches!(wanted, Wanted::RoundOf(time) if time != vote.header.valid_after) {
                of_other_rounds += 1;
                continue;
            }
            for warning in &parsed.warnings {
                say(format_args!("{}: {warning}", file.name));
            }
            let facts = VoteFacts { bytes: file.bytes.len() as u64, is_verified: check(&file, vote) };
            votes.push(summarize_vote(vote, facts));
        }
    }
    let book = VoteBook::new(votes);
    judge(&book, wanted, of_other_rounds)?;
    Ok(book)
}

/// Whether the votes are what was wanted.
fn judge(book: &VoteBook, wanted: Wanted, of_other_rounds: usize) -> Result<(), Failure> {
    let votes = book.authorities();
    let failed = |message: &str| Err(Failure::new(ExitCode::Document, message));
    let Some(first) = votes.first() else {
        return match (wanted, of_other_rounds) {
            (Wanted::RoundOf(time), 1..) => {
                failed(&format!("none of the {of_other_rounds} votes is of the consensus's round, {time}"))
            }
            _ => failed("there are no votes"),
        };
    };
    if of_other_rounds > 0 {
        say(format_args!("{of_other_rounds} votes of other rounds are left out"));
    }
    if wanted == Wanted::All {
        return Ok(());
    }
    if let Some(other) = votes.iter().find(|vote| vote.valid_after != first.valid_after) {
        let (one, other) = (first.valid_after, other.valid_after);
        return failed(&format!(
            "the votes are of several rounds, {one} and {other} among them; name those of one round, or its consensus"
        ));
    }
    let mut identities: Vec<_> = votes.iter().map(|vote| vote.identity).collect();
    identities.sort_unstable();
    match identities.windows(2).find(|pair| pair[0] == pair[1]) {
        Some(pair) => failed(&format!("there are two votes of {} for {}", pair[0], first.valid_after)),
        None => Ok(()),
    }
}

/// Reads a consensus as a side of a difference. Its signatures are not looked at.
pub fn read_side(path: &Path, limits: &Limits) -> Result<DiffSide, Failure> {
    let file = DocumentFile::read(path, limits)?;
    let parsed =
        parse_consensus(&file.bytes, limits).map_err(|error| Failure::document(&file.name, &error))?;
    for warning in &parsed.warnings {
        say(format_args!("{}: {warning}", file.name));
    }
    let consensus = &parsed.document;
    let facts = ConsensusFacts {
        bytes: file.bytes.len() as u64,
        unknown_items: parsed.unknown_items.values().sum(),
        digest: None,
        signatures: unchecked_signatures(consensus),
    };
    Ok(DiffSide::of(consensus, summarize_consensus(consensus, facts)))
}

/// Writes rows to standard output; `at` is the time of the data.
pub fn print(rows: &Rows<'_>, at: Timestamp, format: Format) -> Result<(), Failure> {
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    let no_sources: [SourceStatus; 0] = [];
    let mut meta = Meta::new(at, &no_sources, at);
    meta.total = Some(rows.total);
    let written = match format {
        Format::Json => write_list(&mut out, rows, &meta),
        Format::Csv => write_csv(&mut out, rows),
        Format::Table => write_whole_table(&mut out, rows),
    };
    written.and_then(|()| out.flush()).or_else(|error| Failure::output(&error))
}
