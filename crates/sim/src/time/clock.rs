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

/// The same time of day so many calendar months earlier, on the month's last day where it is shorter.
pub(crate) fn minus_months(time: Timestamp, months: i64) -> Timestamp {
    let (year, month, day) = time.date().year_month_day();
    let count = i64::from(year) * 12 + i64::from(month) - 1 - months;
    let first = format!("{:04}-{:02}", count.div_euclid(12), count.rem_euclid(12) + 1);
    let time_of_day = time.seconds_since(time.date().start());
    let date = (1..=day).rev().find_map(|day| format!("{first}-{day:02}").parse::<allium_model::Date>().ok());
    date.map_or(time, |date| date.start().plus_seconds(time_of_day))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_are_those_of_the_calendar() {
        let expected = [
            ("2026-02-22 12:00:00", 1, "2026-01-22 12:00:00"),
            ("2026-01-31 00:00:00", 2, "2025-11-30 00:00:00"),
            ("2024-03-31 04:00:00", 1, "2024-02-29 04:00:00"),
            ("2026-02-22 00:00:00", 60, "2021-02-22 00:00:00"),
        ];
        for (time, months, earlier) in expected {
            assert_eq!(minus_months(time.parse().unwrap(), months).to_string(), earlier);
        }
    }

    #[test]
    fn the_last_hour_is_the_newest_consensus() {
        let clock = Clock { end: Timestamp(36_000), hours: 10 };
        assert_eq!((clock.time(clock.last_hour()), clock.start()), (Timestamp(36_000), Timestamp(3600)));
    }
}
