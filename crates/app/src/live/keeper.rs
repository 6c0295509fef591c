//! What is in use: the last good documents and the edition made of them.
//!
//! The keeper is told what happened and when; it asks no clock but a stopwatch, fetches nothing, and so can be tested
//! with any sequence of events. What it publishes is always whole: a document that cannot be used, is
//! older, comes from the future or is held back leaves the edition as it was and says so.

use super::health::HealthKeeping;
use super::proof_memory::ProofMemory;
use super::turnaround::Turnarounds;
use super::{Event, News};
use crate::additions::{Additions, ONIONOO_ADDITIONS, published_every, source_name, unread_status};
use crate::alerts::{Scene, Scenes};
use crate::config::Config;
use crate::load::{RawDocument, build_edition};
use crate::stopwatch::moment;
use allium_analysis::directory::Directory;
use allium_analysis::{Held, HoldReason, MAX_HOLD_SECONDS, Verdict, judge};
use allium_collect::{Cache, Document, Loaded, Provenance, SourceHistory, source_state};
use allium_documents::keep_valid_proofs;
use allium_model::{SourceStatus, Timestamp};
use allium_web::server::Shared;
use allium_web::{Edition, HistoryReader, IncidentBook};
use std::collections::HashMap;
use std::sync::Arc;

/// The documents in use, and what is published of them.
#[derive(Debug)]
pub struct Keeper {
    config: Config,
    shared: Arc<Shared>,
    cache: Option<Cache>,
    proof_memory: ProofMemory,
    details: Option<InUse>,
    additions: Additions,
    edition: Option<Edition>,
    held: Option<HeldBack>,
    histories: HashMap<Document, SourceHistory>,
    problems: HashMap<Document, String>,
    directory: Option<Arc<Directory>>,
    history: Option<Arc<dyn HistoryReader>>,
    incidents: Option<Arc<IncidentBook>>,
    turnarounds: Turnarounds,
    directory_status: Option<SourceStatus>,
    alerts: Option<Scenes>,
    health: Option<HealthKeeping>,
}

/// The details in use, from which the edition is built anew when something is added to them.
#[derive(Debug)]
enum InUse {
    /// The cache has them; 40 to 70 MB are not kept in memory for what happens a few times an hour.
    Cached,
    /// There is no cache, or it could not take them.
    Held(RawDocument),
}

/// A details document that is held back.
#[derive(Debug)]
struct HeldBack {
    summary: Held,
    raw: RawDocument,
    provenance: Provenance,
}

impl Keeper {
    /// A keeper with what an earlier process left in the cache, published at once.
    pub fn start(config: Config, shared: Arc<Shared>, cache: Option<Cache>, now: Timestamp) -> Self {
        let directory = Some(config.server.data_dir.clone()).filter(|_| cache.is_some());
        let mut keeper = Self {
            proof_memory: ProofMemory::open(directory.as_deref()),
            config,
            shared,
            cache,
            details: None,
            additions: Additions::default(),
            edition: None,
            held: None,
            histories: HashMap::new(),
            problems: HashMap::new(),
            directory: None,
            history: None,
            incidents: None,
            turnarounds: Turnarounds::default(),
            directory_status: None,
            alerts: None,
            health: None,
        };
        keeper.restore(now);
        keeper
    }

    /// The keeper with somebody who is shown every new snapshot and decides about alerts.
    #[must_use]
    pub fn with_alerts(mut self, alerts: Option<Scenes>) -> Self {
        self.alerts = alerts;
        self.show_alerts();
        self
    }

    /// Shows a snapshot or incidents that are new to whoever decides about alerts.
    fn show_alerts(&self) {
        let (Some(alerts), Some(edition)) = (&self.alerts, &self.edition) else { return };
        let snapshot = Arc::clone(&edition.snapshot);
        let incidents = edition.incidents.clone().unwrap_or_default();
        alerts.send_if_modified(|shown| {
            let is_known = shown
                .as_ref()
                .is_some_and(|scene| Arc::ptr_eq(&scene.snapshot, &snapshot) && scene.incidents == incidents);
            if !is_known {
                *shown = Some(Scene { snapshot, incidents });
            }
            !is_known
        });
    }

