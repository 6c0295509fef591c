//! The kinds of charts, one file each.

mod line;

pub use line::{Band, Line, LineChart, Reference};
