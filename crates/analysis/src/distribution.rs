//! Classes of a percentage, and how many things are in each (`docs/methods/health-classes.md`).

/// The one scale of percentages of the site.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum HealthClass {
    /// More than 95 %.
    Excellent,
    /// 90 % to 95 %, both ends included.
    Good,
    /// From 80 % to less than 90 %.
    Fair,
    /// Less than 80 %.
    Poor,
}

impl HealthClass {
    /// Every class, from the best.
    pub const ALL: [Self; 4] = [Self::Excellent, Self::Good, Self::Fair, Self::Poor];

    /// The class of a ratio, 0 to 1; none of what is no number.
    pub fn of_ratio(ratio: f64) -> Option<Self> {
        match ratio {
            ratio if ratio > 0.95 => Some(Self::Excellent),
            ratio if ratio >= 0.9 => Some(Self::Good),
            ratio if ratio >= 0.8 => Some(Self::Fair),
            ratio if ratio < 0.8 => Some(Self::Poor),
            _ => None,
        }
    }

    /// The name in lower case.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Excellent => "excellent",
            Self::Good => "good",
            Self::Fair => "fair",
            Self::Poor => "poor",
        }
    }

    /// What belongs to it, in words.
    pub const fn range(self) -> &'static str {
        match self {
            Self::Excellent => "over 95 %",
            Self::Good => "90 to 95 %",
            Self::Fair => "80 to under 90 %",
            Self::Poor => "under 80 %",
        }
    }
}

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
    use proptest::prelude::*;

    #[test]
    fn the_boundaries_are_those_of_the_scale() {
        for (ratio, class) in [
            (1.0, HealthClass::Excellent),
            (0.9501, HealthClass::Excellent),
            (0.95, HealthClass::Good),
            (0.9, HealthClass::Good),
            (0.8999, HealthClass::Fair),
            (0.8, HealthClass::Fair),
            (0.7999, HealthClass::Poor),
            (0.0, HealthClass::Poor),
        ] {
            assert_eq!(HealthClass::of_ratio(ratio), Some(class), "{ratio}");
        }
        assert_eq!(HealthClass::of_ratio(f64::NAN), None);
    }

    #[test]
    fn values_are_counted_by_class() {
        let counts = ClassCounts::of([1.0, 0.96, 0.95, 0.5, f64::NAN].into_iter());
        assert_eq!(HealthClass::ALL.map(|class| counts.of_class(class)), [2, 1, 0, 1]);
        assert_eq!((counts.total(), counts.share(HealthClass::Excellent)), (4, Some(0.5)));
        assert_eq!(ClassCounts::default().share(HealthClass::Poor), None);
    }

    proptest! {
        #[test]
        fn a_higher_ratio_is_never_in_a_worse_class(left in 0.0_f64..=1.0, right in 0.0_f64..=1.0) {
            let (low, high) = (left.min(right), left.max(right));
            prop_assert!(HealthClass::of_ratio(high) <= HealthClass::of_ratio(low));
        }
    }
}
