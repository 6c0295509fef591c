//! Gaps farther back than the files of single hours: CollecTor's monthly archives of consensuses.
//!
//! One archive is fetched in a pass, the newest month first, into a file whose digest is checked before it is read
//! as a stream. Each consensus in it that is missing is verified and taken in on its own, so that a process that is stopped
//! goes on where it was. An archive that was read whole is noted in the history and not fetched again until it changes;
//! after a failure archives are left alone for hours.

use super::follow::Follower;
use super::origin::Origin;
use super::round::RoundBytes;
use super::state::{DirectoryState, Took};
use super::status::PassReport;
use crate::config::Config;
use crate::failure::Failure;
use crate::load::{fetch_options, fetcher_of};
use allium_collect::{
    ArchiveKind, ArchiveLimits, ArchiveReport, CollectError, Collector, CollectorSource, DirectoryFile,
    DirectoryFileKind, FetchOptions, Fetcher, archives, missing_hours, read_archive,
};
use allium_documents::dirspec::IndexedFile;
use allium_model::{TimeRange, Timestamp};
use allium_store::{SeenDocument, Store, StoreError};
use std::collections::BTreeSet;
use std::fs::File;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

/// Largest archive that is fetched, in bytes as sent; a month of consensuses has some 50 MB.
const MAX_ARCHIVE_BYTES: u64 = 512 << 20;

/// Bytes that an archive may unpack to; a month of consensuses has some 2.5 GB.
const MAX_UNPACKED_BYTES: u64 = 16 << 30;

/// After a failure archives are left alone for so long: 6 hours.
const REST_SECONDS: i64 = 6 * 3600;

/// Consensuses after which the log says how far it is.
const TOLD_EVERY: usize = 100;

/// Documents that are read ahead.
const WAITING_DOCUMENTS: usize = 2;

/// Longest fetch of one archive.
const TOTAL_TIMEOUT: Duration = Duration::from_hours(1);

/// How archives are had.
pub(super) struct Archives {
    fetcher: Fetcher,
    folder: PathBuf,
    hourly_seconds: i64,
    rests_until: Timestamp,
    has_certificates: bool,
}

impl Archives {
    /// None where they are switched off, where the source is no service, and without a history on disk.
    pub(super) fn new(config: &Config, origin: &Origin) -> Result<Option<Self>, Failure> {
        let is_service = matches!(origin, Origin::Collector { source: CollectorSource::Url(_), .. });
        let folder = config.archive_folder().filter(|_| config.collector.archive && is_service);
        let Some(folder) = folder else { return Ok(None) };
        let options = FetchOptions { total_timeout: TOTAL_TIMEOUT, ..fetch_options(config) };
        Ok(Some(Self {
            fetcher: fetcher_of(options)?,
            folder,
            hourly_seconds: i64::from(config.history.hourly_days) * 86_400,
            rests_until: Timestamp(i64::MIN),
            has_certificates: false,
        }))
    }
}

