//! What relays read and wrote over time (`docs/methods/bandwidth-history.md`).
//!
//! Bins of the two histories are put together by time. A bin of which one side is not known serves no
//! mean of both.

use super::series::{TimeSeries, sum_series};
use super::stability::{FEWEST_DAYS, daily_means};
use super::trend::{Trend, weekly_means};
use crate::statistics::MedianAndMad;
use allium_model::{Period, PeriodHistories, RelayBandwidth, Timestamp};

/// Traffic over a period; rates in bytes per second.
#[derive(Debug, Clone, PartialEq)]
pub struct Traffic {
    /// What was read.
    pub read: Option<Flow>,
    /// What was written.
    pub written: Option<Flow>,
    /// The mean of read and written, bin by bin, where both are known.
    pub served: TimeSeries,
    /// Mean of `served`; none where the two are never known together.
    pub average_served: Option<f64>,
    /// The highest bin of `served`, with its mid-point.
    pub peak_served: Option<(Timestamp, f64)>,
}

/// One direction of the traffic.
#[derive(Debug, Clone, PartialEq)]
pub struct Flow {
    /// Bin by bin, bytes per second.
    pub series: TimeSeries,
    /// Mean of the known bins, bytes per second.
    pub average: f64,
    /// Bytes in the known bins.
    pub total_bytes: f64,
    /// Known bins.
    pub known_bins: u32,
}

impl Flow {
    /// The flow of a series; none where nothing is known.
    pub fn of(series: TimeSeries) -> Option<Self> {
        let (sum, known_bins) =
            series.known().fold((0.0, 0), |(sum, known), (_, value)| (sum + value, known + 1));
        let total_bytes = sum * series.interval_seconds as f64;
        (known_bins > 0).then(|| Self {
            series,
            average: sum / f64::from(known_bins),
            total_bytes,
            known_bins,
        })
    }
}

/// The histories of a relay's period, or of the next shorter one that there is; none without any.
pub fn relay_traffic(bandwidth: &RelayBandwidth, period: Period) -> Option<Traffic> {
    let of = |histories: &PeriodHistories| Some(TimeSeries::of(histories.longest(period)?.1));
    traffic(of(&bandwidth.read), of(&bandwidth.written))
}

/// What a set of relays read and wrote together, bin by bin.
pub fn group_traffic(members: &[&RelayBandwidth], period: Period) -> Option<Traffic> {
    let of = |side: fn(&RelayBandwidth) -> &PeriodHistories| {
        sum_series(members.iter().filter_map(|relay| Some(side(relay).longest(period)?.1)))
    };
    traffic(of(|relay| &relay.read), of(|relay| &relay.written))
}

fn traffic(read: Option<TimeSeries>, written: Option<TimeSeries>) -> Option<Traffic> {
    let served = match (&read, &written) {
        (Some(read), Some(written)) => mean_of_both(read, written),
        (Some(one), None) | (None, Some(one)) => TimeSeries { values: vec![None; one.values.len()], ..*one },
        (None, None) => return None,
    };
    Some(Traffic {
        read: read.and_then(Flow::of),
        written: written.and_then(Flow::of),
        average_served: super::dips::mean(&served),
        peak_served: served.known().max_by(|left, right| left.1.total_cmp(&right.1)),
        served,
    })
}

/// The mean of two series by time, on the bins of the first; none where one is not known or where the
/// other has no bin of the same length at that time.
pub fn mean_of_both(left: &TimeSeries, right: &TimeSeries) -> TimeSeries {
    let values = left.values.iter().enumerate().map(|(bin, value)| {
        Some(f64::midpoint((*value)?, value_at(right, left.midpoint(bin), left.interval_seconds)?))
    });
    TimeSeries { values: values.collect(), ..*left }
}

fn value_at(series: &TimeSeries, time: Timestamp, interval_seconds: i64) -> Option<f64> {
    let from_first = time.seconds_since(series.first) + interval_seconds / 2;
    let bin = usize::try_from(from_first.div_euclid(interval_seconds)).ok();
    bin.filter(|_| series.interval_seconds == interval_seconds).and_then(|bin| *series.values.get(bin)?)
}

/// A word for how much daily traffic moves around its usual value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum SteadinessGrade {
    /// Below 10 % of the median.
    VerySteady,
    /// Below 25 %.
    Steady,
    /// Below 50 %.
    Variable,
    /// 50 % or more.
    VeryVariable,
}

impl SteadinessGrade {
    /// The grade of a ratio of MAD to median.
    pub fn of(ratio: f64) -> Self {
        match ratio {
            ratio if ratio < 0.10 => Self::VerySteady,
            ratio if ratio < 0.25 => Self::Steady,
            ratio if ratio < 0.50 => Self::Variable,
            _ => Self::VeryVariable,
        }
    }

    /// The grade in words.
    pub const fn name(self) -> &'static str {
        match self {
            Self::VerySteady => "very steady",
            Self::Steady => "steady",
            Self::Variable => "variable",
            Self::VeryVariable => "very variable",
        }
    }
}

/// How steady traffic is over time, not across relays.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Steadiness {
    /// MAD / median of the daily values; 0 is perfectly steady.
    pub ratio: f64,
    /// Known days.
    pub days: usize,
}

