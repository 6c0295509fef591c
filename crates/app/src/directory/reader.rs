//! The store as pages read it: from threads that may wait.

use allium_model::{
    Fingerprint, GroupKey, GroupSeries, HealthRecord, HourState, NetworkRecord, RelaySeries, TimeRange,
    Timestamp,
};
use allium_store::{BulkRelays, Store, StoreError};
use allium_web::{HistoryError, HistoryHour, HistoryReader};
use std::sync::Arc;
use tokio::runtime::Handle;

/// Reads a store on a runtime. It must not be used on a thread of that runtime, other than those for
/// blocking work.
#[derive(Debug)]
pub struct StoreReader {
    store: Arc<Store>,
    runtime: Handle,
    range: Option<TimeRange>,
    /// Many relays at once, for who needs them all.
    bulk: Option<(TimeRange, BulkRelays)>,
}

/// A reader of a store, with the range that it has now; `None` while it holds nothing.
pub async fn history_reader(store: &Arc<Store>) -> Result<Option<Arc<dyn HistoryReader>>, StoreError> {
    let reader = StoreReader::open(store).await?;
    Ok(reader.range.map(|_| Arc::new(reader) as Arc<dyn HistoryReader>))
}

fn error(error: &StoreError) -> HistoryError {
    HistoryError(error.to_string())
}

impl StoreReader {
    /// A reader that asks the store for each relay.
    pub async fn open(store: &Arc<Store>) -> Result<Self, StoreError> {
        let span = store.status().await?.span;
        let range = span.map(|(from, newest)| TimeRange { from, until: newest.plus_seconds(3600) });
        Ok(Self { store: Arc::clone(store), runtime: Handle::current(), range, bulk: None })
    }

    /// A reader that holds the newest days of all relays in memory, for writing a page of each.
    pub async fn open_in_bulk(store: &Arc<Store>, days: i64) -> Result<Self, StoreError> {
        let mut reader = Self::open(store).await?;
        if let Some(range) = reader.range {
            let from = range.from.max(range.until.plus_seconds(-days * 86_400));
            let range = TimeRange { from, until: range.until };
            reader.bulk = Some((range, store.relays_in_bulk(range).await?));
        }
        Ok(reader)
    }
}

impl HistoryReader for StoreReader {
    fn range(&self) -> Option<TimeRange> {
        self.range
    }

    fn relay(&self, fingerprint: Fingerprint, range: TimeRange) -> Result<RelaySeries, HistoryError> {
        if let Some((held, bulk)) = &self.bulk {
            let series = bulk.get(fingerprint).unwrap_or_default();
            return Ok(cut(series, range, *held));
        }
        let read = self.store.relay_series(fingerprint, range);
        let series = self.runtime.block_on(read).map_err(|failure| error(&failure))?;
        Ok(series.unwrap_or_default())
    }

    fn group(&self, key: &GroupKey, range: TimeRange) -> Result<Option<GroupSeries>, HistoryError> {
        let read = self.store.group_series(*key, range);
        self.runtime.block_on(read).map_err(|failure| error(&failure))
    }

    fn network(&self, range: TimeRange) -> Result<Vec<NetworkRecord>, HistoryError> {
        self.runtime.block_on(self.store.network_series(range)).map_err(|failure| error(&failure))
    }

    fn health(&self, range: TimeRange) -> Result<Vec<HealthRecord>, HistoryError> {
        self.runtime.block_on(self.store.health(range)).map_err(|failure| error(&failure))
    }

    fn hour(&self, valid_after: Timestamp) -> Result<Option<HistoryHour>, HistoryError> {
        let range = TimeRange { from: valid_after, until: valid_after.plus_seconds(3600) };
        let read = async {
            if self.store.record_at(valid_after).await?.is_none() {
                return Ok(None);
            }
            self.store.relays_in_bulk(range).await.map(Some)
        };
        let bulk = self.runtime.block_on(read).map_err(|failure| error(&failure))?;
        Ok(bulk.map(|bulk| hour_of(&bulk, valid_after)))
    }
}

fn hour_of(bulk: &BulkRelays, valid_after: Timestamp) -> HistoryHour {
    let running = bulk.fingerprints().filter_map(|fingerprint| {
        let series = bulk.get(fingerprint)?;
        match series.hours.first()? {
            HourState::Running { flags, weight, .. } => Some((fingerprint, (*flags, *weight))),
            HourState::Gap | HourState::Absent => None,
        }
    });
    HistoryHour { valid_after, relays: running.collect(), consensus: None }
}

/// The hours of a series that lie in a range.
fn cut(mut series: RelaySeries, range: TimeRange, held: TimeRange) -> RelaySeries {
    let from = range.from.max(held.from);
    let skip = (from.seconds_since(series.first_hour).max(0) as u64).div_ceil(3600) as usize;
    series.hours.drain(..skip.min(series.hours.len()));
    series.first_hour = series.first_hour.plus_seconds(skip as i64 * 3600);
    let keep = range.until.seconds_since(series.first_hour).max(0) as u64;
    series.hours.truncate(keep.div_ceil(3600) as usize);
    series
}
