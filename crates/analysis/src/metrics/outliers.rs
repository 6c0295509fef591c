//! Relays of an operator that are much less there than its others (`docs/methods/outliers.md`).

use crate::statistics::MedianAndMad;

/// Fewest values among which an outlier can be told.
pub const FEWEST_VALUES: usize = 6;
/// How many standard deviations of the others an outlier lies below their mean, at least.
pub const SIGMAS: f64 = 2.0;
/// How far it lies below their mean, at least, as a ratio: one point.
pub const LEAST_GAP: f64 = 0.01;

/// One value against the others.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Outlier {
    /// Place among the values.
    pub index: usize,
    /// The value.
    pub value: f64,
    /// Mean of the others.
    pub mean_of_others: f64,
    /// Sample standard deviation of the others.
    pub deviation_of_others: f64,
    /// The same value by median and MAD of all; none where the MAD is 0.
    pub robust_z: Option<f64>,
}

impl Outlier {
    /// How many standard deviations it lies below the others; none where they are all equal.
    pub fn sigmas_below(&self) -> Option<f64> {
        let gap = self.mean_of_others - self.value;
        (self.deviation_of_others > EQUAL).then(|| gap / self.deviation_of_others)
    }
}

/// Deviations below this are rounding: the values are equal.
const EQUAL: f64 = 1e-9;

/// What was found among an operator's relays.
#[derive(Debug, Clone, PartialEq)]
pub enum Outliers {
    /// Fewer than [`FEWEST_VALUES`] values: none can be told.
    TooFewRelays,
    /// Those far below, the lowest first; it may be none.
    Found(Vec<Outlier>),
}

/// Finds the values that lie at least [`SIGMAS`] standard deviations and [`LEAST_GAP`] below the mean of
/// the other values. The value itself is left out of what it is compared with, or it would hide itself.
pub fn outliers(values: &[f64]) -> Outliers {
    if values.len() < FEWEST_VALUES {
        return Outliers::TooFewRelays;
    }
    let robust = MedianAndMad::of(values.iter().copied());
    let mut found: Vec<Outlier> = against_others(values)
        .map(|(index, mean_of_others, deviation_of_others)| Outlier {
            index,
            value: values[index],
            mean_of_others,
            deviation_of_others,
            robust_z: robust.and_then(|robust| robust.robust_z(values[index])),
        })
        .filter(is_far_below)
        .collect();
    found.sort_by(|left, right| left.value.total_cmp(&right.value));
    Outliers::Found(found)
}

fn is_far_below(outlier: &Outlier) -> bool {
    let gap = outlier.mean_of_others - outlier.value;
    gap >= LEAST_GAP && gap >= SIGMAS * outlier.deviation_of_others
}

/// For each value the mean and standard deviation of the others.
fn against_others(values: &[f64]) -> impl Iterator<Item = (usize, f64, f64)> {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
    values.iter().enumerate().map(move |(index, value)| {
        let away = value - mean;
        let variance = ((squares - away * away * n / (n - 1.0)) / (n - 2.0)).max(0.0);
        (index, mean - away / (n - 1.0), variance.sqrt())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn found(values: &[f64]) -> Vec<Outlier> {
        match outliers(values) {
            Outliers::Found(found) => found,
            Outliers::TooFewRelays => panic!("there are relays enough"),
        }
    }

    #[test]
    fn a_relay_does_not_hide_itself() {
        // Others: 1, 1, 1, 0.98, 0.98: mean 0.992, deviation 0.01095. 0.96 is 2.92 of them below.
        let all = [1.0, 0.96, 1.0, 0.98, 1.0, 0.98];
        let outliers = found(&all);
        assert_eq!(outliers.iter().map(|outlier| outlier.index).collect::<Vec<_>>(), [1]);
        assert!((outliers[0].mean_of_others - 0.992).abs() < 1e-12);
        assert!((outliers[0].sigmas_below().unwrap() - 0.032 / 0.00012_f64.sqrt()).abs() < 1e-9);
        // Median 0.99, distances 0.01 thrice, 0.01, 0.01, 0.03: MAD 0.01.
        assert!((outliers[0].robust_z.unwrap() + 0.03 / 0.01 / 1.482_602_218_505_602).abs() < 1e-9);
    }

    #[test]
    fn equal_others_make_any_point_an_outlier_and_no_sigma() {
        let outliers = found(&[1.0, 1.0, 1.0, 1.0, 1.0, 0.9]);
        assert_eq!((outliers.len(), outliers[0].sigmas_below(), outliers[0].robust_z), (1, None, None));
        assert!(found(&[1.0, 1.0, 1.0, 1.0, 1.0, 0.991]).is_empty(), "less than a point is none");
    }

    #[test]
    fn among_few_relays_none_can_be_told() {
        assert_eq!(outliers(&[1.0, 1.0, 1.0, 1.0, 0.0]), Outliers::TooFewRelays);
    }

    proptest! {
        #[test]
        fn order_does_not_matter_and_the_short_way_is_the_long_way(
            mut values in prop::collection::vec(0.0..=1.0_f64, 6..40),
        ) {
            for (index, mean, deviation) in against_others(&values) {
                let mut others = values.clone();
                others.remove(index);
                let plain = others.iter().sum::<f64>() / others.len() as f64;
                let spread = super::super::stability::sample_deviation(&others).unwrap();
                prop_assert!((plain - mean).abs() < 1e-12 && (spread - deviation).abs() < 1e-7);
            }
            let forth: Vec<f64> = found(&values).iter().map(|outlier| outlier.value).collect();
            values.reverse();
            let back: Vec<f64> = found(&values).iter().map(|outlier| outlier.value).collect();
            prop_assert_eq!(forth, back);
        }
    }
}
