//! From a source to an edition, once: what `site`, `list` and `show` need, and the steps that the live
//! loop of `serve` takes again and again.
//!
//! The details document is required. A missing or broken uptime document or AROI result costs what it
//! would have added, is reported with the sources, and never more.

use crate::config::Config;
use crate::failure::{ExitCode, Failure};
use allium_analysis::Snapshot;
use allium_collect::{
    AroiSource, Document, FetchOptions, Fetched, Fetcher, Jitter, Source, TokioPause, Url, Validators,
    document_url, read_document, read_file, source_state, user_agent,
};
use allium_documents::onionoo::{
    BuildInputs, EarliestPresence, build_network, earliest_presence, read_uptime_table,
};
use allium_documents::{AroiResults, DocumentError, Limits, decompress, read_aroi};
use allium_model::{
    Fingerprint, Histories, HistoryTable, NetworkOptions, RelayUptime, SourceStatus, Timestamp, Warning,
};
use allium_web::Edition;
use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// How often Onionoo publishes: with every consensus.
pub const PUBLISHED_EVERY: Duration = Duration::from_hours(1);

/// How often the AROI validator publishes.
pub const AROI_PUBLISHED_EVERY: Duration = Duration::from_hours(24);

/// A document as it came, and from where.
#[derive(Debug)]
pub struct RawDocument {
    /// URL or path.
    pub location: String,
    /// Its bytes, compressed or not.
    pub bytes: Vec<u8>,
}

/// The documents of a source.
#[derive(Debug)]
pub struct RawDocuments {
    /// Details.
    pub details: RawDocument,
    /// Uptime, where the source has it, or why it could not be had.
    pub uptime: Result<Option<RawDocument>, String>,
    /// AROI results, where configured, or why they could not be had.
    pub aroi: Result<Option<RawDocument>, String>,
}

/// What the uptime document adds.
#[derive(Debug)]
pub struct Uptime {
    /// The histories of each relay.
    pub table: Arc<HistoryTable<RelayUptime>>,
    /// When each relay was first there.
    pub earliest: HashMap<Fingerprint, EarliestPresence>,
    /// State of the source.
    pub status: SourceStatus,
    /// Broken entries.
    pub warnings: Vec<Warning>,
}

/// What the AROI results add.
#[derive(Debug)]
pub struct Proofs {
    /// The results.
    pub results: AroiResults,
    /// State of the source.
    pub status: SourceStatus,
}

/// Reads everything that the configuration names; `step` is told what comes next.
pub fn gather(config: &Config, step: &dyn Fn(&str)) -> Result<RawDocuments, Failure> {
    let aroi_source = aroi_source(config)?;
    match Source::parse(&config.source.onionoo)? {
        Source::Directory(directory) => {
            let read = |document| read_document(&directory, document, config.limits.max_download_bytes);
            let raw = |local: allium_collect::LocalDocument| RawDocument {
                location: local.path.display().to_string(),
                bytes: local.bytes,
            };
            step("reading documents");
            let details = read(Document::Details)?.map(raw).ok_or_else(|| missing_details(config))?;
            let uptime =
                read(Document::Uptime).map(|local| local.map(raw)).map_err(|error| error.to_string());
            let aroi = match aroi_source {
                Some(source) => gather_aroi(config, &source).map(Some).map_err(|failure| failure.to_string()),
                None => Ok(None),
            };
            Ok(RawDocuments { details, uptime, aroi })
        }
        Source::Url(base) => {
            step("fetching details");
            let details = fetch_blocking(config, &document_url(&base, Document::Details))?;
            step("fetching uptime");
            let uptime = fetch_blocking(config, &document_url(&base, Document::Uptime))
                .map(Some)
                .map_err(|failure| failure.to_string());
            let aroi = match aroi_source {
                Some(source) => gather_aroi(config, &source).map(Some).map_err(|failure| failure.to_string()),
                None => Ok(None),
            };
            Ok(RawDocuments { details, uptime, aroi })
        }
    }
}

