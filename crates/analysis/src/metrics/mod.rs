//! Quantities computed from histories: one file each, each with its page in `docs/methods/`.

pub mod absence;
pub mod bandwidth;
pub mod dips;
pub mod hourly;
pub mod months;
mod normal;
pub mod outliers;
pub mod overload;
pub mod series;
pub mod stability;
pub mod trend;
pub mod uptime;
pub mod weights;
