//! The closed list of kinds, and what each of them can do.

use crate::canvas::Canvas;
use crate::figure::LegendEntry;
use crate::kinds::{
    AreaChart, BarChart, BoxPlot, DonutChart, FlowChart, Histogram, LadderChart, LineChart, MatrixChart,
    MeterChart, ScatterChart, SmallMultiples, Sparkline, StackedBars, TracksChart, WheelChart, WorldMap,
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
    /// A few parts of a whole as a ring.
    Donut(DonutChart),
    /// Categories around a centre, each with its champion.
    Wheel(WheelChart),
    /// The percentiles of a distribution, and one value among them.
    Ladder(LadderChart),
    /// Values on a track, with what they should reach.
    Meter(MeterChart),
    /// What was the case when, one track for each thing.
    Tracks(TracksChart),
    /// Values by country on the map of the world.
    Map(WorldMap),
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
    /// Whether a drawing of this known width shows its legend within itself.
    fn holds_legend(&self, _width: f64) -> bool {
        false
    }
    /// Left, top, width and height of a drawing without texts, which inline is scaled as a whole.
    fn view_box(&self) -> Option<[f64; 4]> {
        None
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
            Self::Donut(chart) => chart,
            Self::Wheel(chart) => chart,
            Self::Ladder(chart) => chart,
            Self::Meter(chart) => chart,
            Self::Tracks(chart) => chart,
            Self::Map(chart) => chart,
        }
    }
}
