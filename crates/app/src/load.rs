//! From a source to an edition, once: what `site`, `list` and `show` need, and the steps that the live
//! loop of `serve` takes again and again.
//!
//! The details document is required. Any other that is missing or broken costs what it would have added,
//! is reported with the sources, and never more.

use crate::additions::{Additions, ONIONOO_ADDITIONS, source_name};
use crate::config::Config;
use crate::failure::{ExitCode, Failure};
use allium_analysis::Snapshot;
use allium_collect::{
    AroiSource, Document, FetchOptions, Fetched, Fetcher, Jitter, LocalDocument, Source, TokioPause, Url,
    Validators, document_url, read_document, read_file, source_state, user_agent,
};
use allium_documents::onionoo::{BuildInputs, build_network};
use allium_documents::{DocumentError, Limits, decompress};
use allium_model::{NetworkOptions, SourceStatus, Timestamp};
use allium_web::Edition;
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

/// Where documents come from.
struct Sources<'c> {
    config: &'c Config,
    onionoo: Source,
    aroi: Option<AroiSource>,
}

impl<'c> Sources<'c> {
    fn open(config: &'c Config) -> Result<Self, Failure> {
        Ok(Self { config, onionoo: Source::parse(&config.source.onionoo)?, aroi: aroi_source(config)? })
    }

    /// The documents that may add to the details.
    fn additions(&self) -> impl Iterator<Item = Document> {
        ONIONOO_ADDITIONS.into_iter().chain(self.aroi.as_ref().map(|_| Document::Aroi))
    }

    /// Reads or fetches a document; none where a folder has none.
    fn get(&self, document: Document, step: &dyn Fn(&str)) -> Result<Option<RawDocument>, Failure> {
        let max_bytes = self.config.limits.max_download_bytes;
        if let (Document::Aroi, Some(source)) = (document, &self.aroi) {
            step("reading proofs");
            return gather_aroi(self.config, source).map(Some);
        }
        match &self.onionoo {
            Source::Directory(directory) => {
                step(&format!("reading {document}"));
                Ok(read_document(directory, document, max_bytes)?.map(raw))
            }
            Source::Url(base) => {
                step(&format!("fetching {document}"));
                fetch_blocking(self.config, &document_url(base, document)).map(Some)
            }
        }
    }
}

fn raw(local: LocalDocument) -> RawDocument {
    RawDocument { location: local.path.display().to_string(), bytes: local.bytes }
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
        AroiSource::File(path) => Ok(raw(read_file(path, config.limits.max_download_bytes)?)),
    }
}

/// How documents are fetched by a configuration.
pub fn fetch_options(config: &Config) -> FetchOptions {
    let site_url = Some(config.site.site_url.as_str()).filter(|url| !url.is_empty());
    let proxy = Some(config.source.socks_proxy.clone()).filter(|proxy| !proxy.is_empty());
    FetchOptions {
        max_bytes: config.limits.max_download_bytes,
        user_agent: user_agent(site_url),
        socks_proxy: proxy,
        ..FetchOptions::default()
    }
}

/// A fetcher with these options.
pub fn fetcher_of(options: FetchOptions) -> Result<Fetcher, Failure> {
    install_crypto();
    Ok(Fetcher::new(options, TokioPause, Jitter::seeded(u64::from(std::process::id())))?)
}

