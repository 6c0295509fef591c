//! When to ask a source again.
//!
//! A pure function of what happened last. The interval is the civil one: Onionoo publishes hourly
//! and answers "not modified" cheaply, so every 10 minutes is often enough and bothers nobody.

use allium_model::Timestamp;
use std::time::Duration;

/// How often a source is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ScheduleOptions {
    /// From an answer to the next attempt, and from a first failure too. Default 10 min.
    pub interval: Duration,
    /// Longest wait after repeated failures, each of which doubles it. Default 30 min.
    pub max_backoff: Duration,
    /// Spread added to every wait, so that installations do not ask all at once. Default 30 s.
    pub max_jitter: Duration,
    /// Longest `Retry-After` that is believed. Default 6 h.
    pub max_retry_after: Duration,
}

impl Default for ScheduleOptions {
    fn default() -> Self {
        Self {
            interval: Duration::from_mins(10),
            max_backoff: Duration::from_mins(30),
            max_jitter: Duration::from_secs(30),
            max_retry_after: Duration::from_hours(6),
        }
    }
}

/// What happened last with a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Nothing in this process yet; an earlier one may have asked at `last_success`.
    Start {
        /// The earlier process's last answer.
        last_success: Option<Timestamp>,
    },
    /// It answered.
    Success,
    /// It failed, `consecutive` times in a row by now.
    Failure {
        /// Failures in a row, this one included.
        consecutive: u32,
        /// How long it asked to be left alone.
        retry_after: Option<Duration>,
    },
}

/// When to ask next; `fraction` in `[0, 1)` chooses the jitter.
///
/// A restart asks at once, unless an earlier process had an answer less than an interval ago. A
/// last success in the future, after a step of the clock, delays by one interval at most.
pub fn next_attempt(now: Timestamp, outcome: Outcome, options: &ScheduleOptions, fraction: f64) -> Timestamp {
    let jitter = options.max_jitter.mul_f64(fraction.clamp(0.0, 1.0));
    match outcome {
        Outcome::Start { last_success: None } => now,
        Outcome::Start { last_success: Some(last) } => {
            after(last, options.interval).clamp(now, after(now, options.interval))
        }
        Outcome::Success => after(now, options.interval.saturating_add(jitter)),
        Outcome::Failure { consecutive, retry_after } => {
            let doubled =
                options.interval.saturating_mul(2_u32.saturating_pow(consecutive.saturating_sub(1)));
            let asked = retry_after.unwrap_or_default().min(options.max_retry_after);
            after(now, doubled.min(options.max_backoff).max(asked).saturating_add(jitter))
        }
    }
}

fn after(time: Timestamp, wait: Duration) -> Timestamp {
    time.plus_seconds(i64::try_from(wait.as_secs()).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(1_771_765_200);
    const MINUTE: i64 = 60;

    fn check(outcome: Outcome, fraction: f64, expected_seconds: i64) {
        let next = next_attempt(NOW, outcome, &ScheduleOptions::default(), fraction);
        assert_eq!(next.seconds_since(NOW), expected_seconds, "{outcome:?}");
    }

    fn failure(consecutive: u32, retry_after_minutes: Option<u64>) -> Outcome {
        Outcome::Failure { consecutive, retry_after: retry_after_minutes.map(Duration::from_mins) }
    }

    #[test]
    fn an_answer_is_followed_by_an_interval_and_jitter() {
        check(Outcome::Success, 0.0, 10 * MINUTE);
        check(Outcome::Success, 0.5, 10 * MINUTE + 15);
    }

    #[test]
    fn failures_wait_longer_up_to_half_an_hour() {
        for (consecutive, minutes) in [(1, 10), (2, 20), (3, 30), (4, 30), (u32::MAX, 30)] {
            check(failure(consecutive, None), 0.0, minutes * MINUTE);
        }
    }

    #[test]
    fn a_retry_after_is_honoured_within_reason() {
        check(failure(1, Some(1)), 0.0, 10 * MINUTE);
        check(failure(1, Some(90)), 0.0, 90 * MINUTE);
        check(failure(1, Some(60 * 24 * 365)), 0.0, 6 * 60 * MINUTE);
    }

    #[test]
    fn a_restart_does_not_ask_again_within_the_interval() {
        let start =
            |ago_minutes: i64| Outcome::Start { last_success: Some(NOW.plus_seconds(-ago_minutes * MINUTE)) };
        check(Outcome::Start { last_success: None }, 0.9, 0);
        check(start(4), 0.0, 6 * MINUTE);
        check(start(60), 0.0, 0);
        check(start(-60), 0.0, 10 * MINUTE);
    }
}
