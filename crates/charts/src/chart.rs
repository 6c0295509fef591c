//! The closed list of kinds, and what each of them can do.

use crate::canvas::Canvas;
use crate::figure::LegendEntry;
use crate::kinds::LineChart;
use crate::table::DataTable;

/// A chart of one kind, with its values.
#[derive(Debug, Clone, PartialEq)]
pub enum Chart {
    /// Values over time, with gaps, bands and reference lines.
    Line(LineChart),
}

/// What every kind does.
pub(crate) trait Draw {
    /// Whether there is no known value to draw.
    fn is_empty(&self) -> bool;
    /// The height in pixels that reads well; `width` is known except inline.
    fn height(&self, width: Option<f64>) -> f64;
    /// Draws within the width and the height of the canvas.
    fn draw(&self, canvas: &mut Canvas);
    /// Every value.
    fn table(&self) -> DataTable;
    /// What the colours mean; empty when they mean nothing.
    fn legend(&self) -> Vec<LegendEntry> {
        Vec::new()
    }
    /// Whether the drawing names its colours by itself, so that it needs no legend.
    fn labels_itself(&self) -> bool {
        false
    }
    /// A sentence or two for those who do not see the drawing.
    fn describe(&self) -> String;
}

impl Chart {
    pub(crate) fn kind(&self) -> &dyn Draw {
        match self {
            Self::Line(chart) => chart,
        }
    }
}
