//! What pages read from the history when they are made.
//!
//! Reading happens on the threads that render, so it may wait for a disk. A history that cannot be
//! read costs a page what it would have shown of it, and the page says so.

use allium_model::{
    ConsensusSummary, Fingerprint, GroupKey, GroupSeries, HealthRecord, NetworkRecord, RelaySeries,
    TimeRange, Timestamp,
};
use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

/// Why a history could not be read, in one lower-case sentence.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct HistoryError(pub String);

/// The history of the network, hour by hour. Ranges are bounded by what is stored.
pub trait HistoryReader: fmt::Debug + Send + Sync {
    /// From the first record to the end of the hour of the newest one; `None` while there is none.
    fn range(&self) -> Option<TimeRange>;

    /// One relay; an empty series for one that was never seen.
    fn relay(&self, fingerprint: Fingerprint, range: TimeRange) -> Result<RelaySeries, HistoryError>;

    /// A group; `None` for a kind that history does not keep.
    fn group(&self, key: &GroupKey, range: TimeRange) -> Result<Option<GroupSeries>, HistoryError>;

    /// The network, ascending.
    fn network(&self, range: TimeRange) -> Result<Vec<NetworkRecord>, HistoryError>;

    /// The health of the network, ascending; empty where it is not kept.
    fn health(&self, _range: TimeRange) -> Result<Vec<HealthRecord>, HistoryError> {
        Ok(Vec::new())
    }

    /// The relays with their flags and weights of one moment; `None` when there is no record of it.
    fn hour(&self, valid_after: Timestamp) -> Result<Option<HistoryHour>, HistoryError>;
}

/// The relays of one moment of the history.
#[derive(Debug, Clone, Default)]
pub struct HistoryHour {
    /// When.
    pub valid_after: Timestamp,
    /// Running relays: flags and consensus weight.
    pub relays: HashMap<Fingerprint, (allium_model::FlagSet, Option<u32>)>,
    /// The head of its consensus, where it is still at hand.
    pub consensus: Option<Arc<ConsensusSummary>>,
}
