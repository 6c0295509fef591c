//! How the traffic of the whole network moves: by the hour, by the day of the week, and over the years.
//!
//! These numbers are the truth that a statistic on the documents has to find again.

use crate::time::clock::{Clock, Hour};
use std::f64::consts::TAU;

/// How much the busiest hour lies above the mean, as a share of the mean.
pub(crate) const DAILY_AMPLITUDE: f64 = 0.2;
/// The busiest hour of the day, UTC.
pub(crate) const BUSIEST_HOUR: f64 = 20.0;
/// Traffic of a day as a multiple of the mean, from Monday; their mean is 1.
pub(crate) const WEEK: [f64; 7] = [1.02, 1.03, 1.03, 1.02, 1.0, 0.96, 0.94];
/// Growth of the network's traffic in a year of 365 days, as an exponent.
pub(crate) const GROWTH_PER_YEAR: f64 = 0.15;

/// Sums of the pattern over hours.
#[derive(Debug)]
pub(crate) struct Pattern {
    before: Box<[f64]>,
}

impl Pattern {
    pub(crate) fn new(clock: Clock) -> Self {
        let mut sum = 0.0;
        let mut before = vec![0.0];
        for hour in 0..clock.hours {
            sum += at(clock, hour);
            before.push(sum);
        }
        Self { before: before.into() }
    }

    /// The sum over hours from `start` up to `end`.
    pub(crate) fn sum(&self, start: Hour, end: Hour) -> f64 {
        self.before[end as usize] - self.before[start as usize]
    }
}

/// The traffic of an hour as a multiple of that at the end.
fn at(clock: Clock, hour: Hour) -> f64 {
    let time = clock.time(hour);
    let hour_of_day = time.0.rem_euclid(86_400) as f64 / 3600.0;
    let daily = 1.0 + DAILY_AMPLITUDE * (TAU * (hour_of_day - BUSIEST_HOUR) / 24.0).cos();
    let years = f64::from(clock.last_hour() - hour) / (24.0 * 365.0);
    daily * WEEK[weekday(time.0.div_euclid(86_400))] * (-GROWTH_PER_YEAR * years).exp()
}

/// The day of the week, from Monday; 1970-01-01 was a Thursday.
pub(crate) fn weekday(day_since_1970: i64) -> usize {
    (day_since_1970 + 3).rem_euclid(7) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_week_is_a_week_and_the_evening_is_busy() {
        let clock = Clock::ending("2026-02-22 23:00:00".parse().unwrap(), 7 * 24);
        let pattern = Pattern::new(clock);
        assert!((pattern.sum(0, 7 * 24) / (7.0 * 24.0) - 1.0).abs() < 0.01);
        assert!(pattern.sum(20, 21) > 1.4 * pattern.sum(8, 9));
        assert_eq!(weekday(i64::from("2026-02-22".parse::<allium_model::Date>().unwrap().0)), 6);
        assert!((WEEK.iter().sum::<f64>() - 7.0).abs() < 1e-9);
    }
}
