//! The authorities' part of the live loop: documents are followed, verified and remembered, and a new
//! report goes to the keeper.
//!
//! It runs beside the feeds, so that neither holds up the other. Looks at the authorities come in
//! from the monitor.

use super::searching::{Depth, Searched, Searching, Sources};
use super::{Event, News, monitor};
use crate::config::Config;
use crate::directory::{
    DirectoryState, Follower, KeptDocuments, PassReport, Past, directory_status, history_reader, origin,
    trusted_authorities,
};
use crate::failure::Failure;
use crate::load::RawDocument;
use allium_analysis::Snapshot;
use allium_collect::Source;
use allium_model::{AuthorityProbe, Date, SourceStatus, Timestamp};
use allium_store::{Appended, Retention, Store, StoreError, StoreOptions};
use allium_web::server::Shared;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc::{self, Receiver, Sender};
use tokio::time::Instant;

/// How often a folder is looked at.
const LOCAL_INTERVAL: Duration = Duration::from_secs(1);
/// How often the states of the sources are looked at, which change with time alone.
const SOURCES_INTERVAL: Duration = Duration::from_mins(1);

/// Opens the history of a configuration, where one is kept.
pub async fn open_store(config: &Config) -> Result<Option<Arc<Store>>, Failure> {
    match config.store_path() {
        Some(path) => Ok(Some(Arc::new(Store::open(path, StoreOptions::default()).await?))),
        None => Ok(None),
    }
}

/// Longest wait of the first consensus for the first snapshot of the relays.
const FIRST_SNAPSHOT: Duration = Duration::from_secs(30);

/// Looks at the authorities that may wait.
const WAITING_LOOKS: usize = 16;

/// Starts to follow the authorities, and to look at them where that is configured.
pub fn start(
    config: &Config,
    store: Option<Arc<Store>>,
    kept: Option<KeptDocuments>,
    shared: Arc<Shared>,
    events: Sender<Event>,
    clock: fn() -> Timestamp,
) -> Result<(), Failure> {
    let pruning =
        store.clone().map(|store| Pruning { store, retention: config.history.retention(), last: None });
    let searching = store.clone().map(Searching::new);
    let past = store.map_or_else(Past::in_memory, Past::Store);
    let trusted = trusted_authorities(config)?;
    let (looks, receiver) = mpsc::channel(WAITING_LOOKS);
    let has_proxy = !config.source.socks_proxy.is_empty();
    if config.monitor.is_on(follows_service(config), has_proxy) {
        tokio::spawn(monitor::run(config.clone(), trusted.clone(), looks, clock));
    } else if config.monitor.is_on(follows_service(config), false) {
        tracing::info!(
            "the authorities are not looked at, since a SOCKS proxy is used; see mode of [monitor]"
        );
    }
    let state = DirectoryState::new(trusted, config.limits(), past).with_kept(kept);
    let state = if config.source.has_onionoo() { state } else { state.with_details() };
    let follower = origin(config)?.map(|origin| Follower::new(config, origin)).transpose()?;
    let interval = Duration::from_secs(u64::from(config.collector.interval_seconds.max(1)));
    let waits_for_relays = config.source.has_onionoo();
    let following = Following {
        state,
        follower,
        interval,
        shared,
        waits_for_relays,
        events,
        clock,
        last_success: None,
        status: None,
        pruning,
        searching,
    };
    tokio::spawn(following.run(receiver));
    Ok(())
}

/// Whether the documents of relays or of authorities come over the network.
fn follows_service(config: &Config) -> bool {
    let is_url = |text: &str| matches!(Source::parse(text), Ok(Source::Url(_)));
    is_url(&config.source.onionoo)
        || is_url(&config.collector.source)
        || config.collector.source == "authorities"
}

