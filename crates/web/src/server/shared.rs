//! What readers share: the current edition, with the bodies that were made of it.
//!
//! A reader takes its `Arc` and lets the lock go, so nothing is locked while a page is made, and an
//! answer never mixes two editions. A new edition brings an empty cache; the old one ends with its
//! last reader.

use super::body_cache::BodyCache;
use super::live::Announcer;
use super::metrics::Metrics;
use super::options::MAX_BODY_CACHE_BYTES;
use crate::Edition;
use std::sync::{Arc, PoisonError, RwLock};

/// What the part that makes editions and the server share.
#[derive(Debug)]
pub struct Shared {
    current: RwLock<Option<Arc<Published>>>,
    body_cache_bytes: usize,
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
            body_cache_bytes: bytes,
            metrics: Metrics::default(),
            announcer: Announcer::default(),
        }
    }

    /// Makes an edition the current one, and tells open pages of it.
    pub fn publish(&self, edition: Arc<Edition>) {
        let published = Arc::new(Published { edition, bodies: BodyCache::new(self.body_cache_bytes) });
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = Some(published);
        self.announcer.announce();
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