fn missing_details(config: &Config) -> Failure {
    Failure::new(ExitCode::Source, format_args!("{} has no details document", config.source.onionoo))
}

/// Where AROI results come from, when they are configured.
pub fn aroi_source(config: &Config) -> Result<Option<AroiSource>, Failure> {
    if config.source.aroi.is_empty() { Ok(None) } else { Ok(Some(AroiSource::parse(&config.source.aroi)?)) }
}

fn gather_aroi(config: &Config, source: &AroiSource) -> Result<RawDocument, Failure> {
    match source {
        AroiSource::Url(url) => fetch_blocking(config, url),
        AroiSource::File(path) => {
            let local = read_file(path, config.limits.max_download_bytes)?;
            Ok(RawDocument { location: local.path.display().to_string(), bytes: local.bytes })
        }
    }
}

/// The fetcher of a configuration.
pub fn fetcher(config: &Config) -> Result<Fetcher, Failure> {
    install_crypto();
    let site_url = Some(config.site.site_url.as_str()).filter(|url| !url.is_empty());
    let proxy = Some(config.source.socks_proxy.clone()).filter(|proxy| !proxy.is_empty());
    let options = FetchOptions {
        max_bytes: config.limits.max_download_bytes,
        user_agent: user_agent(site_url),
        socks_proxy: proxy,
        ..FetchOptions::default()
    };
    Ok(Fetcher::new(options, TokioPause, Jitter::seeded(u64::from(std::process::id())))?)
}

/// Makes ring the process's one provider of cryptography. A second call changes nothing.
fn install_crypto() {
    let _ = rustls::crypto::ring::default_provider().install_default();
}

fn fetch_blocking(config: &Config, url: &Url) -> Result<RawDocument, Failure> {
    let fetcher = fetcher(config)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime
        .map_err(|error| Failure::new(ExitCode::Failed, format_args!("cannot start the runtime: {error}")))?;
    match runtime.block_on(fetcher.fetch(url, &Validators::default()))? {
        Fetched::New(download) => Ok(RawDocument { location: url.to_string(), bytes: download.bytes }),
        Fetched::NotModified => Err(Failure::new(
            ExitCode::Source,
            format_args!("{url} says \"not modified\" to an unconditional request"),
        )),
    }
}

/// Parses an uptime document.
pub fn parse_uptime(raw: &RawDocument, limits: &Limits, now: Timestamp) -> Result<Uptime, DocumentError> {
    let plain = decompress(&raw.bytes, limits)?;
    let (table, envelope) = read_uptime_table(&plain, limits)?;
    let earliest = earliest_presence(&table);
    let status = SourceStatus {
        data_time: Some(envelope.relays_published),
        state: source_state(Some(envelope.relays_published), PUBLISHED_EVERY, now),
        entries: envelope.relays,
        bytes: plain.len(),
        warnings: envelope.broken_relays + envelope.faulty_relays,
        ..source_status("Onionoo uptime", &raw.location, now)
    };
    Ok(Uptime { table: Arc::new(table), earliest, status, warnings: envelope.warnings })
}

/// Parses AROI results.
pub fn parse_proofs(raw: &RawDocument, limits: &Limits, now: Timestamp) -> Result<Proofs, DocumentError> {
    let plain = decompress(&raw.bytes, limits)?;
    let results = read_aroi(&plain, limits)?;
    let status = SourceStatus {
        data_time: Some(results.checked_at),
        state: source_state(Some(results.checked_at), AROI_PUBLISHED_EVERY, now),
        entries: results.results.len(),
        bytes: plain.len(),
        warnings: results.warnings.len(),
        ..source_status("AROI proofs", &raw.location, now)
    };
    Ok(Proofs { results, status })
}

/// A status with nothing known but the attempt.
pub fn source_status(name: &'static str, location: &str, now: Timestamp) -> SourceStatus {
    SourceStatus {
        name,
        location: shown_location(location),
        data_time: None,
        state: allium_model::SourceState::Unknown,
        last_attempt: Some(now),
        last_success: Some(now),
        problem: None,
        entries: 0,
        bytes: 0,
        warnings: 0,
    }
}

