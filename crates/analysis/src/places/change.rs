//! How uptime changed from one month to the next (`docs/methods/uptime-change.md`).

use super::estimate::Estimate;
use allium_model::{History, Timestamp};

/// Length of each of the two spans that are compared.
pub const SPAN_DAYS: i64 = 30;
const SPAN_SECONDS: i64 = SPAN_DAYS * 86_400;

/// A change whose whole interval is closer to zero than this is none to speak of: one point.
pub const STABLE_WITHIN: f64 = 0.01;

/// A relay's uptime over the 30 days up to `end` less that over the 30 days before, -1 to 1. None when
/// fewer than half of the bins of either span are known, or a bin is longer than a span.
pub fn relay_change(history: &History, end: Timestamp) -> Option<f64> {
    let expected = SPAN_SECONDS / history.interval_seconds;
    let (mut last, mut before) = (Span::default(), Span::default());
    for (bin, value) in history.values().enumerate() {
        let Some(value) = value else { continue };
        let age_seconds = end.seconds_since(history.midpoint(bin));
        match age_seconds.div_euclid(SPAN_SECONDS) {
            0 => last.add(value),
            1 => before.add(value),
            _ => {}
        }
    }
    Some(last.mean(expected)? - before.mean(expected)?)
}

#[derive(Default)]
struct Span {
    known: i64,
    sum: f64,
}

impl Span {
    fn add(&mut self, value: f64) {
        self.known += 1;
        // A stored value of 999 times a factor of 1/999 may come out a rounding error above 1.
        self.sum += value.min(1.0);
    }

    fn mean(&self, expected: i64) -> Option<f64> {
        (self.known > 0 && 2 * self.known >= expected).then(|| self.sum / self.known as f64)
    }
}

/// What a change amounts to, by its interval.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// The interval lies above zero.
    Improving,
    /// The interval lies below zero.
    Declining,
    /// The interval holds zero and lies within a point of it.
    Stable,
    /// The interval holds zero and is wider: it may have changed or not.
    Unclear,
}

impl Direction {
    /// The direction of a change; none without an interval.
    pub fn of(change: &Estimate) -> Option<Self> {
        let (low, high) = change.interval?;
        Some(match () {
            () if low > 0.0 => Self::Improving,
            () if high < 0.0 => Self::Declining,
            () if low > -STABLE_WITHIN && high < STABLE_WITHIN => Self::Stable,
            () => Self::Unclear,
        })
    }

    /// The word for it, in lower case.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Improving => "improving",
            Self::Declining => "declining",
            Self::Stable => "stable",
            Self::Unclear => "not clear",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{NOW, history};

    #[test]
    fn the_last_thirty_days_are_compared_with_the_thirty_before() {
        // Daily bins: 30 of 0.5, then 30 of 1, with one unknown in each. Older ones do not count.
        let mut values = vec![Some(0); 10];
        values.extend([Some(500); 30]);
        values.extend([Some(1000 - 1); 30]);
        values[12] = None;
        values[50] = None;
        let found = relay_change(&history(24, 1.0 / 1000.0, &values), NOW).unwrap();
        assert!((found - 0.499).abs() < 1e-12, "{found}");
    }

    #[test]
    fn half_of_each_span_must_be_known() {
        let mut values = vec![Some(999); 60];
        values[..15].fill(None);
        let change = |values: &[Option<i64>]| relay_change(&history(24, 1.0 / 999.0, values), NOW);
        assert_eq!(change(&values), Some(0.0));
        values[15] = None;
        assert_eq!(change(&values), None);
        assert_eq!(change(&[Some(999); 30]), None, "a young relay has no month before");
        let wide = relay_change(&history(24 * 31, 1.0, &[Some(1); 3]), NOW);
        assert!(wide.is_none_or(f64::is_finite));
    }

    #[test]
    fn directions_go_by_the_interval() {
        let change = |low, high| Estimate {
            mean: f64::midpoint(low, high),
            relays: 9,
            owners: 9,
            interval: Some((low, high)),
        };
        assert_eq!(Direction::of(&change(0.001, 0.1)), Some(Direction::Improving));
        assert_eq!(Direction::of(&change(-0.1, -0.001)), Some(Direction::Declining));
        assert_eq!(Direction::of(&change(-0.009, 0.009)), Some(Direction::Stable));
        assert_eq!(Direction::of(&change(-0.02, 0.009)), Some(Direction::Unclear));
        assert_eq!(Direction::of(&Estimate { interval: None, ..change(0.0, 0.0) }), None);
    }
}
