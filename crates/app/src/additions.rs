//! What the documents beside the details add: histories, first presences and proofs.
//!
//! None of them is required. One that is missing or broken costs what it would have added, and its source
//! says so.

use crate::load::{AROI_PUBLISHED_EVERY, PUBLISHED_EVERY, RawDocument, source_status};
use allium_collect::{Document, source_state};
use allium_documents::onionoo::{
    EarliestPresence, Envelope, earliest_presence, read_bandwidth_table, read_clients, read_uptime_table,
    read_weights_table,
};
use allium_documents::{AroiResults, DocumentError, Limits, decompress, read_aroi};
use allium_model::{Fingerprint, Histories, SourceStatus, Timestamp, Warning};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;

/// The documents of Onionoo that add to the details.
pub const ONIONOO_ADDITIONS: [Document; 4] =
    [Document::Uptime, Document::Bandwidth, Document::Weights, Document::Clients];

/// The additions that were read.
#[derive(Debug, Default)]
pub struct Additions {
    /// Histories of relays and of clients.
    pub histories: Histories,
    /// When each relay was first there.
    pub earliest: Option<HashMap<Fingerprint, EarliestPresence>>,
    /// Results of proof checks.
    pub proofs: Option<AroiResults>,
    sources: BTreeMap<Document, Read>,
}

/// What is known of a document.
#[derive(Debug)]
struct Read {
    status: SourceStatus,
    warnings: Vec<Warning>,
}

impl Additions {
    /// Parses a document and takes it in place of the one before. A document that adds nothing changes
    /// nothing.
    pub fn take(
        &mut self,
        document: Document,
        raw: &RawDocument,
        limits: &Limits,
        now: Timestamp,
    ) -> Result<(), DocumentError> {
        let plain = decompress(&raw.bytes, limits)?;
        let mut read = match document {
            Document::Uptime => {
                let (table, envelope) = read_uptime_table(&plain, limits)?;
                self.earliest = Some(earliest_presence(&table));
                self.histories.uptime = Some(Arc::new(table));
                of_envelope(document, raw, envelope, now)
            }
            Document::Bandwidth => {
                let (table, envelope) = read_bandwidth_table(&plain, limits)?;
                self.histories.bandwidth = Some(Arc::new(table));
                of_envelope(document, raw, envelope, now)
            }
            Document::Weights => {
                let (table, envelope) = read_weights_table(&plain, limits)?;
                self.histories.weights = Some(Arc::new(table));
                of_envelope(document, raw, envelope, now)
            }
            Document::Clients => {
                let (clients, envelope) = read_clients(&plain, limits)?;
                self.histories.clients = Some(Arc::new(clients));
                of_envelope(document, raw, envelope, now)
            }
            Document::Aroi => {
                let results = read_aroi(&plain, limits)?;
                let read = of_results(raw, &results, now);
                self.proofs = Some(results);
                read
            }
            Document::Details | Document::Summary => return Ok(()),
        };
        read.status.bytes = plain.len();
        self.sources.insert(document, read);
        Ok(())
    }

    /// Notes that a document could not be had or used; none in `problem` when its source has none.
    pub fn note_missing(
        &mut self,
        document: Document,
        location: &str,
        problem: Option<String>,
        now: Timestamp,
    ) {
        let status = SourceStatus { problem, ..unread_status(document, location, now) };
        self.sources.insert(document, Read { status, warnings: Vec::new() });
    }

    /// What is known of a document's source.
    pub fn status(&self, document: Document) -> Option<&SourceStatus> {
        self.sources.get(&document).map(|read| &read.status)
    }

    /// The states of all sources, in the order of the documents.
    pub fn statuses(&self) -> impl Iterator<Item = &SourceStatus> {
        self.sources.values().map(|read| &read.status)
    }

    /// What was wrong in the documents.
    pub fn warnings(&self) -> impl Iterator<Item = &Warning> {
        self.sources.values().flat_map(|read| &read.warnings)
    }
}

fn of_envelope(document: Document, raw: &RawDocument, envelope: Envelope, now: Timestamp) -> Read {
    let status = SourceStatus {
        data_time: Some(envelope.relays_published),
        state: source_state(Some(envelope.relays_published), published_every(document), now),
        entries: envelope.relays,
        warnings: envelope.broken_relays + envelope.faulty_relays,
        ..source_status(source_name(document), &raw.location, now)
    };
    Read { status, warnings: envelope.warnings }
}

fn of_results(raw: &RawDocument, results: &AroiResults, now: Timestamp) -> Read {
    let status = SourceStatus {
        data_time: Some(results.checked_at),
        state: source_state(Some(results.checked_at), AROI_PUBLISHED_EVERY, now),
        entries: results.results.len(),
        warnings: results.warnings.len(),
        ..source_status(source_name(Document::Aroi), &raw.location, now)
    };
    Read { status, warnings: results.warnings.clone() }
}

/// The name of a document's source, as the site shows it.
pub const fn source_name(document: Document) -> &'static str {
    match document {
        Document::Details => "Onionoo details",
        Document::Summary => "Onionoo summary",
        Document::Uptime => "Onionoo uptime",
        Document::Bandwidth => "Onionoo bandwidth",
        Document::Weights => "Onionoo weights",
        Document::Clients => "Onionoo clients",
        Document::Aroi => "AROI proofs",
    }
}

/// The state of a source that gave nothing yet; without a location it is said that nothing was read.
pub fn unread_status(document: Document, location: &str, now: Timestamp) -> SourceStatus {
    let location = if location.is_empty() { "no document was read" } else { location };
    SourceStatus { last_success: None, ..source_status(source_name(document), location, now) }
}

/// How often a document is published.
pub fn published_every(document: Document) -> Duration {
    if document == Document::Aroi { AROI_PUBLISHED_EVERY } else { PUBLISHED_EVERY }
}
