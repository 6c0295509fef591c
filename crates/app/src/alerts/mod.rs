//! Alerts: what a new snapshot means for those who asked to be told, and the sending of it.
//!
//! `notify` keeps and sends, `alert` decides, and here both meet the snapshot and the clock.

mod board;
mod commands;
mod config;
mod open;
mod watch;

pub use config::{AlertsConfig, BudgetConfig};
pub use open::{open_desk, options};
pub use watch::{AlertWatch, Alerts, Scene, Scenes};
