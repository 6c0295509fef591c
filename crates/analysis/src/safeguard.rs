//! Whether a new snapshot is believed (quality guards on input, `docs/methods/held-snapshots.md`).
//!
//! A source that loses a tenth of the running relays from one publication to the next is more often
//! broken than right, so such a snapshot is held back until a later publication shows the same, and
//! at the latest for three hours. Real changes of that size exist, which is why holding back is never
//! dropping.

use allium_model::Timestamp;
use std::fmt;

/// Why a snapshot is held back.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum HoldReason {
    /// More than 10 % fewer running relays.
    Fewer {
        /// Running relays in the last accepted snapshot.
        before: usize,
        /// Running relays in this one.
        after: usize,
    },
    /// More than 25 % more running relays.
    More {
        /// Running relays in the last accepted snapshot.
        before: usize,
        /// Running relays in this one.
        after: usize,
    },
}

impl fmt::Display for HoldReason {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (word, before, after) = match self {
            Self::Fewer { before, after } => ("fewer", before, after),
            Self::More { before, after } => ("more", before, after),
        };
        write!(formatter, "it has {after} running relays where the last one had {before}, far {word}")
    }
}

/// What to do with a snapshot.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Verdict {
    /// Use it.
    Accept,
    /// Use it: a suspicious count was confirmed or lasted for three hours.
    AcceptConfirmed,
    /// Keep it aside and go on with the last accepted one.
    Hold(HoldReason),
    /// It is older than the one in use, or the same: ignore it.
    Older,
    /// It is dated more than ten minutes ahead of the clock: refuse it.
    Future,
}

/// A snapshot that is held back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Held {
    /// Its data time.
    pub published: Timestamp,
    /// Its running relays.
    pub running: usize,
    /// When the first of the held snapshots in a row came.
    pub since: Timestamp,
}

/// Longest time for which a change is held back: 3 hours, in seconds.
pub const MAX_HOLD_SECONDS: i64 = 3 * 3600;

/// How far a document may be ahead of the clock: 10 minutes, in seconds.
const MAX_AHEAD_SECONDS: i64 = 600;

/// Judges a snapshot with `running` relays published at `published`, given the last accepted one and
/// the one held back last, if any.
pub fn judge(
    accepted: Option<(Timestamp, usize)>,
    held: Option<Held>,
    (published, running): (Timestamp, usize),
    now: Timestamp,
) -> Verdict {
    if published.seconds_since(now) > MAX_AHEAD_SECONDS {
        return Verdict::Future;
    }
    let Some((accepted_published, before)) = accepted else { return Verdict::Accept };
    if published <= accepted_published {
        return Verdict::Older;
    }
    let Some(reason) = suspicion(before, running) else { return Verdict::Accept };
    match held {
        Some(held) if published > held.published && suspicion(held.running, running).is_none() => {
            Verdict::AcceptConfirmed
        }
        Some(held) if now.seconds_since(held.since) >= MAX_HOLD_SECONDS => Verdict::AcceptConfirmed,
        _ => Verdict::Hold(reason),
    }
}

fn suspicion(before: usize, after: usize) -> Option<HoldReason> {
    if after * 10 < before * 9 {
        Some(HoldReason::Fewer { before, after })
    } else if after * 4 > before * 5 {
        Some(HoldReason::More { before, after })
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: i64 = 3600;

    fn check(after: usize, held: Option<Held>, now_hours: i64, expected: Verdict) {
        let new = (Timestamp(HOUR), after);
        assert_eq!(
            judge(Some((Timestamp(0), 1000)), held, new, Timestamp(now_hours * HOUR)),
            expected,
            "{after}"
        );
    }

    #[test]
    fn a_tenth_fewer_or_a_quarter_more_is_the_limit() {
        check(900, None, 2, Verdict::Accept);
        check(899, None, 2, Verdict::Hold(HoldReason::Fewer { before: 1000, after: 899 }));
        check(1250, None, 2, Verdict::Accept);
        check(1251, None, 2, Verdict::Hold(HoldReason::More { before: 1000, after: 1251 }));
    }

    #[test]
    fn a_later_publication_that_shows_the_same_confirms() {
        let held = |published, running| {
            Some(Held { published: Timestamp(published), running, since: Timestamp(HOUR) })
        };
        check(500, held(HOUR / 2, 510), 2, Verdict::AcceptConfirmed);
        check(500, held(HOUR, 510), 2, Verdict::Hold(HoldReason::Fewer { before: 1000, after: 500 }));
        check(500, held(HOUR / 2, 800), 2, Verdict::Hold(HoldReason::Fewer { before: 1000, after: 500 }));
        check(500, held(HOUR, 510), 4, Verdict::AcceptConfirmed);
    }

    #[test]
    fn time_does_not_go_back_and_the_future_is_refused() {
        let now = Timestamp(10 * HOUR);
        assert_eq!(judge(Some((Timestamp(HOUR), 1000)), None, (Timestamp(HOUR), 1000), now), Verdict::Older);
        assert_eq!(judge(None, None, (Timestamp(10 * HOUR + 601), 1000), now), Verdict::Future);
        assert_eq!(judge(None, None, (Timestamp(10 * HOUR + 600), 1000), now), Verdict::Accept);
    }
}
