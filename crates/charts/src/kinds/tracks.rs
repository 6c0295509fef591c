//! Tracks: how much of each stretch of time something was the case, one track for each thing.
//!
//! A track is full where it was always the case, lower where it was for a part, empty where it never was,
//! and missing where nothing is known: a gap stays a gap.

use crate::axis::{Across, BOTTOM};
use crate::canvas::{Anchor, Canvas};
use crate::chart::Draw;
use crate::markup::shortened;
use crate::palette::Colour;
use crate::series::TimeSeries;
use crate::table::{Column, DataTable};
use crate::time_axis::{bounded, time_text};
use crate::unit::Unit;
use allium_model::Timestamp;

/// Several tracks over one time axis.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TracksChart {
    /// What a value counts, for sentences: `hours`.
    pub counted: String,
    /// The tracks, from the top, on one grid of times.
    pub tracks: Vec<Track>,
}

/// A track.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Track {
    /// Name.
    pub label: String,
    /// Colour.
    pub colour: Colour,
    /// Percent of each interval in which it was the case; `None` where nothing is known.
    pub series: TimeSeries,
}

const ROW: f64 = 36.0;
const LEAST_ROW: f64 = 26.0;
/// Height of a track.
const TRACK: f64 = 14.0;
/// More columns than the eye can tell apart are put together.
const MOST_COLUMNS: usize = 180;

/// A run of columns with the same value.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Run {
    /// Index of the first value and of the one behind the last.
    span: (usize, usize),
    /// Percent; `None` where nothing is known.
    value: Option<f64>,
}

impl Track {
    /// The columns as runs. A column is the mean of its known values.
    fn runs(&self) -> Vec<Run> {
        let length = self.series.values.len();
        let width = length.div_ceil(MOST_COLUMNS).max(1);
        let mut runs: Vec<Run> = Vec::new();
        for start in (0..length).step_by(width) {
            let end = length.min(start + width);
            let value = self.mean(start, end);
            match runs.last_mut().filter(|run| run.value == value) {
                Some(run) => run.span.1 = end,
                None => runs.push(Run { span: (start, end), value }),
            }
        }
        runs
    }

    fn mean(&self, start: usize, end: usize) -> Option<f64> {
        let known: Vec<f64> = (start..end).filter_map(|index| self.series.known(index)).collect();
        (!known.is_empty()).then(|| (known.iter().sum::<f64>() / known.len() as f64).clamp(0.0, 100.0))
    }

    fn overall(&self) -> Option<f64> {
        self.mean(0, self.series.values.len())
    }

    fn share(&self) -> String {
        self.overall().map_or_else(|| "not known".to_owned(), |share| Unit::Percent.format(share))
    }

    /// When a run begins and ends, and its value.
    fn told(&self, run: &Run) -> String {
        let time = |index: usize| time_text(Timestamp(self.start_of(index)));
        let value = run.value.map_or_else(|| "not known".to_owned(), |value| Unit::Percent.format(value));
        format!("{}: {value}, {} to {}", self.label, time(run.span.0), time(run.span.1))
    }

    /// Times of a series are the middles of its intervals.
    fn half(&self) -> i64 {
        self.series.interval_seconds.max(1) / 2
    }

    /// When an interval starts, in seconds.
    fn start_of(&self, index: usize) -> i64 {
        bounded(Timestamp(self.series.time(index).0.saturating_sub(self.half())))
    }

    /// Start of the first interval and end of the last, in seconds.
    fn span(&self) -> Option<(i64, i64)> {
        let length = self.series.values.len();
        (length > 0).then(|| (self.start_of(0), self.start_of(length)))
    }

