//! The median that tor takes.

/// The low median: of an even number of values the lower one of the two in the middle. `None` of none.
pub fn low_median<T: Ord + Copy>(values: &[T]) -> Option<T> {
    let mut sorted = values.to_vec();
    sorted.sort_unstable();
    sorted.get(sorted.len().saturating_sub(1) / 2).copied()
}

/// The most frequent value; of equally frequent ones the last in order. `None` of none.
pub(super) fn most_frequent<T: Ord>(mut values: Vec<T>) -> Option<T> {
    values.sort_unstable();
    most_frequent_sorted(values, T::eq)
}

/// As [`most_frequent`], for values that are in their order.
pub(super) fn most_frequent_sorted<T>(sorted: Vec<T>, is_equal: impl Fn(&T, &T) -> bool) -> Option<T> {
    let mut best: Option<(usize, T)> = None;
    let mut values = sorted.into_iter().peekable();
    while let Some(value) = values.next() {
        let mut count = 1;
        while values.next_if(|next| is_equal(&value, next)).is_some() {
            count += 1;
        }
        if best.as_ref().is_none_or(|(most, _)| count >= *most) {
            best = Some((count, value));
        }
    }
    best.map(|(_, value)| value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lower_one_of_the_two_in_the_middle_counts() {
        assert_eq!(low_median(&[6485, 62630, 6261, 7223]), Some(6485));
        assert_eq!(low_median(&[6263, 6261, 6091]), Some(6261));
        assert_eq!(low_median::<u32>(&[]), None);
    }

    #[test]
    fn among_equally_frequent_values_the_last_wins() {
        assert_eq!(most_frequent(vec!["a", "b", "a", "c", "c"]), Some("c"));
        assert_eq!(most_frequent(vec!["a", "b", "a"]), Some("a"));
        assert_eq!(most_frequent::<&str>(vec![]), None);
    }
}
