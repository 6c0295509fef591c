//! Mean, standard deviation and skewness.

/// The first moments of some values.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Moments {
    /// Number of values.
    pub count: usize,
    /// Mean.
    pub mean: f64,
    /// Standard deviation of a sample (n - 1 below the sum); none of a single value.
    pub standard_deviation: Option<f64>,
    /// Skewness m3 / m2^1.5 of the values as they are (Fisher-Pearson, no correction); none where all
    /// values are equal.
    pub skewness: Option<f64>,
}

impl Moments {
    /// The moments; none without values.
    pub fn of(values: impl Iterator<Item = f64> + Clone) -> Option<Self> {
        let values = values.filter(|value| value.is_finite());
        let count = values.clone().count();
        if count == 0 {
            return None;
        }
        let mean = values.clone().sum::<f64>() / count as f64;
        let (mut squares, mut cubes) = (0.0, 0.0);
        for value in values {
            let off = value - mean;
            squares += off * off;
            cubes += off * off * off;
        }
        let variance = squares / count as f64;
        // What is left of equal values is the rounding of their mean.
        let is_spread = variance.sqrt() > 1e-12 * mean.abs().max(f64::MIN_POSITIVE);
        Some(Self {
            count,
            mean,
            standard_deviation: (count > 1).then(|| (squares / (count - 1) as f64).sqrt()),
            skewness: is_spread.then(|| cubes / count as f64 / variance.powf(1.5)),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn hand_worked_moments() {
        // 1, 2, 3, 10: mean 4; off by -3, -2, -1, 6; squares 9 + 4 + 1 + 36 = 50; cubes -27 - 8 - 1 + 216
        // = 180. Skewness 45 / 12.5^1.5.
        let found = Moments::of([1.0, 2.0, 3.0, 10.0].into_iter()).unwrap();
        assert_eq!((found.count, found.mean), (4, 4.0));
        assert!((found.standard_deviation.unwrap() - (50.0_f64 / 3.0).sqrt()).abs() < 1e-12);
        assert!((found.skewness.unwrap() - 45.0 / 12.5_f64.powf(1.5)).abs() < 1e-12);
    }

    #[test]
    fn equal_values_have_no_skewness_and_one_value_no_deviation() {
        let equal = Moments::of([0.1; 7].into_iter()).unwrap();
        assert_eq!(equal.skewness, None);
        let one = Moments::of(std::iter::once(2.0)).unwrap();
        assert_eq!((one.standard_deviation, one.skewness), (None, None));
        assert_eq!(Moments::of([f64::NAN].into_iter()), None);
    }

    proptest! {
        #[test]
        fn mirrored_values_have_the_mirrored_skewness(
            values in proptest::collection::vec(-1e3_f64..1e3, 2..60), shift in -1e3_f64..1e3,
        ) {
            let found = Moments::of(values.iter().copied()).unwrap();
            let mirrored = Moments::of(values.iter().map(|value| shift - value)).unwrap();
            prop_assert!((mirrored.mean - (shift - found.mean)).abs() < 1e-9);
            if let (Some(left), Some(right)) = (found.skewness, mirrored.skewness) {
                prop_assert!((left + right).abs() < 1e-4 * left.abs().max(1.0));
            }
        }
    }
}
