//! Quantities computed from histories: one file each, each with its page in `docs/methods/`.

pub mod series;
pub mod uptime;