/// A location as readers see it: a URL whole, of a file the name only, since where it lies on this machine is
/// nobody's business.
fn shown_location(location: &str) -> String {
    if location.contains("://") {
        return location.to_owned();
    }
    Path::new(location)
        .file_name()
        .map_or_else(|| location.to_owned(), |name| name.to_string_lossy().into_owned())
}

/// Builds an edition from a details document and what the other sources add.
pub fn build_edition(
    config: &Config,
    details: &RawDocument,
    uptime: Option<&Uptime>,
    proofs: Option<&Proofs>,
    now: Timestamp,
) -> Result<Edition, DocumentError> {
    let limits = config.limits();
    let plain = decompress(&details.bytes, &limits)?;
    let inputs = BuildInputs {
        aroi: proofs.map(|proofs| &proofs.results),
        earliest: uptime.map(|uptime| &uptime.earliest),
        options: NetworkOptions { max_offline_days: config.source.max_offline_days },
        limits,
    };
    let built = build_network(&plain, &inputs)?;
    let envelope = &built.report.envelope;
    let status = SourceStatus {
        data_time: Some(envelope.relays_published),
        state: source_state(Some(envelope.relays_published), PUBLISHED_EVERY, now),
        entries: envelope.relays,
        bytes: plain.len(),
        warnings: built.report.warnings.len(),
        ..source_status("Onionoo details", &details.location, now)
    };
    drop(plain);
    let mut warnings = built.report.warnings;
    warnings.extend(uptime.into_iter().flat_map(|uptime| uptime.warnings.iter().cloned()));
    warnings.extend(proofs.into_iter().flat_map(|proofs| proofs.results.warnings.iter().cloned()));
    let mut sources = vec![status];
    sources.extend(uptime.map(|uptime| uptime.status.clone()));
    sources.extend(proofs.map(|proofs| proofs.status.clone()));
    let histories =
        Histories { uptime: uptime.map(|uptime| Arc::clone(&uptime.table)), ..Histories::default() };
    let snapshot = Snapshot::with_histories(built.network, histories);
    Ok(Edition::new(Arc::new(snapshot), sources, Arc::new(warnings), now))
}

/// Reads, parses and builds, once.
pub fn load(config: &Config, now: Timestamp, step: &dyn Fn(&str)) -> Result<Edition, Failure> {
    let raw = gather(config, step)?;
    let limits = config.limits();
    let mut problems = Vec::new();
    step("parsing uptime");
    let uptime =
        optional("Onionoo uptime", raw.uptime, now, &mut problems, |raw| parse_uptime(raw, &limits, now));
    let proofs = optional("AROI proofs", raw.aroi, now, &mut problems, |raw| parse_proofs(raw, &limits, now));
    step("parsing details");
    let edition = build_edition(config, &raw.details, uptime.as_ref(), proofs.as_ref(), now);
    let mut edition = edition.map_err(|error| Failure::document(&raw.details.location, &error))?;
    edition.sources.extend(problems);
    Ok(edition)
}

/// Parses a document that is not required; a failure becomes the state of its source.
fn optional<T>(
    name: &'static str,
    raw: Result<Option<RawDocument>, String>,
    now: Timestamp,
    problems: &mut Vec<SourceStatus>,
    parse: impl FnOnce(&RawDocument) -> Result<T, DocumentError>,
) -> Option<T> {
    let (location, problem) = match raw {
        Ok(None) => return None,
        Ok(Some(raw)) => match parse(&raw) {
            Ok(parsed) => return Some(parsed),
            Err(error) => (raw.location, error.to_string()),
        },
        Err(problem) => (String::new(), problem),
    };
    problems.push(SourceStatus {
        last_success: None,
        problem: Some(problem),
        ..source_status(name, &location, now)
    });
    None
}
