//! Documents kept beside the cache, so that a restart without network has certificates to verify with, the newest
//! consensus and what changed since the one before, and the extra-infos of the authorities.
//!
//! Nothing here is believed because it was kept: all of it is read and verified like anything that arrives.

use crate::failure::Failure;
use allium_collect::{DirectoryLock, KeptFiles};
use allium_documents::{Limits, decompress};

/// Largest kept file, in bytes as stored.
const MAX_BYTES: u64 = 64 << 20;

/// Compression of consensuses.
const ZSTD_LEVEL: i32 = 3;

const CERTIFICATES: &str = "certificates";
const NEWEST: &str = "consensus.zst";
const BEFORE: &str = "consensus-before.zst";
const EXTRA_INFOS: &str = "extra-infos";

/// The kept documents of one data directory.
#[derive(Debug, Clone)]
pub struct KeptDocuments(KeptFiles);

impl KeptDocuments {
    /// Opens or creates `cache/directory/`; the lock must outlive this.
    pub fn open(lock: &DirectoryLock) -> Result<Self, Failure> {
        Ok(Self(KeptFiles::open(lock, "directory", MAX_BYTES)?))
    }

    /// Key certificates, one after the other.
    pub(super) fn certificates(&self) -> Option<Vec<u8>> {
        self.0.read(CERTIFICATES)
    }

    /// The consensuses, the older one first.
    pub(super) fn consensuses(&self, limits: &Limits) -> Vec<Vec<u8>> {
        let packed = [BEFORE, NEWEST].into_iter().filter_map(|name| self.0.read(name));
        packed.filter_map(|bytes| Some(decompress(&bytes, limits).ok()?.into_owned())).collect()
    }

    /// Extra-infos, one after the other.
    pub(super) fn extra_infos(&self) -> Option<Vec<u8>> {
        self.0.read(EXTRA_INFOS)
    }

    pub(super) fn keep_certificates(&self, text: &str) {
        self.keep(CERTIFICATES, text.as_bytes());
    }

    pub(super) fn keep_extra_infos(&self, bytes: &[u8]) {
        self.keep(EXTRA_INFOS, bytes);
    }

    /// Keeps the newest consensus; the one that was becomes the one before.
    pub(super) fn keep_newest(&self, bytes: &[u8]) {
        if let Err(error) = self.0.rename(NEWEST, BEFORE) {
            tracing::warn!("the consensus before is not kept: {error}");
        }
        self.keep_packed(NEWEST, bytes);
    }

    /// Keeps the consensus before the newest.
    pub(super) fn keep_before(&self, bytes: &[u8]) {
        self.keep_packed(BEFORE, bytes);
    }

    fn keep_packed(&self, name: &str, bytes: &[u8]) {
        match zstd::encode_all(bytes, ZSTD_LEVEL) {
            Ok(packed) => self.keep(name, &packed),
            Err(error) => tracing::warn!("a consensus is not kept: {error}"),
        }
    }

    fn keep(&self, name: &str, bytes: &[u8]) {
        if let Err(error) = self.0.write(name, bytes) {
            tracing::warn!("a document is not kept: {error}");
        }
    }
}