/// Why an archive was not read whole.
#[derive(Debug, thiserror::Error)]
enum ArchiveFailure {
    #[error(transparent)]
    Collect(#[from] CollectError),
    #[error("the history cannot take in an archive: {0}")]
    Store(#[from] StoreError),
    #[error("an archive cannot be read: {0}")]
    Read(String),
}

impl Follower {
    /// Fills missing hours that lie farther back from one archive, where there is one that was not read.
    pub async fn fill_from_archive(&mut self, state: &mut DirectoryState, now: Timestamp) -> PassReport {
        let mut report = PassReport::default();
        let (Some(mut archives), Some(store)) = (self.archives.take(), state.past().store().cloned()) else {
            return report;
        };
        if archives.rests_until <= now
            && let Err(failure) = self.read_one(&mut archives, &store, state, now, &mut report).await
        {
            tracing::warn!("{failure}");
            report.problem = Some(failure.to_string());
            archives.rests_until = now.plus_seconds(REST_SECONDS);
        }
        self.archives = Some(archives);
        report
    }

    async fn read_one(
        &self,
        archives: &mut Archives,
        store: &Arc<Store>,
        state: &mut DirectoryState,
        now: Timestamp,
        report: &mut PassReport,
    ) -> Result<(), ArchiveFailure> {
        let range = TimeRange {
            from: now.plus_seconds(-archives.hourly_seconds),
            until: now.plus_seconds(-self.fill_seconds),
        };
        let missing = missing(state, range).await?;
        let Some((file, digest)) = self.unread(&missing, store).await? else { return Ok(()) };
        if !archives.has_certificates {
            self.read_certificates(archives, state, now).await?;
        }
        let (hours, megabytes) = (missing.len(), file.size_bytes >> 20);
        tracing::info!(%file.path, hours, megabytes, "an archive is fetched for hours that are missing");
        let path = self.archive(archives, &file).await?;
        let is_wanted = move |name: DirectoryFile| {
            name.kind == DirectoryFileKind::Consensus && missing.contains(&name.time)
        };
        let (mut documents, reading) = read_aside(path.clone(), is_wanted);
        let mut taken = 0;
        while let Some(bytes) = documents.recv().await {
            taken += take_one(state, bytes, now, report).await?;
            if taken > 0 && taken % TOLD_EVERY == 0 {
                tracing::info!(%file.path, taken, hours, "consensuses of an archive were taken in");
            }
        }
        finished(reading).await?;
        forget(&path);
        if state.lacks_certificates() && taken < hours {
            return Err(ArchiveFailure::Read(
                "certificates are lacking for consensuses of the archive".into(),
            ));
        }
        let name = file.path.file_name().to_owned();
        let seen = SeenDocument { digest, kind: "archive".into(), valid_after: range.until, name };
        store.put_documents(&[seen]).await?;
        tracing::info!(%file.path, taken, "an archive was read");
        report.rounds += taken;
        report.is_changed |= taken > 0;
        Ok(())
    }

    /// The newest archive that may have one of these hours and was not read as it is now.
    async fn unread(
        &self,
        missing: &BTreeSet<Timestamp>,
        store: &Store,
    ) -> Result<Option<(IndexedFile, [u8; 32])>, StoreError> {
        let Some(collector) = &self.collector else { return Ok(None) };
        let hours: Vec<Timestamp> = missing.iter().copied().collect();
        for file in archives(&hours, ArchiveKind::Consensuses, collector.files()) {
            let Some(digest) = file.sha256 else { continue };
            if may_have(&file, missing) && !store.is_seen(&digest).await? {
                return Ok(Some((file, digest)));
            }
        }
        Ok(None)
    }

    /// The certificates of all times: those of single hours do not go back far enough.
    async fn read_certificates(
        &self,
        archives: &mut Archives,
        state: &mut DirectoryState,
        now: Timestamp,
    ) -> Result<(), ArchiveFailure> {
        let path = ArchiveKind::Certificates.path(now);
        let files = self.collector.iter().flat_map(Collector::files);
        let file = files.clone().find(|file| Some(&file.path) == path.as_ref()).cloned();
        let Some(file) = file else { return Ok(()) };
        let path = self.archive(archives, &file).await?;
        let (mut documents, reading) =
            read_aside(path.clone(), |name| matches!(name.kind, DirectoryFileKind::Certificate(_)));
        let mut round = RoundBytes::default();
        while let Some(bytes) = documents.recv().await {
            round.put(bytes);
        }
        finished(reading).await?;
        state.take(&round, now).await?;
        archives.has_certificates = true;
        forget(&path);
        Ok(())
    }

    async fn archive(&self, archives: &Archives, file: &IndexedFile) -> Result<PathBuf, ArchiveFailure> {
        let Some(collector) = &self.collector else {
            return Err(ArchiveFailure::Read("there is no service".into()));
        };
        Ok(collector.get_archive(file, &archives.fetcher, &archives.folder, MAX_ARCHIVE_BYTES).await?)
    }
}

async fn missing(state: &DirectoryState, range: TimeRange) -> Result<BTreeSet<Timestamp>, StoreError> {
    if range.until <= range.from {
        return Ok(BTreeSet::new());
    }
    let known = state.past().known(range.from).await?;
    Ok(missing_hours(range, |hour| known.contains(&hour)).into_iter().collect())
}

/// Whether an archive of a month may have one of the hours; that of the running month ends somewhere.
fn may_have(file: &IndexedFile, missing: &BTreeSet<Timestamp>) -> bool {
    let end = file.last_published.or(file.last_modified).unwrap_or(Timestamp(i64::MAX));
    let mut of_month =
        missing.iter().filter(|hour| ArchiveKind::Consensuses.path(**hour).as_ref() == Some(&file.path));
    of_month.any(|hour| *hour <= end)
}

/// Takes in one consensus; 1 when it was believed.
async fn take_one(
    state: &mut DirectoryState,
    bytes: Vec<u8>,
    now: Timestamp,
    report: &mut PassReport,
) -> Result<usize, StoreError> {
    let mut round = RoundBytes::default();
    if !round.put(bytes) {
        report.refused += 1;
        return Ok(0);
    }
    let took = state.take(&round, now).await?;
    report.refused += state.take_problems().len();
    Ok(usize::from(matches!(took, Took::Consensus(_))))
}

type Reading = JoinHandle<Result<ArchiveReport, CollectError>>;

/// Reads an archive on a thread of its own; the documents that are wanted come through the channel.
fn read_aside(
    path: PathBuf,
    is_wanted: impl Fn(DirectoryFile) -> bool + Send + 'static,
) -> (mpsc::Receiver<Vec<u8>>, Reading) {
    let (sender, receiver) = mpsc::channel(WAITING_DOCUMENTS);
    let reading = tokio::task::spawn_blocking(move || {
        let what = path.display().to_string();
        let file = File::open(&path)
            .map_err(|error| CollectError::Archive { what: what.clone(), reason: error.to_string() })?;
        let limits = ArchiveLimits { max_total_bytes: MAX_UNPACKED_BYTES, ..ArchiveLimits::default() };
        read_archive(
            &what,
            file,
            &limits,
            |path| DirectoryFile::of(path).is_some_and(&is_wanted),
            |_, bytes| match sender.blocking_send(bytes) {
                Ok(()) => ControlFlow::Continue(()),
                Err(_) => ControlFlow::Break(()),
            },
        )
    });
    (receiver, reading)
}

async fn finished(reading: Reading) -> Result<ArchiveReport, ArchiveFailure> {
    match reading.await {
        Ok(read) => Ok(read?),
        Err(error) => Err(ArchiveFailure::Read(error.to_string())),
    }
}

/// An archive that was read is no longer needed.
fn forget(path: &Path) {
    if let Err(error) = std::fs::remove_file(path) {
        tracing::warn!(path = %path.display(), "an archive that was read cannot be removed: {error}");
    }
}
