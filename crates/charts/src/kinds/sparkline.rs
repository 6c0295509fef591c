//! Sparklines: the course of a series as high as a line of text, without axes.

use super::line::{Projection, describe_series};
use crate::canvas::Canvas;
use crate::chart::Draw;
use crate::markup::push_escaped;
use crate::palette::Colour;
use crate::scale::{Baseline, Scale};
use crate::series::TimeSeries;
use crate::table::{Column, DataTable};
use crate::unit::Unit;

/// A series without axes.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Sparkline {
    /// Name of the series.
    pub name: String,
    /// Unit of its values.
    pub unit: Unit,
    /// Colour.
    pub colour: Colour,
    /// Its values.
    pub series: TimeSeries,
}

/// The drawing's own width and height, which are its pixels in the style sheet.
const SIZE: (f64, f64) = (100.0, 24.0);

impl Sparkline {
    /// The inline form: small, without ids, named by an attribute.
    pub(crate) fn inline(&self, title: &str) -> String {
        let mut canvas = Canvas::new(Some(SIZE.0), SIZE.1);
        canvas.push("<svg class=\"spark\" viewBox=\"0 0 100 24\" preserveAspectRatio=\"none\" role=\"img\" aria-label=\"");
        push_escaped(&mut canvas.out, title);
        canvas.push("\">");
        self.draw(&mut canvas);
        canvas.push("</svg>");
        canvas.out
    }
}

impl Draw for Sparkline {
    fn is_empty(&self) -> bool {
        self.series.extent().is_none()
    }

    fn height(&self, _width: Option<f64>) -> f64 {
        60.0
    }

    fn draw(&self, canvas: &mut Canvas) {
        let extent = self.series.extent();
        let scale = Scale::linear(extent, self.unit, Baseline::Free, 2);
        let (width, height) = (canvas.plot_width(), canvas.height);
        let projection =
            Projection { scale: &scale, span: self.series.span().unwrap_or_default(), width, height };
        projection.draw_line(canvas, &self.name, self.colour, &self.series);
    }

    fn table(&self) -> DataTable {
        DataTable::of_times(&[(Column::new(&self.name, self.unit), &self.series)])
    }

    fn labels_itself(&self) -> bool {
        true
    }

    fn describe(&self) -> String {
        describe_series(std::iter::once((self.name.as_str(), &self.series)), self.unit)
    }
}
