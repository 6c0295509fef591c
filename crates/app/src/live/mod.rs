//! The live loop of `serve`: sources are asked, documents judged, editions published.
//!
//! Each document has a [`feed`] of its own, so that a slow one holds up no other. What they bring goes
//! to one [`keeper`] on a thread of its own at low priority, which parses, judges, keeps the last good
//! documents on disk and publishes; readers are never kept waiting by it. A broken source changes what
//! the site says about that source, and nothing else.

mod directory;
mod feed;
mod health;
mod keeper;
pub mod monitor;
mod proof_memory;
mod searching;
#[cfg(test)]
mod source_tests;
mod turnaround;

pub use directory::open_store;
pub use keeper::Keeper;

use crate::additions::ONIONOO_ADDITIONS;
use crate::config::Config;
use crate::directory::KeptDocuments;
use crate::failure::{ExitCode, Failure};
use crate::load::{RawDocument, aroi_source, fetcher};
use allium_analysis::directory::Directory;
use allium_collect::{
    AroiSource, Document, Provenance, ScheduleOptions, Source, SourceHistory, document_url,
};
use allium_model::{SourceStatus, Timestamp};
use allium_store::Store;
use allium_web::{HistoryReader, IncidentBook};
use feed::{Feed, Origin};
use health::HealthKeeping;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::mpsc;

/// What a feed tells the keeper.
#[derive(Debug)]
pub enum Event {
    /// A new document came.
    Arrived {
        /// Which.
        document: Document,
        /// Its bytes.
        raw: RawDocument,
        /// Where it came from.
        provenance: Provenance,
        /// The attempts on the source so far.
        history: SourceHistory,
        /// When all of it was there.
        arrived: Instant,
    },
    /// The source was asked and gave nothing new.
    Asked {
        /// For which document.
        document: Document,
        /// The attempts on the source so far.
        history: SourceHistory,
    },
    /// There is a new report on the authorities, more history, or an incident changed.
    Directory(Box<News>),
    /// The source of the authorities' documents was asked and gave nothing new.
    DirectoryAsked {
        /// The state of the source.
        status: SourceStatus,
    },
    /// Time went by.
    Tick,
}

/// What changed about the authorities and the history; what is `None` is as before.
#[derive(Debug, Default)]
pub struct News {
    /// The report.
    pub directory: Option<Arc<Directory>>,
    /// A details document of the newest consensus, where no Onionoo is asked.
    pub details: Option<RawDocument>,
    /// The history to read from.
    pub history: Option<Arc<dyn HistoryReader>>,
    /// The incidents.
    pub incidents: Option<Arc<IncidentBook>>,
    /// The state of the source.
    pub status: Option<SourceStatus>,
    /// When the documents of the newest consensus were there, where it is new.
    pub arrived: Option<Instant>,
}

/// How often the states of the sources are judged again.
const TICK: Duration = Duration::from_secs(10);

/// Events that may wait for the keeper; a feed that is faster waits.
const WAITING_EVENTS: usize = 8;

/// Starts the feeds and the keeper inside a tokio runtime. They end with it.
pub fn start(
    config: &Config,
    keeper: Keeper,
    store: Option<Arc<Store>>,
    kept: Option<KeptDocuments>,
    clock: fn() -> Timestamp,
) -> Result<(), Failure> {
    let feeds = feeds(config, &keeper)?;
    let keeper = keeper.with_health(store.clone().map(HealthKeeping::new));
    let (sender, receiver) = mpsc::channel(WAITING_EVENTS);
    let fetcher = Arc::new(fetcher(config)?);
    let schedule = ScheduleOptions {
        interval: Duration::from_secs(u64::from(config.source.interval_seconds)),
        ..ScheduleOptions::default()
    };
    for feed in feeds {
        tokio::spawn(feed.run(Arc::clone(&fetcher), schedule, sender.clone(), clock));
    }
    directory::start(config, store, kept, keeper.shared(), sender.clone(), clock)?;
    tokio::spawn(tick(sender));
    let thread =
        std::thread::Builder::new().name("keeper".into()).spawn(move || keep(keeper, receiver, clock));
    thread
        .map(drop)
        .map_err(|error| Failure::new(ExitCode::Failed, format_args!("cannot start the keeper: {error}")))
}

/// What is asked, and where.
fn feeds(config: &Config, keeper: &Keeper) -> Result<Vec<Feed>, Failure> {
    if !config.source.has_onionoo() {
        return Ok(Vec::new());
    }
    let source = Source::parse(&config.source.onionoo)?;
    let max_bytes = config.limits.max_download_bytes;
    let onionoo = |document: Document| {
        let origin = match &source {
            Source::Url(base) => Origin::url(document_url(base, document), keeper.provenance(document)),
            Source::Directory(path) => Origin::directory(path, max_bytes),
        };
        Feed::new(document, origin)
    };
    let mut feeds: Vec<Feed> =
        std::iter::once(Document::Details).chain(ONIONOO_ADDITIONS).map(onionoo).collect();
    let aroi = aroi_source(config)?.map(|source| match source {
        AroiSource::Url(url) => Origin::url(url, keeper.provenance(Document::Aroi)),
        AroiSource::File(path) => Origin::file(&path, max_bytes),
    });
    feeds.extend(aroi.map(|origin| Feed::new(Document::Aroi, origin)));
    Ok(feeds)
}

async fn tick(sender: mpsc::Sender<Event>) {
    let mut interval = tokio::time::interval(TICK);
    loop {
        interval.tick().await;
        if sender.send(Event::Tick).await.is_err() {
            return;
        }
    }
}

/// Handles events until the feeds are gone.
fn keep(mut keeper: Keeper, mut receiver: mpsc::Receiver<Event>, clock: fn() -> Timestamp) {
    yield_to_readers();
    while let Some(event) = receiver.blocking_recv() {
        keeper.handle(event, clock());
    }
}

/// Building a snapshot may take what readers leave. On Linux a priority is a thread's own; where it
/// cannot be lowered the work is done all the same.
pub fn yield_to_readers() {
    const NICER: i32 = 10;
    let _ = rustix::process::nice(NICER);
}
