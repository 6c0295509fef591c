//! What is remembered of a source between two attempts.
//!
//! Pure bookkeeping: the caller says what happened and when. Whether a source is fresh follows from
//! its newest document alone, not from whether the last attempt worked.

use crate::{CollectError, Outcome, ScheduleOptions, next_attempt};
use allium_model::{SourceState, Timestamp};
use std::time::Duration;

/// The attempts on one source so far.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SourceHistory {
    /// When it was last asked.
    pub last_attempt: Option<Timestamp>,
    /// When it last answered, with a document or "not modified".
    pub last_success: Option<Timestamp>,
    /// Why the last attempt failed; none after a success.
    pub last_error: Option<String>,
    /// Failures since the last success.
    pub consecutive_failures: u32,
    /// When it is to be asked again.
    pub next_attempt: Option<Timestamp>,
}

impl SourceHistory {
    /// The history of a source last asked, successfully, by an earlier process at `last_success`.
    pub fn starting(now: Timestamp, last_success: Option<Timestamp>, options: &ScheduleOptions) -> Self {
        let next = next_attempt(now, Outcome::Start { last_success }, options, 0.0);
        Self { last_success, next_attempt: Some(next), ..Self::default() }
    }

    /// Notes an answer; `fraction` in `[0, 1)` spreads the next attempt.
    pub fn record_success(&mut self, now: Timestamp, options: &ScheduleOptions, fraction: f64) {
        self.last_attempt = Some(now);
        self.last_success = Some(now);
        self.last_error = None;
        self.consecutive_failures = 0;
        self.next_attempt = Some(next_attempt(now, Outcome::Success, options, fraction));
    }

    /// Notes a failure; a `Retry-After` in it moves the next attempt.
    pub fn record_failure(
        &mut self,
        now: Timestamp,
        error: &CollectError,
        options: &ScheduleOptions,
        fraction: f64,
    ) {
        self.last_attempt = Some(now);
        self.last_error = Some(error.to_string());
        self.consecutive_failures = self.consecutive_failures.saturating_add(1);
        let outcome =
            Outcome::Failure { consecutive: self.consecutive_failures, retry_after: error.retry_after() };
        self.next_attempt = Some(next_attempt(now, outcome, options, fraction));
    }

    /// Whether the next attempt is due.
    pub fn is_due(&self, now: Timestamp) -> bool {
        self.next_attempt.is_none_or(|next| next <= now)
    }
}

/// State by how late the next document is: `newest` is the data time of the newest one, which falls
/// due again after `published_every`. Unknown when there never was one.
pub fn source_state(newest: Option<Timestamp>, published_every: Duration, now: Timestamp) -> SourceState {
    let interval_seconds = i64::try_from(published_every.as_secs()).unwrap_or(i64::MAX);
    newest.map_or(SourceState::Unknown, |newest| {
        SourceState::of_age_seconds(now.seconds_since(newest.plus_seconds(interval_seconds)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: i64 = 3600;
    const NOW: Timestamp = Timestamp(1_771_765_200);

    #[test]
    fn the_state_counts_from_when_the_next_document_was_due() {
        for (age_hours, expected) in [
            (0, SourceState::Fresh),
            (3, SourceState::Fresh),
            (4, SourceState::Degraded),
            (6, SourceState::Degraded),
            (7, SourceState::Stale),
            (13, SourceState::Stale),
            (14, SourceState::Critical),
        ] {
            let newest = Some(NOW.plus_seconds(-age_hours * HOUR));
            assert_eq!(source_state(newest, Duration::from_hours(1), NOW), expected, "{age_hours} h");
        }
    }

    #[test]
    fn never_having_had_a_document_is_unknown_not_critical() {
        assert_eq!(source_state(None, Duration::ZERO, NOW), SourceState::Unknown);
    }

    #[test]
    fn an_absurd_time_saturates() {
        let state = source_state(Some(Timestamp(i64::MIN)), Duration::MAX, Timestamp(i64::MAX));
        assert_eq!(state, SourceState::Critical);
    }

    #[test]
    fn a_success_forgives_the_failures_before_it() {
        let options = ScheduleOptions::default();
        let mut history = SourceHistory::starting(NOW, None, &options);
        assert!(history.is_due(NOW));
        let error = CollectError::Empty { what: "details".to_owned() };
        for _ in 0..2 {
            history.record_failure(NOW, &error, &options, 0.0);
        }
        assert_eq!((history.consecutive_failures, history.last_success), (2, None));
        assert_eq!(history.last_error.as_deref(), Some("details is empty"));
        assert!(!history.is_due(NOW));
        history.record_success(NOW, &options, 0.0);
        assert_eq!(
            (history.consecutive_failures, history.last_success, history.last_error),
            (0, Some(NOW), None)
        );
    }
}
