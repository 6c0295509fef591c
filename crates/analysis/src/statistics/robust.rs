//! Median, spread around it, and shares above a limit.

use crate::quantile;

/// Spreads below this are rounding: the values are equal.
const EQUAL: f64 = 1e-9;

/// Scales a MAD to a standard deviation of normal values.
const NORMAL_MAD: f64 = 1.482_602_218_505_602;

/// The middle of some values and how far the others are from it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MedianAndMad {
    /// Median.
    pub median: f64,
    /// Median of the distances from the median, not scaled; 0 when more than half of the values are equal.
    pub mad: f64,
}

impl MedianAndMad {
    /// Median and spread; none without values.
    pub fn of(values: impl Iterator<Item = f64>) -> Option<Self> {
        let mut values: Vec<f64> = values.filter(|value| value.is_finite()).collect();
        let median = sorted_median(&mut values)?;
        for value in &mut values {
            *value = (*value - median).abs();
        }
        Some(Self { median, mad: sorted_median(&mut values)? })
    }

    /// Distance from the median in units of 1.4826 MAD, which is the standard deviation of normal values;
    /// not defined when MAD is 0.
    pub fn robust_z(&self, value: f64) -> Option<f64> {
        (self.mad > EQUAL).then(|| (value - self.median) / (NORMAL_MAD * self.mad))
    }
}

/// The median; none without values.
pub fn median(mut values: Vec<f64>) -> Option<f64> {
    sorted_median(&mut values)
}

fn sorted_median(values: &mut [f64]) -> Option<f64> {
    values.sort_unstable_by(f64::total_cmp);
    quantile(values, 0.5)
}

/// Share of the values that are greater than a limit, 0 to 1; none without values.
pub fn share_above(values: &[f64], limit: f64) -> Option<f64> {
    let above = values.iter().filter(|value| **value > limit).count();
    (!values.is_empty()).then(|| above as f64 / values.len() as f64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn hand_worked_median_and_spread() {
        // Median 3; distances 2, 1, 0, 1, 97; their median 1.
        let found = MedianAndMad::of([1.0, 2.0, 3.0, 4.0, 100.0].into_iter()).unwrap();
        assert_eq!((found.median, found.mad), (3.0, 1.0));
        assert!((found.robust_z(100.0).unwrap() - 97.0 / NORMAL_MAD).abs() < 1e-12);
    }

    #[test]
    fn mostly_equal_values_have_no_robust_z() {
        let found = MedianAndMad::of([1.0, 1.0, 1.0, 0.2].into_iter()).unwrap();
        assert_eq!((found.mad, found.robust_z(0.2)), (0.0, None));
        assert_eq!(MedianAndMad::of(std::iter::empty()), None);
    }

    #[test]
    fn a_limit_itself_is_not_above() {
        assert_eq!(share_above(&[0.95, 0.96, 0.94, 1.0], 0.95), Some(0.5));
        assert_eq!(share_above(&[], 0.95), None);
    }

    proptest! {
        #[test]
        fn order_does_not_matter(mut values in proptest::collection::vec(-1e3_f64..1e3, 1..60)) {
            let found = MedianAndMad::of(values.iter().copied());
            values.reverse();
            prop_assert_eq!(MedianAndMad::of(values.iter().copied()), found);
            prop_assert!(found.unwrap().mad >= 0.0);
        }
    }
}
