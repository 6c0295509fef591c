//! Which bandwidth files and extra-infos are fetched: those that votes of the newest round name, and the newest of
//! the relays of authorities.
//!
//! An archive is asked first. The authorities are asked themselves for their bandwidth files when it is behind, for an
//! extra-info when it has none of the last day, and for both when there is no archive: each once an hour at most. What
//! fails is told in the log and costs only itself.

use super::ask::MAX_DOCUMENT_BYTES;
use super::follow::{Follower, finish, key};
use super::origin::Origin;
use super::published::WantedFile;
use super::state::DirectoryState;
use super::status::PassReport;
use super::trust::dir_address;
use allium_collect::{DirPortDocument, DirectoryFile, DirectoryFileKind, ask_dir_port};
use allium_documents::dirspec::IndexedFile;
use allium_model::{Fingerprint, Timestamp};
use data_encoding::HEXUPPER_PERMISSIVE;
use std::collections::BTreeSet;
use std::net::SocketAddr;

/// Files of extra-infos that are read in one pass; each has those of many hundred relays.
const EXTRA_INFOS_PER_PASS: usize = 4;

/// Bandwidth files that are read in one pass.
const BANDWIDTH_FILES_PER_PASS: usize = 16;

/// An authority is asked again after so many seconds.
const ASK_AGAIN_SECONDS: i64 = 3600;

/// Which of these documents are fetched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Publications {
    pub(super) bandwidth_files: bool,
    pub(super) extra_infos: bool,
}

/// Whom to ask for what.
struct Question {
    address: SocketAddr,
    identity: Fingerprint,
    relay: Option<Fingerprint>,
    document: DirPortDocument,
}

impl Follower {
    /// What authorities publish beside consensus and votes, as far as it is new.
    pub async fn publications(&mut self, state: &mut DirectoryState, now: Timestamp) -> PassReport {
        let mut report = PassReport::default();
        if self.publications.bandwidth_files {
            for (wanted, file) in self.listed_bandwidth_files(state) {
                if let Some(bytes) = self.fetch(&file, &mut report).await {
                    report.is_changed |= state.take_voted_bandwidth_file(&bytes, wanted);
                }
            }
        }
        let mut is_listed = false;
        if self.publications.extra_infos {
            let relays = state.authority_relays(now);
            for file in self.listed_extra_infos(state, now) {
                is_listed = true;
                if let Some(bytes) = self.fetch(&file, &mut report).await {
                    report.is_changed |= state.take_extra_infos(&bytes, &relays, now) > 0;
                }
            }
        }
        let mut documents = BTreeSet::new();
        if self.publications.bandwidth_files && self.asks_authorities(state, now) {
            documents.insert(DirPortDocument::BandwidthFile);
        }
        if self.publications.extra_infos && self.falls_back() && !is_listed {
            documents.insert(DirPortDocument::OwnExtraInfo);
        }
        self.ask_for_publications(state, documents, now, &mut report).await;
        finish(state, &mut report);
        report
    }

    /// The files of the source that votes name, by the digests in their names.
    fn listed_bandwidth_files(&self, state: &DirectoryState) -> Vec<(WantedFile, IndexedFile)> {
        let Some(collector) = &self.collector else { return Vec::new() };
        let wanted = state.wanted_bandwidth_files();
        let listed = collector.files().iter().filter(|file| {
            !self.done.contains(&key(file))
                && DirectoryFile::of(&file.path)
                    .is_some_and(|name| name.kind == DirectoryFileKind::BandwidthFile)
        });
        let meant = listed.filter_map(|file| {
            let digest = digest_of_name(file.path.file_name())?;
            Some((*wanted.iter().find(|wanted| wanted.sha256 == digest)?, file.clone()))
        });
        meant.take(BANDWIDTH_FILES_PER_PASS).collect()
    }

