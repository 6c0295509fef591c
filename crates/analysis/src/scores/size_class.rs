//! Operators of a similar size.

/// A class of operators by running relays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum SizeClass {
    /// 1 to 5 relays.
    UpTo5,
    /// 6 to 25 relays.
    UpTo25,
    /// 26 to 100 relays.
    UpTo100,
    /// 101 to 500 relays.
    UpTo500,
    /// More than 500 relays.
    Over500,
}

impl SizeClass {
    /// Every class, from the smallest.
    pub const ALL: [Self; 5] = [Self::UpTo5, Self::UpTo25, Self::UpTo100, Self::UpTo500, Self::Over500];

    /// The class of an operator with so many running relays; none without any.
    pub fn of(relays: usize) -> Option<Self> {
        match relays {
            0 => None,
            1..=5 => Some(Self::UpTo5),
            6..=25 => Some(Self::UpTo25),
            26..=100 => Some(Self::UpTo100),
            101..=500 => Some(Self::UpTo500),
            _ => Some(Self::Over500),
        }
    }

    /// The class in words: `6 to 25 relays`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::UpTo5 => "1 to 5 relays",
            Self::UpTo25 => "6 to 25 relays",
            Self::UpTo100 => "26 to 100 relays",
            Self::UpTo500 => "101 to 500 relays",
            Self::Over500 => "more than 500 relays",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn classes_do_not_overlap() {
        let classes = [1, 5, 6, 25, 26, 100, 101, 500, 501].map(|relays| SizeClass::of(relays).unwrap());
        let expected = [0, 0, 1, 1, 2, 2, 3, 3, 4].map(|index: usize| SizeClass::ALL[index]);
        assert_eq!(classes, expected);
        assert_eq!(SizeClass::of(0), None);
    }

    proptest! {
        #[test]
        fn more_relays_are_never_a_smaller_class(left in 0_usize..2000, right in 0_usize..2000) {
            let (low, high) = (left.min(right), left.max(right));
            prop_assert!(SizeClass::of(low) <= SizeClass::of(high));
        }
    }
}
