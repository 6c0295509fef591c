//! Bodies of one edition, each rendered and compressed once and kept within a number of bytes.
//!
//! Eviction is by clock: a body that was asked for since the hand last passed stays for another
//! round. Two readers who ask for a new body at the same time may both make it; the second wins, and
//! both are the same.

use super::encoding::Encoding;
use super::etag::hash_of;
use bytes::Bytes;
use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// A body as it is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Body {
    /// The bytes, in their encoding.
    pub(crate) bytes: Bytes,
    /// How they are encoded; identity when compression was asked for and did not pay.
    pub(crate) encoding: Encoding,
    /// Hash of the body before it was encoded.
    pub(crate) content_hash: u64,
}

impl Body {
    /// The body in the encoding that was asked for, where that pays.
    pub(crate) fn encoded(content: Bytes, wanted: Encoding) -> Self {
        let content_hash = hash_of(&content);
        let (bytes, encoding) = wanted.encode(content);
        Self { bytes, encoding, content_hash }
    }
}

/// Bodies by path and the encoding asked for.
#[derive(Debug)]
pub(crate) struct BodyCache {
    limit_bytes: usize,
    inner: Mutex<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    by_encoding: [HashMap<Arc<str>, Entry>; 3],
    ring: VecDeque<(Encoding, Arc<str>)>,
    bytes: usize,
}

#[derive(Debug)]
struct Entry {
    body: Body,
    is_used: bool,
}

/// What an entry costs beside its body and path, roughly.
const ENTRY_BYTES: usize = 160;

impl BodyCache {
    pub(crate) fn new(limit_bytes: usize) -> Self {
        Self { limit_bytes, inner: Mutex::default() }
    }

    pub(crate) fn get(&self, path: &str, encoding: Encoding) -> Option<Body> {
        let mut inner = self.lock();
        let entry = inner.by_encoding[encoding as usize].get_mut(path)?;
        entry.is_used = true;
        Some(entry.body.clone())
    }

    /// Keeps a body. One that is larger than the whole cache is not kept.
    pub(crate) fn insert(&self, path: &str, encoding: Encoding, body: Body) {
        let cost = cost(path, &body);
        if cost > self.limit_bytes {
            return;
        }
        let mut inner = self.lock();
        if inner.by_encoding[encoding as usize].contains_key(path) {
            return;
        }
        while inner.bytes + cost > self.limit_bytes {
            inner.turn();
        }
        let path: Arc<str> = path.into();
        inner.bytes += cost;
        inner.ring.push_back((encoding, Arc::clone(&path)));
        inner.by_encoding[encoding as usize].insert(path, Entry { body, is_used: false });
    }

    /// Bytes in use.
    pub(crate) fn bytes(&self) -> usize {
        self.lock().bytes
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    /// Moves the hand past one entry, which goes unless it was used.
    fn turn(&mut self) {
        let Some((encoding, path)) = self.ring.pop_front() else { return };
        let entries = &mut self.by_encoding[encoding as usize];
        if let Some(entry) = entries.get_mut(&path).filter(|entry| entry.is_used) {
            entry.is_used = false;
            self.ring.push_back((encoding, path));
        } else if let Some(entry) = entries.remove(&path) {
            self.bytes -= cost(&path, &entry.body);
        }
    }
}

fn cost(path: &str, body: &Body) -> usize {
    body.bytes.len() + path.len() + ENTRY_BYTES
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body(length: usize) -> Body {
        Body { bytes: vec![b'x'; length].into(), encoding: Encoding::Identity, content_hash: 0 }
    }

    #[test]
    fn the_cache_never_holds_more_than_its_limit() {
        let cache = BodyCache::new(10_000);
        for number in 0..100 {
            cache.insert(&format!("/{number}"), Encoding::Gzip, body(500 + number));
            assert!(cache.bytes() <= 10_000);
        }
        assert!(cache.get("/99", Encoding::Gzip).is_some());
        assert!(cache.get("/99", Encoding::Zstd).is_none());
        assert!(cache.get("/0", Encoding::Gzip).is_none());
    }

    #[test]
    fn what_is_asked_for_stays() {
        let cache = BodyCache::new(10_000);
        cache.insert("/", Encoding::Zstd, body(1000));
        for number in 0..100 {
            assert!(cache.get("/", Encoding::Zstd).is_some(), "{number}");
            cache.insert(&format!("/{number}"), Encoding::Zstd, body(1000));
        }
    }

    #[test]
    fn a_body_larger_than_the_cache_is_not_kept_and_evicts_nothing() {
        let cache = BodyCache::new(2000);
        cache.insert("/small", Encoding::Identity, body(100));
        cache.insert("/large", Encoding::Identity, body(2000));
        assert!(cache.get("/large", Encoding::Identity).is_none());
        assert!(cache.get("/small", Encoding::Identity).is_some());
    }
}