    /// The same keeper, which also keeps the health of snapshots.
    #[must_use]
    pub fn with_health(mut self, health: Option<HealthKeeping>) -> Self {
        self.health = health;
        self
    }

    /// Where editions are published.
    pub fn shared(&self) -> Arc<Shared> {
        Arc::clone(&self.shared)
    }

    /// Where the cached version of a document came from.
    pub fn provenance(&self, document: Document) -> Option<Provenance> {
        match self.cache.as_ref()?.load(document) {
            Loaded::Found(cached) => Some(cached.provenance),
            Loaded::Missing | Loaded::Unusable { .. } => None,
        }
    }

    fn cached(&self, document: Document) -> Option<RawDocument> {
        match self.cache.as_ref()?.load(document) {
            Loaded::Found(cached) => {
                Some(RawDocument { location: cached.provenance.source, bytes: cached.bytes })
            }
            Loaded::Missing | Loaded::Unusable { .. } => None,
        }
    }

    /// Publishes what the cache holds; what it holds was accepted before.
    fn restore(&mut self, now: Timestamp) {
        for document in ONIONOO_ADDITIONS.into_iter().chain([Document::Aroi]) {
            if let Some(raw) = self.cached(document) {
                self.take_addition(document, &raw, now);
            }
        }
        let Some(details) = self.cached(Document::Details) else { return };
        match build_edition(&self.config, &details, &self.additions, now) {
            Ok(edition) => {
                tracing::info!(published = %edition.snapshot.network.published(), "serving the last good documents from the cache");
                self.details = Some(InUse::Cached);
                self.publish(edition, now);
            }
            Err(error) => tracing::warn!("the cached details document cannot be used: {error}"),
        }
        self.restore_held(now);
    }

    /// Takes up the newest document that an earlier process held back; its three hours go on.
    fn restore_held(&mut self, now: Timestamp) {
        let Some(cache) = &self.cache else { return };
        let held = cache.held().into_iter().rfind(|held| held.document == Document::Details);
        let Some(held) = held else { return };
        if let Loaded::Found(cached) = cache.load_held(&held) {
            let since = cached.provenance.fetched_at;
            let raw = RawDocument { location: cached.provenance.source.clone(), bytes: cached.bytes };
            self.take_details(raw, cached.provenance, now);
            if let Some(held) = &mut self.held {
                held.summary.since = since;
            }
        }
    }

    /// Uses a document that was held back for three hours.
    fn release_held(&mut self, now: Timestamp) {
        let is_due = |held: &mut HeldBack| now.seconds_since(held.summary.since) >= MAX_HOLD_SECONDS;
        let Some(held) = self.held.take_if(is_due) else { return };
        let summary = held.summary;
        self.judge_details(held.raw, held.provenance, Some(summary), now);
    }

    /// Takes note of an event at `now`.
    pub fn handle(&mut self, event: Event, now: Timestamp) {
        match event {
            Event::Arrived { document, raw, provenance, history, arrived } => {
                self.turnarounds.arrived(source_name(document), arrived);
                self.histories.insert(document, history);
                self.take(document, raw, provenance, now);
            }
            Event::Asked { document, history } => {
                self.histories.insert(document, history);
                self.refresh(now);
            }
            Event::Directory(news) => self.take_news(*news, now),
            Event::DirectoryAsked { status } => {
                self.directory_status = Some(status);
                self.refresh(now);
            }
            Event::Tick => {
                self.release_held(now);
                self.refresh(now);
            }
        }
        self.turnarounds.settle();
    }

    fn take_news(&mut self, news: News, now: Timestamp) {
        self.directory = news.directory.or_else(|| self.directory.take());
        self.history = news.history.or_else(|| self.history.take());
        self.incidents = news.incidents.or_else(|| self.incidents.take());
        self.directory_status = news.status.or_else(|| self.directory_status.take());
        if let (Some(at), Some(status)) = (news.arrived, &self.directory_status) {
            self.turnarounds.arrived(status.name, at);
        }
        if let Some(details) = news.details {
            self.take_consensus(&details, now);
        }
        self.publish_states(now);
    }

