//! The numbers of a box plot.

use crate::Ladder;

/// A box plot: quartiles of R type 7, whiskers to the furthest values within 1.5 interquartile ranges
/// of the box (Tukey), and how many values lie outside of them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BoxPlot {
    /// Number of values.
    pub count: usize,
    /// Smallest value.
    pub lowest: f64,
    /// Smallest value that is at most 1.5 interquartile ranges below the box.
    pub low_whisker: f64,
    /// First quartile.
    pub lower_quartile: f64,
    /// Median.
    pub median: f64,
    /// Third quartile.
    pub upper_quartile: f64,
    /// Largest value that is at most 1.5 interquartile ranges above the box.
    pub high_whisker: f64,
    /// Largest value.
    pub highest: f64,
    /// Values below the low whisker.
    pub below: usize,
    /// Values above the high whisker.
    pub above: usize,
}

impl BoxPlot {
    /// The box plot of values; none without any.
    pub fn of(ladder: &Ladder) -> Option<Self> {
        let values = ladder.values();
        let quartile = |probability| ladder.quantile(probability);
        let (lower_quartile, median, upper_quartile) = (quartile(0.25)?, quartile(0.5)?, quartile(0.75)?);
        let reach = 1.5 * (upper_quartile - lower_quartile);
        let below = values.partition_point(|value| *value < lower_quartile - reach);
        let not_above = values.partition_point(|value| *value <= upper_quartile + reach);
        Some(Self {
            count: values.len(),
            lowest: *values.first()?,
            low_whisker: *values.get(below)?,
            lower_quartile,
            median,
            upper_quartile,
            high_whisker: *values.get(not_above.checked_sub(1)?)?,
            highest: *values.last()?,
            below,
            above: values.len() - not_above,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_hand_worked_box() {
        // 1 2 3 4 5 6 7 8 100: quartiles 3, 5, 7; whiskers reach from -3 to 13.
        let values = [100.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0];
        let found = BoxPlot::of(&Ladder::of(values.into_iter())).unwrap();
        assert_eq!((found.lower_quartile, found.median, found.upper_quartile), (3.0, 5.0, 7.0));
        assert_eq!((found.low_whisker, found.high_whisker), (1.0, 8.0));
        assert_eq!((found.below, found.above, found.highest), (0, 1, 100.0));
    }

    #[test]
    fn a_value_at_the_reach_belongs_to_the_whisker() {
        // Quartiles of 0 2 2 3 4 4 are 2 and 3.75: the reach goes down to -0.625.
        // Of -1 0 0 0 0: quartiles 0 and 0, so -1 is outside.
        let found = BoxPlot::of(&Ladder::of([0.0, 0.0, -1.0, 0.0, 0.0].into_iter())).unwrap();
        assert_eq!((found.low_whisker, found.below, found.above), (0.0, 1, 0));
        assert_eq!(BoxPlot::of(&Ladder::default()), None);
    }

    proptest! {
        #[test]
        fn the_numbers_rise_from_the_lowest_to_the_highest(
            values in proptest::collection::vec(-1e6_f64..1e6, 1..100),
        ) {
            let found = BoxPlot::of(&Ladder::of(values.into_iter())).unwrap();
            let rising = [found.lowest, found.low_whisker, found.median, found.high_whisker, found.highest];
            prop_assert!(rising.is_sorted(), "{found:?}");
            prop_assert!(found.lower_quartile <= found.median && found.median <= found.upper_quartile);
            prop_assert!(found.below + found.above < found.count);
        }
    }
}