struct Following {
    state: DirectoryState,
    follower: Option<Follower>,
    interval: Duration,
    shared: Arc<Shared>,
    waits_for_relays: bool,
    events: Sender<Event>,
    clock: fn() -> Timestamp,
    last_success: Option<Timestamp>,
    /// What was last said of the source.
    status: Option<SourceStatus>,
    pruning: Option<Pruning>,
    searching: Option<Searching>,
}

/// What is no longer kept by the hour is given up once a day.
struct Pruning {
    store: Arc<Store>,
    retention: Retention,
    last: Option<Date>,
}

impl Pruning {
    /// Prunes unless it was done today. A failure is tried again tomorrow, and the history goes on.
    async fn daily(&mut self, now: Timestamp) {
        if self.last.replace(now.date()) == Some(now.date()) {
            return;
        }
        match self.store.prune(self.retention, |_| {}).await {
            Ok(pruned) if pruned.days > 0 => {
                tracing::info!(days = pruned.days, "hours of old days became daily values");
            }
            Ok(_) => {}
            Err(error) => tracing::error!("the history cannot be pruned: {error}"),
        }
    }
}

impl Following {
    /// Follows until the keeper is gone.
    async fn run(mut self, mut looks: Receiver<Vec<AuthorityProbe>>) {
        tokio::task::block_in_place(|| self.state.resume((self.clock)()));
        let mut is_told = self.tell(None, Depth::Shallow).await;
        if self.waits_for_relays {
            // Without a snapshot the first hours would have no groups in history.
            let _ = tokio::time::timeout(FIRST_SNAPSHOT, self.shared.first_edition()).await;
        }
        while is_told {
            is_told = self.pass().await;
            if let Some(pruning) = &mut self.pruning {
                pruning.daily((self.clock)()).await;
            }
            is_told = is_told && self.listen(&mut looks).await;
        }
    }

    /// One pass over the source of the history.
    async fn pass(&mut self) -> bool {
        let edition = self.shared.edition();
        if let Some(edition) = &edition {
            self.state.know(Arc::clone(&edition.snapshot));
        }
        match (self.follower.take(), edition) {
            (Some(mut follower), _) => {
                let is_told = self.follow(&mut follower).await;
                self.follower = Some(follower);
                is_told
            }
            (None, Some(edition)) => self.remember(&edition.snapshot).await,
            (None, None) => true,
        }
    }

    /// The newest round is told before older ones are filled.
    async fn follow(&mut self, follower: &mut Follower) -> bool {
        let newest = follower.newest(&mut self.state, (self.clock)()).await;
        let is_told = self.note(follower, &newest).await;
        let filled = follower.fill(&mut self.state, (self.clock)()).await;
        let beside = follower.publications(&mut self.state, (self.clock)()).await;
        let farther = follower.fill_from_archive(&mut self.state, (self.clock)()).await;
        let rest = filled.and(beside).and(farther);
        let is_more = rest.is_changed || rest.problem.is_some();
        let is_told = is_told && (!is_more || self.note(follower, &newest.problem_of(rest)).await);
        is_told && self.search(Depth::Whole).await
    }

    /// Without documents of the authorities the snapshots make the history.
    async fn remember(&mut self, snapshot: &Snapshot) -> bool {
        match self.state.remember(&snapshot.network).await {
            Ok(Appended::Added | Appended::Replaced) => {
                self.last_success = Some((self.clock)());
                self.tell(None, Depth::Whole).await
            }
            Ok(_) => self.search(Depth::Whole).await,
            Err(error) => {
                tracing::error!("the history cannot take in a snapshot: {error}");
                !self.events.is_closed()
            }
        }
    }

    /// Tells the keeper what came of a pass.
    async fn note(&mut self, follower: &Follower, report: &PassReport) -> bool {
        let now = (self.clock)();
        if report.problem.is_none() {
            self.last_success = Some(now);
        }
        let consensus = self.state.consensus().map(Arc::as_ref);
        let status = directory_status(follower.origin(), consensus, report, self.last_success, now);
        self.status = Some(status.clone());
        if report.is_changed {
            return self.tell(Some(status), Depth::Shallow).await;
        }
        self.events.send(Event::DirectoryAsked { status }).await.is_ok()
    }