    /// Makes the edition of a consensus where no Onionoo is asked. It was verified, so nothing is held back.
    fn take_consensus(&mut self, details: &RawDocument, now: Timestamp) {
        match build_edition(&self.config, details, &self.additions, now) {
            Ok(mut edition) => {
                if let Some(source) = edition.sources.first_mut() {
                    source.name = "Consensus";
                }
                self.edition = Some(edition);
            }
            Err(error) => tracing::error!("the consensus gives no network: {error}"),
        }
    }

    fn take(&mut self, document: Document, raw: RawDocument, provenance: Provenance, now: Timestamp) {
        if document == Document::Details {
            self.take_details(raw, provenance, now);
        } else if self.take_addition(document, &raw, now) {
            self.keep(document, &raw, provenance, now);
            self.rebuild(now);
        }
        self.refresh(now);
    }

    /// Parses a document that adds to the details; whether it can be used.
    fn take_addition(&mut self, document: Document, raw: &RawDocument, now: Timestamp) -> bool {
        let result = self.additions.take(document, raw, &self.config.limits(), now);
        if document == Document::Aroi && result.is_ok() {
            self.remember_proofs();
        }
        self.note_result(document, result.map_err(|error| format!("the document is not used: {error}")))
    }

    fn remember_proofs(&mut self) {
        if let Some(proofs) = &mut self.additions.proofs {
            keep_valid_proofs(proofs, &mut self.proof_memory.last_valid);
            self.proof_memory.save();
        }
    }

    fn note_result(&mut self, document: Document, result: Result<(), String>) -> bool {
        match result {
            Ok(()) => {
                self.problems.remove(&document);
                true
            }
            Err(problem) => {
                tracing::warn!(document = document.stem(), "{problem}");
                self.problems.insert(document, problem);
                false
            }
        }
    }

    /// Judges a details document against the one in use.
    fn take_details(&mut self, raw: RawDocument, provenance: Provenance, now: Timestamp) {
        let held = self.held.as_ref().map(|held| held.summary);
        self.judge_details(raw, provenance, held, now);
    }

    fn judge_details(
        &mut self,
        raw: RawDocument,
        provenance: Provenance,
        held: Option<Held>,
        now: Timestamp,
    ) {
        let built = build_edition(&self.config, &raw, &self.additions, now);
        let edition = match built {
            Ok(edition) => edition,
            Err(error) => {
                self.note_result(Document::Details, Err(format!("the document is not used: {error}")));
                return;
            }
        };
        let new = edition.summary();
        let verdict = judge(self.edition.as_ref().map(Edition::summary), held, new, now);
        let result = match verdict {
            Verdict::Accept | Verdict::AcceptConfirmed => {
                self.accept(edition, raw, provenance, now);
                Ok(())
            }
            Verdict::Hold(reason) => {
                self.hold(raw, provenance, new, now);
                Err(held_words(reason))
            }
            Verdict::Older if self.edition.as_ref().is_some_and(|edition| edition.summary().0 == new.0) => {
                Ok(())
            }
            Verdict::Older => {
                Err(format!("the document of {} is older than the one in use and ignored", new.0))
            }
            Verdict::Future => {
                Err(format!("the document of {} is ahead of this machine's clock and refused", new.0))
            }
        };
        self.note_result(Document::Details, result);
    }

    fn accept(&mut self, edition: Edition, raw: RawDocument, provenance: Provenance, now: Timestamp) {
        self.held = None;
        let is_cached = self.keep(Document::Details, &raw, provenance, now);
        self.details = Some(if is_cached { InUse::Cached } else { InUse::Held(raw) });
        tracing::info!(published = %edition.snapshot.network.published(), running = edition.summary().1, "a new edition");
        self.publish(edition, now);
    }

    fn hold(&mut self, raw: RawDocument, provenance: Provenance, new: (Timestamp, usize), now: Timestamp) {
        if let Some(cache) = &mut self.cache
            && let Err(error) = cache.hold(Document::Details, &raw.bytes, &provenance)
        {
            tracing::warn!("{error}");
        }
        let since = self.held.as_ref().map_or(now, |held| held.summary.since);
        self.held =
            Some(HeldBack { summary: Held { published: new.0, running: new.1, since }, raw, provenance });
    }

