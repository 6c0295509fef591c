//! Counts of values in classes.

/// A class of a histogram.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bin {
    /// Lower edge, which belongs to the class.
    pub from: f64,
    /// Upper edge, which belongs to the next class; that of the last class belongs to it.
    pub to: f64,
    /// Values in the class.
    pub count: usize,
}

/// Counts of values in classes that follow each other.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Histogram {
    /// The classes, from the lowest.
    pub bins: Vec<Bin>,
    /// Values below the first class.
    pub below: usize,
    /// Values above the last class.
    pub above: usize,
}

impl Histogram {
    /// Counts values in `classes` equally wide classes from `low` to `high`.
    pub fn equal(values: impl Iterator<Item = f64>, low: f64, high: f64, classes: usize) -> Self {
        let edge = |index: usize| low + (high - low) * index as f64 / classes.max(1) as f64;
        Self::of(values, &(0..=classes.max(1)).map(edge).collect::<Vec<_>>())
    }

    /// Counts values in classes between rising edges.
    pub fn of(values: impl Iterator<Item = f64>, edges: &[f64]) -> Self {
        let bin = |edges: &[f64]| Bin { from: edges[0], to: edges[1], count: 0 };
        let mut histogram = Self { bins: edges.windows(2).map(bin).collect(), ..Self::default() };
        values.filter(|value| value.is_finite()).for_each(|value| histogram.add(value));
        histogram
    }

    fn add(&mut self, value: f64) {
        let index = self.bins.partition_point(|bin| bin.to <= value);
        let last = self.bins.len().saturating_sub(1);
        match self.bins.get_mut(index.min(last)) {
            Some(bin) if value > bin.to => self.above += 1,
            Some(bin) if value >= bin.from => bin.count += 1,
            Some(_) => self.below += 1,
            None => {}
        }
    }

    /// Values in all classes.
    pub fn total(&self) -> usize {
        self.bins.iter().map(|bin| bin.count).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn lower_edges_belong_to_a_class_and_the_last_upper_edge_too() {
        let values = [0.0, 0.49, 0.5, 1.0, 1.01, -0.1, f64::NAN];
        let found = Histogram::equal(values.into_iter(), 0.0, 1.0, 2);
        assert_eq!(found.bins.iter().map(|bin| bin.count).collect::<Vec<_>>(), [2, 2]);
        assert_eq!((found.below, found.above, found.total()), (1, 1, 4));
    }

    #[test]
    fn classes_may_be_of_different_width() {
        let found = Histogram::of([10.0, 95.0, 99.5, 100.0].into_iter(), &[0.0, 90.0, 99.0, 100.0]);
        assert_eq!(found.bins.iter().map(|bin| bin.count).collect::<Vec<_>>(), [1, 1, 2]);
    }

    proptest! {
        #[test]
        fn every_value_is_counted_once(values in proptest::collection::vec(-2.0_f64..2.0, 0..100)) {
            let found = Histogram::equal(values.iter().copied(), -1.0, 1.0, 7);
            prop_assert_eq!(found.total() + found.below + found.above, values.len());
        }
    }
}
