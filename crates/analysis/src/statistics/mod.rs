//! Statistics of plain numbers (`docs/methods/statistics.md`): no relay, no time, no unknown values.
//!
//! Values that are no finite number are left out by every one of them, and what cannot be said of so
//! few values is `None`.

mod box_plot;
mod categories;
mod histogram;
mod moments;
mod rank_correlation;
mod robust;

pub use box_plot::BoxPlot;
pub use categories::{CategoryShare, category_share};
pub use histogram::{Bin, Histogram};
pub use moments::Moments;
pub use rank_correlation::{RankCorrelation, linear_correlation, rank_correlation, ranks};
pub use robust::{MedianAndMad, median, share_above};
