//! The histories of all groups, read in one pass beside those of all relays.

use super::bulk::{Blocks, BulkRelays};
use super::group::{hour, sum_segment};
use crate::codec::{DAY_HOURS, GroupBlock, GroupHours, GroupSlot, decode_group_day, decode_relay_day};
use crate::group::StoredGroup;
use crate::time::{HOUR_SECONDS, hour_start};
use crate::write::sum_members;
use crate::{Store, StoreError};
use allium_model::{GroupHour, TimeRange};
use std::collections::HashMap;

/// The hours of all groups and relays in a range; what a group was is made when it is asked for.
#[derive(Debug)]
pub struct BulkGroups {
    /// The relays.
    pub relays: BulkRelays,
    ids: HashMap<(u8, Vec<u8>), u32>,
    blocks: Blocks,
    known: Vec<bool>,
}

impl Store {
    /// Reads the hours of all groups and relays in a range. Days of which only daily values are kept are
    /// left out.
    pub async fn groups_in_bulk(&self, range: TimeRange) -> Result<BulkGroups, StoreError> {
        let relays = self.relays_in_bulk(range).await?;
        let mut transaction = self.readers().begin().await?;
        let query = "SELECT grp, hours FROM group_day WHERE day = ?";
        let blocks = Blocks::read(&mut transaction, query, relays.span.hourly_days()).await?;
        let rows: Vec<(u8, Vec<u8>, u32)> =
            sqlx::query_as("SELECT kind, key, id FROM grp").fetch_all(&mut *transaction).await?;
        let ids = rows.into_iter().map(|(kind, key, id)| ((kind, key), id)).collect();
        let known = relays.span.known(&relays.open);
        Ok(BulkGroups { relays, ids, blocks, known })
    }
}

impl BulkGroups {
    /// The groups that ever were, by kind and key.
    pub fn groups(&self) -> Vec<StoredGroup<'_>> {
        let mut rows: Vec<&(u8, Vec<u8>)> = self.ids.keys().collect();
        rows.sort_unstable();
        rows.into_iter().filter_map(|(kind, key)| StoredGroup::of_row(*kind, key)).collect()
    }

    /// The hours of a group, as [`Store::group_hours`] gives them; `None` when there never was such a group.
    /// A block that is damaged leaves its day empty, and is found by a check of the store.
    pub fn get(&self, group: StoredGroup<'_>) -> Option<Vec<GroupHour>> {
        let id = *self.ids.get(&(group.kind(), group.key()))?;
        let span = &self.relays.span;
        let mut slots: Vec<Option<GroupSlot>> = vec![None; span.hours];
        for (day, block) in self.blocks.of(id) {
            for (slot, found) in (0..DAY_HOURS).zip(self.day(day, block)) {
                if let Some(place) = span.place(hour_start(day, slot)) {
                    slots[place] = found;
                }
            }
        }
        for (at, segment) in &self.relays.open {
            if let (Some(segment), Some(place)) = (segment, span.place(*at)) {
                slots[place] = sum_segment(segment, usize::from(group.kind()) - 1, id);
            }
        }
        let hours = (0..).zip(slots).zip(&self.known).filter(|(_, is_known)| **is_known);
        let at = |place: i64| span.first_hour.0 + place * HOUR_SECONDS;
        Some(hours.map(|((place, slot), _)| hour(at(place), slot.unwrap_or_default())).collect())
    }

    fn day(&self, day: i64, block: &[u8]) -> GroupHours {
        match decode_group_day(block) {
            Ok(GroupBlock::Hours(hours)) => *hours,
            Ok(GroupBlock::Members(ids)) => {
                let blocks = ids.iter().filter_map(|id| self.relays.blocks.on(*id, day));
                let days: Vec<_> = blocks.filter_map(|block| decode_relay_day(block).ok()).collect();
                sum_members(&days)
            }
            Err(_) => GroupHours::default(),
        }
    }
}
