//! What readers share: the current edition, with the bodies that were made of it.
//!
//! A reader takes its `Arc` and lets the lock go, so nothing is locked while a page is made, and an
//! answer never mixes two editions. A new edition brings an empty cache; the old one ends with its
//! last reader.

use super::body_cache::BodyCache;
use super::live::Announcer;
use super::metrics::Metrics;
use super::options::MAX_BODY_CACHE_BYTES;
use crate::{AlertBoard, AlertFigures, Commands, Edition};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

/// What the part that makes editions and the server share.
#[derive(Debug)]
pub struct Shared {
    current: RwLock<Option<Arc<Published>>>,
    /// The newest board of alerts. Who publishes holds it, so that an edition and a board that come at once
    /// both count.
    board: Mutex<Option<Arc<AlertBoard>>>,
    figures: RwLock<Option<Arc<AlertFigures>>>,
    body_cache_bytes: usize,
    commands: Option<Arc<dyn Commands>>,
    pub(crate) metrics: Metrics,
    pub(crate) announcer: Announcer,
}

/// An edition and the bodies made of it.
#[derive(Debug)]
pub(crate) struct Published {
    pub(crate) edition: Arc<Edition>,
    pub(crate) bodies: BodyCache,
}

impl Default for Shared {
    fn default() -> Self {
        Self::with_body_cache(MAX_BODY_CACHE_BYTES)
    }
}

impl Shared {
    /// Nothing published yet, and so many bytes for the bodies of an edition.
    pub fn with_body_cache(bytes: usize) -> Self {
        Self {
            current: RwLock::new(None),
            board: Mutex::new(None),
            figures: RwLock::new(None),
            body_cache_bytes: bytes,
            commands: None,
            metrics: Metrics::default(),
            announcer: Announcer::default(),
        }
    }

    /// The same with somebody who does what forms ask for; without, there are no forms.
    #[must_use]
    pub fn with_commands(mut self, commands: Arc<dyn Commands>) -> Self {
        self.commands = Some(commands);
        self
    }

    pub(crate) fn commands(&self) -> Option<Arc<dyn Commands>> {
        self.commands.clone()
    }

    /// Shows another board of alerts with what is published and with every edition to come. One that says the
    /// same as before changes nothing for readers.
    pub fn publish_alerts(&self, board: Arc<AlertBoard>) {
        let mut newest = self.board.lock().unwrap_or_else(PoisonError::into_inner);
        let is_known = newest.as_ref().is_some_and(|known| known.tag() == board.tag());
        *newest = Some(Arc::clone(&board));
        if let Some(edition) = self.edition().filter(|_| !is_known) {
            self.put(Arc::new(Edition::clone(&edition).with_alerts(Some(board))));
        }
    }

    /// Makes an edition the current one, and tells open pages of it. Without a board of its own it shows the
    /// newest one.
    pub fn publish(&self, edition: Arc<Edition>) {
        let mut newest = self.board.lock().unwrap_or_else(PoisonError::into_inner);
        match (&edition.alerts, &*newest) {
            (Some(own), _) => *newest = Some(Arc::clone(own)),
            (None, None) => {}
            (None, Some(board)) => {
                let board = Arc::clone(board);
                return self.put(Arc::new(Arc::unwrap_or_clone(edition).with_alerts(Some(board))));
            }
        }
        self.put(edition);
    }

    fn put(&self, edition: Arc<Edition>) {
        let published = Arc::new(Published { edition, bodies: BodyCache::new(self.body_cache_bytes) });
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = Some(published);
        self.announcer.announce();
    }

    /// Takes over the newest figures of alerts.
    pub fn publish_alert_figures(&self, figures: Arc<AlertFigures>) {
        *self.figures.write().unwrap_or_else(PoisonError::into_inner) = Some(figures);
    }

    pub(crate) fn alert_figures(&self) -> Option<Arc<AlertFigures>> {
        self.figures.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The current edition; none before the first.
    pub fn edition(&self) -> Option<Arc<Edition>> {
        self.current().map(|published| Arc::clone(&published.edition))
    }

    /// Ends when there is an edition.
    pub async fn first_edition(&self) {
        self.announcer.first().await;
    }

    pub(crate) fn current(&self) -> Option<Arc<Published>> {
        self.current.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
