//! Trends: the slope of weekly means, its interval, and whether it is one (`docs/methods/trend.md`).
//!
//! Theil-Sen slope; Mann-Kendall test with the correction of Hamed and Rao for values that resemble
//! their neighbours in time. The interval of the slope uses the corrected variance too.

use super::normal::{TWO_SIDED_95, two_sided_p};
use super::series::TimeSeries;

/// Seconds of a week.
const WEEK_SECONDS: i64 = 7 * 86_400;

/// Fewest weekly points of which a direction is spoken.
pub const FEWEST_WEEKS: usize = 12;

/// The mean of a week.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct WeeklyMean {
    /// Number of the week, from the first one.
    pub week: usize,
    /// Mean of its known bins.
    pub mean: f64,
}

/// A straight movement through weekly means.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Trend {
    /// Change a week, in the unit of the values: the median of the slopes of all pairs.
    pub slope_per_week: f64,
    /// Lower end of its 95 % interval.
    pub low: f64,
    /// Upper end of its 95 % interval.
    pub high: f64,
    /// Weekly means.
    pub weeks: usize,
    /// Mann-Kendall: probability of such an order without a trend, 0 to 1.
    pub p_value: f64,
    /// Factor on the variance for likeness of neighbours in time, at least 1 (Hamed and Rao).
    pub correction: f64,
}

/// Where a trend leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// Upwards.
    Rising,
    /// Downwards.
    Falling,
}

impl Trend {
    /// The trend of weekly means in rising order of weeks; none with fewer than three.
    pub fn of(means: &[WeeklyMean]) -> Option<Self> {
        if means.len() < 3 {
            return None;
        }
        let (mut slopes, sum_of_signs) = pairs(means);
        let middle = median(&mut slopes);
        let correction = hamed_rao(means, middle);
        let variance = kendall_variance(means) * correction;
        let (low, high) = interval(&mut slopes, variance.sqrt());
        Some(Self {
            slope_per_week: middle,
            low,
            high,
            weeks: means.len(),
            p_value: two_sided_p(kendall_z(sum_of_signs, variance)),
            correction,
        })
    }

    /// The direction, where there are weeks enough and the interval is on one side of zero.
    pub fn direction(&self) -> Option<Direction> {
        match self {
            trend if trend.weeks < FEWEST_WEEKS => None,
            trend if trend.low > 0.0 => Some(Direction::Rising),
            trend if trend.high < 0.0 => Some(Direction::Falling),
            _ => None,
        }
    }
}

/// Means of the weeks that end with the end of the series; a week of which less than half is known has
/// none, and a first week that is cut short has none. Empty where a bin is longer than a week.
pub fn weekly_means(series: &TimeSeries) -> Vec<WeeklyMean> {
    let length = series.interval_seconds * series.values.len() as i64;
    let weeks = (length / WEEK_SECONDS) as usize;
    if series.interval_seconds > WEEK_SECONDS || weeks == 0 {
        return Vec::new();
    }
    let start = length - weeks as i64 * WEEK_SECONDS;
    let mut sums = vec![(0.0, 0_i64); weeks];
    for (bin, value) in series.values.iter().enumerate() {
        let middle = bin as i64 * series.interval_seconds + series.interval_seconds / 2 - start;
        let week = usize::try_from(middle.div_euclid(WEEK_SECONDS)).ok();
        if let (Some(value), Some(cell)) = (value, week.and_then(|week| sums.get_mut(week))) {
            cell.0 += value;
            cell.1 += 1;
        }
    }
    let is_known = |known: i64| 2 * known * series.interval_seconds >= WEEK_SECONDS;
    let mean = |(week, (sum, known)): (usize, (f64, i64))| {
        is_known(known).then(|| WeeklyMean { week, mean: sum / known as f64 })
    };
    sums.into_iter().enumerate().filter_map(mean).collect()
}

/// The slopes of all pairs, and the sum of their signs.
fn pairs(means: &[WeeklyMean]) -> (Vec<f64>, i64) {
    let mut slopes = Vec::with_capacity(means.len() * (means.len() - 1) / 2);
    let mut sum_of_signs = 0;
    for (place, later) in means.iter().enumerate() {
        for earlier in &means[..place] {
            let rise = later.mean - earlier.mean;
            sum_of_signs += i64::from(rise > 0.0) - i64::from(rise < 0.0);
            slopes.push(rise / (later.week - earlier.week) as f64);
        }
    }
    (slopes, sum_of_signs)
}

