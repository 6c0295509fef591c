//! Values over time of many relays on one grid of bins.
//!
//! Histories of relays begin and end at different times; they are put together by time, never by
//! place in the list. Bins finer than the grid are averaged into it, and count in a sum for the part of the
//! longer bin that they cover.

use allium_model::{Histories, History, Network, Period, RelayPosition, RelayUptime, Timestamp};
use std::collections::BTreeMap;

/// Values on a grid of equally long bins; unknown bins are `None`.
#[derive(Debug, Clone, PartialEq)]
pub struct TimeSeries {
    /// Mid-point of the first bin.
    pub first: Timestamp,
    /// Length of a bin in seconds.
    pub interval_seconds: i64,
    /// The values.
    pub values: Vec<Option<f64>>,
}

impl TimeSeries {
    /// The values of one history.
    pub fn of(history: &History) -> Self {
        Self {
            first: history.first,
            interval_seconds: history.interval_seconds,
            values: history.values().collect(),
        }
    }

    /// Mid-point of a bin.
    pub fn midpoint(&self, bin: usize) -> Timestamp {
        self.first.plus_seconds(bin as i64 * self.interval_seconds)
    }

    /// The known values with the mid-points of their bins.
    pub fn known(&self) -> impl Iterator<Item = (Timestamp, f64)> {
        self.values.iter().enumerate().filter_map(|(bin, value)| Some((self.midpoint(bin), (*value)?)))
    }

    /// The part whose mid-points are at or after a time.
    #[must_use]
    pub fn since(&self, start: Timestamp) -> Self {
        let skipped = (0..self.values.len()).take_while(|bin| self.midpoint(*bin) < start).count();
        Self { first: self.midpoint(skipped), values: self.values[skipped..].to_vec(), ..*self }
    }
}

/// Sums of many histories by bin.
#[derive(Debug)]
pub struct Bins {
    first: Timestamp,
    interval_seconds: i64,
    cells: Vec<Cell>,
}

/// What is known of a bin.
#[derive(Debug, Clone, Copy, Default)]
struct Cell {
    /// The values, added up.
    sum: f64,
    /// The same, each weighted by the part of the bin that it covers.
    covered_sum: f64,
    /// The number of values.
    count: u32,
}

impl Bins {
    /// An empty grid on which the histories lie: with the length of bin that most of them have, from the
    /// earliest to the latest. None without histories.
    pub fn spanning<'a>(histories: impl Iterator<Item = &'a History> + Clone) -> Option<Self> {
        let mut lengths = BTreeMap::new();
        for history in histories.clone() {
            *lengths.entry(history.interval_seconds).or_insert(0_usize) += 1;
        }
        let (interval_seconds, _) = lengths.into_iter().max_by_key(|(_, count)| *count)?;
        let on_grid = histories.clone().find(|history| history.interval_seconds == interval_seconds)?.first;
        let start = histories.clone().map(|history| history.first).min()?;
        let end = histories.map(|history| history.midpoint(history.len() - 1)).max()?;
        let half = interval_seconds / 2;
        let bins_before =
            (on_grid.seconds_since(start) - half + interval_seconds - 1).div_euclid(interval_seconds);
        let first = on_grid.plus_seconds(-bins_before.max(0) * interval_seconds);
        let count = (end.seconds_since(first) + half).max(0) / interval_seconds + 1;
        Some(Self {
            first,
            interval_seconds,
            cells: vec![Cell::default(); usize::try_from(count).ok()?.min(MAX_BINS)],
        })
    }

    /// Adds the known values of a history.
    pub fn add(&mut self, history: &History) {
        let half = self.interval_seconds / 2;
        let covered = (history.interval_seconds as f64 / self.interval_seconds as f64).min(1.0);
        for (bin, value) in history.values().enumerate() {
            let from_start = history.midpoint(bin).seconds_since(self.first) + half;
            let place = usize::try_from(from_start.div_euclid(self.interval_seconds)).ok();
            if let (Some(value), Some(cell)) = (value, place.and_then(|place| self.cells.get_mut(place))) {
                cell.sum += value;
                cell.covered_sum += value * covered;
                cell.count += 1;
            }
        }
    }

    /// The mean of each bin over what is known of it.
    pub fn means(&self) -> TimeSeries {
        self.series(|cell| cell.sum / f64::from(cell.count))
    }

    /// The sum of each bin over what is known of it. A value of a shorter bin counts for the part of the
    /// bin that it covers, so that two halves of a rate are that rate and not twice as much.
    pub fn sums(&self) -> TimeSeries {
        self.series(|cell| cell.covered_sum)
    }

    /// How many values each bin has.
    pub fn counts(&self) -> Vec<u32> {
        self.cells.iter().map(|cell| cell.count).collect()
    }

    fn series(&self, value: impl Fn(&Cell) -> f64) -> TimeSeries {
        let values = self.cells.iter().map(|cell| (cell.count > 0).then(|| value(cell))).collect();
        TimeSeries { first: self.first, interval_seconds: self.interval_seconds, values }
    }
}

