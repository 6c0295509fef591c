//! How much of the spread of a quantity goes with a category, such as the country of a relay.

use std::collections::BTreeMap;

/// The part of a quantity's variance that lies between categories.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CategoryShare {
    /// Values.
    pub count: usize,
    /// Categories.
    pub categories: usize,
    /// Eta squared: variance between categories / whole variance, 0 to 1.
    pub eta_squared: f64,
    /// Epsilon squared: eta squared less what as many categories take by chance; may be below 0.
    pub epsilon_squared: f64,
}

/// The share of a quantity's variance between categories; none with fewer than two categories, without
/// more values than categories, or where nothing varies.
pub fn category_share<C: Ord>(values: impl Iterator<Item = (C, f64)>) -> Option<CategoryShare> {
    let mut groups: BTreeMap<C, Vec<f64>> = BTreeMap::new();
    for (category, value) in values.filter(|(_, value)| value.is_finite()) {
        groups.entry(category).or_default().push(value);
    }
    let (categories, count) = (groups.len(), groups.values().map(Vec::len).sum::<usize>());
    if categories < 2 || count <= categories {
        return None;
    }
    let mean = groups.values().flatten().sum::<f64>() / count as f64;
    let square = |value: f64, from: f64| (value - from) * (value - from);
    let whole: f64 = groups.values().flatten().map(|value| square(*value, mean)).sum();
    let between: f64 = groups
        .values()
        .map(|group| group.len() as f64 * square(group.iter().sum::<f64>() / group.len() as f64, mean))
        .sum();
    if whole <= f64::EPSILON * count as f64 * mean * mean {
        return None;
    }
    let within = (whole - between).max(0.0) / (count - categories) as f64;
    Some(CategoryShare {
        count,
        categories,
        eta_squared: (between / whole).clamp(0.0, 1.0),
        epsilon_squared: (between - (categories - 1) as f64 * within) / whole,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_hand_worked_share() {
        // a: 1, 3 (mean 2); b: 5, 7 (mean 6); mean 4. Between 2 * 4 + 2 * 4 = 16, whole 9 + 1 + 1 + 9 = 20.
        // Within 4 / 2 = 2, epsilon squared (16 - 2) / 20.
        let found = category_share([("a", 1.0), ("b", 5.0), ("a", 3.0), ("b", 7.0)].into_iter()).unwrap();
        assert_eq!((found.count, found.categories), (4, 2));
        assert!((found.eta_squared - 0.8).abs() < 1e-12);
        assert!((found.epsilon_squared - 0.7).abs() < 1e-12);
    }

    #[test]
    fn one_category_or_one_value_each_tells_nothing() {
        assert_eq!(category_share([("a", 1.0), ("a", 3.0)].into_iter()), None);
        assert_eq!(category_share([("a", 1.0), ("b", 3.0)].into_iter()), None);
        assert_eq!(category_share([("a", 0.1), ("b", 0.1), ("b", 0.1)].into_iter()), None);
    }

    proptest! {
        #[test]
        fn the_share_is_a_share_and_never_below_its_corrected_one(
            values in proptest::collection::vec((0_u8..6, -100.0_f64..100.0), 2..80),
        ) {
            if let Some(found) = category_share(values.into_iter()) {
                prop_assert!((0.0..=1.0).contains(&found.eta_squared));
                prop_assert!(found.epsilon_squared <= found.eta_squared + 1e-12);
            }
        }
    }
}
