//! Values on a regular grid of times, and what of them the eye can see.

use crate::scale::extent;
use crate::time_axis::bounded;
use allium_model::Timestamp;

/// A run of equally spaced values; `None` is unknown. NaN and infinite values count as unknown.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TimeSeries {
    /// Time of the first value: the mid-point of its interval.
    pub start: Timestamp,
    /// Seconds from a value to the next, at least 1.
    pub interval_seconds: i64,
    /// The values, from the oldest.
    pub values: Vec<Option<f64>>,
}

/// A point that is drawn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Point {
    pub(crate) index: usize,
    pub(crate) value: f64,
    /// Whether the line is broken before it.
    pub(crate) breaks: bool,
}

/// A series of more values is thinned to the extremes of so many runs.
const RUNS: usize = 100;

impl TimeSeries {
    /// The time of a value.
    pub fn time(&self, index: usize) -> Timestamp {
        let offset = self.interval_seconds.max(1).saturating_mul(index as i64);
        Timestamp(self.start.0.saturating_add(offset))
    }

    /// The value at an index when it is known and finite.
    pub fn known(&self, index: usize) -> Option<f64> {
        self.values.get(index).copied().flatten().filter(|value| value.is_finite())
    }

    /// The known value at a time of the grid.
    pub(crate) fn at(&self, time: Timestamp) -> Option<f64> {
        let offset = time.seconds_since(self.start);
        let interval = self.interval_seconds.max(1);
        if offset < 0 || offset % interval != 0 {
            return None;
        }
        self.known(usize::try_from(offset / interval).ok()?)
    }

    /// The known values with their index.
    pub fn known_values(&self) -> impl Iterator<Item = (usize, f64)> {
        (0..self.values.len()).filter_map(|index| Some((index, self.known(index)?)))
    }

    /// The last known value with its index.
    pub(crate) fn last_known(&self) -> Option<(usize, f64)> {
        (0..self.values.len()).rev().find_map(|index| Some((index, self.known(index)?)))
    }

    /// Smallest and largest known value.
    pub(crate) fn extent(&self) -> Option<(f64, f64)> {
        extent(self.known_values().map(|(_, value)| value))
    }

    /// First and last time in seconds, within what a calendar has.
    pub(crate) fn span(&self) -> Option<(i64, i64)> {
        let last = self.values.len().checked_sub(1)?;
        Some((bounded(self.start), bounded(self.time(last))))
    }

    /// The points to draw: all of a short series. Of a long one each run keeps its smallest and largest
    /// value, and both sides of every gap that is wider than a quarter of a run.
    pub(crate) fn visible(&self) -> Vec<Point> {
        let run = if self.values.len() <= 2 * RUNS { 1 } else { self.values.len().div_ceil(RUNS) };
        let narrow = run / 4;
        let mut points = Vec::with_capacity(self.values.len().min(2 * RUNS + 16));
        let mut start = 0;
        let mut previous: Option<usize> = None;
        // A stretch is known values without a gap that can be seen.
        let mut stretch = Stretch::default();
        for (index, value) in self.known_values() {
            let breaks = previous.is_some_and(|previous| index - previous > narrow + 1);
            if breaks {
                stretch.end(&mut points);
            }
            if breaks || previous.is_none() || index >= start + run {
                stretch.next_run(&mut points, breaks || previous.is_none());
                start = index - index % run;
            }
            stretch.add(index, value);
            previous = Some(index);
        }
        stretch.end(&mut points);
        points
    }
}

/// The extremes of the run that is being read, and the ends of its stretch.
#[derive(Default)]
struct Stretch {
    first: Option<(usize, f64)>,
    low: Option<(usize, f64)>,
    high: Option<(usize, f64)>,
    last: Option<(usize, f64)>,
    breaks: bool,
}

impl Stretch {
    fn add(&mut self, index: usize, value: f64) {
        let here = (index, value);
        if self.breaks && self.first.is_none() {
            self.first = Some(here);
        }
        if self.low.is_none_or(|low| value < low.1) {
            self.low = Some(here);
        }
        if self.high.is_none_or(|high| value > high.1) {
            self.high = Some(here);
        }
        self.last = Some(here);
    }

    /// Writes the run in the order of time, its last value only where a stretch ends.
    fn write(&mut self, points: &mut Vec<Point>, last: Option<(usize, f64)>) {
        let mut kept = [self.first, self.low, self.high, last];
        kept.sort_unstable_by_key(|point| point.map_or(usize::MAX, |point| point.0));
        let mut previous = None;
        for (index, value) in kept.into_iter().flatten() {
            if previous != Some(index) {
                points.push(Point { index, value, breaks: std::mem::take(&mut self.breaks) });
            }
            previous = Some(index);
        }
        *self = Self::default();
    }

    fn next_run(&mut self, points: &mut Vec<Point>, breaks: bool) {
        self.write(points, None);
        self.breaks = breaks;
    }

    fn end(&mut self, points: &mut Vec<Point>) {
        let last = self.last;
        self.write(points, last);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn series(values: Vec<Option<f64>>) -> TimeSeries {
        TimeSeries { start: Timestamp(0), interval_seconds: 3600, values }
    }

    #[test]
    fn a_short_series_keeps_every_value_and_breaks_at_gaps() {
        let points = series(vec![None, Some(1.0), Some(2.0), None, Some(f64::NAN), Some(3.0)]).visible();
        let shape: Vec<_> = points.iter().map(|point| (point.index, point.breaks)).collect();
        assert_eq!(shape, [(1, true), (2, false), (5, true)]);
    }

    #[test]
    fn a_long_series_keeps_its_extremes_and_its_wide_gaps() {
        let mut values: Vec<Option<f64>> = (0..5000).map(|index| Some(f64::from(index % 7))).collect();
        values[1234] = Some(-50.0);
        values[4321] = Some(50.0);
        values[2000..2300].fill(None);
        let points = series(values).visible();
        assert!(points.len() <= 2 * RUNS + 8, "{}", points.len());
        let has = |index: usize| points.iter().any(|point| point.index == index);
        assert!(has(0) && has(1234) && has(4321) && has(1999) && has(2300) && has(4999));
        assert_eq!(points.iter().filter(|point| point.breaks).count(), 2);
    }

    proptest! {
        #[test]
        fn what_is_drawn_is_in_order_and_has_the_extremes(
            values in proptest::collection::vec(proptest::option::of(-1e6_f64..1e6), 0..900),
        ) {
            let series = series(values);
            let points = series.visible();
            prop_assert!(points.is_sorted_by(|left, right| left.index < right.index));
            prop_assert_eq!(points.is_empty(), series.extent().is_none());
            prop_assert!(points.iter().all(|point| series.known(point.index) == Some(point.value)));
            prop_assert_eq!(extent(points.iter().map(|point| point.value)), series.extent());
            prop_assert_eq!(points.last().map(|point| point.index), series.last_known().map(|last| last.0));
        }
    }
}