    /// Keeps an accepted document on disk. A full disk costs the cache, not the edition.
    /// Answers whether it is there.
    fn keep(
        &mut self,
        document: Document,
        raw: &RawDocument,
        provenance: Provenance,
        now: Timestamp,
    ) -> bool {
        let provenance = Provenance { accepted_at: Some(now), ..provenance };
        let Some(cache) = &mut self.cache else { return false };
        let stored = cache.store(document, &raw.bytes, &provenance);
        stored.inspect_err(|error| tracing::warn!("{error}")).is_ok()
    }

    /// Builds the edition in use again, after something was added to its details.
    fn rebuild(&mut self, now: Timestamp) {
        let is_cached = matches!(self.details, Some(InUse::Cached));
        let cached = is_cached.then(|| self.cached(Document::Details)).flatten();
        let held = match &self.details {
            Some(InUse::Held(details)) => Some(details),
            _ => cached.as_ref(),
        };
        let Some(details) = held else { return };
        if let Ok(edition) = build_edition(&self.config, details, &self.additions, now) {
            self.publish(edition, now);
        }
    }

    fn publish(&mut self, edition: Edition, now: Timestamp) {
        self.edition = Some(edition);
        self.publish_states(now);
    }

    /// Publishes the same snapshot again when what is said about its sources changed.
    fn refresh(&mut self, now: Timestamp) {
        let Some(edition) = &self.edition else { return };
        let states = self.statuses(edition, now);
        let told = |sources: &[SourceStatus]| -> Vec<_> {
            sources.iter().map(|source| (source.state, source.problem.clone())).collect()
        };
        if told(&states) != told(&edition.sources) {
            self.publish_states(now);
        }
    }

    fn publish_states(&mut self, now: Timestamp) {
        let Some(mut edition) = self.edition.take() else { return };
        edition.judged_at = now;
        let mut edition = edition
            .with_directory(self.directory.clone())
            .with_history(self.history.clone())
            .with_incidents(self.incidents.clone());
        // Computed here, so that no reader waits for it; kept on disk when readers have it.
        let record = edition.health().record;
        self.turnarounds.published(moment());
        edition.sources = self.statuses(&edition, now);
        self.shared.publish(Arc::new(edition.clone()));
        self.edition = Some(edition);
        self.show_alerts();
        if let Some(health) = &mut self.health {
            health.keep(&record);
        }
    }

    /// The states of all sources at `now`.
    fn statuses(&self, edition: &Edition, now: Timestamp) -> Vec<SourceStatus> {
        let details = (Document::Details, edition.sources.first().cloned());
        let addition = |document| (document, self.additions.status(document).cloned());
        let onionoo = ONIONOO_ADDITIONS.into_iter().filter(|_| self.config.source.has_onionoo());
        let additions = onionoo.chain([Document::Aroi]).map(addition);
        let parsed = std::iter::once(details).chain(additions);
        parsed
            .filter_map(|(document, status)| self.status(document, status, now))
            .chain(self.directory_status.as_ref().map(|status| SourceStatus {
                turnaround: self.turnarounds.of(status.name),
                ..status.clone()
            }))
            .collect()
    }

    /// The state of a source; none of proofs that are not configured and gave nothing.
    fn status(
        &self,
        document: Document,
        parsed: Option<SourceStatus>,
        now: Timestamp,
    ) -> Option<SourceStatus> {
        let history = self.histories.get(&document);
        let failed = history.and_then(|history| history.last_error.clone());
        let problem = failed.or_else(|| self.problems.get(&document).cloned());
        let is_told = document != Document::Aroi || problem.is_some();
        let known = parsed.or_else(|| is_told.then(|| unread_status(document, "", now)))?;
        Some(SourceStatus {
            state: source_state(known.data_time, published_every(document), now),
            turnaround: self.turnarounds.of(known.name),
            last_attempt: history.and_then(|history| history.last_attempt),
            last_success: history.and_then(|history| history.last_success).or(known.last_success),
            problem,
            ..known
        })
    }
}

