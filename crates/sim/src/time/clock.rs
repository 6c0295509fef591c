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
}

impl Clock {
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
        let clock = Clock { end: Timestamp(36_000), hours: 10 };
        assert_eq!((clock.time(clock.last_hour()), clock.start()), (Timestamp(36_000), Timestamp(3600)));
    }
}
