//! Counts of what the server did. Cheap to write: one short lock for an answer, and the routes are a
//! closed list, so nobody outside can make them grow.

use super::Shared;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// Upper bounds of the histogram of durations, in seconds.
pub(crate) const DURATION_BOUNDS_SECONDS: [f64; 11] =
    [0.0001, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 0.5, 2.5, 10.0];

/// The counts.
#[derive(Debug, Default)]
pub(crate) struct Metrics {
    routes: Mutex<BTreeMap<&'static str, RouteCounts>>,
    connections: AtomicUsize,
}

/// Counts of one route.
#[derive(Debug, Clone, Default)]
pub(crate) struct RouteCounts {
    pub(crate) by_status: BTreeMap<u16, u64>,
    /// Answers by the first bound that they kept; those beyond the last are only in the sum.
    pub(crate) within: [u64; DURATION_BOUNDS_SECONDS.len()],
    pub(crate) answers: u64,
    pub(crate) seconds: f64,
}

impl Metrics {
    /// Counts an answer.
    pub(crate) fn count(&self, route: &'static str, status: u16, duration: Duration) {
        let mut routes = self.routes.lock().unwrap_or_else(PoisonError::into_inner);
        let counts = routes.entry(route).or_default();
        let seconds = duration.as_secs_f64();
        *counts.by_status.entry(status).or_default() += 1;
        if let Some(index) = DURATION_BOUNDS_SECONDS.iter().position(|bound| seconds <= *bound) {
            counts.within[index] += 1;
        }
        counts.answers += 1;
        counts.seconds += seconds;
    }

    /// The counts of every route that was asked for.
    pub(crate) fn routes(&self) -> BTreeMap<&'static str, RouteCounts> {
        self.routes.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Connections that are open.
    pub(crate) fn connections(&self) -> usize {
        self.connections.load(Ordering::Relaxed)
    }
}

/// A connection that counts as open until this is dropped.
#[derive(Debug)]
pub(crate) struct OpenConnection(Arc<Shared>);

impl OpenConnection {
    pub(crate) fn new(shared: Arc<Shared>) -> Self {
        shared.metrics.connections.fetch_add(1, Ordering::Relaxed);
        Self(shared)
    }
}

impl Drop for OpenConnection {
    fn drop(&mut self) {
        self.0.metrics.connections.fetch_sub(1, Ordering::Relaxed);
    }
}
