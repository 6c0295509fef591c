//! The one scale of percentages that say how well something is.

/// A class of a percentage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum HealthClass {
    /// More than 95.
    Excellent,
    /// 90 to 95.
    Good,
    /// 80 to less than 90.
    Fair,
    /// Less than 80.
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

    /// The class's name in lower case.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Excellent => "excellent",
            Self::Good => "good",
            Self::Fair => "fair",
            Self::Poor => "poor",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
}