impl Steadiness {
    /// Of the daily means of a series; none with fewer than [`FEWEST_DAYS`] of them, with bins longer than
    /// a day, or where the median is zero.
    pub fn of(series: &TimeSeries) -> Option<Self> {
        let days = daily_means(series);
        let MedianAndMad { median, mad } = MedianAndMad::of(days.iter().copied())?;
        let is_defined = days.len() >= FEWEST_DAYS && median > 0.0;
        is_defined.then(|| Self { ratio: mad / median, days: days.len() })
    }

    /// The word.
    pub fn grade(&self) -> SteadinessGrade {
        SteadinessGrade::of(self.ratio)
    }
}

/// The trend of weekly means; none where there are fewer than three.
pub fn traffic_trend(series: &TimeSeries) -> Option<Trend> {
    Trend::of(&weekly_means(series))
}

/// Traffic served / advertised bandwidth, both in bytes per second; none where nothing is advertised. It
/// may pass 1 where a relay says less of itself now than it did.
pub fn utilisation(average_served: f64, advertised_bandwidth: Option<u64>) -> Option<f64> {
    advertised_bandwidth.filter(|bandwidth| *bandwidth > 0).map(|bandwidth| average_served / bandwidth as f64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use allium_model::History;
    use proptest::prelude::*;

    const DAY: i64 = 86_400;

    fn history(first: i64, factor: f64, values: &[Option<i64>]) -> History {
        let last = Timestamp(first + DAY * (values.len() as i64 - 1));
        History::new(Timestamp(first), last, DAY, factor, None, values.iter().copied()).unwrap()
    }

    fn relay(read: History, written: History) -> RelayBandwidth {
        let mut bandwidth = RelayBandwidth::default();
        bandwidth.read.set(Period::OneMonth, read);
        bandwidth.written.set(Period::OneMonth, written);
        bandwidth
    }

    #[test]
    fn read_and_written_meet_by_time_and_the_factor_counts() {
        // Written begins a day later: 10 20 30 - and . 40 20 60, times two and one.
        let read = history(DAY / 2, 2.0, &[Some(5), Some(10), Some(15), None]);
        let written = history(3 * DAY / 2, 1.0, &[Some(40), Some(20), Some(60)]);
        let traffic = relay_traffic(&relay(read, written), Period::OneYear).unwrap();
        assert_eq!(traffic.served.values, [None, Some(30.0), Some(25.0), None]);
        assert_eq!(
            (traffic.average_served, traffic.peak_served),
            (Some(27.5), Some((Timestamp(3 * DAY / 2), 30.0)))
        );
        let read = traffic.read.unwrap();
        assert_eq!((read.average, read.total_bytes, read.known_bins), (20.0, 60.0 * 86_400.0, 3));
    }

    #[test]
    fn relays_add_up_by_time() {
        let old =
            relay(history(DAY / 2, 1.0, &[Some(1), Some(2)]), history(DAY / 2, 1.0, &[Some(1), Some(2)]));
        let young = relay(history(3 * DAY / 2, 1.0, &[Some(10)]), history(3 * DAY / 2, 1.0, &[Some(20)]));
        let both = group_traffic(&[&old, &young], Period::OneMonth).unwrap();
        assert_eq!(both.served.values, [Some(1.0), Some(17.0)]);
    }

    #[test]
    fn one_side_alone_serves_no_mean_and_nothing_is_none() {
        let mut bandwidth = RelayBandwidth::default();
        assert_eq!(relay_traffic(&bandwidth, Period::OneMonth), None);
        bandwidth.read.set(Period::OneMonth, history(DAY / 2, 1.0, &[Some(4)]));
        let traffic = relay_traffic(&bandwidth, Period::OneMonth).unwrap();
        assert_eq!(
            (traffic.average_served, traffic.written, traffic.served.values),
            (None, None, vec![None])
        );
    }

    #[test]
    fn steadiness_is_over_days() {
        // Seven days at 8, seven at 12: the median is 10, each day is 2 away from it.
        let values: Vec<_> = (0..14).map(|day| Some(if day < 7 { 8 } else { 12 })).collect();
        let found = Steadiness::of(&TimeSeries::of(&history(DAY / 2, 1.0, &values))).unwrap();
        assert!((found.ratio - 0.2).abs() < 1e-12);
        assert_eq!((found.days, found.grade().name()), (14, "steady"));
        assert_eq!(Steadiness::of(&TimeSeries::of(&history(DAY / 2, 1.0, &values[1..]))), None);
        assert_eq!(Steadiness::of(&TimeSeries::of(&history(DAY / 2, 0.0, &values))), None);
    }

    #[test]
    fn utilisation_needs_something_advertised() {
        assert_eq!(
            [utilisation(5.0, Some(10)), utilisation(5.0, Some(0)), utilisation(5.0, None)],
            [Some(0.5), None, None]
        );
    }

    proptest! {
        #[test]
        fn a_mean_lies_between_both_and_does_not_depend_on_their_order(
            left in prop::collection::vec(prop::option::of(0..999_i64), 1..40),
            right in prop::collection::vec(prop::option::of(0..999_i64), 1..40),
            shift in 0..10_i64,
        ) {
            let (left, right) = (history(DAY / 2, 1.0, &left), history(DAY / 2 + shift * DAY, 1.0, &right));
            let (left, right) = (TimeSeries::of(&left), TimeSeries::of(&right));
            let (forth, back) = (mean_of_both(&left, &right), mean_of_both(&right, &left));
            prop_assert_eq!(forth.known().collect::<Vec<_>>(), back.known().collect::<Vec<_>>());
            prop_assert!(forth.known().all(|(_, value)| (0.0..999.0).contains(&value)));
        }
    }
}