/// The fetcher of a configuration.
pub fn fetcher(config: &Config) -> Result<Fetcher, Failure> {
    fetcher_of(fetch_options(config))
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
        turnaround: None,
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

/// Builds an edition from a details document and what the other documents add.
pub fn build_edition(
    config: &Config,
    details: &RawDocument,
    additions: &Additions,
    now: Timestamp,
) -> Result<Edition, DocumentError> {
    let limits = config.limits();
    let plain = decompress(&details.bytes, &limits)?;
    let inputs = BuildInputs {
        aroi: additions.proofs.as_ref(),
        earliest: additions.earliest.as_ref(),
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
        ..source_status(source_name(Document::Details), &details.location, now)
    };
    drop(plain);
    let mut warnings = built.report.warnings;
    warnings.extend(additions.warnings().cloned());
    let sources = std::iter::once(&status).chain(additions.statuses()).cloned().collect();
    let snapshot = Snapshot::with_histories(built.network, additions.histories.clone());
    Ok(Edition::new(Arc::new(snapshot), sources, Arc::new(warnings), now))
}

/// Reads, parses and builds, once. Of the documents that add to the details one at a time is in memory.
pub fn load(config: &Config, now: Timestamp, step: &dyn Fn(&str)) -> Result<Edition, Failure> {
    if !config.source.has_onionoo() {
        return Err(Failure::new(
            ExitCode::Configuration,
            "onionoo is off, which only serve can do: it follows the consensus",
        ));
    }
    let sources = Sources::open(config)?;
    let details = sources.get(Document::Details, step)?.ok_or_else(|| missing_details(config))?;
    let mut additions = Additions::default();
    for document in sources.additions() {
        let raw = sources.get(document, step).map_err(|failure| failure.to_string());
        take_optional(&mut additions, document, raw, &config.limits(), now);
    }
    step("parsing details");
    build_edition(config, &details, &additions, now)
        .map_err(|error| Failure::document(&details.location, &error))
}

/// Takes a document that is not required; a failure becomes the state of its source.
fn take_optional(
    additions: &mut Additions,
    document: Document,
    raw: Result<Option<RawDocument>, String>,
    limits: &Limits,
    now: Timestamp,
) {
    let (location, problem) = match raw {
        Ok(None) => (String::new(), None),
        Ok(Some(raw)) => match additions.take(document, &raw, limits, now) {
            Ok(()) => return,
            Err(error) => (raw.location, Some(error.to_string())),
        },
        Err(problem) => (String::new(), Some(problem)),
    };
    additions.note_missing(document, &location, problem, now);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands::simulate::DOCUMENTS;
    use allium_model::SourceState;
    use allium_sim::{SimOptions, Simulation};
    use std::fs;

    /// 2026-02-22 13:00.
    const NOON: Timestamp = Timestamp(1_771_765_200);

    /// A folder with the documents of a simulation.
    fn folder() -> tempfile::TempDir {
        let directory = tempfile::tempdir().unwrap();
        let simulation = Simulation::run(&SimOptions { relays: 60, days: 20, seed: 1, end: NOON });
        for (document, write) in DOCUMENTS.into_iter().filter(|(document, _)| *document != Document::Aroi) {
            let mut bytes = Vec::new();
            write(&simulation, &mut bytes).unwrap();
            fs::write(directory.path().join(format!("{document}.json")), bytes).unwrap();
        }
        directory
    }

    fn edition(directory: &Path) -> Edition {
        let mut config = Config::default();
        config.source.onionoo = directory.display().to_string();
        load(&config, NOON, &|_| ()).unwrap()
    }

    fn source<'e>(edition: &'e Edition, name: &str) -> &'e SourceStatus {
        edition.sources.iter().find(|source| source.name == name).unwrap()
    }

    #[test]
    fn every_history_of_a_folder_is_in_the_edition() {
        let directory = folder();
        let edition = edition(directory.path());
        let names: Vec<_> = edition.sources.iter().map(|source| source.name).collect();
        let histories =
            ["Onionoo details", "Onionoo uptime", "Onionoo bandwidth", "Onionoo weights", "Onionoo clients"];
        assert_eq!(names, histories);
        for source in &edition.sources {
            assert_eq!((source.state, &source.problem), (SourceState::Fresh, &None), "{}", source.name);
            assert!(source.entries > 0 && source.bytes > 0 && source.warnings == 0, "{}", source.name);
        }
        let histories = &edition.snapshot.histories;
        let relay = edition.snapshot.network.relays().iter().find(|relay| relay.running).unwrap().fingerprint;
        assert!(histories.uptime_of(relay).is_some() && histories.bandwidth_of(relay).is_some());
        assert!(histories.weights_of(relay).is_some());
        assert!(histories.clients.as_ref().is_some_and(|clients| clients.bridges > 0));
    }

    #[test]
    fn what_is_missing_or_broken_costs_what_it_adds_and_is_told() {
        let directory = folder();
        fs::remove_file(directory.path().join("weights.json")).unwrap();
        fs::write(directory.path().join("bandwidth.json"), "{\"relays\":[").unwrap();
        let edition = edition(directory.path());
        let histories = &edition.snapshot.histories;
        assert!(histories.uptime.is_some() && histories.clients.is_some());
        assert!(histories.weights.is_none() && histories.bandwidth.is_none());
        let weights = source(&edition, "Onionoo weights");
        assert_eq!((weights.state, &weights.problem), (SourceState::Unknown, &None));
        assert_eq!((weights.location.as_str(), weights.last_success), ("no document was read", None));
        let bandwidth = source(&edition, "Onionoo bandwidth");
        assert!(bandwidth.problem.as_ref().unwrap().contains("cut short"));
        assert_eq!(bandwidth.location, "bandwidth.json");
    }
}
