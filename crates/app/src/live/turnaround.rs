//! How long documents take from their arrival to the edition that shows them.

use std::collections::HashMap;
use std::time::{Duration, Instant};

/// A stopwatch for each source, by its name.
#[derive(Debug, Default)]
pub struct Turnarounds {
    running: HashMap<&'static str, Instant>,
    measured: HashMap<&'static str, Duration>,
}

impl Turnarounds {
    /// A whole document of a source was at hand at `at`.
    pub fn arrived(&mut self, source: &'static str, at: Instant) {
        self.running.entry(source).or_insert(at);
    }

    /// An edition of everything that arrived is there.
    pub fn published(&mut self, now: Instant) {
        let taken = self.running.drain().map(|(source, at)| (source, now.saturating_duration_since(at)));
        self.measured.extend(taken);
    }

    /// What arrived and was not published is in no edition.
    pub fn settle(&mut self) {
        self.running.clear();
    }

    /// What the newest document of a source took; `None` when none came since the start.
    pub fn of(&self, source: &str) -> Option<Duration> {
        self.measured.get(source).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_published_is_measured_and_what_is_refused_is_not() {
        let start = crate::stopwatch::moment();
        let after = |milliseconds| start + Duration::from_millis(milliseconds);
        let mut turnarounds = Turnarounds::default();
        turnarounds.arrived("details", after(0));
        turnarounds.published(after(300));
        turnarounds.settle();
        turnarounds.arrived("details", after(1000));
        turnarounds.settle();
        turnarounds.published(after(9000));
        assert_eq!(turnarounds.of("details"), Some(Duration::from_millis(300)));
        assert_eq!(turnarounds.of("uptime"), None);
    }
}
