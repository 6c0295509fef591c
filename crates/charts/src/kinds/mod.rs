//! The kinds of charts, one file each.

mod area;
mod bars;
mod box_plot;
mod donut;
mod flow;
mod histogram;
mod ladder;
mod line;
mod map_scale;
mod matrix;
mod meter;
mod round;
mod scatter;
mod small_multiples;
mod sparkline;
mod stacked_bars;
mod wheel;
mod world_map;

pub use area::AreaChart;
pub use bars::{Bar, BarChart};
pub use box_plot::{BoxPlot, BoxSummary};
pub use donut::{DonutChart, DonutPart};
pub use flow::{FlowChart, FlowClass};
pub use histogram::{Bin, Histogram};
pub use ladder::{LadderChart, LadderMarker, Rung};
pub use line::{Band, Line, LineChart, Reference};
pub use map_scale::{MapClass, MapScale};
pub use matrix::{MatrixChart, MatrixRow, MatrixScale};
pub use meter::{Meter, MeterChart};
pub use scatter::{Quadrants, ScatterAxis, ScatterChart, ScatterGroup, ScatterPoint, Spacing};
pub use small_multiples::{Panel, SmallMultiples};
pub use sparkline::Sparkline;
pub use stacked_bars::{StackedBars, StackedPart, StackedRow, Stacking};
pub use wheel::{WheelChart, WheelSegment};
pub use world_map::{MapView, OtherCountries, WorldMap};