fn held_words(reason: HoldReason) -> String {
    format!(
        "a newer document is held back: {reason}; it is used when a later one shows the same, at the latest after 3 hours"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use allium_collect::{CacheLimits, DirectoryLock, Validators};
    use allium_model::SourceState;
    use allium_sim::{SimOptions, Simulation};
    use std::path::Path;

    /// 2026-02-22 13:00.
    const NOON: Timestamp = Timestamp(1_771_765_200);

    fn details(relays: usize, hour: i64) -> RawDocument {
        let end = NOON.plus_seconds(hour * 3600);
        let simulation = Simulation::run(&SimOptions { relays, days: 3, seed: 1, end });
        let mut bytes = Vec::new();
        simulation.write_details(&mut bytes).unwrap();
        RawDocument { location: "test".into(), bytes }
    }

    fn arrived(document: Document, raw: RawDocument, now: Timestamp) -> Event {
        let provenance = Provenance {
            source: "test".into(),
            validators: Validators::default(),
            fetched_at: now,
            accepted_at: None,
        };
        Event::Arrived { document, raw, provenance, history: SourceHistory::default(), arrived: moment() }
    }

    /// A keeper without a cache, and what it publishes.
    fn keeper() -> (Keeper, Arc<Shared>) {
        let shared = Arc::new(Shared::default());
        (Keeper::start(Config::default(), Arc::clone(&shared), None, NOON), shared)
    }

    fn take(keeper: &mut Keeper, raw: RawDocument, hour: i64) {
        let now = NOON.plus_seconds(hour * 3600 + 60);
        keeper.handle(arrived(Document::Details, raw, now), now);
    }

    fn published(shared: &Shared) -> (usize, Option<String>) {
        let edition = shared.edition().unwrap();
        (edition.snapshot.report.totals.relays.total, edition.sources[0].problem.clone())
    }

    #[test]
    fn a_broken_document_leaves_the_edition_and_says_so() {
        let (mut keeper, shared) = keeper();
        take(&mut keeper, details(60, 0), 0);
        let (relays, problem) = published(&shared);
        assert_eq!(problem, None);
        take(&mut keeper, RawDocument { location: "test".into(), bytes: b"<html>".into() }, 1);
        let (relays_after, problem) = published(&shared);
        assert_eq!(relays_after, relays);
        assert!(problem.unwrap().contains("HTML page"));
    }

    #[test]
    fn every_new_snapshot_is_shown_to_whoever_decides_about_alerts() {
        let (keeper, shared) = keeper();
        let (scenes, shown) = tokio::sync::watch::channel(None);
        let mut keeper = keeper.with_alerts(Some(scenes));
        assert!(shown.borrow().is_none());
        for hour in 0..2 {
            take(&mut keeper, details(60, hour), hour);
            let scene = shown.borrow().clone().unwrap();
            assert!(Arc::ptr_eq(&scene.snapshot, &shared.edition().unwrap().snapshot));
        }
    }

    #[test]
    fn a_lost_tenth_is_held_back_until_a_later_document_shows_the_same() {
        let (mut keeper, shared) = keeper();
        take(&mut keeper, details(200, 0), 0);
        let before = published(&shared).0;
        take(&mut keeper, details(100, 1), 1);
        let (held, problem) = published(&shared);
        assert_eq!(held, before);
        assert!(problem.unwrap().contains("held back"));
        take(&mut keeper, details(100, 2), 2);
        let (confirmed, problem) = published(&shared);
        assert!(confirmed < before && problem.is_none());
    }

    #[test]
    fn what_is_held_back_is_used_after_three_hours_even_when_nothing_more_comes() {
        let (mut keeper, shared) = keeper();
        take(&mut keeper, details(200, 0), 0);
        let before = published(&shared).0;
        take(&mut keeper, details(100, 1), 1);
        let history = SourceHistory::default();
        keeper.handle(Event::Asked { document: Document::Details, history }, NOON.plus_seconds(2 * 3600));
        assert!(published(&shared).1.unwrap().contains("held back"));
        keeper.handle(Event::Tick, NOON.plus_seconds(4 * 3600));
        assert_eq!(published(&shared).0, before);
        keeper.handle(Event::Tick, NOON.plus_seconds(4 * 3600 + 60));
        let (after, problem) = published(&shared);
        assert!(after < before && problem.is_none());
    }

    #[test]
    fn documents_do_not_go_back_in_time_and_not_ahead_of_the_clock() {
        let (mut keeper, shared) = keeper();
        take(&mut keeper, details(60, 2), 2);
        take(&mut keeper, details(60, 1), 2);
        assert!(published(&shared).1.unwrap().contains("is older than the one in use"));
        take(&mut keeper, details(60, 9), 3);
        assert!(published(&shared).1.unwrap().contains("ahead of this machine's clock"));
        assert_eq!(shared.edition().unwrap().snapshot.network.published(), NOON.plus_seconds(2 * 3600));
    }

    #[test]
    fn a_source_that_falls_silent_grows_stale_without_losing_its_data() {
        let (mut keeper, shared) = keeper();
        take(&mut keeper, details(60, 0), 0);
        assert_eq!(shared.edition().unwrap().state(), SourceState::Fresh);
        keeper.handle(Event::Tick, NOON.plus_seconds(14 * 3600));
        assert_eq!(shared.edition().unwrap().state(), SourceState::Critical);
        assert!(published(&shared).0 > 0);
    }

    #[test]
    fn broken_additions_cost_only_what_they_add() {
        let (mut keeper, shared) = keeper();
        take(&mut keeper, details(60, 0), 0);
        let raw = RawDocument { location: "test".into(), bytes: b"{\"relays\":".into() };
        keeper.handle(arrived(Document::Uptime, raw, NOON), NOON);
        let edition = shared.edition().unwrap();
        assert_eq!(edition.sources[0].problem, None);
        assert!(edition.sources[1].problem.as_ref().unwrap().contains("cut short"));
    }

    #[test]
    fn histories_come_one_by_one_and_what_is_missing_is_told() {
        let (mut keeper, shared) = keeper();
        take(&mut keeper, details(60, 0), 0);
        let simulation = Simulation::run(&SimOptions { relays: 60, days: 3, seed: 1, end: NOON });
        let mut bytes = Vec::new();
        simulation.write_bandwidth(&mut bytes).unwrap();
        let raw = RawDocument { location: "test".into(), bytes };
        keeper.handle(arrived(Document::Bandwidth, raw, NOON), NOON);
        let edition = shared.edition().unwrap();
        let histories = &edition.snapshot.histories;
        assert!(histories.bandwidth.is_some() && histories.weights.is_none());
        let states: Vec<_> = edition.sources.iter().map(|source| (source.name, source.state)).collect();
        let expected = [
            ("Onionoo details", SourceState::Fresh),
            ("Onionoo uptime", SourceState::Unknown),
            ("Onionoo bandwidth", SourceState::Fresh),
            ("Onionoo weights", SourceState::Unknown),
            ("Onionoo clients", SourceState::Unknown),
        ];
        assert_eq!(states, expected);
    }

    fn with_cache(directory: &Path) -> (Keeper, Arc<Shared>, DirectoryLock) {
        let lock = DirectoryLock::acquire(directory).unwrap();
        let cache = Cache::open(&lock, CacheLimits::default()).unwrap();
        let mut config = Config::default();
        config.server.data_dir = directory.to_owned();
        let shared = Arc::new(Shared::default());
        (Keeper::start(config, Arc::clone(&shared), Some(cache), NOON.plus_seconds(7200)), shared, lock)
    }

    #[test]
    fn a_restart_serves_the_last_good_documents_at_once() {
        let directory = tempfile::tempdir().unwrap();
        let (mut keeper, shared, lock) = with_cache(directory.path());
        assert!(shared.edition().is_none());
        take(&mut keeper, details(60, 0), 0);
        let before = published(&shared);
        drop((keeper, lock));
        let (_keeper, shared, _lock) = with_cache(directory.path());
        assert_eq!(published(&shared), before);
    }
}