fn nth(values: &mut [f64], place: usize) -> f64 {
    *values.select_nth_unstable_by(place, f64::total_cmp).1
}

fn median(values: &mut [f64]) -> f64 {
    let above = nth(values, values.len() / 2);
    if values.len() % 2 == 1 {
        return above;
    }
    let below = nth(values, values.len() / 2 - 1);
    f64::midpoint(below, above)
}

/// The 95 % interval of the slope (Sen 1968): as many slopes from the middle of their order as the
/// standard deviation of the sum of signs says.
fn interval(slopes: &mut [f64], deviation: f64) -> (f64, f64) {
    let count = slopes.len() as f64;
    let reach = TWO_SIDED_95 * deviation;
    let last = slopes.len() - 1;
    let upper = (f64::midpoint(count, reach).round() as usize).min(last);
    let lower = (f64::midpoint(count, -reach).round().max(1.0) as usize - 1).min(last);
    (nth(slopes, lower), nth(slopes, upper))
}

/// Variance of the sum of signs without a trend, ties counted.
fn kendall_variance(means: &[WeeklyMean]) -> f64 {
    let term = |count: usize| (count * (count - 1) * (2 * count + 5)) as f64;
    let mut values: Vec<f64> = means.iter().map(|point| point.mean).collect();
    values.sort_unstable_by(f64::total_cmp);
    let ties: f64 =
        values.chunk_by(|left, right| left.total_cmp(right).is_eq()).map(|tied| term(tied.len())).sum();
    (term(means.len()) - ties) / 18.0
}

/// The sum of signs in standard deviations, with the correction for continuity.
fn kendall_z(sum_of_signs: i64, variance: f64) -> f64 {
    if sum_of_signs == 0 || variance <= 0.0 {
        return 0.0;
    }
    (sum_of_signs - sum_of_signs.signum()) as f64 / variance.sqrt()
}

/// The factor n/n* of Hamed and Rao (1998): by the significant autocorrelations of the ranks of the
/// values without their trend. Not below 1, so that a chance result never makes a trend surer.
fn hamed_rao(means: &[WeeklyMean], slope: f64) -> f64 {
    let n = means.len();
    let ranks = ranks(means.iter().map(|point| point.mean - slope * point.week as f64));
    let centre = f64::midpoint(n as f64, 1.0);
    let mut by_week = vec![0.0; means[n - 1].week - means[0].week + 1];
    for (point, rank) in means.iter().zip(&ranks) {
        by_week[point.week - means[0].week] = rank - centre;
    }
    let power: f64 = by_week.iter().map(|rank| rank * rank).sum();
    if power <= 0.0 {
        return 1.0;
    }
    let significant = TWO_SIDED_95 / (n as f64).sqrt();
    let weight = |lag: usize| ((n - lag) * (n - lag - 1) * (n - lag - 2)) as f64;
    let added: f64 = (1..n - 2)
        .map(|lag| (lag, autocovariance(&by_week, lag) / power))
        .filter(|(_, correlation)| correlation.abs() > significant)
        .map(|(lag, correlation)| weight(lag) * correlation)
        .sum();
    (1.0 + 2.0 * added / weight(0)).max(1.0)
}

/// Sum of products of values that are so many weeks apart; weeks without a value add nothing.
fn autocovariance(values: &[f64], lag: usize) -> f64 {
    values.iter().zip(values.iter().skip(lag)).map(|(earlier, later)| earlier * later).sum()
}

/// Ranks from 1, equal values sharing the mean of theirs. Values that differ by rounding only are equal:
/// the slope is that of a pair, so the two of it lie level by definition.
fn ranks(values: impl Iterator<Item = f64>) -> Vec<f64> {
    let values: Vec<f64> = values.collect();
    let tolerance = 1e-12 * values.iter().fold(0.0, |most: f64, value| most.max(value.abs()));
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|left, right| values[*left].total_cmp(&values[*right]));
    let mut ranks = vec![0.0; values.len()];
    let mut before = 0;
    for tied in order.chunk_by(|left, right| values[*right] - values[*left] <= tolerance) {
        let rank = before as f64 + f64::midpoint(tied.len() as f64, 1.0);
        for place in tied {
            ranks[*place] = rank;
        }
        before += tied.len();
    }
    ranks
}

