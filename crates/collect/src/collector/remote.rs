//! A CollecTor source that is asked again and again: its list of files, and one file at a time.

use super::folder::{FolderLimits, list_folder};
use crate::source::{Location, parse_location};
use crate::{CollectError, Download, Fetched, Fetcher, Url, Validators, read_file};
use allium_documents::dirspec::{IndexedFile, RelativePath, parse_collector_index};
use allium_documents::{Compression, Limits, decompress};
use allium_model::Timestamp;
use sha2::{Digest, Sha256};
use std::borrow::Cow;
use std::fmt;
use std::path::PathBuf;

/// Where the documents of the authorities come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CollectorSource {
    /// The base of a CollecTor service, ending in `/`.
    Url(Url),
    /// CollecTor's tree in a folder, or a plain folder of its files.
    Directory(PathBuf),
}

impl CollectorSource {
    /// Reads a URL or a path, with the errors of [`crate::Source::parse`].
    pub fn parse(text: &str) -> Result<Self, CollectError> {
        Ok(match parse_location(text)? {
            Location::Path(path) => Self::Directory(path),
            Location::Url(mut url) => {
                if !url.path().ends_with('/') {
                    url.set_path(&format!("{}/", url.path()));
                }
                Self::Url(url)
            }
        })
    }
}

impl fmt::Display for CollectorSource {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Url(url) => url.fmt(formatter),
            Self::Directory(path) => path.display().fmt(formatter),
        }
    }
}

/// How much is taken from a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CollectorLimits {
    /// Bytes of the unpacked index. Default 256 MiB.
    pub max_index_bytes: usize,
    /// Bytes of one unpacked file. Default 64 MiB.
    pub max_file_bytes: usize,
}

impl Default for CollectorLimits {
    fn default() -> Self {
        Self { max_index_bytes: 256 << 20, max_file_bytes: 64 << 20 }
    }
}

/// The index, smallest form first; a service without it is asked for the plain one.
const INDEX_PATHS: [&str; 2] = ["index/index.json.xz", "index/index.json"];

/// A source with the list of files that it was last seen to have.
#[derive(Debug)]
pub struct Collector {
    source: CollectorSource,
    limits: CollectorLimits,
    validators: Validators,
    /// Which of [`INDEX_PATHS`] the service has.
    index_path: usize,
    created: Option<Timestamp>,
    files: Vec<IndexedFile>,
}

impl Collector {
    /// A source that was not asked yet.
    pub fn new(source: CollectorSource, limits: CollectorLimits) -> Self {
        Self {
            source,
            limits,
            validators: Validators::default(),
            index_path: 0,
            created: None,
            files: Vec::new(),
        }
    }

    /// Where this is.
    pub fn source(&self) -> &CollectorSource {
        &self.source
    }

    /// The files of the last list.
    pub fn files(&self) -> &[IndexedFile] {
        &self.files
    }

    /// When the service made its index, as far as it says so.
    pub fn created(&self) -> Option<Timestamp> {
        self.created
    }

    /// Gets the list of files anew; whether it may differ from the last one.
    ///
    /// # Errors
    /// Those of [`Fetcher::fetch`] and [`list_folder`], and [`CollectError::Index`]. The last list stays.
    pub async fn refresh(&mut self, fetcher: &Fetcher) -> Result<bool, CollectError> {
        match &self.source {
            CollectorSource::Directory(path) => {
                let files = list_folder(path, &FolderLimits::default())?;
                let is_changed = files != self.files;
                self.files = files;
                Ok(is_changed)
            }
            CollectorSource::Url(base) => {
                let base = base.clone();
                self.refresh_index(&base, fetcher).await
            }
        }
    }

    async fn refresh_index(&mut self, base: &Url, fetcher: &Fetcher) -> Result<bool, CollectError> {
        loop {
            let Some(path) = INDEX_PATHS.get(self.index_path) else { return Ok(false) };
            let url = below(base, path)?;
            match fetcher.fetch(&url, &self.validators).await {
                Ok(Fetched::NotModified) => return Ok(false),
                Ok(Fetched::New(download)) => return self.take_index(&url, download),
                Err(CollectError::Status { status: 404, .. }) if self.index_path + 1 < INDEX_PATHS.len() => {
                    self.index_path += 1;
                }
                Err(error) => return Err(error),
            }
        }
    }

    fn take_index(&mut self, url: &Url, download: Download) -> Result<bool, CollectError> {
        let limits = Limits { max_document_bytes: self.limits.max_index_bytes, ..Limits::default() };
        let parsed = decompress(&download.bytes, &limits)
            .and_then(|plain| parse_collector_index(&plain, &limits))
            .map_err(|error| CollectError::Index { url: url.to_string(), reason: error.to_string() })?;
        for warning in parsed.warnings.iter().take(5) {
            tracing::warn!("{warning}");
        }
        self.created = parsed.document.created;
        self.files = parsed.document.files;
        self.validators = download.validators;
        Ok(true)
    }

    /// The plain bytes of a file, checked against the digest of the index where it has one.
    ///
    /// # Errors
    /// Those of [`Fetcher::fetch`] and [`read_file`], [`CollectError::Digest`] for other bytes than the
    /// index speaks of, [`CollectError::TooLarge`].
    pub async fn get(&self, file: &IndexedFile, fetcher: &Fetcher) -> Result<Vec<u8>, CollectError> {
        let limit_bytes = self.limits.max_file_bytes as u64;
        if file.size_bytes > limit_bytes {
            return Err(CollectError::TooLarge { what: file.path.to_string(), limit_bytes });
        }
        let stored = match &self.source {
            CollectorSource::Directory(path) => read_file(&path.join(file.path.as_str()), limit_bytes)?.bytes,
            CollectorSource::Url(base) => {
                let url = below(base, file.path.as_str())?;
                match fetcher.fetch(&url, &Validators::default()).await? {
                    Fetched::New(download) => download.bytes,
                    Fetched::NotModified => Vec::new(),
                }
            }
        };
        self.checked(file, &stored)
    }

    /// A server may compress a file on its way; then the digest is that of the plain bytes.
    fn checked(&self, file: &IndexedFile, stored: &[u8]) -> Result<Vec<u8>, CollectError> {
        let is_named = |bytes: &[u8]| file.sha256.is_none_or(|digest| digest == *Sha256::digest(bytes));
        let wrong = || CollectError::Digest { what: file.path.to_string() };
        let is_stored = is_named(stored);
        if !is_stored && Compression::of(stored) == Compression::None {
            return Err(wrong());
        }
        let limits = Limits { max_document_bytes: self.limits.max_file_bytes, ..Limits::default() };
        let plain = decompress(stored, &limits).map_err(|error| CollectError::Decode {
            what: file.path.to_string(),
            reason: error.to_string(),
        })?;
        if !is_stored && !is_named(&plain) {
            return Err(wrong());
        }
        crate::content::check(&plain).map_err(CollectError::not_a_document(file.path.to_string()))?;
        Ok(match plain {
            Cow::Borrowed(bytes) => bytes.to_vec(),
            Cow::Owned(bytes) => bytes,
        })
    }
}

/// The address of a file below the base.
pub(super) fn below(base: &Url, path: &str) -> Result<Url, CollectError> {
    let unsafe_path =
        || CollectError::Source { given: CollectError::bounded(path), reason: "it is no plain path" };
    let path = RelativePath::parse(path).ok_or_else(unsafe_path)?;
    let mut url = base.clone();
    url.set_path(&format!("{}/{path}", base.path().trim_end_matches('/')));
    Ok(url)
}
