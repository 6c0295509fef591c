//! What is said of the source of the authorities' documents.

use super::origin::Origin;
use crate::load::source_status;
use allium_collect::source_state;
use allium_model::{ConsensusSummary, SourceStatus, Timestamp};
use std::time::Duration;

/// What came of one pass over the source.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PassReport {
    /// Rounds that were taken in.
    pub rounds: usize,
    /// Whether anything was.
    pub is_changed: bool,
    /// Documents that were refused or could not be had.
    pub refused: usize,
    /// Why the source as a whole could not be asked, or what is wrong with its documents.
    pub problem: Option<String>,
}

impl PassReport {
    /// What came of this and of what was done after it.
    #[must_use]
    pub fn and(self, next: Self) -> Self {
        Self {
            rounds: self.rounds + next.rounds,
            is_changed: self.is_changed || next.is_changed,
            refused: self.refused + next.refused,
            problem: self.problem.or(next.problem),
        }
    }

    /// What came after this, with the problem of this where that had none.
    #[must_use]
    pub fn problem_of(self, next: Self) -> Self {
        Self { problem: next.problem.or(self.problem), ..next }
    }
}

/// The state of the source at `now`.
pub fn directory_status(
    origin: &Origin,
    consensus: Option<&ConsensusSummary>,
    report: &PassReport,
    last_success: Option<Timestamp>,
    now: Timestamp,
) -> SourceStatus {
    let (name, location) = match origin {
        Origin::Collector { source, .. } => ("CollecTor", source.to_string()),
        Origin::Authorities => ("Directory authorities", "the DirPorts of the authorities".to_owned()),
    };
    let data_time = consensus.map(|consensus| consensus.valid_after);
    let interval = consensus.map_or(3600, |consensus| {
        consensus.fresh_until.seconds_since(consensus.valid_after).clamp(1, 86_400)
    });
    SourceStatus {
        data_time,
        state: source_state(data_time, Duration::from_secs(interval.unsigned_abs()), now),
        last_success,
        problem: report.problem.clone(),
        entries: consensus.map_or(0, |consensus| consensus.relays as usize),
        bytes: consensus.map_or(0, |consensus| consensus.bytes as usize),
        warnings: report.refused,
        ..source_status(name, &location, now)
    }
}
