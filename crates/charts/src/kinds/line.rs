//! Lines over time: gaps stay gaps, bands show a spread, reference lines a value to compare with.

use crate::axis::{Across, BOTTOM, TOP, draw_grid, draw_tick_texts, plot_data, spread};
use crate::canvas::{Anchor, Canvas};
use crate::chart::Draw;
use crate::figure::LegendEntry;
use crate::palette::Colour;
use crate::scale::{Baseline, Scale, extent};
use crate::series::{Point, TimeSeries};
use crate::table::{Column, DataTable};
use crate::time_axis::{day_text, time_text};
use crate::unit::Unit;
use std::fmt::Write as _;

/// Several series over one time axis.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct LineChart {
    /// Unit of every value.
    pub unit: Unit,
    /// The lines, the most important last: it is drawn on top.
    pub lines: Vec<Line>,
    /// Bands behind the lines.
    pub bands: Vec<Band>,
    /// Values to compare with.
    pub references: Vec<Reference>,
}

/// A line.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Line {
    /// Name, for the label at its end and the legend.
    pub name: String,
    /// Colour.
    pub colour: Colour,
    /// Its values.
    pub series: TimeSeries,
}

/// The space between two series, such as the quartiles around a median.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Band {
    /// Name, for the legend.
    pub name: String,
    /// Colour.
    pub colour: Colour,
    /// Lower edge.
    pub low: TimeSeries,
    /// Upper edge, on the grid of the lower one.
    pub high: TimeSeries,
}

/// A horizontal line at a value.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Reference {
    /// Name, written on the line with its value.
    pub label: String,
    /// The value.
    pub value: f64,
}

/// Height of the plot.
const PLOT_HEIGHT: f64 = 200.0;
/// So many lines are named at their ends; more have a legend.
const MOST_LABELS: usize = 3;

impl LineChart {
    fn series(&self) -> impl Iterator<Item = &TimeSeries> {
        let bands = self.bands.iter().flat_map(|band| [&band.low, &band.high]);
        self.lines.iter().map(|line| &line.series).chain(bands)
    }

    /// First and last time of all series.
    fn span(&self) -> (i64, i64) {
        span_of(self.series())
    }

    fn scale(&self) -> Scale {
        let references = self.references.iter().map(|reference| (reference.value, reference.value));
        let extents = self.series().filter_map(TimeSeries::extent).chain(references);
        let all = extent(extents.flat_map(|(low, high)| [low, high]));
        Scale::linear(all, self.unit, Baseline::Free, 4)
    }

    /// Whether lines are named at their ends: few, which end apart from each other and from references.
    fn names_ends(&self) -> bool {
        if self.lines.len() < 2 || self.lines.len() > MOST_LABELS {
            return false;
        }
        let scale = self.scale();
        let ends = self.lines.iter().filter_map(|line| line.series.last_known());
        let values = ends.map(|end| end.1).chain(self.references.iter().map(|reference| reference.value));
        let mut places: Vec<f64> = values.map(|value| scale.fraction(value) * PLOT_HEIGHT).collect();
        places.sort_by(f64::total_cmp);
        places.windows(2).all(|pair| matches!(pair, [low, high] if high - low >= 24.0))
    }

    /// How many values at the right end lie between two heights of the plot.
    fn crowd(&self, scale: &Scale, height: f64, down: (f64, f64)) -> usize {
        let last_quarter = self.lines.iter().flat_map(|line| {
            let length = line.series.values.len();
            (length - length / 4..length).filter_map(|index| line.series.known(index))
        });
        last_quarter
            .filter(|value| (down.0..down.1).contains(&(height * (1.0 - scale.fraction(*value)))))
            .count()
    }

    /// Names at the right end: of references, and of few lines.
    fn draw_labels(&self, canvas: &mut Canvas, scale: &Scale, top: f64, height: f64) {
        let place = |value: f64| {
            let line = height * (1.0 - scale.fraction(value));
            let below = self.crowd(scale, height, (line - 18.0, line))
                > self.crowd(scale, height, (line, line + 18.0));
            top + line + if below && line + 18.0 < height { 14.0 } else { -6.0 }
        };
        let mut labels: Vec<(&str, String, f64)> = Vec::new();
        for reference in self.references.iter().filter(|reference| reference.value.is_finite()) {
            let text = format!("{} {}", reference.label, self.unit.format(reference.value));
            labels.push(("tick", text, place(reference.value)));
        }
        if self.names_ends() {
            let ends = self.lines.iter().filter_map(|line| Some((line, line.series.last_known()?.1)));
            labels.extend(ends.map(|(line, value)| ("label", line.name.clone(), place(value))));
        }
        let mut places: Vec<f64> = labels.iter().map(|label| label.2).collect();
        spread(&mut places, top - 5.0, top + height - 2.0);
        for ((class, text, _), y) in labels.iter().zip(places) {
            canvas.text(class, 1.0, y, Anchor::End, text);
        }
    }
}

