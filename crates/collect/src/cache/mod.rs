//! Documents kept on disk, so that the last good state survives a restart.
//!
//! Below `cache/onionoo/` of the data directory lies the last accepted version of each document
//! with its original bytes; below `held/` lie versions that were held back, oldest dropped first.
//! A version becomes the kept one by a single rename, so a process killed at any moment leaves the
//! old one or the new one. What does not fit together is ignored, and said in the log.

mod entry;

use crate::{CollectError, DirectoryLock, Document, Source, Validators, disk};
use allium_model::Timestamp;
use std::path::{Path, PathBuf};

/// Bounds of the cache.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CacheLimits {
    /// Largest version that is kept or read, in bytes. Default 512 MiB.
    pub max_bytes: u64,
    /// Versions held back at most. Default 16.
    pub max_held: usize,
    /// Versions held back, in bytes altogether. Default 256 MiB.
    pub max_held_bytes: u64,
}

impl Default for CacheLimits {
    fn default() -> Self {
        Self { max_bytes: 512 << 20, max_held: 16, max_held_bytes: 256 << 20 }
    }
}

/// Where a version came from and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Provenance {
    /// The source as configured: a URL or a path.
    pub source: String,
    /// What to ask the source with next time.
    pub validators: Validators,
    /// When it was fetched.
    pub fetched_at: Timestamp,
    /// When it was accepted; none while it is held back.
    pub accepted_at: Option<Timestamp>,
}

/// A version from the cache.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CachedDocument {
    /// The original bytes.
    pub bytes: Vec<u8>,
    /// Where they came from.
    pub provenance: Provenance,
}

/// What the cache has of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Loaded {
    /// A whole version.
    Found(CachedDocument),
    /// Nothing.
    Missing,
    /// Something that is torn, foreign or too large.
    Unusable {
        /// What is wrong with it.
        reason: String,
    },
}

/// A version that was held back, without its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldDocument {
    /// Which document.
    pub document: Document,
    /// Size of the original bytes.
    pub size_bytes: u64,
    /// Where it came from.
    pub provenance: Provenance,
    name: String,
}

/// The cache of one data directory.
#[derive(Debug)]
pub struct Cache {
    accepted: PathBuf,
    held: PathBuf,
    limits: CacheLimits,
}

impl Cache {
    /// Opens or creates the cache and removes what unfinished writes left behind.
    ///
    /// The lock proves that nobody else writes there; it must outlive the cache.
    ///
    /// # Errors
    /// [`CollectError::Unwritable`] or [`CollectError::Unreadable`] for its directories.
    pub fn open(lock: &DirectoryLock, limits: CacheLimits) -> Result<Self, CollectError> {
        let accepted = lock.directory().join("cache").join("onionoo");
        let held = accepted.join("held");
        disk::create_directory(&held)?;
        entry::sweep(&accepted)?;
        entry::sweep(&held)?;
        Ok(Self { accepted, held, limits })
    }

    /// Keeps an accepted version instead of the one before.
    ///
    /// # Errors
    /// [`CollectError::TooLarge`], or [`CollectError::Unwritable`], when the one before stays.
    pub fn store(
        &mut self,
        document: Document,
        bytes: &[u8],
        provenance: &Provenance,
    ) -> Result<(), CollectError> {
        check_size(document, bytes, self.limits.max_bytes)?;
        entry::write(&self.accepted, document.stem(), document, bytes, provenance)?;
        sweep_after_write(&self.accepted);
        Ok(())
    }

    /// The last accepted version.
    pub fn load(&self, document: Document) -> Loaded {
        self.read(&self.accepted, document.stem(), document)
    }

    /// Keeps a version that was held back, and drops the oldest ones beyond the limits.
    ///
    /// # Errors
    /// [`CollectError::TooLarge`] for one that alone passes the limit, [`CollectError::Unwritable`].
    pub fn hold(
        &mut self,
        document: Document,
        bytes: &[u8],
        provenance: &Provenance,
    ) -> Result<(), CollectError> {
        check_size(document, bytes, self.limits.max_held_bytes.min(self.limits.max_bytes))?;
        let name = format!("{}-{document}", provenance.fetched_at.0);
        entry::write(&self.held, &name, document, bytes, provenance)?;
        self.drop_oldest_held();
        sweep_after_write(&self.held);
        Ok(())
    }

    /// The versions held back, oldest first.
    pub fn held(&self) -> Vec<HeldDocument> {
        let names = disk::names(&self.held).unwrap_or_default();
        let mut held: Vec<_> = names.iter().filter_map(|name| entry::describe(&self.held, name)).collect();
        held.sort_by_key(|version| (version.provenance.fetched_at, version.document));
        held
    }

    /// The bytes of a version that was held back.
    pub fn load_held(&self, held: &HeldDocument) -> Loaded {
        self.read(&self.held, &held.name, held.document)
    }

    /// Drops a version that was held back, as after it was accepted.
    pub fn release(&mut self, held: &HeldDocument) {
        entry::remove(&self.held, &held.name);
    }

    fn drop_oldest_held(&self) {
        let (mut count, mut size_bytes) = (0, 0_u64);
        for version in self.held().iter().rev() {
            count += 1;
            size_bytes = version.size_bytes.saturating_add(size_bytes);
            if count > self.limits.max_held || size_bytes > self.limits.max_held_bytes {
                entry::remove(&self.held, &version.name);
            }
        }
    }

    fn read(&self, directory: &Path, name: &str, document: Document) -> Loaded {
        let loaded = entry::read(directory, name, document, self.limits.max_bytes);
        if let Loaded::Unusable { reason } = &loaded {
            tracing::warn!(directory = %directory.display(), name, reason, "ignored an unusable cache entry");
        }
        loaded
    }
}

impl CachedDocument {
    /// What to ask `source` with: nothing when this version came from elsewhere, because another
    /// server's validators mean nothing there.
    pub fn validators_for(&self, source: &Source) -> Validators {
        if self.provenance.source == source.to_string() {
            self.provenance.validators.clone()
        } else {
            Validators::default()
        }
    }
}

/// The new version is already kept, so a failure here is no failure of the write.
fn sweep_after_write(directory: &Path) {
    if let Err(error) = entry::sweep(directory) {
        tracing::warn!(%error, "the cache could not be tidied");
    }
}

fn check_size(document: Document, bytes: &[u8], limit_bytes: u64) -> Result<(), CollectError> {
    if bytes.len() as u64 > limit_bytes {
        return Err(CollectError::TooLarge {
            what: format!("the {document} document for the cache"),
            limit_bytes,
        });
    }
    Ok(())
}