    fn draw(&self, canvas: &mut Canvas, top: f64, span: (i64, i64)) {
        let share = self.share();
        let room = canvas.least_width() - 8.0 * (share.len() + 1) as f64;
        canvas.text("name", 0.0, top + 12.0, Anchor::Start, &shortened(&self.label, room));
        canvas.text("label", 1.0, top + 12.0, Anchor::End, &share);
        let (high, low) = (top + 17.0, top + 17.0 + TRACK);
        let place = |index: usize| Across::time_fraction(span.0, span.1, self.start_of(index));
        for run in self.runs() {
            let Some(value) = run.value else { continue };
            let across = (place(run.span.0), place(run.span.1));
            let told = self.told(&run);
            if value < 100.0 {
                canvas.rect("track", "", across, (high, low), if value > 0.0 { "" } else { &told });
            }
            if value > 0.0 {
                let fill = low - (TRACK * value / 100.0).max(1.0);
                canvas.rect("fill", self.colour.class(), across, (fill, low), &told);
            }
        }
    }
}

impl TracksChart {
    fn span(&self) -> (i64, i64) {
        let spans = self.tracks.iter().filter_map(Track::span);
        spans.reduce(|left, right| (left.0.min(right.0), left.1.max(right.1))).unwrap_or((0, 0))
    }
}

impl Draw for TracksChart {
    fn is_empty(&self) -> bool {
        self.tracks.iter().all(|track| track.overall().is_none())
    }

    fn height(&self, _width: Option<f64>) -> f64 {
        self.tracks.len() as f64 * ROW + BOTTOM
    }

    fn draw(&self, canvas: &mut Canvas) {
        let span = self.span();
        let room = (canvas.height - BOTTOM).max(LEAST_ROW);
        let row = (room / self.tracks.len().max(1) as f64).clamp(LEAST_ROW.max(TRACK + 18.0), ROW);
        let fitting = ((room / row) as usize).max(1);
        for (index, track) in self.tracks.iter().take(fitting).enumerate() {
            track.draw(canvas, index as f64 * row, span);
        }
        let bottom = row * fitting.min(self.tracks.len()) as f64;
        Across::Time { start: span.0, end: span.1 }.draw(canvas, bottom + 14.0);
    }

    fn table(&self) -> DataTable {
        let columns: Vec<(Column, &TimeSeries)> = self
            .tracks
            .iter()
            .map(|track| (Column::new(&track.label, Unit::Percent), &track.series))
            .collect();
        DataTable::of_times(&columns)
    }

    fn labels_itself(&self) -> bool {
        true
    }

    fn describe(&self) -> String {
        let (start, end) = self.span();
        let told: Vec<String> =
            self.tracks.iter().map(|track| format!("{} {}", track.label, track.share())).collect();
        format!(
            "Share of the known {} from {} to {} (UTC): {}.",
            self.counted,
            time_text(Timestamp(start)),
            time_text(Timestamp(end)),
            told.join("; ")
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn track(values: Vec<Option<f64>>) -> Track {
        let series = TimeSeries { start: Timestamp(1_800), interval_seconds: 3_600, values };
        Track { label: "Guard".into(), colour: Colour::S1, series }
    }

    #[test]
    fn equal_columns_are_one_run_and_gaps_are_none() {
        let runs = track(vec![Some(100.0), Some(100.0), None, Some(0.0)]).runs();
        let expected = [((0, 2), Some(100.0)), ((2, 3), None), ((3, 4), Some(0.0))];
        assert_eq!(runs, expected.map(|(span, value)| Run { span, value }));
    }

    #[test]
    fn many_hours_become_columns_with_the_mean_of_what_is_known() {
        let mut values = vec![Some(100.0); 2_160];
        values[0] = Some(0.0);
        values[1] = None;
        let runs = track(values).runs();
        assert_eq!(runs.len(), 2);
        assert_eq!(runs[0].span, (0, 12));
        assert!((runs[0].value.unwrap() - 1000.0 / 11.0).abs() < 1e-9);
    }

    #[test]
    fn the_share_is_of_the_known_hours() {
        let chart = TracksChart {
            counted: "hours".into(),
            tracks: vec![track(vec![Some(100.0), Some(0.0), None, Some(100.0), Some(100.0)])],
        };
        assert_eq!(
            chart.describe(),
            "Share of the known hours from 1970-01-01 to 1970-01-01 05:00 (UTC): Guard 75 %."
        );
        assert!(!chart.is_empty());
        assert!(TracksChart { tracks: vec![track(vec![None])], ..chart }.is_empty());
    }
}