#[cfg(test)]
mod tests {
    use super::*;
    use allium_model::Timestamp;
    use proptest::prelude::*;

    fn weeks(values: &[f64]) -> Vec<WeeklyMean> {
        values.iter().enumerate().map(|(week, mean)| WeeklyMean { week, mean: *mean }).collect()
    }

    #[test]
    fn a_straight_line_is_its_own_slope() {
        let trend = Trend::of(&weeks(&(0..12).map(f64::from).collect::<Vec<_>>())).unwrap();
        assert_eq!((trend.slope_per_week, trend.low, trend.high), (1.0, 1.0, 1.0));
        assert_eq!(trend.direction(), Some(Direction::Rising));
        assert!((trend.correction - 1.0).abs() < 1e-12);
        // 66 pairs rise; variance 12 x 11 x 29 / 18; z = 65 / sqrt(212.67) = 4.457.
        assert!((trend.p_value - two_sided_p(65.0 / (12.0 * 11.0 * 29.0_f64 / 18.0).sqrt())).abs() < 1e-15);
    }

    #[test]
    fn the_slope_of_a_hand_worked_example() {
        // Pairs of 1, 3, 2: slopes 2, 0.5, -1, of which the median is 0.5; two pairs rise, one falls.
        let trend = Trend::of(&weeks(&[1.0, 3.0, 2.0])).unwrap();
        assert!((trend.slope_per_week - 0.5).abs() < 1e-12);
        // z = 0 because the correction for continuity takes the one sign away.
        assert!((trend.p_value - 1.0).abs() < 1e-12);
        assert_eq!((trend.low, trend.high, trend.direction()), (-1.0, 2.0, None));
    }

    #[test]
    fn too_few_weeks_and_values_that_do_not_move_have_no_direction() {
        assert_eq!(Trend::of(&weeks(&[1.0, 2.0])), None);
        let short: Vec<f64> = (0..11).map(f64::from).collect();
        assert_eq!(Trend::of(&weeks(&short)).unwrap().direction(), None);
        let flat = Trend::of(&weeks(&[1.0; 20])).unwrap();
        assert_eq!((flat.low, flat.high, flat.p_value, flat.direction()), (0.0, 0.0, 1.0, None));
    }

    #[test]
    fn likeness_of_neighbours_widens_the_interval() {
        let wave: Vec<f64> = (0..26).map(|week| f64::from(week % 13)).collect();
        assert!(Trend::of(&weeks(&wave)).unwrap().correction > 1.2);
    }

    #[test]
    fn weeks_end_with_the_series_and_need_half_of_their_bins() {
        // 16 daily bins: two days that are no whole week, then two weeks, the second with 3 of 7 known.
        let mut values: Vec<Option<f64>> = (0..16).map(|day| Some(f64::from(day))).collect();
        values[9..13].fill(None);
        let series = TimeSeries { first: Timestamp(43_200), interval_seconds: 86_400, values };
        assert_eq!(weekly_means(&series), [WeeklyMean { week: 0, mean: 5.0 }]);
        let long = TimeSeries { interval_seconds: 10 * 86_400, ..series };
        assert_eq!(weekly_means(&long), []);
    }

    proptest! {
        #[test]
        fn trends_turn_with_the_values(values in prop::collection::vec(0.0..1.0_f64, 3..40), by in 0.1..9.0_f64) {
            let trend = Trend::of(&weeks(&values)).unwrap();
            prop_assert!(trend.low <= trend.slope_per_week && trend.slope_per_week <= trend.high);
            prop_assert!((0.0..=1.0).contains(&trend.p_value) && trend.correction >= 1.0);
            let turned: Vec<f64> = values.iter().map(|value| 5.0 - by * value).collect();
            let turned = Trend::of(&weeks(&turned)).unwrap();
            prop_assert!((turned.slope_per_week + by * trend.slope_per_week).abs() < 1e-9);
            prop_assert!((turned.p_value - trend.p_value).abs() < 1e-9);
        }
    }
}