/// First and last time of several series; the same hour twice when there is none.
pub(crate) fn span_of<'a>(series: impl Iterator<Item = &'a TimeSeries>) -> (i64, i64) {
    let spans = series.filter_map(TimeSeries::span);
    spans.reduce(|left, right| (left.0.min(right.0), left.1.max(right.1))).unwrap_or((0, 0))
}

/// From the indexes and values of a series to the coordinates of a plot.
pub(crate) struct Projection<'a> {
    pub(crate) scale: &'a Scale,
    pub(crate) span: (i64, i64),
    pub(crate) width: f64,
    pub(crate) height: f64,
}

impl Projection<'_> {
    pub(crate) fn x(&self, series: &TimeSeries, index: usize) -> f64 {
        self.width * Across::time_fraction(self.span.0, self.span.1, series.time(index).0)
    }

    pub(crate) fn y(&self, value: f64) -> f64 {
        self.height * (1.0 - self.scale.fraction(value))
    }

    /// Draws a line with one point for each value. Points between two gaps, which no line reaches, are
    /// drawn as dots by a path of their own.
    pub(crate) fn draw_line(&self, canvas: &mut Canvas, name: &str, colour: Colour, series: &TimeSeries) {
        let points = series.visible();
        canvas.open_path("line", colour.class(), Some(name));
        for point in &points {
            let command = if point.breaks { 'M' } else { 'L' };
            canvas.point(command, self.x(series, point.index), self.y(point.value));
        }
        canvas.close_path();
        let alone: Vec<&Point> = points
            .iter()
            .enumerate()
            .filter(|(place, point)| point.breaks && points.get(place + 1).is_none_or(|next| next.breaks))
            .map(|(_, point)| point)
            .collect();
        if alone.is_empty() {
            return;
        }
        canvas.open_path("dots", colour.class(), None);
        for point in alone {
            canvas.point('M', self.x(series, point.index), self.y(point.value));
            canvas.push("h0");
        }
        canvas.close_path();
    }

    /// Draws the space between two series, where both are known.
    pub(crate) fn draw_band(
        &self,
        canvas: &mut Canvas,
        class: &str,
        colour: Colour,
        edges: (&TimeSeries, &TimeSeries),
    ) {
        let (low, high) = edges;
        // The lower edge decides which points are drawn, so that both edges bend at the same times.
        let mut points: Vec<Point> = low.visible();
        points.extend(high.visible());
        points.sort_by_key(|point| point.index);
        points.dedup_by_key(|point| point.index);
        canvas.open_path(class, colour.class(), None);
        let mut stretch: Vec<(usize, f64, f64)> = Vec::new();
        for point in points {
            let both = low.known(point.index).zip(high.known(point.index));
            if point.breaks || both.is_none() {
                self.draw_stretch(canvas, low, &stretch);
                stretch.clear();
            }
            stretch.extend(both.map(|(low, high)| (point.index, low, high)));
        }
        self.draw_stretch(canvas, low, &stretch);
        canvas.close_path();
    }

    fn draw_stretch(&self, canvas: &mut Canvas, grid: &TimeSeries, stretch: &[(usize, f64, f64)]) {
        for (place, (index, _, high)) in stretch.iter().enumerate() {
            canvas.point(if place == 0 { 'M' } else { 'L' }, self.x(grid, *index), self.y(*high));
        }
        for (index, low, _) in stretch.iter().rev() {
            canvas.point('L', self.x(grid, *index), self.y(*low));
        }
        canvas.push(if stretch.is_empty() { "" } else { "Z" });
    }
}

impl Draw for LineChart {
    fn is_empty(&self) -> bool {
        self.series().all(|series| series.known_values().next().is_none())
    }