    /// Searches for incidents, and tells the keeper when one changed.
    async fn search(&mut self, depth: Depth) -> bool {
        let searched = self.searched(depth).await;
        if !searched.is_changed {
            return !self.events.is_closed();
        }
        let news = News { incidents: searched.book, ..News::default() };
        self.events.send(Event::Directory(Box::new(news))).await.is_ok()
    }

    async fn searched(&mut self, depth: Depth) -> Searched {
        let sources = self.shared.edition().map(|edition| edition.sources.clone()).unwrap_or_default();
        let Some(searching) = &mut self.searching else { return Searched::default() };
        let sources = Sources { of_history: self.status.as_ref(), all: &sources };
        searching.search(&sources, depth, (self.clock)()).await
    }

    /// Sends a new report. When the history cannot be read the last one stays in use.
    async fn tell(&mut self, status: Option<SourceStatus>, depth: Depth) -> bool {
        match self.report(status, depth).await {
            Ok(Some(event)) => self.events.send(event).await.is_ok(),
            Ok(None) => !self.events.is_closed(),
            Err(error) => {
                tracing::error!("the history cannot be read: {error}");
                !self.events.is_closed()
            }
        }
    }

    async fn report(
        &mut self,
        status: Option<SourceStatus>,
        depth: Depth,
    ) -> Result<Option<Event>, StoreError> {
        let incidents = self.searched(depth).await.book;
        let directory = self.state.directory((self.clock)()).await?;
        let history = match self.state.past().store() {
            Some(store) => history_reader(store).await?,
            None => None,
        };
        let details = self.state.take_details();
        let details = details.map(|bytes| RawDocument { location: "the newest consensus".into(), bytes });
        let is_empty = directory.is_none() && history.is_none() && status.is_none();
        let arrived = self.state.take_arrival();
        let news = News { directory, details, history, incidents, status, arrived };
        Ok((!is_empty).then(|| Event::Directory(Box::new(news))))
    }

    /// Takes looks at the authorities until the next pass is due.
    async fn listen(&mut self, looks: &mut Receiver<Vec<AuthorityProbe>>) -> bool {
        let deadline = Instant::now() + self.wait();
        loop {
            let look_again = deadline.min(Instant::now() + SOURCES_INTERVAL);
            match tokio::time::timeout_at(look_again, looks.recv()).await {
                Err(_elapsed) if look_again == deadline => return true,
                Err(_elapsed) => {
                    if !self.search(Depth::Shallow).await {
                        return false;
                    }
                }
                Ok(Some(probes)) => {
                    if let Err(error) = self.state.take_probes(&probes).await {
                        tracing::error!("the history cannot take in probes: {error}");
                    }
                    if !self.tell(None, Depth::Shallow).await {
                        return false;
                    }
                }
                Ok(None) => {
                    tokio::time::sleep_until(deadline).await;
                    return true;
                }
            }
        }
    }

    /// Until the next consensus is due and a tenth of its interval more, at most the configured interval.
    fn wait(&self) -> Duration {
        let Some(follower) = &self.follower else { return LOCAL_INTERVAL.min(self.interval) };
        if follower.is_local() {
            return LOCAL_INTERVAL.min(self.interval);
        }
        let Some(consensus) = self.state.consensus() else {
            return self.interval.min(Duration::from_mins(1));
        };
        let length = consensus.fresh_until.seconds_since(consensus.valid_after).clamp(1, 86_400);
        let due = consensus.fresh_until.plus_seconds(length / 10 + 1);
        let until_due = due.seconds_since((self.clock)()).max(length / 10 + 1).unsigned_abs();
        Duration::from_secs(until_due).min(self.interval)
    }
}
