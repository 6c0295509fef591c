//! The one scale of percentages that say how well something is (`docs/methods/health-classes.md`).

/// A class of a percentage.
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

    /// The class of a percentage, 0 to 100.
    pub fn of_percent(percent: f64) -> Self {
        match percent {
            percent if percent > 95.0 => Self::Excellent,
            percent if percent >= 90.0 => Self::Good,
            percent if percent >= 80.0 => Self::Fair,
            _ => Self::Poor,
        }
    }

    /// The class of a ratio, 0 to 1; none of what is no number.
    pub fn of_ratio(ratio: f64) -> Option<Self> {
        (!ratio.is_nan()).then(|| Self::of_percent(ratio * 100.0))
    }

    /// The class's name in lower case.
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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_limits_belong_to_the_class_that_the_definition_names() {
        let expected = [
            (100.0, HealthClass::Excellent),
            (95.01, HealthClass::Excellent),
            (95.0, HealthClass::Good),
            (90.0, HealthClass::Good),
            (89.99, HealthClass::Fair),
            (80.0, HealthClass::Fair),
            (79.99, HealthClass::Poor),
            (0.0, HealthClass::Poor),
        ];
        for (percent, class) in expected {
            assert_eq!(HealthClass::of_percent(percent), class, "{percent}");
        }
    }

    #[test]
    fn ratios_are_on_the_same_scale() {
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

    proptest! {
        #[test]
        fn a_higher_ratio_is_never_in_a_worse_class(left in 0.0_f64..=1.0, right in 0.0_f64..=1.0) {
            let (low, high) = (left.min(right), left.max(right));
            prop_assert!(HealthClass::of_ratio(high) <= HealthClass::of_ratio(low));
        }
    }
}
