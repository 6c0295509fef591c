//! Amounts over time, stacked: the upper edge is the sum.
//!
//! A time at which one of the amounts is unknown has no sum, so it is a gap for all of them. Negative
//! amounts count as zero here and stand as they are in the table.

use super::line::{Line, Projection, describe_series, span_of};
use crate::axis::{Across, BOTTOM, TOP, draw_grid, draw_tick_texts, plot_data};
use crate::canvas::Canvas;
use crate::chart::Draw;
use crate::figure::LegendEntry;
use crate::scale::{Baseline, Scale};
use crate::series::TimeSeries;
use crate::table::{Column, DataTable};
use crate::unit::Unit;

/// Stacked areas over one time axis; one alone is a plain area.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct AreaChart {
    /// Unit of every value.
    pub unit: Unit,
    /// The areas from the lowest, all on the grid of the first.
    pub areas: Vec<Line>,
}

const PLOT_HEIGHT: f64 = 200.0;

impl AreaChart {
    /// The lower edge of the first area and the upper edges of all: sums on the grid of the first.
    fn edges(&self) -> Vec<TimeSeries> {
        let Some(first) = self.areas.first() else { return Vec::new() };
        let grid = &first.series;
        let mut sums: Vec<Option<f64>> = vec![Some(0.0); grid.values.len()];
        for area in &self.areas {
            for (index, sum) in sums.iter_mut().enumerate() {
                let amount = area.series.at(grid.time(index)).map(|amount| amount.max(0.0));
                *sum = sum.zip(amount).map(|(sum, amount)| sum + amount);
            }
        }
        let whole: Vec<bool> = sums.iter().map(|sum| sum.is_some_and(f64::is_finite)).collect();
        let mut level: Vec<f64> = vec![0.0; grid.values.len()];
        let edge = |level: &[f64]| TimeSeries {
            start: grid.start,
            interval_seconds: grid.interval_seconds,
            values: level.iter().zip(&whole).map(|(level, whole)| whole.then_some(*level)).collect(),
        };
        let mut edges = vec![edge(&level)];
        for area in &self.areas {
            for (index, level) in level.iter_mut().enumerate() {
                *level += area.series.at(grid.time(index)).unwrap_or(0.0).max(0.0);
            }
            edges.push(edge(&level));
        }
        edges
    }
}

impl Draw for AreaChart {
    fn is_empty(&self) -> bool {
        self.edges().last().is_none_or(|total| total.extent().is_none())
    }

    fn height(&self, _width: Option<f64>) -> f64 {
        TOP + PLOT_HEIGHT + BOTTOM
    }

    fn draw(&self, canvas: &mut Canvas) {
        let edges = self.edges();
        let total = edges.last().and_then(TimeSeries::extent);
        let scale = Scale::linear(total, self.unit, Baseline::Zero, 4);
        let span = span_of(edges.iter());
        let height = canvas.height - TOP - BOTTOM;
        draw_grid(canvas, &scale, TOP, height);
        let across = Across::Time { start: span.0, end: span.1 };
        let data = format!("{} data-stacked=\"1\"", plot_data(&across, &scale, self.unit));
        canvas.open_plot(TOP, height, &data);
        let projection = Projection { scale: &scale, span, width: canvas.plot_width(), height };
        let class = if self.areas.len() == 1 { "area" } else { "fill stack" };
        for (area, pair) in self.areas.iter().zip(edges.windows(2)) {
            if let [low, high] = pair {
                projection.draw_band(canvas, class, area.colour, (low, high));
            }
        }
        for (area, edge) in self.areas.iter().zip(edges.iter().skip(1)) {
            projection.draw_line(canvas, &area.name, area.colour, edge);
        }
        canvas.close_plot();
        draw_tick_texts(canvas, &scale, TOP, height);
        across.draw(canvas, TOP + height + 16.0);
    }

    fn table(&self) -> DataTable {
        let columns: Vec<_> =
            self.areas.iter().map(|area| (Column::new(&area.name, self.unit), &area.series)).collect();
        DataTable::of_times(&columns)
    }

    fn legend(&self) -> Vec<LegendEntry> {
        let entry = |area: &Line| LegendEntry {
            label: area.name.clone(),
            class: area.colour.class().to_owned(),
            value: area.series.last_known().map(|last| self.unit.format(last.1)),
        };
        self.areas.iter().map(entry).collect()
    }

    fn describe(&self) -> String {
        let named = self.areas.iter().map(|area| (area.name.as_str(), &area.series));
        describe_series(named, self.unit)
    }
}
