//! How steady the daily uptime of a relay is (`docs/methods/stability-grade.md`).

use super::series::TimeSeries;
use allium_model::Date;

/// Seconds of a day.
const DAY_SECONDS: i64 = 86_400;

/// Fewest known days of which a grade is given.
pub const FEWEST_DAYS: usize = 14;

/// A word for the spread of daily uptime.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum StabilityGrade {
    /// Below 1 point.
    Excellent,
    /// Below 3 points.
    Good,
    /// Below 8 points.
    Fair,
    /// 8 points or more.
    Poor,
}

impl StabilityGrade {
    /// Every grade, the steadiest first.
    pub const ALL: [Self; 4] = [Self::Excellent, Self::Good, Self::Fair, Self::Poor];

    /// The grade of a standard deviation, a ratio (0.01 is one point).
    pub fn of(deviation: f64) -> Self {
        match deviation {
            deviation if deviation < 0.01 => Self::Excellent,
            deviation if deviation < 0.03 => Self::Good,
            deviation if deviation < 0.08 => Self::Fair,
            _ => Self::Poor,
        }
    }

    /// The grade in a word.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Excellent => "excellent",
            Self::Good => "good",
            Self::Fair => "fair",
            Self::Poor => "poor",
        }
    }
}

/// The spread of daily uptime.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stability {
    /// Sample standard deviation of the daily values, 0 to 1.
    pub deviation: f64,
    /// Known days.
    pub days: usize,
}

impl Stability {
    /// The spread over the known days of a series; none with fewer than [`FEWEST_DAYS`] or where bins are
    /// longer than a day.
    pub fn of(series: &TimeSeries) -> Option<Self> {
        let days = daily_means(series);
        let deviation = sample_deviation(&days)?;
        (days.len() >= FEWEST_DAYS).then_some(Self { deviation, days: days.len() })
    }

    /// The grade.
    pub fn grade(&self) -> StabilityGrade {
        StabilityGrade::of(self.deviation)
    }
}

/// Means of the UTC days of which at least half is known, in order. Empty where bins are longer than a day.
pub fn daily_means(series: &TimeSeries) -> Vec<f64> {
    if series.interval_seconds > DAY_SECONDS {
        return Vec::new();
    }
    let mut days: Vec<(Date, f64, i64)> = Vec::new();
    for (time, value) in series.known() {
        match days.last_mut().filter(|(date, ..)| *date == time.date()) {
            Some((_, sum, known)) => (*sum, *known) = (*sum + value, *known + 1),
            None => days.push((time.date(), value, 1)),
        }
    }
    let is_known = |known: i64| 2 * known * series.interval_seconds >= DAY_SECONDS;
    days.into_iter()
        .filter(|(.., known)| is_known(*known))
        .map(|(_, sum, known)| sum / known as f64)
        .collect()
}

/// The sample standard deviation; none with fewer than two values.
pub(super) fn sample_deviation(values: &[f64]) -> Option<f64> {
    let degrees = values.len().checked_sub(1).filter(|degrees| *degrees > 0)? as f64;
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    Some((values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / degrees).sqrt())
}

#[cfg(test)]
mod tests {
    use super::*;
    use allium_model::Timestamp;
    use proptest::prelude::*;

    /// Bins of half a day.
    fn halves(values: &[Option<f64>]) -> TimeSeries {
        TimeSeries { first: Timestamp(21_600), interval_seconds: 43_200, values: values.to_vec() }
    }

    #[test]
    fn days_are_means_of_their_known_bins() {
        let series = halves(&[Some(1.0), Some(0.5), None, Some(0.25), None, None]);
        assert_eq!(daily_means(&series), [0.75, 0.25]);
        let long = TimeSeries { interval_seconds: 172_800, ..series };
        assert!(daily_means(&long).is_empty());
    }

    #[test]
    fn a_grade_needs_fourteen_days() {
        // 13 days at 1 and one at 0: the sample variance is 1/14.
        let mut values = vec![Some(1.0); 28];
        values[..2].fill(Some(0.0));
        let found = Stability::of(&halves(&values)).unwrap();
        assert!((found.deviation - (1.0_f64 / 14.0).sqrt()).abs() < 1e-12);
        assert_eq!((found.days, found.grade()), (14, StabilityGrade::Poor));
        values[0] = None;
        values[1] = None;
        assert_eq!(Stability::of(&halves(&values)), None);
    }

    #[test]
    fn cut_offs_belong_to_the_worse_grade() {
        let grades = [0.0, 0.009, 0.01, 0.03, 0.08].map(|deviation| StabilityGrade::of(deviation).name());
        assert_eq!(grades, ["excellent", "excellent", "good", "fair", "poor"]);
    }

    proptest! {
        #[test]
        fn the_order_of_days_does_not_matter(mut values in prop::collection::vec(0.0..1.0_f64, 14..60)) {
            let doubled = |values: &[f64]| -> Vec<_> { values.iter().flat_map(|value| [Some(*value); 2]).collect() };
            let deviation = Stability::of(&halves(&doubled(&values))).unwrap().deviation;
            prop_assert!((0.0..=0.6).contains(&deviation));
            values.reverse();
            let turned = Stability::of(&halves(&doubled(&values))).unwrap().deviation;
            prop_assert!((turned - deviation).abs() < 1e-12);
        }
    }
}
