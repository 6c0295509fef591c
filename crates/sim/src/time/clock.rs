//! Hours of the simulation and the times they stand for.
//!
//! Hour 0 is the simulation's first consensus, the last hour its newest; hour h lasts from its
//! consensus to the next.

use allium_model::Timestamp;

/// An hour of the simulation, counted from its first consensus.
pub(crate) type Hour = u32;

/// Seconds of an hour.
pub(crate) const HOUR_SECONDS: i64 = 3600;

/// The simulated span of time.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Clock {
    /// Time of the newest consensus.
    pub(crate) end: Timestamp,
    /// Number of hours.
    pub(crate) hours: Hour,
    /// The time that ages of relays and of software count from, and at which weights are those of the
    /// details document: the end, unless the future is simulated too.
    pub(crate) anchor: Timestamp,
}

impl Clock {
    /// So many hours up to `end`, without a future.
    pub(crate) fn ending(end: Timestamp, hours: Hour) -> Self {
        Self { end, hours, anchor: end }
    }

    /// The same with so many hours more behind the end.
    pub(crate) fn with_future(self, hours: Hour) -> Self {
        let end = self.end.plus_seconds(i64::from(hours) * HOUR_SECONDS);
        Self { end, hours: self.hours + hours, ..self }
    }

    /// The same without the future.
    pub(crate) fn until_anchor(self) -> Self {
        Self { end: self.anchor, hours: self.anchor_hour() + 1, ..self }
    }

    /// The hour of the anchor; what comes after it is the future.
    pub(crate) fn anchor_hour(self) -> Hour {
        let future = self.end.seconds_since(self.anchor) / HOUR_SECONDS;
        self.last_hour().saturating_sub(Hour::try_from(future).unwrap_or(0))
    }

    /// The time at which an hour begins.
    pub(crate) fn time(self, hour: Hour) -> Timestamp {
        self.start().plus_seconds(i64::from(hour) * HOUR_SECONDS)
    }

    /// Time of the first consensus.
    pub(crate) fn start(self) -> Timestamp {
        self.end.plus_seconds(-(i64::from(self.hours) - 1) * HOUR_SECONDS)
    }

    /// The last hour.
    pub(crate) fn last_hour(self) -> Hour {
        self.hours - 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_hour_is_the_newest_consensus() {
        let clock = Clock::ending(Timestamp(36_000), 10);
        assert_eq!((clock.time(clock.last_hour()), clock.start()), (Timestamp(36_000), Timestamp(3600)));
    }

    #[test]
    fn a_future_leaves_the_past_as_it_was() {
        let past = Clock::ending(Timestamp(36_000), 10);
        let whole = past.with_future(5);
        assert_eq!((whole.start(), whole.anchor_hour(), whole.last_hour()), (past.start(), 9, 14));
        assert_eq!(whole.until_anchor().end, past.end);
        assert_eq!(past.anchor_hour(), past.last_hour());
    }
}
