//! A mean over the relays of a place with its uncertainty (`docs/methods/uptime-change.md`).
//!
//! Relays of one owner fail together, so the interval counts owners and not relays: it is the t interval
//! of the mean with the variance of sums by owner.

use super::owner::Owned;
use super::student::t_95;

/// Fewest relays of a place that is ranked, tested or given an interval.
pub const FEWEST_RELAYS: usize = 5;
/// Fewest owners from which an interval is made.
pub const FEWEST_OWNERS: usize = 3;

/// A mean and what is known of its uncertainty.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    /// Plain mean over the relays.
    pub mean: f64,
    /// Relays.
    pub relays: usize,
    /// Owners of these relays.
    pub owners: usize,
    /// 95 % t interval; none with fewer than [`FEWEST_RELAYS`] relays or [`FEWEST_OWNERS`] owners.
    pub interval: Option<(f64, f64)>,
}

impl Estimate {
    /// The mean of values by owner; none without values. The order of the values makes no difference.
    pub(super) fn of(mut values: Vec<Owned>) -> Option<Self> {
        if values.is_empty() {
            return None;
        }
        values.sort_unstable_by(|left, right| left.0.cmp(&right.0).then(left.1.total_cmp(&right.1)));
        let relays = values.len();
        let mean = values.iter().map(|(_, value)| value).sum::<f64>() / relays as f64;
        let by_owner = values.chunk_by(|left, right| left.0 == right.0);
        let owners = by_owner.clone().count();
        let squares: f64 =
            by_owner.map(|own| own.iter().map(|(_, value)| value - mean).sum::<f64>().powi(2)).sum();
        let interval = (relays >= FEWEST_RELAYS && owners >= FEWEST_OWNERS).then(|| {
            let (n, g) = (relays as f64, owners as f64);
            let half = t_95(owners - 1) * (g / (g - 1.0) * squares).sqrt() / n;
            (mean - half, mean + half)
        });
        Some(Self { mean, relays, owners, interval })
    }

    /// Whether the whole interval lies below a value; not without an interval.
    pub fn is_below(&self, value: f64) -> bool {
        self.interval.is_some_and(|(_, high)| high < value)
    }
}

#[cfg(test)]
mod tests {
    use super::super::owner::owned;
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn relays_of_different_owners_give_the_plain_t_interval() {
        // 1, 2, 3, 4, 5: mean 3, sample variance 2.5, standard error sqrt(0.5), t(4) = 2.776445.
        let values = owned(&[(1, 1.0), (2, 2.0), (3, 3.0), (4, 4.0), (5, 5.0)]);
        let found = Estimate::of(values).unwrap();
        let (low, high) = found.interval.unwrap();
        let half = 2.776_445_105_197_79 * 0.5_f64.sqrt();
        assert!((found.mean - 3.0).abs() < 1e-12);
        assert!((low - (3.0 - half)).abs() < 1e-9 && (high - (3.0 + half)).abs() < 1e-9);
    }

    #[test]
    fn relays_of_one_owner_count_once_in_the_uncertainty() {
        // Owners with (1, 1), (2, 2), (3, 3): mean 2, sums off by -2, 0, 2, squares 8.
        // Variance 3/2 x 8 / 36 = 1/3; t(2) = 4.302653.
        let values = owned(&[(1, 1.0), (1, 1.0), (2, 2.0), (2, 2.0), (3, 3.0), (3, 3.0)]);
        let (low, high) = Estimate::of(values).unwrap().interval.unwrap();
        let half = 4.302_652_729_749_46 / 3.0_f64.sqrt();
        assert!((low - (2.0 - half)).abs() < 1e-8 && (high - (2.0 + half)).abs() < 1e-8);
    }

    #[test]
    fn few_relays_or_owners_have_a_mean_and_no_interval() {
        let four = Estimate::of(owned(&[(1, 1.0), (2, 1.0), (3, 1.0), (4, 0.0)])).unwrap();
        assert_eq!((four.mean, four.interval), (0.75, None));
        let two_owners: Vec<(u32, f64)> = (0..50).map(|place| (place % 2, f64::from(place))).collect();
        assert_eq!(Estimate::of(owned(&two_owners)).unwrap().interval, None);
        assert_eq!(Estimate::of(Vec::new()), None);
    }

    proptest! {
        #[test]
        fn order_does_not_matter_and_the_mean_is_within(
            mut values in prop::collection::vec((0_u32..9, -1.0..1.0_f64), 1..60), shift in -1.0..1.0_f64,
        ) {
            let found = Estimate::of(owned(&values)).unwrap();
            if let Some((low, high)) = found.interval {
                prop_assert!(low <= found.mean && found.mean <= high);
            }
            let shifted: Vec<_> = values.iter().map(|(owner, value)| (*owner, value + shift)).collect();
            let moved = Estimate::of(owned(&shifted)).unwrap();
            prop_assert!((moved.mean - found.mean - shift).abs() < 1e-12);
            values.reverse();
            prop_assert_eq!(Estimate::of(owned(&values)).unwrap(), found);
        }
    }
}
