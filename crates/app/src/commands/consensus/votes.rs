//! Votes and consensuses as the subcommands about flags and changes read them.

use super::files::{DocumentFile, expand};
use crate::cli::Format;
use crate::commands::say;
use crate::failure::Failure;
use allium_analysis::directory::DiffSide;
use allium_consensus::{
    ConsensusFacts, VoteFacts, summarize_consensus, summarize_vote, unchecked_signatures,
};
use allium_documents::Limits;
use allium_documents::dirspec::{parse_consensus, parse_vote};
use allium_model::{SourceStatus, Timestamp, VoteBook};
use allium_views::{Meta, Rows, write_csv, write_list, write_table};
use std::io::Write;
use std::path::{Path, PathBuf};

/// Reads the votes of files and folders into one book. Their signatures are not looked at.
pub fn read_votes(paths: &[PathBuf], limits: &Limits) -> Result<VoteBook, Failure> {
    let mut votes = Vec::new();
    for path in expand(paths)? {
        let file = DocumentFile::read(&path, limits)?;
        let parsed =
            parse_vote(&file.bytes, limits).map_err(|error| Failure::document(&file.name, &error))?;
        for warning in &parsed.warnings {
            say(format_args!("{}: {warning}", file.name));
        }
        let facts = VoteFacts { bytes: file.bytes.len() as u64, is_verified: false };
        votes.push(summarize_vote(&parsed.document, facts));
    }
    Ok(VoteBook::new(votes))
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
        Format::Table => write_table(&mut out, rows),
    };
    written.and_then(|()| out.flush()).or_else(|error| Failure::output(&error))
}
