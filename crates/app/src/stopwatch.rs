//! The one place that reads a stopwatch: how long work takes is measured, and never decides anything.

use std::time::Instant;

/// This moment.
#[expect(clippy::disallowed_methods, reason = "the edge measures durations")]
pub fn moment() -> Instant {
    Instant::now()
}