    /// Files of extra-infos in which one of an authority's relay may be, the newest first.
    fn listed_extra_infos(&self, state: &DirectoryState, now: Timestamp) -> Vec<IndexedFile> {
        let Some(collector) = &self.collector else { return Vec::new() };
        let Some(since) = state.due_extra_infos(now).into_values().min() else { return Vec::new() };
        let listed = collector.files().iter().filter(|file| !self.done.contains(&key(file)));
        let mut files: Vec<(Timestamp, &IndexedFile)> = listed
            .filter_map(|file| Some((DirectoryFile::of(&file.path)?, file)))
            .filter(|(name, _)| name.kind == DirectoryFileKind::ExtraInfos && name.time >= since)
            .map(|(name, file)| (name.time, file))
            .collect();
        files.sort_unstable_by_key(|(time, _)| std::cmp::Reverse(*time));
        files.into_iter().take(EXTRA_INFOS_PER_PASS).map(|(_, file)| file.clone()).collect()
    }

    /// Gets a file once, whatever is in it; one that cannot be had is asked for again in the next pass.
    async fn fetch(&mut self, file: &IndexedFile, report: &mut PassReport) -> Option<Vec<u8>> {
        let collector = self.collector.as_ref()?;
        match collector.get(file, &self.fetcher).await {
            Ok(bytes) => {
                self.done.insert(key(file));
                Some(bytes)
            }
            Err(error) => {
                tracing::warn!(%file.path, "{error}");
                report.refused += 1;
                None
            }
        }
    }

    /// Whether authorities may be asked for what the archive does not have.
    fn falls_back(&self) -> bool {
        matches!(self.origin, Origin::Authorities | Origin::Collector { falls_back: true, .. })
    }

    async fn ask_for_publications(
        &mut self,
        state: &mut DirectoryState,
        documents: BTreeSet<DirPortDocument>,
        now: Timestamp,
        report: &mut PassReport,
    ) {
        for Question { address, identity, relay, document } in self.questions(state, &documents, now) {
            let is_new = match ask_dir_port(&self.dir_ports, address, document, MAX_DOCUMENT_BYTES).await {
                Ok(bytes) if document == DirPortDocument::BandwidthFile => {
                    state.take_handed_bandwidth_file(&bytes, identity, now)
                }
                // It speaks for its own relay and for no other.
                Ok(bytes) => state.take_extra_infos(&bytes, &relay.into_iter().collect(), now) > 0,
                Err(error) => {
                    tracing::debug!("{error}");
                    false
                }
            };
            report.is_changed |= is_new;
        }
    }

    /// Whom to ask for which of these documents; each is noted as asked.
    fn questions(
        &mut self,
        state: &DirectoryState,
        documents: &BTreeSet<DirPortDocument>,
        now: Timestamp,
    ) -> Vec<Question> {
        let due = state.due_extra_infos(now);
        let mut questions = Vec::new();
        for entry in state.trusted().trusted_at(now) {
            let Some(address) = dir_address(entry) else { continue };
            let (identity, relay) = (entry.identity, entry.relay);
            let is_due = relay.is_some_and(|relay| due.contains_key(&relay));
            for document in documents.iter().copied() {
                let is_wanted = document != DirPortDocument::OwnExtraInfo || is_due;
                let asked = self.asked.get(&(identity, document)).copied();
                let is_time =
                    asked.is_none_or(|asked| !(0..ASK_AGAIN_SECONDS).contains(&now.seconds_since(asked)));
                if is_wanted && is_time {
                    self.asked.insert((identity, document), now);
                    questions.push(Question { address, identity, relay, document });
                }
            }
        }
        questions
    }
}

/// The digest that the name of a bandwidth file ends in.
fn digest_of_name(name: &str) -> Option<[u8; 32]> {
    let name = name.split('.').next()?;
    HEXUPPER_PERMISSIVE.decode(name.rsplit('-').next()?.as_bytes()).ok()?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_a_bandwidth_file_ends_in_its_digest() {
        let name = format!("2026-02-21-03-30-56-bandwidth-{}", "0A".repeat(32));
        assert_eq!(digest_of_name(&name), Some([10; 32]));
        assert_eq!(digest_of_name(&format!("{}.zst", name.to_lowercase())), Some([10; 32]));
        assert_eq!(digest_of_name("2026-02-21-03-30-56-bandwidth-0A"), None);
    }
}
