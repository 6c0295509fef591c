//! The kinds of charts, one file each.

mod area;
mod bars;
mod box_plot;
mod flow;
mod histogram;
mod line;
mod matrix;
mod scatter;
mod small_multiples;
mod sparkline;
mod stacked_bars;

pub use area::AreaChart;
pub use bars::{Bar, BarChart};
pub use box_plot::{BoxPlot, BoxSummary};
pub use flow::{FlowChart, FlowClass};
pub use histogram::{Bin, Histogram};
pub use line::{Band, Line, LineChart, Reference};
pub use matrix::{MatrixChart, MatrixRow, MatrixScale};
pub use scatter::{Quadrants, ScatterAxis, ScatterChart, ScatterGroup, ScatterPoint, Spacing};
pub use small_multiples::{Panel, SmallMultiples};
pub use sparkline::Sparkline;
pub use stacked_bars::{StackedBars, StackedPart, StackedRow, Stacking};
