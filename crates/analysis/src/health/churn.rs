//! How many relays come and go (`docs/methods/network-checks.md`).

use crate::quantile;
use allium_model::{NetworkRecord, Timestamp};
use std::collections::BTreeMap;

/// Days that the usual churn is taken from.
const DAYS: i64 = 30;

/// Fewest days that tell what is usual.
const FEWEST_DAYS: usize = 7;

/// A day counts with at least so many of its hours.
const FEWEST_HOURS: u32 = 12;

/// Relays that came and went.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Churn {
    /// Relays that joined in the last 24 hours, each as often as it joined.
    pub joined: u64,
    /// Relays that left.
    pub left: u64,
    /// Of those that joined, relays never seen before.
    pub never_seen: u64,
    /// Mean over the records of the last 24 hours of (joined + left) / running relays, 0 to 2.
    pub ratio: f64,
    /// Median of the same over the earlier days of the last 30; `None` with fewer than seven.
    pub median_ratio: Option<f64>,
    /// Days that the median is of.
    pub days: usize,
}

/// What is added up over 24 hours.
#[derive(Debug, Clone, Copy, Default)]
struct Day {
    hours: u32,
    sum: f64,
    joined: u64,
    left: u64,
    never_seen: u64,
}

impl Day {
    fn add(&mut self, record: &NetworkRecord) {
        self.hours += 1;
        self.sum += f64::from(record.joined + record.left) / f64::from(record.relays.max(1));
        self.joined += u64::from(record.joined);
        self.left += u64::from(record.left);
        self.never_seen += u64::from(record.never_seen);
    }

    fn ratio(&self) -> f64 {
        self.sum / f64::from(self.hours.max(1))
    }
}

impl Churn {
    /// The churn up to `now`, from records in order of time; none when too few are of the last 24 hours.
    pub fn of(records: &[NetworkRecord], now: Timestamp) -> Option<Self> {
        let mut days: BTreeMap<i64, Day> = BTreeMap::new();
        for record in records {
            // Day 0 is the last 24 hours, day 1 those before.
            let back = now.seconds_since(record.valid_after).div_euclid(86_400);
            if (0..=DAYS).contains(&back) {
                days.entry(back).or_default().add(record);
            }
        }
        days.retain(|_, day| day.hours >= FEWEST_HOURS);
        let newest = days.remove(&0)?;
        let mut usual: Vec<f64> = days.values().map(Day::ratio).collect();
        usual.sort_unstable_by(f64::total_cmp);
        Some(Self {
            joined: newest.joined,
            left: newest.left,
            never_seen: newest.never_seen,
            ratio: newest.ratio(),
            median_ratio: quantile(&usual, 0.5).filter(|_| usual.len() >= FEWEST_DAYS),
            days: usual.len(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn records(days: i64, joined: impl Fn(i64) -> u32) -> Vec<NetworkRecord> {
        let hour = |back: i64| NetworkRecord {
            valid_after: Timestamp(-back * 3600),
            relays: 100,
            joined: joined(back / 24),
            left: 1,
            never_seen: 1,
            ..NetworkRecord::default()
        };
        (0..days * 24).rev().map(hour).collect()
    }

    #[test]
    fn the_last_day_is_compared_with_the_median_of_those_before() {
        // Today 3 + 1 of 100 an hour; days before 1 + 1, and one day of 50.
        let found =
            Churn::of(&records(9, |day| [3, 50].get(day as usize).copied().unwrap_or(1)), Timestamp(0));
        let found = found.unwrap();
        assert_eq!((found.joined, found.left, found.never_seen, found.days), (72, 24, 24, 8));
        assert!((found.ratio - 0.04).abs() < 1e-9 && (found.median_ratio.unwrap() - 0.02).abs() < 1e-9);
    }

    #[test]
    fn few_days_have_no_median_and_few_hours_are_no_day() {
        let found = Churn::of(&records(7, |_| 1), Timestamp(0)).unwrap();
        assert_eq!((found.median_ratio, found.days), (None, 6));
        assert_eq!(Churn::of(&records(1, |_| 1)[..11], Timestamp(0)), None);
        assert_eq!(Churn::of(&records(3, |_| 1), Timestamp(2 * 86_400)), None);
    }
}
