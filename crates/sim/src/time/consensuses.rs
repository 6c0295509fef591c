//! Which hours had a consensus.
//!
//! Now and then the authorities fail to agree; the hour is then unknown for every relay, which is
//! not the same as every relay being gone.

use super::clock::{Clock, Hour};
use crate::dice::{Dice, Subject};

/// The hours of the simulation with and without a consensus.
#[derive(Debug, Clone)]
pub(crate) struct Consensuses {
    missing: Box<[Hour]>,
    /// Number of consensuses before each hour, and in all.
    before: Box<[u32]>,
}

/// Mean number of days between two failures to agree.
const MEAN_DAYS_BETWEEN_FAILURES: f64 = 40.0;

impl Consensuses {
    /// Draws the missing ones; the first and the newest consensus are always there.
    pub(crate) fn draw(seed: u64, clock: Clock) -> Self {
        let mut dice = Dice::new(seed, Subject::Consensuses, 0);
        let mut missing = Vec::new();
        let mut hour = dice.exponential(MEAN_DAYS_BETWEEN_FAILURES * 24.0) as Hour + 1;
        while hour < clock.last_hour() {
            let hours = dice.weighted(&[(1, 0.6), (2, 0.25), (5, 0.15)], |choice| choice.1).0;
            missing.extend(hour..(hour + hours).min(clock.last_hour()));
            hour += hours + dice.exponential(MEAN_DAYS_BETWEEN_FAILURES * 24.0) as Hour + 1;
        }
        Self::new(clock.hours, missing)
    }

    /// The hours of a simulation without the `missing` ones, which are in order.
    pub(crate) fn new(hours: Hour, missing: Vec<Hour>) -> Self {
        let mut before = vec![0];
        for hour in 0..hours {
            let known = u32::from(missing.binary_search(&hour).is_err());
            before.push(before[hour as usize] + known);
        }
        Self { missing: missing.into(), before: before.into() }
    }

    /// The same with so many hours in all; there is a consensus in each of those that are new.
    pub(crate) fn until(self, hours: Hour) -> Self {
        if hours as usize + 1 == self.before.len() { self } else { Self::new(hours, self.missing.into()) }
    }

    /// The hours without a consensus.
    pub(crate) fn missing(&self) -> &[Hour] {
        &self.missing
    }

    /// Number of consensuses from `start` up to `end`, `end` excluded.
    pub(crate) fn count(&self, start: Hour, end: Hour) -> u32 {
        let last = self.before.len() - 1;
        let at = |hour: Hour| self.before[(hour as usize).min(last)];
        at(end.max(start)) - at(start)
    }

    /// Whether this hour had a consensus.
    pub(crate) fn has(&self, hour: Hour) -> bool {
        self.count(hour, hour + 1) == 1
    }

    /// The first consensus at or after this hour.
    pub(crate) fn at_or_after(&self, hour: Hour) -> Hour {
        (hour..self.before.len() as Hour).find(|hour| self.has(*hour)).unwrap_or(hour)
    }

    /// The newest consensus from `start` up to `end`, `end` excluded.
    pub(crate) fn newest_in(&self, start: Hour, end: Hour) -> Option<Hour> {
        (start..end).rev().find(|hour| self.has(*hour))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_leave_out_missing_hours() {
        let consensuses = Consensuses::new(10, vec![3, 4]);
        assert_eq!(consensuses.count(0, 10), 8);
        assert_eq!(consensuses.count(3, 5), 0);
        assert_eq!((consensuses.at_or_after(3), consensuses.newest_in(0, 5)), (5, Some(2)));
        assert_eq!((consensuses.newest_in(3, 5), consensuses.count(8, 99)), (None, 2));
    }
}
