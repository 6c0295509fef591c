//! Classes of a percentage, and how many things are in each (`docs/methods/health-classes.md`).

use crate::scores::HealthClass;

/// How many values are in each class.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ClassCounts([usize; 4]);

impl ClassCounts {
    /// Counts ratios, 0 to 1.
    pub fn of(ratios: impl Iterator<Item = f64>) -> Self {
        let mut counts = Self::default();
        for class in ratios.filter_map(HealthClass::of_ratio) {
            counts.0[class as usize] += 1;
        }
        counts
    }

    /// Values in a class.
    pub fn of_class(&self, class: HealthClass) -> usize {
        self.0[class as usize]
    }

    /// Values in all classes.
    pub fn total(&self) -> usize {
        self.0.iter().sum()
    }

    /// Share of the values in a class, 0 to 1; none without values.
    pub fn share(&self, class: HealthClass) -> Option<f64> {
        let total = self.total();
        (total > 0).then(|| self.of_class(class) as f64 / total as f64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_counted_by_class() {
        let counts = ClassCounts::of([1.0, 0.96, 0.95, 0.5, f64::NAN].into_iter());
        assert_eq!(HealthClass::ALL.map(|class| counts.of_class(class)), [2, 1, 0, 1]);
        assert_eq!((counts.total(), counts.share(HealthClass::Excellent)), (4, Some(0.5)));
        assert_eq!(ClassCounts::default().share(HealthClass::Poor), None);
    }
}
