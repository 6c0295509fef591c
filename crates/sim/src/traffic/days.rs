//! The days (UTC) that a simulation touches.

use crate::time::clock::{Clock, HOUR_SECONDS, Hour};
use allium_model::Date;
use std::ops::Range;

/// The days of a simulation; the first and the last may be there in part only.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Days {
    clock: Clock,
    first: i64,
}

const DAY_SECONDS: i64 = 24 * HOUR_SECONDS;

impl Days {
    pub(crate) fn new(clock: Clock) -> Self {
        Self { clock, first: clock.start().0.div_euclid(DAY_SECONDS) }
    }

    /// Number of days.
    pub(crate) fn count(self) -> usize {
        self.position(self.clock.last_hour()) + 1
    }

    /// The day of an hour, counted from the first.
    pub(crate) fn position(self, hour: Hour) -> usize {
        (self.clock.time(hour).0.div_euclid(DAY_SECONDS) - self.first) as usize
    }

    /// The hours of a day that are simulated.
    pub(crate) fn hours(self, day: usize) -> Range<Hour> {
        let midnight = (self.first + day as i64) * DAY_SECONDS;
        let hour = |time: i64| (time - self.clock.start().0).div_euclid(HOUR_SECONDS);
        let within = |hour: i64| hour.clamp(0, i64::from(self.clock.hours)) as Hour;
        within(hour(midnight))..within(hour(midnight + DAY_SECONDS))
    }

    /// The days of hours from `start` up to `end`.
    pub(crate) fn of_hours(self, start: Hour, end: Hour) -> Range<usize> {
        if start >= end { 0..0 } else { self.position(start)..self.position(end - 1) + 1 }
    }

    /// The date of a day.
    pub(crate) fn date(self, day: usize) -> Date {
        Date((self.first + day as i64) as i32)
    }

    /// How many days a day lies before the last one.
    pub(crate) fn before_last(self, day: usize) -> f64 {
        (self.count() - 1 - day) as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_those_of_the_calendar() {
        let end = "2026-02-22 13:00:00".parse().unwrap();
        let days = Days::new(Clock { end, hours: 48 });
        assert_eq!((days.count(), days.date(0).to_string()), (3, "2026-02-20".into()));
        assert_eq!([days.hours(0), days.hours(1), days.hours(2)], [0..10, 10..34, 34..48]);
        assert_eq!((days.of_hours(9, 11), days.of_hours(10, 34), days.of_hours(5, 5)), (0..2, 1..2, 0..0));
    }
}
