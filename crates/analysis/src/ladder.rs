//! Percentiles and quantiles among things of the same kind (`docs/methods/percentile.md`).

/// Values of one kind of thing, sorted, to ask for places among them.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Ladder(Vec<f64>);

/// A value's place among others.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Percentile {
    /// Share of values that are smaller, equal ones counted half, in percent (0 to 100).
    pub percent: f64,
    /// How many other values are equal.
    pub equal_with: usize,
}

impl Ladder {
    /// Sorts the values; what is no number is left out.
    pub fn of(values: impl Iterator<Item = f64>) -> Self {
        let mut values: Vec<f64> = values.filter(|value| value.is_finite()).collect();
        values.sort_unstable_by(f64::total_cmp);
        Self(values)
    }

    /// The values, from the smallest.
    pub fn values(&self) -> &[f64] {
        &self.0
    }

    /// Number of values.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is no value.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The place of a value that is one of the ladder's; none on an empty ladder.
    pub fn percentile(&self, value: f64) -> Option<Percentile> {
        if self.0.is_empty() {
            return None;
        }
        let smaller = self.0.partition_point(|other| *other < value);
        let not_larger = self.0.partition_point(|other| *other <= value);
        let equal = not_larger - smaller;
        let percent = 100.0 * (smaller as f64 + equal as f64 / 2.0) / self.0.len() as f64;
        Some(Percentile { percent, equal_with: equal.saturating_sub(1) })
    }

    /// The value's rank from the top, equal values sharing the best (1, 2, 2, 4).
    pub fn rank_from_top(&self, value: f64) -> usize {
        self.0.len() - self.0.partition_point(|other| *other <= value) + 1
    }

    /// The quantile of a probability, R type 7; none on an empty ladder.
    pub fn quantile(&self, probability: f64) -> Option<f64> {
        quantile(&self.0, probability)
    }
}

/// The quantile (R type 7, linear between the two nearest) of rising values; none without values.
pub fn quantile(rising: &[f64], probability: f64) -> Option<f64> {
    let last = rising.len().checked_sub(1)?;
    let place = probability.clamp(0.0, 1.0) * last as f64;
    let below = place.floor() as usize;
    let above = (below + 1).min(last);
    Some(rising[below] + (rising[above] - rising[below]) * (place - below as f64))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_values_count_half_and_are_reported() {
        let ladder = Ladder::of([1.0, 2.0, 2.0, 3.0].into_iter());
        assert_eq!(ladder.percentile(2.0), Some(Percentile { percent: 50.0, equal_with: 1 }));
        assert_eq!(ladder.percentile(3.0), Some(Percentile { percent: 87.5, equal_with: 0 }));
        assert_eq!(Ladder::default().percentile(1.0), None);
    }

    #[test]
    fn ties_share_the_best_rank() {
        let ladder = Ladder::of([5.0, 4.0, 4.0, 1.0].into_iter());
        let ranks: Vec<_> = [5.0, 4.0, 1.0].map(|value| ladder.rank_from_top(value)).into();
        assert_eq!(ranks, [1, 2, 4]);
    }

    #[test]
    fn quantiles_are_those_of_r_type_7() {
        // quantile(c(1, 2, 3, 4, 10), c(.05, .5, .9), type = 7)
        let ladder = Ladder::of([10.0, 1.0, 2.0, 3.0, 4.0].into_iter());
        for (probability, expected) in [(0.05, 1.2), (0.5, 3.0), (0.9, 7.6), (0.0, 1.0), (1.0, 10.0)] {
            let found = ladder.quantile(probability).unwrap();
            assert!((found - expected).abs() < 1e-12, "{probability}: {found}");
        }
    }
}