/// No document has longer histories; a hostile one gets no more memory.
const MAX_BINS: usize = 100_000;

/// The uptime entries of some relays, of those that have one.
pub fn uptime_entries<'a>(
    network: &Network,
    histories: &'a Histories,
    members: &[RelayPosition],
) -> Vec<&'a RelayUptime> {
    members.iter().filter_map(|position| histories.uptime_of(network.relay(*position).fingerprint)).collect()
}

/// The mean uptime of relays over a period, by time; each counts in the bins that it knows, and one without
/// a history of the period in none. None without any.
pub fn mean_uptime(entries: &[&RelayUptime], period: Period) -> Option<TimeSeries> {
    mean_series(entries.iter().filter_map(|entry| entry.overall.get(period)))
}

/// The mean over histories, by time; none without any.
pub fn mean_series<'a>(histories: impl Iterator<Item = &'a History> + Clone) -> Option<TimeSeries> {
    filled(histories).map(|bins| bins.means())
}

/// The sum over histories, by time; none without any.
pub fn sum_series<'a>(histories: impl Iterator<Item = &'a History> + Clone) -> Option<TimeSeries> {
    filled(histories).map(|bins| bins.sums())
}

fn filled<'a>(histories: impl Iterator<Item = &'a History> + Clone) -> Option<Bins> {
    let mut bins = Bins::spanning(histories.clone())?;
    histories.for_each(|history| bins.add(history));
    Some(bins)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn history(first: i64, interval: i64, values: &[Option<i64>]) -> History {
        let last = Timestamp(first + interval * (values.len() as i64 - 1));
        History::new(Timestamp(first), last, interval, 1.0, None, values.iter().copied()).unwrap()
    }

    #[test]
    fn histories_meet_by_time_and_not_by_place() {
        let old = history(50, 100, &[Some(1), Some(3), None]);
        let young = history(150, 100, &[Some(5), Some(7)]);
        let mean = mean_series([&old, &young].into_iter()).unwrap();
        assert_eq!((mean.first, mean.values), (Timestamp(50), vec![Some(1.0), Some(4.0), Some(7.0)]));
        let sum = sum_series([&young, &old].into_iter()).unwrap();
        assert_eq!(sum.values, [Some(1.0), Some(8.0), Some(7.0)]);
    }

    #[test]
    fn finer_bins_are_averaged_into_the_grid_and_gaps_stay_gaps() {
        let grid = history(50, 100, &[Some(2), None, Some(4)]);
        let again = history(50, 100, &[None, None, Some(4)]);
        let fine = history(25, 50, &[Some(2), Some(4)]);
        let mean = mean_series([&grid, &again, &fine].into_iter()).unwrap();
        assert_eq!(mean.interval_seconds, 100);
        assert_eq!(mean.values[1..], [None, Some(4.0)]);
        assert!((mean.values[0].unwrap() - 8.0 / 3.0).abs() < 1e-12);
    }

    #[test]
    fn finer_rates_count_in_a_sum_for_the_part_of_the_bin_that_they_cover() {
        // Bins of 100 s: 10, 20. Bins of 50 s: 4 and 6 are 5 over 100 s; of the next only half is known, 8
        // for 50 s of 100 s. Sums are 10 + 2 + 3 and 20 + 4; means are over the values.
        let grid = history(50, 100, &[Some(10), Some(20)]);
        let again = history(50, 100, &[Some(0), Some(0)]);
        let fine = history(25, 50, &[Some(4), Some(6), Some(8), None]);
        let all = [&grid, &again, &fine];
        assert_eq!(sum_series(all.into_iter()).unwrap().values, [Some(15.0), Some(24.0)]);
        let means = mean_series(all.into_iter()).unwrap().values;
        assert_eq!(means, [Some(20.0 / 4.0), Some(28.0 / 3.0)]);
    }

    #[test]
    fn a_part_begins_at_the_first_bin_not_before_a_time() {
        let series = TimeSeries::of(&history(50, 100, &[Some(1), Some(2), Some(3)]));
        let part = series.since(Timestamp(51));
        assert_eq!((part.first, part.values.len()), (Timestamp(150), 2));
        assert!(series.since(Timestamp(1000)).values.is_empty());
    }
}
