//! When a message is tried again, and when it is given up. Pure: what happened and `now` come in.

use allium_alert::DeliveryId;
use allium_model::Timestamp;

/// What an attempt came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Attempt {
    /// The other side took it over.
    Accepted,
    /// The other side will never take it.
    Refused(String),
    /// It may take it later.
    Later {
        /// What was wrong.
        problem: String,
        /// Seconds that the other side asked to wait.
        retry_after_seconds: Option<u32>,
        /// Who is at fault, which decides whether other messages wait too.
        fault: Fault,
    },
}

/// Whom a failed attempt speaks against.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// This message or its receiver.
    Message,
    /// The channel: what else goes through it would fail as well.
    Channel,
}

impl Attempt {
    /// The channel cannot be reached or does not work.
    pub(crate) fn unreachable(problem: impl Into<String>) -> Self {
        Self::Later { problem: problem.into(), retry_after_seconds: None, fault: Fault::Channel }
    }

    /// The other side answered with a status of HTTP.
    pub(crate) fn of_status(status: u16, retry_after_seconds: Option<u32>) -> Self {
        let problem = format!("the answer is {status}");
        match status {
            200..=299 => Self::Accepted,
            400..=499 if !matches!(status, 408 | 425 | 429) => Self::Refused(problem),
            _ => Self::Later { problem, retry_after_seconds, fault: Fault::Channel },
        }
    }
}

/// What was done about a message so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tried {
    /// When it was decided, by our clock.
    pub created: Timestamp,
    /// Attempts with the last one.
    pub attempts: u32,
}

/// What is done after a failed attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// Another attempt after so many seconds.
    Wait(u32),
    /// None.
    GiveUp,
}

/// Seconds before the second attempt; each further pause doubles.
const FIRST_PAUSE: u32 = 30;
/// Longest pause of ours.
const LONGEST_PAUSE: u32 = 3600;
/// Longest pause that the other side may ask for.
const LONGEST_ASKED: u32 = 6 * 3600;
/// Age in seconds from which on a message is given up.
const GIVE_UP_AFTER: i64 = 86_400;
/// Attempts before it may be given up: a clock that jumps ahead ends nothing by itself.
const LEAST_ATTEMPTS: u32 = 6;

/// The plan after an attempt that failed for now.
pub fn plan(id: &DeliveryId, tried: Tried, retry_after_seconds: Option<u32>, now: Timestamp) -> Next {
    if now.seconds_since(tried.created) >= GIVE_UP_AFTER && tried.attempts >= LEAST_ATTEMPTS {
        return Next::GiveUp;
    }
    let asked = retry_after_seconds.unwrap_or(0).min(LONGEST_ASKED);
    Next::Wait(pause(id, tried.attempts).max(asked))
}

/// Three quarters to five quarters of the doubled pause: messages that failed together do not come back
/// together, and the same message always waits the same.
fn pause(id: &DeliveryId, attempts: u32) -> u32 {
    let doublings = attempts.saturating_sub(1).min(16);
    let pause = FIRST_PAUSE.saturating_mul(1 << doublings).min(LONGEST_PAUSE);
    let byte = id.0[attempts as usize % id.0.len()];
    pause * 3 / 4 + pause / 2 * u32::from(byte) / 255
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const START: Timestamp = Timestamp(1_000_000);

    fn waited(attempts: u32, age: i64, asked: Option<u32>) -> Next {
        let tried = Tried { created: START, attempts };
        plan(&DeliveryId([128; 16]), tried, asked, START.plus_seconds(age))
    }

    #[test]
    fn pauses_double_up_to_an_hour() {
        // 128/255 of the jitter is a hair above the middle.
        let pauses = [1, 2, 3, 7, 8, 30].map(|attempts| waited(attempts, 0, None));
        assert_eq!(pauses, [29, 60, 120, 1921, 3603, 3603].map(Next::Wait));
    }

    #[test]
    fn what_the_other_side_asks_for_is_obeyed_within_bounds() {
        assert_eq!(waited(1, 0, Some(600)), Next::Wait(600));
        assert_eq!(waited(1, 0, Some(1)), Next::Wait(29));
        assert_eq!(waited(1, 0, Some(u32::MAX)), Next::Wait(21_600));
    }

    #[test]
    fn a_day_later_it_is_given_up_and_a_clock_that_jumps_ends_nothing() {
        assert_eq!(waited(30, 86_400, None), Next::GiveUp);
        assert!(matches!(waited(30, 86_399, None), Next::Wait(_)));
        assert!(matches!(waited(1, 10 * 86_400, None), Next::Wait(_)));
        assert!(matches!(waited(30, -86_400, None), Next::Wait(_)));
    }

    #[test]
    fn answers_are_told_apart() {
        let kind = |status| match Attempt::of_status(status, None) {
            Attempt::Accepted => 'a',
            Attempt::Refused(_) => 'r',
            Attempt::Later { .. } => 'l',
        };
        let kinds: String =
            [200, 202, 301, 400, 401, 404, 408, 410, 425, 429, 500, 503].map(kind).into_iter().collect();
        assert_eq!(kinds, "aalrrrlrllll");
    }

    proptest! {
        #[test]
        fn a_pause_is_never_far_from_its_middle(bytes: [u8; 16], attempts in 1_u32..100) {
            let pause = pause(&DeliveryId(bytes), attempts);
            let middle = FIRST_PAUSE.saturating_mul(1 << (attempts - 1).min(16)).min(LONGEST_PAUSE);
            prop_assert!((middle * 3 / 4..=middle * 5 / 4).contains(&pause));
        }

        #[test]
        fn whoever_fails_for_ever_is_given_up_within_two_days(bytes: [u8; 16], asked in proptest::option::of(0_u32..100_000)) {
            let id = DeliveryId(bytes);
            let mut now = START;
            let mut attempts = 1;
            while let Next::Wait(seconds) = plan(&id, Tried { created: START, attempts }, asked, now) {
                now = now.plus_seconds(i64::from(seconds));
                attempts += 1;
            }
            prop_assert!(now.seconds_since(START) < 2 * 86_400 && attempts < 60);
        }
    }
}
