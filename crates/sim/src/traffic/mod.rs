//! What relays and bridges carried, day by day.

pub(crate) mod bridges;
pub(crate) mod days;
pub(crate) mod pattern;
pub(crate) mod relay;
