//! Uptime by calendar month, and the best and worst of them (`docs/methods/months.md`).

use super::series::TimeSeries;

/// A calendar month (UTC) of a relay.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MonthUptime {
    /// Year.
    pub year: i16,
    /// Month, 1 to 12.
    pub month: i8,
    /// Mean over the known bins whose middle lies in the month, 0 to 1.
    pub ratio: f64,
    /// Known bins / bins of a whole month, 0 to 1.
    pub coverage_ratio: f64,
}

/// Least coverage of a month that can be the best or the worst.
pub const LEAST_COVERAGE: f64 = 0.5;

/// The best and the worst of the months that are known well enough.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BestAndWorst {
    /// The best; of equal ones the latest.
    pub best: MonthUptime,
    /// How many months are equal to the best, itself included.
    pub as_good: usize,
    /// The worst; of equal ones the latest.
    pub worst: MonthUptime,
    /// Months compared.
    pub months: usize,
}

/// The months of a series that have a known bin, in order.
pub fn months(series: &TimeSeries) -> Vec<MonthUptime> {
    let mut months: Vec<(i16, i8, f64, u32)> = Vec::new();
    for (time, value) in series.known() {
        let (year, month, _) = time.date().year_month_day();
        match months.last_mut().filter(|last| (last.0, last.1) == (year, month)) {
            Some(last) => (last.2, last.3) = (last.2 + value, last.3 + 1),
            None => months.push((year, month, value, 1)),
        }
    }
    let of_month = |(year, month, sum, known): (i16, i8, f64, u32)| MonthUptime {
        year,
        month,
        ratio: (sum / f64::from(known)).min(1.0),
        coverage_ratio: covered(known, series.interval_seconds, days_in(year, month)),
    };
    months.into_iter().map(of_month).collect()
}

fn covered(known: u32, interval_seconds: i64, days: i64) -> f64 {
    (f64::from(known) * interval_seconds as f64 / (days * 86_400) as f64).min(1.0)
}

fn days_in(year: i16, month: i8) -> i64 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// The best and worst of the months with at least [`LEAST_COVERAGE`]; none with fewer than two of them.
pub fn best_and_worst(months: &[MonthUptime]) -> Option<BestAndWorst> {
    let known: Vec<MonthUptime> =
        months.iter().copied().filter(|month| month.coverage_ratio >= LEAST_COVERAGE).collect();
    let by_ratio = |left: &&MonthUptime, right: &&MonthUptime| left.ratio.total_cmp(&right.ratio);
    let best = *known.iter().max_by(by_ratio)?;
    // `min_by` takes the first of equal ones, so it is asked from the end.
    let worst = *known.iter().rev().min_by(by_ratio)?;
    let as_good = known.iter().filter(|month| month.ratio >= best.ratio).count();
    (known.len() >= 2).then_some(BestAndWorst { best, as_good, worst, months: known.len() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use allium_model::Timestamp;
    use proptest::prelude::*;

    /// Daily bins from 2025-11-25.
    fn days(values: &[Option<f64>]) -> TimeSeries {
        let first = "2025-11-25 12:00:00".parse::<Timestamp>().unwrap();
        TimeSeries { first, interval_seconds: 86_400, values: values.to_vec() }
    }

    #[test]
    fn months_begin_and_end_with_the_calendar() {
        // Six days of November, 31 of December of which the first is lost, 15 of January.
        let mut values = vec![Some(1.0); 6 + 31 + 15];
        values[6] = Some(0.0);
        values[40] = None;
        let found = months(&days(&values));
        let shown: Vec<_> = found.iter().map(|month| (month.year, month.month)).collect();
        assert_eq!(shown, [(2025, 11), (2025, 12), (2026, 1)]);
        assert!(
            (found[1].ratio - 30.0 / 31.0).abs() < 1e-12 && (found[1].coverage_ratio - 1.0).abs() < 1e-12
        );
        assert!((found[2].coverage_ratio - 14.0 / 31.0).abs() < 1e-12);
        // Only December is known well enough, and one month is neither best nor worst.
        assert_eq!(best_and_worst(&found), None);
    }

    #[test]
    fn of_equal_months_the_latest_stands_and_the_rest_are_counted() {
        let month = |month, ratio| MonthUptime { year: 2025, month, ratio, coverage_ratio: 0.5 };
        let all = [month(1, 1.0), month(2, 0.5), month(3, 1.0), month(4, 0.5)];
        let found = best_and_worst(&all).unwrap();
        assert_eq!((found.best.month, found.as_good, found.worst.month, found.months), (3, 2, 4, 4));
    }

    #[test]
    fn february_is_longer_in_leap_years() {
        assert_eq!([2000, 2024, 2025, 2100].map(|year| days_in(year, 2)), [29, 29, 28, 28]);
    }

    proptest! {
        #[test]
        fn best_is_not_below_worst(values in prop::collection::vec(prop::option::of(0.0..=1.0_f64), 1..500)) {
            let found = months(&days(&values));
            prop_assert!(found.iter().all(|month| (0.0..=1.0).contains(&month.coverage_ratio)));
            if let Some(ends) = best_and_worst(&found) {
                prop_assert!(ends.best.ratio >= ends.worst.ratio && ends.as_good <= ends.months);
            }
        }
    }
}
