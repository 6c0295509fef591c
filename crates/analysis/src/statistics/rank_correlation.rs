//! Spearman's rank correlation with its interval.

/// How well the order of one quantity follows that of another.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RankCorrelation {
    /// Pairs.
    pub count: usize,
    /// Spearman's rho: Pearson's correlation of the ranks, -1 to 1.
    pub rho: f64,
    /// 95 % interval by Fisher's z with the variance (1 + rho^2 / 2) / (n - 3) of Bonett and Wright (2000);
    /// none with fewer than ten pairs or a perfect order.
    pub interval: Option<(f64, f64)>,
}

/// Fewest pairs of which an interval is given.
const FEWEST_PAIRS: usize = 10;
/// 97.5 % quantile of the normal distribution.
const Z_95: f64 = 1.959_963_984_540_054;

/// The rank correlation of pairs; none with fewer than three of them or where one side does not vary.
/// Pairs of which one is no number are left out.
pub fn rank_correlation(pairs: &[(f64, f64)]) -> Option<RankCorrelation> {
    let pairs: Vec<_> =
        pairs.iter().filter(|(left, right)| left.is_finite() && right.is_finite()).copied().collect();
    let left = ranks(&pairs.iter().map(|pair| pair.0).collect::<Vec<_>>());
    let right = ranks(&pairs.iter().map(|pair| pair.1).collect::<Vec<_>>());
    let count = pairs.len();
    if count < 3 {
        return None;
    }
    let rho = pearson(&left, &right)?;
    Some(RankCorrelation { count, rho, interval: interval(rho, count) })
}

/// The ranks of values from 1; equal values share the mean of their ranks.
pub fn ranks(values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_unstable_by(|left, right| values[*left].total_cmp(&values[*right]));
    let mut ranks = vec![0.0; values.len()];
    let mut start = 0;
    while start < order.len() {
        let value = values[order[start]];
        let equal =
            order[start..].iter().take_while(|index| values[**index].total_cmp(&value).is_eq()).count();
        let shared = f64::midpoint(start as f64 + 1.0, (start + equal) as f64);
        for index in &order[start..start + equal] {
            ranks[*index] = shared;
        }
        start += equal;
    }
    ranks
}

/// Pearson's correlation of pairs, -1 to 1; none where one side does not vary. Few values far from the
/// others decide it.
pub fn linear_correlation(pairs: &[(f64, f64)]) -> Option<f64> {
    let (left, right): (Vec<f64>, Vec<f64>) = pairs.iter().copied().unzip();
    pearson(&left, &right)
}

fn pearson(left: &[f64], right: &[f64]) -> Option<f64> {
    let count = left.len() as f64;
    let (left_mean, right_mean) = (left.iter().sum::<f64>() / count, right.iter().sum::<f64>() / count);
    let (mut both, mut left_squares, mut right_squares) = (0.0, 0.0, 0.0);
    for (left, right) in left.iter().zip(right) {
        let (left, right) = (left - left_mean, right - right_mean);
        both += left * right;
        left_squares += left * left;
        right_squares += right * right;
    }
    let scale = (left_squares * right_squares).sqrt();
    (scale > 0.0).then(|| (both / scale).clamp(-1.0, 1.0))
}

fn interval(rho: f64, count: usize) -> Option<(f64, f64)> {
    if count < FEWEST_PAIRS || rho.abs() > 1.0 - 1e-12 {
        return None;
    }
    let margin = Z_95 * ((1.0 + rho * rho / 2.0) / (count as f64 - 3.0)).sqrt();
    Some(((rho.atanh() - margin).tanh(), (rho.atanh() + margin).tanh()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn equal_values_share_the_mean_of_their_ranks() {
        assert_eq!(ranks(&[3.0, 1.0, 3.0, 2.0, 3.0]), [4.0, 1.0, 4.0, 2.0, 4.0]);
    }

    #[test]
    fn a_hand_worked_correlation() {
        // Ranks 1 2 3 4 5 against 2 1 4 3 5: differences 1 1 1 1 0, rho = 1 - 6 * 4 / (5 * 24) = 0.8.
        let pairs = [(10.0, 0.2), (20.0, 0.1), (30.0, 0.4), (40.0, 0.3), (50.0, 9.0)];
        let found = rank_correlation(&pairs).unwrap();
        assert!((found.rho - 0.8).abs() < 1e-12);
        assert_eq!((found.count, found.interval), (5, None));
    }

    #[test]
    fn the_interval_is_that_of_bonett_and_wright() {
        // rho 0.5, n 103: z 0.549306, margin 1.959964 * sqrt(1.125 / 100) = 0.207886.
        let (low, high) = interval(0.5, 103).unwrap();
        assert!((low - 0.328_745).abs() < 1e-5, "{low}");
        assert!((high - 0.639_420).abs() < 1e-5, "{high}");
    }

    #[test]
    fn values_on_a_line_correlate_fully_and_one_far_value_decides() {
        assert_eq!(linear_correlation(&[(1.0, 3.0), (2.0, 5.0), (3.0, 7.0)]), Some(1.0));
        // Ranks 1 2 3 4 against 2 1 3 4 and numbers of which the last is far away.
        let far = linear_correlation(&[(1.0, 2.0), (2.0, 1.0), (3.0, 3.0), (100.0, 100.0)]);
        assert!(far.unwrap() > 0.999);
        assert_eq!(linear_correlation(&[(1.0, 3.0), (2.0, 3.0)]), None);
    }

    #[test]
    fn what_does_not_vary_has_no_correlation() {
        assert_eq!(rank_correlation(&[(1.0, 5.0), (2.0, 5.0), (3.0, 5.0)]), None);
        assert_eq!(rank_correlation(&[(1.0, 2.0), (f64::NAN, 5.0), (3.0, 1.0)]), None);
    }

    proptest! {
        #[test]
        fn rho_is_within_its_interval_and_does_not_mind_order_or_rising_functions(
            mut pairs in proptest::collection::vec((-50_i32..50, -50_i32..50), 3..60),
        ) {
            let numbers = |pairs: &[(i32, i32)]| -> Vec<(f64, f64)> {
                pairs.iter().map(|(left, right)| (f64::from(*left), f64::from(*right))).collect()
            };
            let found = rank_correlation(&numbers(&pairs));
            let cubed: Vec<_> =
                numbers(&pairs).into_iter().map(|(left, right)| (left.powi(3), right * 2.0 + 1.0)).collect();
            prop_assert_eq!(rank_correlation(&cubed), found);
            pairs.reverse();
            if let (Some(found), Some(again)) = (found, rank_correlation(&numbers(&pairs))) {
                prop_assert!((again.rho - found.rho).abs() < 1e-12 && found.rho.abs() <= 1.0);
                if let Some((low, high)) = found.interval {
                    prop_assert!(-1.0 < low && low < found.rho && found.rho < high && high < 1.0);
                }
            }
        }
    }
}
