//! Scales of maps: a few classes of values, each with a colour and a name.

use crate::palette::Colour;
use crate::unit::Unit;

/// Classes from the lowest; a value belongs to the last class that begins at or below it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct MapScale {
    /// The classes, rising.
    pub classes: Vec<MapClass>,
}

/// A range of values.
#[derive(Debug, Clone, PartialEq)]
pub struct MapClass {
    /// Where it begins, itself included.
    pub from: f64,
    /// Name, for the legend.
    pub label: String,
    /// Colour.
    pub colour: Colour,
}

/// The most classes of a scale that is made from values.
const MOST_CLASSES: usize = 5;

impl MapScale {
    /// The health classes of percentages: excellent above 95, good 90 to 95, fair 80 to below 90, poor.
    ///
    /// The colours are those of the diverging scale: the site's green and red are told apart by their
    /// words elsewhere, and on a map there are no words.
    pub fn health() -> Self {
        let class = |from: f64, label: &str, step| MapClass {
            from,
            label: label.into(),
            colour: Colour::Diverging(step),
        };
        // Above 95: the next number after it.
        Self {
            classes: vec![
                class(f64::NEG_INFINITY, "Poor, below 80 %", 0),
                class(80.0, "Fair, 80 to 90 %", 1),
                class(90.0, "Good, 90 to 95 %", 5),
                class(95.0_f64.next_up(), "Excellent, above 95 %", 6),
            ],
        }
    }

    /// Up to five classes at round numbers over the positive values, each about as many times the one
    /// before: counts and shares of countries lie orders of magnitude apart. Colours go from little to much,
    /// and the least of them is not taken for "none".
    pub fn of_values(values: impl IntoIterator<Item = f64>, unit: Unit) -> Self {
        let positive: Vec<f64> = values
            .into_iter()
            .filter(|value| value.is_finite() && *value > 0.0)
            .map(|value| value.min(1e15))
            .collect();
        let low = positive.iter().copied().fold(f64::INFINITY, f64::min).max(1e-6);
        let high = positive.iter().copied().fold(0.0, f64::max);
        let starts = round_starts(low, high);
        let last = starts.len().saturating_sub(1).max(1);
        let class = |(index, from): (usize, &f64)| MapClass {
            from: *from,
            label: starts.get(index + 1).map_or_else(
                || format!("{} and more", unit.format(*from)),
                |next| range_text(*from, *next, unit),
            ),
            colour: Colour::Step((2 + index * 4 / last) as u8),
        };
        Self { classes: starts.iter().enumerate().map(class).collect() }
    }

    /// The place of the class of a value.
    pub(crate) fn class_of(&self, value: f64) -> Option<usize> {
        self.classes.iter().rposition(|class| class.from <= value)
    }
}

/// `10 to 19` for counts, `0.5 % to 1 %` for what has values between.
fn range_text(from: f64, next: f64, unit: Unit) -> String {
    if unit != Unit::Count {
        return format!("{} to {}", unit.format(from), unit.format(next));
    }
    if next - from <= 1.0 {
        unit.format(from)
    } else {
        format!("{} to {}", unit.format(from), unit.format(next - 1.0))
    }
}

/// At most five of 1, 2, 5, 10, 20 ..., from the last one at or below `low` to the last one at or below `high`.
fn round_starts(low: f64, high: f64) -> Vec<f64> {
    if high <= 0.0 {
        return Vec::new();
    }
    let start = low.log10().floor() as i32;
    let steps: Vec<f64> = (start..=high.log10().floor() as i32)
        .flat_map(|power| [1.0, 2.0, 5.0].map(|digit| digit * 10_f64.powi(power)))
        .collect();
    let first = steps.iter().rposition(|step| *step <= low).unwrap_or(0);
    let last = steps.iter().rposition(|step| *step <= high).unwrap_or(0).max(first);
    let stride = (last - first + 1).div_ceil(MOST_CLASSES).max(1);
    steps.get(first..=last).unwrap_or_default().iter().copied().step_by(stride).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn labels(values: &[f64], unit: Unit) -> Vec<String> {
        MapScale::of_values(values.iter().copied(), unit)
            .classes
            .into_iter()
            .map(|class| class.label)
            .collect()
    }

    #[test]
    fn classes_are_round_and_cover_the_values() {
        let counts = labels(&[1.0, 57.0, 2_936.0], Unit::Count);
        assert_eq!(counts, ["1 to 9", "10 to 99", "100 to 999", "1,000 and more"]);
        assert_eq!(labels(&[1.0, 3.0], Unit::Count), ["1", "2 and more"]);
        let shares = labels(&[0.3, 12.0], Unit::Percent);
        assert_eq!(shares, ["0.2 % to 1 %", "1 % to 5 %", "5 % and more"]);
        assert_eq!(labels(&[7.0], Unit::Count), ["5 and more"]);
        assert!(labels(&[0.0, f64::NAN, -4.0], Unit::Count).is_empty());
    }

    #[test]
    fn health_classes_meet_where_the_definition_has_them() {
        let scale = MapScale::health();
        let classes =
            [0.0, 79.9, 80.0, 89.9, 90.0, 95.0, 95.1, 100.0].map(|value| scale.class_of(value).unwrap());
        assert_eq!(classes, [0, 0, 1, 1, 2, 2, 3, 3]);
    }

    proptest! {
        #[test]
        fn every_positive_value_has_a_class(values in proptest::collection::vec(1e-5_f64..1e14, 1..30)) {
            let scale = MapScale::of_values(values.iter().copied(), Unit::Number);
            prop_assert!(scale.classes.len() <= MOST_CLASSES);
            prop_assert!(scale.classes.is_sorted_by(|left, right| left.from < right.from));
            for value in values {
                prop_assert!(scale.class_of(value).is_some());
            }
        }
    }
}