    fn height(&self, _width: Option<f64>) -> f64 {
        TOP + PLOT_HEIGHT + BOTTOM
    }

    fn draw(&self, canvas: &mut Canvas) {
        let (scale, span) = (self.scale(), self.span());
        let height = canvas.height - TOP - BOTTOM;
        draw_grid(canvas, &scale, TOP, height);
        let across = Across::Time { start: span.0, end: span.1 };
        canvas.open_plot(TOP, height, &plot_data(&across, &scale, self.unit));
        let projection = Projection { scale: &scale, span, width: canvas.plot_width(), height };
        for band in &self.bands {
            projection.draw_band(canvas, "area", band.colour, (&band.low, &band.high));
        }
        for line in &self.lines {
            projection.draw_line(canvas, &line.name, line.colour, &line.series);
        }
        canvas.close_plot();
        for reference in self.references.iter().filter(|reference| reference.value.is_finite()) {
            let y = TOP + projection.y(reference.value);
            canvas.segment("ref", (0.0, y), (1.0, y));
        }
        draw_tick_texts(canvas, &scale, TOP, height);
        across.draw(canvas, TOP + height + 16.0);
        self.draw_labels(canvas, &scale, TOP, height);
    }

    fn table(&self) -> DataTable {
        let mut columns: Vec<(Column, &TimeSeries)> =
            self.lines.iter().map(|line| (Column::new(&line.name, self.unit), &line.series)).collect();
        for band in &self.bands {
            columns.push((Column::new(format!("{}, lower edge", band.name), self.unit), &band.low));
            columns.push((Column::new(format!("{}, upper edge", band.name), self.unit), &band.high));
        }
        DataTable::of_times(&columns)
    }

    fn legend(&self) -> Vec<LegendEntry> {
        let last = |series: &TimeSeries| Some(self.unit.format(series.last_known()?.1));
        let lines = self.lines.iter().map(|line| LegendEntry {
            label: line.name.clone(),
            class: format!("line {}", line.colour.class()),
            value: last(&line.series),
        });
        let bands = self.bands.iter().map(|band| LegendEntry {
            label: band.name.clone(),
            class: format!("area {}", band.colour.class()),
            value: None,
        });
        lines.chain(bands).collect()
    }

    fn labels_itself(&self) -> bool {
        self.bands.is_empty() && (self.lines.len() == 1 || self.names_ends())
    }

    fn describe(&self) -> String {
        let named = self.lines.iter().map(|line| (line.name.as_str(), &line.series));
        describe_series(named, self.unit)
    }
}

/// Sentences about the first four series: from when to when, first, last, lowest and highest value, and
/// how many are not known.
pub(crate) fn describe_series<'a>(
    series: impl Iterator<Item = (&'a str, &'a TimeSeries)>,
    unit: Unit,
) -> String {
    let mut out = String::new();
    let mut more = 0;
    for (place, (name, series)) in series.enumerate() {
        if place < 4 {
            out.push_str(if place > 0 { " " } else { "" });
            out.push_str(&sentence(name, series, unit));
        } else {
            more += 1;
        }
    }
    if more > 0 {
        let _ = write!(out, " And {more} more.");
    }
    out
}

fn sentence(name: &str, series: &TimeSeries, unit: Unit) -> String {
    let known: Vec<(usize, f64)> = series.known_values().collect();
    let (Some(first), Some(last)) = (known.first(), known.last()) else {
        return format!("{name}: no value is known.");
    };
    let mut lowest = first;
    let mut highest = first;
    for here in &known {
        lowest = if here.1 < lowest.1 { here } else { lowest };
        highest = if here.1 > highest.1 { here } else { highest };
    }
    let is_daily = series.interval_seconds >= 86_400;
    let at = |point: &(usize, f64)| {
        let time = series.time(point.0);
        if is_daily { day_text(time).to_string() } else { time_text(time) }
    };
    let mut text = format!(
        "{name}, {} to {} (UTC): first {}, last {}, lowest {} on {}, highest {} on {}.",
        at(first),
        at(last),
        unit.format(first.1),
        unit.format(last.1),
        unit.format(lowest.1),
        at(lowest),
        unit.format(highest.1),
        at(highest),
    );
    let unknown = series.values.len() - known.len();
    if unknown > 0 {
        let _ = write!(text, " {unknown} of {} values are not known.", series.values.len());
    }
    text
}
