//! The closed list of kinds, and what each of them can do.

use crate::canvas::Canvas;
use crate::figure::LegendEntry;
use crate::kinds::{
    AreaChart, BarChart, BoxPlot, FlowChart, Histogram, LineChart, MatrixChart, ScatterChart, SmallMultiples,
    Sparkline, StackedBars,
};
use crate::table::DataTable;

/// A chart of one kind, with its values.
#[derive(Debug, Clone, PartialEq)]
pub enum Chart {
    /// Values over time, with gaps, bands and reference lines.
    Line(LineChart),
    /// Amounts over time that add up.
    Area(AreaChart),
    /// One length for each name.
    Bars(BarChart),
    /// Parts of a whole, one bar for each name.
    StackedBars(StackedBars),
    /// How many values lie where.
    Histogram(Histogram),
    /// Median, quartiles and outliers of groups.
    BoxPlot(BoxPlot),
    /// Two measures of many things.
    Scatter(ScatterChart),
    /// A grid of values as colours: heat map, role matrix, correlations.
    Matrix(MatrixChart),
    /// The course of a series, in the line of a text.
    Sparkline(Sparkline),
    /// Many small lines with one scale.
    SmallMultiples(SmallMultiples),
    /// Things that move from class to class.
    Flow(FlowChart),
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
            Self::Area(chart) => chart,
            Self::Bars(chart) => chart,
            Self::StackedBars(chart) => chart,
            Self::Histogram(chart) => chart,
            Self::BoxPlot(chart) => chart,
            Self::Scatter(chart) => chart,
            Self::Matrix(chart) => chart,
            Self::Sparkline(chart) => chart,
            Self::SmallMultiples(chart) => chart,
            Self::Flow(chart) => chart,
        }
    }
}
