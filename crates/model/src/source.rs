//! How fresh the documents of a source are.

use crate::Timestamp;
use std::time::Duration;

/// State of a source by the age of its newest document (house definition "one scale for sources").
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SourceState {
    /// At most 2 hours old.
    Fresh,
    /// More than 2 and at most 5 hours old.
    Degraded,
    /// More than 5 and at most 12 hours old.
    Stale,
    /// More than 12 hours old.
    Critical,
    /// No document was ever read.
    Unknown,
}

impl SourceState {
    /// Age up to which a document is fresh: a source that works has a newer one by then.
    pub const FRESH_SECONDS: i64 = 7200;

    /// The state of a document of so many seconds.
    pub fn of_age_seconds(age_seconds: i64) -> Self {
        const HOUR: i64 = 3600;
        match age_seconds {
            ..=Self::FRESH_SECONDS => Self::Fresh,
            7201..=18_000 => Self::Degraded,
            _ if age_seconds <= 12 * HOUR => Self::Stale,
            _ => Self::Critical,
        }
    }

    /// The state's name in lower case.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Fresh => "fresh",
            Self::Degraded => "degraded",
            Self::Stale => "stale",
            Self::Critical => "critical",
            Self::Unknown => "unknown",
        }
    }
}

/// What is known of one source at one moment, for pages, API and metrics.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceStatus {
    /// The source's name, such as `onionoo details`.
    pub name: &'static str,
    /// Where it comes from: a URL or a path, as configured.
    pub location: String,
    /// The data's own time, `relays_published`.
    pub data_time: Option<Timestamp>,
    /// State by the age of the data at the time of the report.
    pub state: SourceState,
    /// When it was last asked.
    pub last_attempt: Option<Timestamp>,
    /// When it last gave a document that is in use.
    pub last_success: Option<Timestamp>,
    /// Why the last attempt failed or its document is held back; none after a success.
    pub problem: Option<String>,
    /// Number of entries in use.
    pub entries: usize,
    /// Size of the document in use, decompressed, in bytes.
    pub bytes: usize,
    /// Entries that were left out or mended.
    pub warnings: usize,
    /// From the arrival of its newest document to the edition with every value that comes of it; `None` when no
    /// new one came since the program started.
    pub turnaround: Option<Duration>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn states_change_at_two_five_and_twelve_hours() {
        let expected = [
            (-60, SourceState::Fresh),
            (7200, SourceState::Fresh),
            (7201, SourceState::Degraded),
            (18_000, SourceState::Degraded),
            (18_001, SourceState::Stale),
            (43_200, SourceState::Stale),
            (43_201, SourceState::Critical),
        ];
        for (age, state) in expected {
            assert_eq!(SourceState::of_age_seconds(age), state, "{age}");
        }
    }
}
