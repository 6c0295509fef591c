//! The newest consensus, the one before it, and what changed between them.

use super::verify::Believed;
use allium_analysis::directory::ConsensusRelay;
use allium_consensus::{ConsensusDiff, DiffSide};
use allium_model::{ConsensusSummary, Fingerprint, FlagSet, Timestamp};
use std::sync::Arc;

/// The newest consensus.
#[derive(Debug, Clone)]
pub(super) struct Newest {
    pub(super) summary: Arc<ConsensusSummary>,
    pub(super) relays: Arc<Vec<ConsensusRelay>>,
    pub(super) flags: Arc<Vec<(Fingerprint, FlagSet)>>,
    pub(super) versions: Vec<(Fingerprint, String)>,
    side: Arc<DiffSide>,
}

/// Where a consensus belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// After all that are known.
    Newest,
    /// It is the newest one, known from an earlier process, and nobody judged its round in this one.
    Resumed,
    /// Right before the newest.
    Before,
    /// Anywhere else.
    Past,
}

/// The newest two consensuses.
#[derive(Debug, Default)]
pub(super) struct Newer {
    pub(super) newest: Option<Newest>,
    pub(super) previous: Option<Arc<ConsensusSummary>>,
    /// What changed from the previous consensus to the newest.
    pub(super) diff: Option<Arc<ConsensusDiff>>,
    is_resumed: bool,
}

impl Newer {
    /// The newest consensus.
    pub(super) fn consensus(&self) -> Option<&Arc<ConsensusSummary>> {
        self.newest.as_ref().map(|newest| &newest.summary)
    }

    /// Where a consensus of a time belongs.
    pub(super) fn place(&self, valid_after: Timestamp) -> Place {
        let newest = self.consensus().map(|newest| newest.valid_after);
        let previous = self.previous.as_ref().map(|previous| previous.valid_after);
        match newest {
            None => Place::Newest,
            Some(newest) if newest < valid_after => Place::Newest,
            Some(newest) if newest == valid_after && self.is_resumed => Place::Resumed,
            Some(newest) if newest == valid_after => Place::Past,
            Some(_) if previous.is_none_or(|previous| previous < valid_after) => Place::Before,
            Some(_) => Place::Past,
        }
    }

    /// Makes a consensus the newest.
    pub(super) fn bring_forward(&mut self, believed: &Believed<'_>) {
        let newest = Newest {
            summary: Arc::new(believed.summary.clone()),
            relays: Arc::new(believed.relays()),
            flags: Arc::new(believed.flags()),
            versions: believed.authority_versions(),
            side: Arc::new(DiffSide::of(&believed.consensus, believed.summary.clone())),
        };
        let before = self.newest.take();
        self.diff =
            before.as_ref().map(|before| Arc::new(ConsensusDiff::between(&before.side, &newest.side)));
        self.previous = before.map(|before| before.summary);
        self.newest = Some(newest);
        self.is_resumed = false;
    }

    /// An older consensus that came after the newest is the one before it.
    pub(super) fn put_previous(&mut self, believed: &Believed<'_>) {
        let side = DiffSide::of(&believed.consensus, believed.summary.clone());
        let newest = self.newest.as_ref();
        self.diff = newest.map(|newest| Arc::new(ConsensusDiff::between(&side, &newest.side)));
        self.previous = Some(Arc::new(believed.summary.clone()));
    }

    /// Says whether the round of the newest consensus is yet to be judged by this process.
    pub(super) const fn set_resumed(&mut self, is_resumed: bool) {
        self.is_resumed = is_resumed;
    }
}
