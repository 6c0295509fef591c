//! One document of one source, asked again and again.

use super::Event;
use crate::load::RawDocument;
use crate::stopwatch::moment;
use allium_collect::{
    CollectError, Document, Fetched, Fetcher, Jitter, LocalDocument, LocalWatch, Provenance, ScheduleOptions,
    SourceHistory, Url, Validators, read_document, read_file,
};
use allium_model::Timestamp;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc::Sender;

/// Where a feed's document comes from.
#[derive(Debug)]
pub enum Origin {
    /// A server, with what to recognise its last document by.
    Url {
        /// The document's address.
        url: Url,
        /// From the last answer.
        validators: Validators,
        /// When an earlier process had it.
        last_success: Option<Timestamp>,
    },
    /// A file that is watched.
    Local {
        /// The directory or file.
        path: PathBuf,
        /// Whether `path` is a source directory.
        is_directory: bool,
        /// What changed.
        watch: LocalWatch,
        /// Largest file in bytes.
        max_bytes: u64,
        /// Whether the file was read once.
        was_read: bool,
    },
}

impl Origin {
    /// A server; `cached` is what an earlier process kept of it.
    pub fn url(url: Url, cached: Option<Provenance>) -> Self {
        let cached = cached.filter(|cached| cached.source == url.to_string());
        let last_success = cached.as_ref().map(|cached| cached.fetched_at);
        Self::Url {
            url,
            validators: cached.map(|cached| cached.validators).unwrap_or_default(),
            last_success,
        }
    }

    /// A document of a source directory.
    pub fn directory(path: &Path, max_bytes: u64) -> Self {
        Self::Local {
            path: path.to_owned(),
            is_directory: true,
            watch: LocalWatch::directory(path),
            max_bytes,
            was_read: false,
        }
    }

    /// A file with AROI results.
    pub fn file(path: &Path, max_bytes: u64) -> Self {
        let watch = LocalWatch::file(Document::Aroi, path);
        Self::Local { path: path.to_owned(), is_directory: false, watch, max_bytes, was_read: false }
    }
}

/// One document of one source.
#[derive(Debug)]
pub struct Feed {
    document: Document,
    origin: Origin,
    history: SourceHistory,
}

/// How often files are looked at.
const LOCAL_INTERVAL: Duration = Duration::from_millis(500);

/// How often it is looked whether a server is to be asked.
const DUE_INTERVAL: Duration = Duration::from_secs(1);

/// What an attempt gave.
type Answer = Result<Option<(RawDocument, Validators)>, CollectError>;

impl Feed {
    /// A feed that was not asked yet.
    pub fn new(document: Document, origin: Origin) -> Self {
        Self { document, origin, history: SourceHistory::default() }
    }

    /// Asks until nobody listens any more.
    pub async fn run(
        mut self,
        fetcher: Arc<Fetcher>,
        schedule: ScheduleOptions,
        events: Sender<Event>,
        clock: fn() -> Timestamp,
    ) {
        let jitter = Jitter::seeded(u64::from(std::process::id()) ^ self.document as u64);
        if let Origin::Url { last_success, .. } = &self.origin {
            self.history = SourceHistory::starting(clock(), *last_success, &schedule);
        }
        loop {
            if let Some(answer) = self.ask(&fetcher, clock()).await {
                let event = self.note(answer, &schedule, jitter.next_fraction(), clock());
                if let Some(event) = event
                    && events.send(event).await.is_err()
                {
                    return;
                }
            }
            let pause = if matches!(self.origin, Origin::Url { .. }) { DUE_INTERVAL } else { LOCAL_INTERVAL };
            tokio::time::sleep(pause).await;
        }
    }

    /// Asks the source when it is time to; nothing when it is not.
    async fn ask(&mut self, fetcher: &Fetcher, now: Timestamp) -> Option<Answer> {
        match &mut self.origin {
            Origin::Url { url, validators, .. } => {
                if !self.history.is_due(now) {
                    return None;
                }
                let fetched = fetcher.fetch(url, validators).await;
                let location = url.to_string();
                Some(fetched.map(|fetched| match fetched {
                    Fetched::NotModified => None,
                    Fetched::New(download) => {
                        validators.clone_from(&download.validators);
                        Some((RawDocument { location, bytes: download.bytes }, download.validators))
                    }
                }))
            }
            Origin::Local { path, is_directory, watch, max_bytes, was_read } => {
                if *was_read && !watch.poll().contains(&self.document) {
                    return None;
                }
                let read = read_local(self.document, path, *is_directory, *max_bytes);
                *was_read = true;
                if let Ok(Some(local)) = &read {
                    watch.mark_read(self.document, local.stamp);
                }
                Some(read.map(|local| {
                    local.map(|local| {
                        (
                            RawDocument { location: local.path.display().to_string(), bytes: local.bytes },
                            Validators::default(),
                        )
                    })
                }))
            }
        }
    }

    /// Notes an answer in the history and makes the event of it; none when nothing is worth telling.
    fn note(
        &mut self,
        answer: Answer,
        schedule: &ScheduleOptions,
        fraction: f64,
        now: Timestamp,
    ) -> Option<Event> {
        match answer {
            Ok(Some((raw, validators))) => {
                self.history.record_success(now, schedule, fraction);
                tracing::info!(document = self.document.stem(), bytes = raw.bytes.len(), "a document came");
                let provenance = Provenance {
                    source: raw.location.clone(),
                    validators,
                    fetched_at: now,
                    accepted_at: None,
                };
                Some(Event::Arrived {
                    document: self.document,
                    raw,
                    provenance,
                    history: self.history.clone(),
                    arrived: moment(),
                })
            }
            Ok(None) => {
                let is_local = matches!(self.origin, Origin::Local { .. });
                self.history.record_success(now, schedule, fraction);
                (!is_local).then(|| Event::Asked { document: self.document, history: self.history.clone() })
            }
            Err(error) => {
                tracing::warn!(document = self.document.stem(), "{error}");
                self.history.record_failure(now, &error, schedule, fraction);
                Some(Event::Asked { document: self.document, history: self.history.clone() })
            }
        }
    }
}

fn read_local(
    document: Document,
    path: &Path,
    is_directory: bool,
    max_bytes: u64,
) -> Result<Option<LocalDocument>, CollectError> {
    if is_directory { read_document(path, document, max_bytes) } else { read_file(path, max_bytes).map(Some) }
}
