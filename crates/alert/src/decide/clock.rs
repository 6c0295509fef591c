//! What steps of our clock do to what was noted by it: nothing that a reader would notice twice.

use super::Work;
use crate::{Digest, Raises, Subscription, SubscriptionState};
use allium_model::Timestamp;

/// Seconds of a day.
pub(super) const DAY_SECONDS: i64 = 86_400;

/// Brings moments that lie ahead of the clock back to it, so that a clock that was ahead for a while keeps
/// nothing back for longer than usual, and forgets raises that are older than a day.
pub(super) fn mend(now: Timestamp, state: &mut SubscriptionState) {
    state.digested = state.digested.map(|digested| digested.min(now));
    for (_, alert) in &mut state.alerts {
        if let Some(told) = &mut alert.told {
            told.at = told.at.min(now);
        }
        if alert.raises != Raises::default() {
            let mended = alert.raises.iter().map(|at| at.min(now));
            alert.raises = mended.filter(|at| now.seconds_since(*at) < DAY_SECONDS).collect();
        }
    }
}

/// When the digest of a subscription goes out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DigestTime {
    /// There is none: messages go at once.
    None,
    /// Now.
    Due,
    /// Then.
    Waits(Timestamp),
}

impl DigestTime {
    pub(super) fn of(now: Timestamp, subscription: &Subscription, state: &SubscriptionState) -> Self {
        let Digest::Daily { hour } = subscription.digest else { return Self::None };
        let last = last_boundary(now, hour);
        match state.digested {
            Some(digested) if digested < last => Self::Due,
            _ => Self::Waits(last.plus_seconds(DAY_SECONDS)),
        }
    }
}

/// The last time that a clock showed an hour of the day.
fn last_boundary(now: Timestamp, hour: u8) -> Timestamp {
    let shift = i64::from(hour) * 3600;
    Timestamp((now.0 - shift).div_euclid(DAY_SECONDS) * DAY_SECONDS + shift)
}

/// Notes that digests which were due are done, and when a new subscription begins to wait for its first.
pub(super) fn close_digests(now: Timestamp, works: &mut [Work<'_>]) {
    for work in works {
        let time = DigestTime::of(now, work.subscription, &work.state);
        let is_new = work.state.digested.is_none() && time != DigestTime::None;
        if is_new || time == DigestTime::Due {
            work.state.digested = Some(now);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_boundary_is_the_last_time_of_the_hour() {
        let day = 20_000 * DAY_SECONDS;
        let at = |seconds| last_boundary(Timestamp(day + seconds), 7).0 - day;
        assert_eq!(at(7 * 3600), 7 * 3600);
        assert_eq!(at(7 * 3600 - 1), 7 * 3600 - DAY_SECONDS);
        assert_eq!(at(23 * 3600), 7 * 3600);
    }
}
