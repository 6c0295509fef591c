//! What is published at one moment: a snapshot and the state of its sources.

use allium_analysis::Snapshot;
use allium_model::{SourceState, SourceStatus, Timestamp, Warning};
use std::sync::Arc;

/// A snapshot together with what is known of its sources. Readers share it; a new one replaces it.
#[derive(Debug, Clone)]
pub struct Edition {
    /// The snapshot.
    pub snapshot: Arc<Snapshot>,
    /// State of each source when the edition was made; the first is the one that the snapshot is from.
    pub sources: Vec<SourceStatus>,
    /// What was wrong in the documents.
    pub warnings: Arc<Vec<Warning>>,
    /// When the states were judged.
    pub judged_at: Timestamp,
}

impl Edition {
    /// State of the main source.
    pub fn state(&self) -> SourceState {
        self.sources.first().map_or(SourceState::Unknown, |source| source.state)
    }

    /// What tells this edition from others, for ETags: the time of the data and the states.
    pub fn tag(&self) -> String {
        let states: String = self.sources.iter().map(|source| source.state.name().as_bytes()[0] as char).collect();
        let problems = self.sources.iter().filter(|source| source.problem.is_some()).count();
        let relays = self.snapshot.network.relays().len();
        format!("{:x}-{relays:x}-{states}{problems}", self.snapshot.network.published().0)
    }
}
