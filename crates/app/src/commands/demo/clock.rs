//! The clock of a demo: the real one, and so far ahead of it as simulated time went faster.

use super::super::clock as real;
use allium_model::Timestamp;
use std::sync::atomic::{AtomicI64, Ordering};

/// Seconds that the clock is ahead of the real one.
static AHEAD_SECONDS: AtomicI64 = AtomicI64::new(0);

/// The time in which the simulated network lives.
pub fn clock() -> Timestamp {
    real().plus_seconds(AHEAD_SECONDS.load(Ordering::Relaxed))
}

/// It is `now`; from here the clock goes on.
pub fn set(now: Timestamp) {
    AHEAD_SECONDS.store(now.seconds_since(real()), Ordering::Relaxed);
}

/// Moves the clock forward to `now`; where it is that late already, it stays.
pub fn reach(now: Timestamp) {
    let ahead = now.seconds_since(real());
    AHEAD_SECONDS.fetch_max(ahead, Ordering::Relaxed);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_is_moved_forward_and_never_back() {
        let later = real().plus_seconds(86_400);
        reach(later);
        assert!(clock() >= later);
        reach(later.plus_seconds(-3600));
        assert!(clock() >= later);
    }
}
