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

#[cfg(test)]
mod tests {
    use super::*;
    use allium_model::{TimeRange, Timestamp};
    use allium_store::StoreOptions;

    #[test]
    fn each_record_is_written_once_and_a_changed_one_again() {
        let folder = tempfile::tempdir().unwrap();
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let path = folder.path().join("history.db");
        let store = Arc::new(runtime.block_on(Store::open(path, StoreOptions::default())).unwrap());
        let guard = runtime.enter();
        let mut keeping = HealthKeeping::new(Arc::clone(&store));
        drop(guard);
        let record = |availability| HealthRecord {
            at: Timestamp(3600),
            components: [Some(availability), None, None, None, None],
            ..HealthRecord::default()
        };
        for availability in [0.5, 0.5, 0.75] {
            keeping.keep(&record(availability));
        }
        let range = TimeRange { from: Timestamp(0), until: Timestamp(7200) };
        assert_eq!(runtime.block_on(store.health(range)).unwrap(), [record(0.75)]);
    }
}
