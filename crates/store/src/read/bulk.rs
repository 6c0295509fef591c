//! The histories of all relays, read in one pass for whoever needs them all.

use super::days::Span;
use super::fingerprint;
use super::open_days::OpenHours;
use super::relay::{blank_hours, set_day, set_open};
use crate::codec::decode_relay_day;
use crate::{Store, StoreError};
use allium_model::{Fingerprint, HourState, RelaySeries, TimeRange, Timestamp};
use std::collections::HashMap;

/// The hours of all relays that ran in a range, as compact as they are stored; a relay's series is made
/// when it is asked for. 30 days of 10,000 relays take about 20 MB.
#[derive(Debug)]
pub struct BulkRelays {
    span: Span,
    open: OpenHours,
    /// State of the hours of a relay that never ran.
    blank: Vec<HourState>,
    ids: HashMap<Fingerprint, u32>,
    /// By relay and day: end of the block among the bytes.
    blocks: Vec<Block>,
    bytes: Vec<u8>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Block {
    relay: u32,
    day: u32,
    from: u32,
    len: u32,
}

impl Store {
    /// Reads the hours of all relays in a range. Days of which only daily values are kept are left out.
    pub async fn relays_in_bulk(&self, range: TimeRange) -> Result<BulkRelays, StoreError> {
        let mut transaction = self.readers().begin().await?;
        let span = Span::read(&mut transaction, range).await?;
        let open = self.open_hours(&mut transaction, range).await?;
        let (mut blocks, mut bytes) = (Vec::new(), Vec::new());
        for day in span.hourly_days() {
            let rows: Vec<(u32, Vec<u8>)> =
                sqlx::query_as("SELECT relay, hours FROM relay_day WHERE day = ?")
                    .bind(day.number)
                    .fetch_all(&mut *transaction)
                    .await?;
            for (relay, block) in rows {
                let from = u32::try_from(bytes.len());
                let from = from.map_err(|_| StoreError::Record("more than 4 GB of hours were asked for"))?;
                blocks.push(Block { relay, day: day.number as u32, from, len: block.len() as u32 });
                bytes.extend_from_slice(&block);
            }
        }
        blocks.sort_unstable();
        let rows: Vec<(u32, Vec<u8>)> =
            sqlx::query_as("SELECT id, fingerprint FROM relay").fetch_all(&mut *transaction).await?;
        let ids = rows.into_iter().map(|(id, bytes)| Ok((fingerprint(&bytes)?, id)));
        let ids = ids.collect::<Result<_, StoreError>>()?;
        let blank = blank_hours(&span, &open);
        Ok(BulkRelays { span, open, blank, ids, blocks, bytes })
    }
}

impl BulkRelays {
    /// First hour of every series.
    pub fn first_hour(&self) -> Timestamp {
        self.span.first_hour
    }

    /// Number of hours of every series.
    pub fn hours(&self) -> usize {
        self.span.hours
    }

    /// Every relay that was ever seen, in no order.
    pub fn fingerprints(&self) -> impl Iterator<Item = Fingerprint> {
        self.ids.keys().copied()
    }

    /// A relay's hours; `None` when it was never seen. A block that is damaged leaves its day absent, and
    /// is found by a check of the store.
    pub fn get(&self, fingerprint: Fingerprint) -> Option<RelaySeries> {
        let relay = *self.ids.get(&fingerprint)?;
        let mut hours = self.blank.clone();
        let first = self.blocks.partition_point(|block| block.relay < relay);
        for block in self.blocks[first..].iter().take_while(|block| block.relay == relay) {
            let bytes = self.bytes.get(block.from as usize..(block.from + block.len) as usize)?;
            if let Ok(day) = decode_relay_day(bytes) {
                set_day(&mut hours, &self.span, i64::from(block.day), &day);
            }
        }
        set_open(&mut hours, &self.span, &self.open, relay);
        Some(RelaySeries { days: Vec::new(), first_hour: self.span.first_hour, hours })
    }
}
