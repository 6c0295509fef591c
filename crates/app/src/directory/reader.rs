//! The store as pages read it: from threads that may wait.

use allium_model::{
    Fingerprint, GroupKey, GroupSeries, HealthRecord, HourState, NetworkRecord, RelaySeries, TimeRange,
    Timestamp,
};
use allium_store::{BulkRelays, RelayFrame, Store, StoreError};
use allium_web::{HistoryError, HistoryHour, HistoryReader};
use std::sync::{Arc, Mutex, PoisonError};
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
    /// What relays have in common, of the ranges that were asked for last.
    frames: Mutex<Vec<(TimeRange, Arc<RelayFrame>)>>,
}

/// Ranges whose frame is kept: pages ask for two.
const KEPT_FRAMES: usize = 4;

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
        Ok(Self {
            store: Arc::clone(store),
            runtime: Handle::current(),
            range,
            bulk: None,
            frames: Mutex::default(),
        })
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

    /// What relays have in common in a range, read once: a reader is of one edition.
    async fn frame(&self, range: TimeRange) -> Result<Arc<RelayFrame>, StoreError> {
        let frames = || self.frames.lock().unwrap_or_else(PoisonError::into_inner);
        let known = frames().iter().find(|(of, _)| *of == range).map(|(_, frame)| Arc::clone(frame));
        if let Some(frame) = known {
            return Ok(frame);
        }
        let frame = Arc::new(self.store.relay_frame(range).await?);
        let mut frames = frames();
        if frames.len() == KEPT_FRAMES {
            frames.remove(0);
        }
        frames.push((range, Arc::clone(&frame)));
        Ok(frame)
    }
}

impl HistoryReader for StoreReader {
    fn range(&self) -> Option<TimeRange> {
        self.range
    }

    fn relay(&self, fingerprint: Fingerprint, range: TimeRange) -> Result<RelaySeries, HistoryError> {
        if let Some((held, bulk)) = &self.bulk {
            let series = bulk.get(fingerprint).unwrap_or_default();
            let range = TimeRange { from: range.from.max(held.from), ..range };
            return Ok(series.hours_in(range));
        }
        let read = async {
            let frame = self.frame(range).await?;
            self.store.relay_series_in(fingerprint, &frame).await
        };
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
