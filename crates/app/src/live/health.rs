//! The health of each new snapshot goes into the history.

use allium_model::HealthRecord;
use allium_store::{HealthOrigin, Store};
use std::sync::Arc;
use tokio::runtime::Handle;

/// Writes the health of snapshots. It must not be used on a thread of its runtime.
#[derive(Debug)]
pub struct HealthKeeping {
    store: Arc<Store>,
    runtime: Handle,
    last: Option<HealthRecord>,
}

impl HealthKeeping {
    /// Writes into a store, on the runtime that this is called in.
    pub fn new(store: Arc<Store>) -> Self {
        Self { store, runtime: Handle::current(), last: None }
    }

    /// Keeps a record unless it was kept last. A failure costs the record, and the site goes on.
    pub fn keep(&mut self, record: &HealthRecord) {
        if self.last.replace(*record) == Some(*record) {
            return;
        }
        let written = self.runtime.block_on(self.store.put_health(HealthOrigin::Snapshot, &[*record]));
        if let Err(error) = written {
            tracing::error!("the health of the network cannot be kept: {error}");
            self.last = None;
        }
    }
}
