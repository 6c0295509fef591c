//! Control of the false-discovery rate (Benjamini and Hochberg, 1995).

/// The rate at which findings are made: of all findings at most so many are expected to be chance.
pub const RATE: f64 = 0.05;

/// The adjusted p-values: the smallest rate at which each test would be a finding, in the given order.
pub fn adjusted(p_values: &[f64]) -> Vec<f64> {
    let count = p_values.len();
    let mut order: Vec<usize> = (0..count).collect();
    order.sort_by(|left, right| p_values[*left].total_cmp(&p_values[*right]));
    let mut adjusted = vec![1.0; count];
    let mut least = 1.0_f64;
    for (rank, place) in order.into_iter().enumerate().rev() {
        least = least.min(p_values[place] * count as f64 / (rank + 1) as f64);
        // p n / n may round to less than p.
        adjusted[place] = least.max(p_values[place]);
    }
    adjusted
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_example_of_the_paper_finds_four() {
        // Benjamini and Hochberg (1995), section 4.1: 15 tests of thrombolysis, four rejected at 0.05.
        let p_values = [
            0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719,
            0.6528, 0.7590, 1.0000,
        ];
        let adjusted = adjusted(&p_values);
        assert_eq!(adjusted.iter().filter(|q| **q <= RATE).count(), 4);
        // R: p.adjust(p, "BH")
        for (place, expected) in
            [(0, 0.0015), (1, 0.003), (2, 0.0095), (3, 0.035_625), (4, 0.0603), (6, 0.063_857_142_86)]
        {
            assert!((adjusted[place] - expected).abs() < 1e-9, "{place}: {}", adjusted[place]);
        }
    }

    proptest! {
        #[test]
        fn adjusted_values_are_no_smaller_and_keep_the_order(
            p_values in prop::collection::vec(0.0..=1.0_f64, 0..50),
        ) {
            let adjusted = adjusted(&p_values);
            for (p, q) in p_values.iter().zip(&adjusted) {
                prop_assert!(q >= p && *q <= 1.0);
            }
            let mut reversed: Vec<f64> = p_values.clone();
            reversed.reverse();
            let mut back = super::adjusted(&reversed);
            back.reverse();
            prop_assert_eq!(back, adjusted);
        }
    }
}
