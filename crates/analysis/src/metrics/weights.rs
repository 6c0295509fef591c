//! A relay's share of consensus weight now against what is usual for it (`docs/methods/weight-history.md`).

use super::series::TimeSeries;
use crate::statistics::MedianAndMad;

/// Fewest known bins of which a usual share is told.
pub const FEWEST_BINS: usize = 10;

/// The share of weight over a period.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct WeightHistory {
    /// Median share over the known bins, 0 to 1.
    pub median: f64,
    /// MAD / median of the shares; none where the median is zero.
    pub spread_ratio: Option<f64>,
    /// Known bins.
    pub known_bins: usize,
}

impl WeightHistory {
    /// The usual share of a series; none with fewer than [`FEWEST_BINS`] known bins.
    pub fn of(series: &TimeSeries) -> Option<Self> {
        let values: Vec<f64> = series.known().map(|(_, value)| value).collect();
        let known_bins = values.len();
        let MedianAndMad { median, mad } = MedianAndMad::of(values.into_iter())?;
        (known_bins >= FEWEST_BINS).then(|| Self {
            median,
            spread_ratio: (median > 0.0).then(|| mad / median),
            known_bins,
        })
    }

    /// The share now / the usual one; none where the usual one is zero.
    pub fn now_ratio(&self, share: f64) -> Option<f64> {
        (self.median > 0.0).then(|| share / self.median)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use allium_model::Timestamp;

    #[test]
    fn the_usual_share_is_the_median_of_what_is_known() {
        let mut values: Vec<_> = (1..=11).map(|share| Some(f64::from(share) / 1000.0)).collect();
        values.push(None);
        let series = TimeSeries { first: Timestamp(0), interval_seconds: 3600, values };
        let found = WeightHistory::of(&series).unwrap();
        assert!(
            (found.median - 0.006).abs() < 1e-12 && (found.now_ratio(0.003).unwrap() - 0.5).abs() < 1e-12
        );
        assert!((found.spread_ratio.unwrap() - 0.5).abs() < 1e-12);
        assert_eq!(found.known_bins, 11);
        assert_eq!(WeightHistory::of(&TimeSeries { values: vec![Some(1.0); 9], ..series.clone() }), None);
        let zero = WeightHistory::of(&TimeSeries { values: vec![Some(0.0); 10], ..series }).unwrap();
        assert_eq!((zero.now_ratio(0.5), zero.spread_ratio), (None, None));
    }
}
