//! The days (UTC) that a simulation touches.

use crate::time::clock::{Clock, HOUR_SECONDS, Hour};
use allium_model::Date;
use std::ops::Range;

/// The days of a simulation; the first and the last may be there in part only.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Days {
    hours: Hour,
    first: i64,
    /// Hours of the first day that lie before the simulation.
    before: Hour,
    anchor: Hour,
}

const DAY_SECONDS: i64 = 24 * HOUR_SECONDS;

impl Days {
    pub(crate) fn new(clock: Clock) -> Self {
        let start = clock.start().0;
        let before = start.rem_euclid(DAY_SECONDS) / HOUR_SECONDS;
        Self {
            hours: clock.hours,
            first: start.div_euclid(DAY_SECONDS),
            before: before as Hour,
            anchor: clock.anchor_hour(),
        }
    }

    /// Number of days.
    pub(crate) fn count(self) -> usize {
        self.position(self.hours - 1) + 1
    }

    /// The day of the anchor; without a future the last one.
    pub(crate) fn anchor(self) -> usize {
        self.position(self.anchor)
    }

    /// The day of an hour, counted from the first.
    pub(crate) fn position(self, hour: Hour) -> usize {
        ((hour + self.before) / 24) as usize
    }

    /// The hours of a day that are simulated.
    pub(crate) fn hours(self, day: usize) -> Range<Hour> {
        let midnight = |day: usize| (day as Hour * 24).saturating_sub(self.before).min(self.hours);
        midnight(day)..midnight(day + 1)
    }

    /// The days of hours from `start` up to `end`.
    pub(crate) fn of_hours(self, start: Hour, end: Hour) -> Range<usize> {
        if start >= end { 0..0 } else { self.position(start)..self.position(end - 1) + 1 }
    }

    /// The date of a day.
    pub(crate) fn date(self, day: usize) -> Date {
        Date((self.first + day as i64) as i32)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_those_of_the_calendar() {
        let end = "2026-02-22 13:00:00".parse().unwrap();
        let days = Days::new(Clock::ending(end, 48));
        assert_eq!((days.count(), days.date(0).to_string()), (3, "2026-02-20".into()));
        assert_eq!([days.hours(0), days.hours(1), days.hours(2)], [0..10, 10..34, 34..48]);
        assert_eq!((days.of_hours(9, 11), days.of_hours(10, 34), days.of_hours(5, 5)), (0..2, 1..2, 0..0));
    }
}
