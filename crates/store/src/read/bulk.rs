//! The histories of all relays, read in one pass for whoever needs them all.

use super::days::{Day, Span};
use super::fingerprint;
use super::open_days::OpenHours;
use super::relay::{blank_hours, set_day, set_open};
use crate::codec::decode_relay_day;
use crate::{Store, StoreError};
use allium_model::{Fingerprint, HourState, RelaySeries, TimeRange, Timestamp};
use sqlx::SqliteConnection;
use std::collections::HashMap;

/// The hours of all relays that ran in a range, as compact as they are stored; a relay's series is made
/// when it is asked for. 30 days of 10,000 relays take about 20 MB.
#[derive(Debug)]
pub struct BulkRelays {
    pub(super) span: Span,
    pub(super) open: OpenHours,
    /// State of the hours of a relay that never ran.
    blank: Vec<HourState>,
    ids: HashMap<Fingerprint, u32>,
    pub(super) blocks: Blocks,
}

/// Blocks of several days by id and day, as they are stored.
#[derive(Debug, Default)]
pub(super) struct Blocks {
    places: Vec<Place>,
    bytes: Vec<u8>,
}

/// Where a block is among the bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    id: u32,
    day: u32,
    from: u32,
    len: u32,
}

impl Blocks {
    /// Reads the blocks of days by a query that takes a day and gives ids and blocks.
    pub(super) async fn read(
        connection: &mut SqliteConnection,
        query: &'static str,
        days: impl Iterator<Item = Day>,
    ) -> Result<Self, StoreError> {
        let mut blocks = Self::default();
        for day in days {
            let rows: Vec<(u32, Vec<u8>)> =
                sqlx::query_as(query).bind(day.number).fetch_all(&mut *connection).await?;
            for (id, block) in rows {
                let from = u32::try_from(blocks.bytes.len());
                let from = from.map_err(|_| StoreError::Record("more than 4 GB of hours were asked for"))?;
                blocks.places.push(Place { id, day: day.number as u32, from, len: block.len() as u32 });
                blocks.bytes.extend_from_slice(&block);
            }
        }
        blocks.places.sort_unstable();
        Ok(blocks)
    }

    /// The days of an id with their blocks, ascending.
    pub(super) fn of(&self, id: u32) -> impl Iterator<Item = (i64, &[u8])> {
        let first = self.places.partition_point(|place| place.id < id);
        let places = self.places[first..].iter().take_while(move |place| place.id == id);
        places.filter_map(|place| Some((i64::from(place.day), self.bytes_of(place)?)))
    }

    /// The block of an id on a day.
    pub(super) fn on(&self, id: u32, day: i64) -> Option<&[u8]> {
        let found = self.places.binary_search_by_key(&(id, day), |place| (place.id, i64::from(place.day)));
        self.bytes_of(self.places.get(found.ok()?)?)
    }

    fn bytes_of(&self, place: &Place) -> Option<&[u8]> {
        self.bytes.get(place.from as usize..place.from as usize + place.len as usize)
    }
}

impl Store {
    /// Reads the hours of all relays in a range. Days of which only daily values are kept are left out.
    pub async fn relays_in_bulk(&self, range: TimeRange) -> Result<BulkRelays, StoreError> {
        let mut transaction = self.readers().begin().await?;
        let span = Span::read(&mut transaction, range).await?;
        let open = self.open_hours(&mut transaction, range).await?;
        let query = "SELECT relay, hours FROM relay_day WHERE day = ?";
        let blocks = Blocks::read(&mut transaction, query, span.hourly_days()).await?;
        let rows: Vec<(u32, Vec<u8>)> =
            sqlx::query_as("SELECT id, fingerprint FROM relay").fetch_all(&mut *transaction).await?;
        let ids = rows.into_iter().map(|(id, bytes)| Ok((fingerprint(&bytes)?, id)));
        let ids = ids.collect::<Result<_, StoreError>>()?;
        let blank = blank_hours(&span, &open);
        Ok(BulkRelays { span, open, blank, ids, blocks })
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
        for (day, block) in self.blocks.of(relay) {
            if let Ok(block) = decode_relay_day(block) {
                set_day(&mut hours, &self.span, day, &block);
            }
        }
        set_open(&mut hours, &self.span, &self.open, relay);
        Some(RelaySeries { days: Vec::new(), first_hour: self.span.first_hour, hours })
    }
}
