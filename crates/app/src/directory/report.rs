//! What was kept is taken up, and what is known is put together for a report.

use super::newest::Place;
use super::past::Remembered;
use super::state::DirectoryState;
use super::trust::listed;
use allium_analysis::directory::{Directory, DirectoryInputs};
use allium_model::{Fingerprint, Timestamp};
use allium_store::StoreError;
use std::sync::Arc;

impl DirectoryState {
    /// Takes up what an earlier process kept on disk.
    pub fn resume(&mut self, now: Timestamp) {
        let Some(kept) = self.kept.clone() else { return };
        if let Some(bytes) = kept.certificates()
            && let Err(problem) = self.verifier.add_certificates(&bytes)
        {
            tracing::warn!("the kept certificates are not used: {problem}");
        }
        for bytes in kept.consensuses(self.verifier.limits()) {
            match self.verifier.consensus(&bytes, now) {
                Ok(believed) if self.newer.place(believed.summary.valid_after) == Place::Newest => {
                    self.bring_forward(&believed);
                }
                Ok(_) => {}
                Err(problem) => tracing::warn!("a kept consensus is not used: {problem}"),
            }
        }
        self.newer.set_resumed(true);
        if let Some(bytes) = kept.extra_infos() {
            let relays = self.authority_relays(now);
            self.take_extra_infos(&bytes, &relays, now);
        }
    }

    /// The report on the authorities at `now`; `None` while nothing at all is known.
    pub async fn directory(&self, now: Timestamp) -> Result<Option<Arc<Directory>>, StoreError> {
        let trusted = listed(self.trusted(), now);
        let identities: Vec<Fingerprint> = trusted.iter().map(|authority| authority.identity).collect();
        let data_time = match self.consensus() {
            Some(consensus) => consensus.valid_after,
            None => self.past.newest().await?.unwrap_or(now),
        };
        let Remembered { network, rounds, gaps, probes, events } =
            self.past.remembered(data_time, now, &identities).await?;
        let newest = self.newer.newest.as_ref();
        if newest.is_none() && network.is_empty() && probes.is_empty() && self.votes.is_empty() {
            return Ok(None);
        }
        let votes = newest.and_then(|newest| self.book(newest.summary.valid_after));
        let votes = votes.or_else(|| self.votes.keys().next_back().and_then(|round| self.book(*round)));
        let inputs = DirectoryInputs {
            judged_at: now,
            consensus: newest.map(|newest| Arc::clone(&newest.summary)),
            previous: self.newer.previous.clone(),
            relays: newest.map(|newest| Arc::clone(&newest.relays)).unwrap_or_default(),
            diff: self.newer.diff.clone(),
            votes: Arc::new(votes.unwrap_or_default()),
            network,
            rounds,
            gaps,
            probes,
            events,
            trusted,
            versions: newest.map(|newest| newest.versions.clone()).unwrap_or_default(),
            requests: self.published.requests(),
            extra_infos: self.published.extra_infos(),
            bandwidth_files: self.published.bandwidth_files(),
        };
        Ok(Some(Arc::new(tokio::task::block_in_place(|| Directory::new(inputs)))))
    }
}
