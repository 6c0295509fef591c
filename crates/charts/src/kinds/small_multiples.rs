//! Small multiples: one small line for each name, all with the same scales, so that they compare.

use super::line::{Projection, describe_series, span_of};
use crate::axis::{Across, draw_grid, plot_data};
use crate::canvas::{Anchor, Canvas};
use crate::chart::Draw;
use crate::markup::{push_attribute, shortened};
use crate::palette::Colour;
use crate::scale::{Baseline, Scale, extent};
use crate::series::TimeSeries;
use crate::table::{Column, DataTable};
use crate::time_axis::day_text;
use crate::unit::Unit;
use allium_model::Timestamp;

/// Panels with one scale.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SmallMultiples {
    /// Unit of every value.
    pub unit: Unit,
    /// The panels, in reading order.
    pub panels: Vec<Panel>,
}

/// A panel.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Panel {
    /// Name.
    pub name: String,
    /// Colour.
    pub colour: Colour,
    /// Its values.
    pub series: TimeSeries,
}

const PANEL: f64 = 104.0;
/// Space above a panel's plot for its name, and below it.
const HEAD: f64 = 34.0;
const FOOT: f64 = 10.0;
/// Part of the width between panels.
const GAP: f64 = 0.04;

impl SmallMultiples {
    fn across(&self, width: Option<f64>) -> usize {
        let wanted = width.map_or(3, |width| (width / 200.0) as usize).clamp(1, 6);
        let wanted = if self.panels.len() <= 4 { wanted.min(2) } else { wanted };
        wanted.min(self.panels.len().max(1))
    }

    fn scale(&self) -> Scale {
        let extents = self.panels.iter().filter_map(|panel| panel.series.extent());
        let all = extent(extents.flat_map(|(low, high)| [low, high]));
        Scale::linear(all, self.unit, Baseline::Free, 2)
    }

    fn draw_panel(&self, canvas: &mut Canvas, panel: &Panel, scale: &Scale, span: (i64, i64)) {
        let value =
            panel.series.last_known().map_or_else(|| "not known".to_owned(), |last| self.unit.format(last.1));
        canvas.text("label", 0.0, 12.0, Anchor::Start, &shortened(&panel.name, canvas.least_width()));
        canvas.text("value", 0.0, 27.0, Anchor::Start, &value);
        let height = (canvas.height - HEAD - FOOT).max(8.0);
        draw_grid(canvas, scale, HEAD, height);
        let across = Across::Time { start: span.0, end: span.1 };
        canvas.open_plot(HEAD, height, &plot_data(&across, scale, self.unit));
        let projection = Projection { scale, span, width: canvas.plot_width(), height };
        projection.draw_line(canvas, &panel.name, panel.colour, &panel.series);
        canvas.close_plot();
    }
}

impl Draw for SmallMultiples {
    fn is_empty(&self) -> bool {
        self.panels.iter().all(|panel| panel.series.extent().is_none())
    }

    fn height(&self, width: Option<f64>) -> f64 {
        self.panels.len().div_ceil(self.across(width)) as f64 * PANEL + 16.0
    }

    fn draw(&self, canvas: &mut Canvas) {
        let (scale, span) = (self.scale(), span_of(self.panels.iter().map(|panel| &panel.series)));
        let columns = self.across(canvas.width());
        let rows = self.panels.len().div_ceil(columns).max(1);
        let height = (canvas.height - 16.0) / rows as f64;
        let wide = (1.0 - GAP * (columns - 1) as f64) / columns as f64;
        for (index, panel) in self.panels.iter().enumerate() {
            let mut small = canvas.part(wide, height);
            self.draw_panel(&mut small, panel, &scale, span);
            canvas.push("<svg overflow=\"visible\"");
            canvas.across("x", (index % columns) as f64 * (wide + GAP));
            push_attribute(&mut canvas.out, "y", (index / columns) as f64 * height);
            canvas.across("width", wide);
            push_attribute(&mut canvas.out, "height", height);
            canvas.push(">");
            canvas.push(&small.out);
            canvas.push("</svg>");
        }
        let low = scale.ticks.first().map_or("", |tick| &tick.1);
        let high = scale.ticks.last().map_or("", |tick| &tick.1);
        let y = canvas.height - 4.0;
        canvas.text("tick", 0.0, y, Anchor::Start, &format!("{low} to {high}"));
        let days = format!("{} to {}", day_text(Timestamp(span.0)), day_text(Timestamp(span.1)));
        canvas.text("tick", 1.0, y, Anchor::End, &days);
    }

    fn table(&self) -> DataTable {
        let columns: Vec<_> =
            self.panels.iter().map(|panel| (Column::new(&panel.name, self.unit), &panel.series)).collect();
        DataTable::of_times(&columns)
    }

    fn labels_itself(&self) -> bool {
        true
    }

    fn describe(&self) -> String {
        let named = self.panels.iter().map(|panel| (panel.name.as_str(), &panel.series));
        describe_series(named, self.unit)
    }
}
