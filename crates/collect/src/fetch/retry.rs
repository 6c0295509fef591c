//! Whether and how long to wait before asking again, as a pure function.

use super::FetchOptions;
use crate::CollectError;
use std::time::Duration;

/// The pause after the failure of attempt number `attempt` (0 first); none to give up.
///
/// base x 2^attempt up to the maximum, and up to a second more by `fraction` in `[0, 1)`. A longer
/// `Retry-After` is honoured instead, but not waited for here beyond the maximum.
pub(super) fn wait(
    error: &CollectError,
    attempt: u32,
    options: &FetchOptions,
    fraction: f64,
) -> Option<Duration> {
    let asked = error.retry_after().unwrap_or_default();
    if !error.is_transient() || attempt >= options.retries || asked > options.max_backoff {
        return None;
    }
    let doubled = options.base_backoff.saturating_mul(2_u32.saturating_pow(attempt));
    Some(doubled.min(options.max_backoff).max(asked) + Duration::from_secs(1).mul_f64(fraction))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn busy(retry_after_seconds: Option<u64>) -> CollectError {
        let retry_after = retry_after_seconds.map(Duration::from_secs);
        CollectError::Status { url: String::new(), status: 503, meaning: "", retry_after }
    }

    fn check(error: &CollectError, attempt: u32, expected_seconds: Option<f64>) {
        let options = FetchOptions { retries: 40, ..FetchOptions::default() };
        let wait = wait(error, attempt, &options, 0.25).map(|wait| wait.as_secs_f64());
        assert_eq!(wait, expected_seconds, "{error} at {attempt}");
    }

    #[test]
    fn pauses_double_up_to_the_maximum() {
        for (attempt, seconds) in [(0, 2.25), (1, 4.25), (2, 8.25), (4, 32.25), (5, 60.25), (39, 60.25)] {
            check(&busy(None), attempt, Some(seconds));
        }
    }

    #[test]
    fn a_short_retry_after_is_waited_for_and_a_long_one_ends_the_fetch() {
        check(&busy(Some(20)), 0, Some(20.25));
        check(&busy(Some(1)), 0, Some(2.25));
        check(&busy(Some(60)), 0, Some(60.25));
        check(&busy(Some(61)), 0, None);
    }

    #[test]
    fn what_will_not_pass_is_not_repeated() {
        check(&CollectError::Empty { what: String::new() }, 0, None);
        check(&busy(None), 40, None);
    }
}
