//! The history of a group.

use super::days::Span;
use super::open_days::OpenHours;
use super::relay::blocks;
use crate::codec::{
    DAY_HOURS, GroupBlock, GroupHours, GroupSlot, RelayHours, Segment, decode_day_entries, decode_group_day,
};
use crate::group::StoredGroup;
use crate::time::{HOUR_SECONDS, hour_start, month_of, month_start};
use crate::write::{add_to_slot, sum_members};
use crate::{Store, StoreError};
use allium_model::{GroupHour, GroupKey, GroupSeries, TimeRange, Timestamp};
use sqlx::SqliteConnection;
use std::collections::{BTreeMap, HashMap};

impl Store {
    /// The hours of a group in a range, ascending; `None` when there never was such a group. Hours with a
    /// record in which none of its relays ran are zeros, hours without a record are absent. Of a day of
    /// which only daily values are kept there is one entry at its first second: means over the hours in
    /// which the group had running relays.
    pub async fn group_hours(
        &self,
        group: StoredGroup<'_>,
        range: TimeRange,
    ) -> Result<Option<Vec<GroupHour>>, StoreError> {
        let mut transaction = self.readers().begin().await?;
        let id: Option<u32> = sqlx::query_scalar("SELECT id FROM grp WHERE kind = ? AND key = ?")
            .bind(group.kind())
            .bind(group.key())
            .fetch_optional(&mut *transaction)
            .await?;
        let Some(id) = id else { return Ok(None) };
        let span = Span::read(&mut transaction, range).await?;
        let open = self.open_hours(&mut transaction, range).await?;
        let mut slots = sealed_slots(&mut transaction, id, range).await?;
        set_open(&mut slots, &open, usize::from(group.kind()) - 1, id);
        let mut hours = folded_days(&mut transaction, &span, id).await?;
        let known = span.known(&open).into_iter().enumerate().filter(|(_, is_known)| *is_known);
        hours.extend(known.map(|(place, _)| {
            let at = span.first_hour.0 + place as i64 * HOUR_SECONDS;
            hour(at, slots.get(&at).copied().unwrap_or_default())
        }));
        Ok(Some(hours))
    }

    /// The history of a group of a snapshot; `None` as for [`Self::group_hours`], and for groups by text,
    /// flag or day, which have no key that outlives the snapshot.
    pub async fn group_series(
        &self,
        key: GroupKey,
        range: TimeRange,
    ) -> Result<Option<GroupSeries>, StoreError> {
        let Some(group) = StoredGroup::of_key(key) else { return Ok(None) };
        let hours = self.group_hours(group, range).await?;
        Ok(hours.map(|hours| GroupSeries { key, hours }))
    }
}

pub(super) fn hour(at: i64, slot: GroupSlot) -> GroupHour {
    GroupHour {
        valid_after: Timestamp(at),
        relays: slot.relays,
        weight: slot.weight,
        exit_weight: slot.exit_weight,
        guard_weight: slot.guard_weight,
    }
}

/// Hours in which the group had relays, from the blocks of sealed days.
async fn sealed_slots(
    connection: &mut SqliteConnection,
    group: u32,
    range: TimeRange,
) -> Result<BTreeMap<i64, GroupSlot>, StoreError> {
    let (first, last) = super::days_of(range);
    let rows: Vec<(i64, Vec<u8>)> = sqlx::query_as(
        "SELECT day.day, hours FROM day CROSS JOIN group_day ON group_day.day = day.day AND grp = ?
         WHERE day.day >= ? AND day.day <= ? ORDER BY day.day",
    )
    .bind(group)
    .bind(first)
    .bind(last)
    .fetch_all(&mut *connection)
    .await?;
    let mut members = Members::default();
    let mut slots = BTreeMap::new();
    for (day, block) in rows {
        let hours = match decode_group_day(&block)? {
            GroupBlock::Hours(hours) => *hours,
            GroupBlock::Members(ids) => members.sum(connection, range, day, &ids).await?,
        };
        let hours = (0..DAY_HOURS).zip(hours).filter_map(|(slot, hour)| Some((hour_start(day, slot), hour?)));
        slots.extend(hours);
    }
    Ok(slots)
}

/// Blocks of relays that are members of a small group, read once for the range.
#[derive(Default)]
struct Members(HashMap<u32, BTreeMap<i64, RelayHours>>);

impl Members {
    async fn sum(
        &mut self,
        connection: &mut SqliteConnection,
        range: TimeRange,
        day: i64,
        ids: &[u32],
    ) -> Result<GroupHours, StoreError> {
        for id in ids {
            if !self.0.contains_key(id) {
                let days = blocks(connection, *id, range).await?.into_iter().collect();
                self.0.insert(*id, days);
            }
        }
        Ok(sum_members(ids.iter().filter_map(|id| self.0.get(id)?.get(&day))))
    }
}

fn set_open(slots: &mut BTreeMap<i64, GroupSlot>, open: &OpenHours, column: usize, group: u32) {
    for (hour, segment) in open {
        let Some(segment) = segment else { continue };
        match sum_segment(segment, column, group) {
            Some(slot) => slots.insert(*hour, slot),
            None => slots.remove(hour),
        };
    }
}

pub(super) fn sum_segment(segment: &Segment, column: usize, group: u32) -> Option<GroupSlot> {
    let mut slot = None;
    for row in segment.rows.iter().filter(|row| row.groups[column] == group) {
        add_to_slot(&mut slot, row.hour);
    }
    slot
}

async fn folded_days(
    connection: &mut SqliteConnection,
    span: &Span,
    group: u32,
) -> Result<Vec<GroupHour>, StoreError> {
    let mut days: BTreeMap<i64, GroupSlot> = span
        .folded_days()
        .filter(|day| day.known != 0)
        .map(|day| (day.number, GroupSlot::default()))
        .collect();
    let (Some(first), Some(last)) = (days.keys().next(), days.keys().last()) else { return Ok(Vec::new()) };
    let rows: Vec<(i64, Vec<u8>)> =
        sqlx::query_as("SELECT month, days FROM group_month WHERE month >= ? AND month <= ? AND grp = ?")
            .bind(month_of(*first).0)
            .bind(month_of(*last).0)
            .bind(group)
            .fetch_all(connection)
            .await?;
    for (month, block) in rows {
        for entry in decode_day_entries(&block)? {
            if let Some(slot) = days.get_mut(&(month_start(month) + i64::from(entry.day))) {
                let [weight, exit_weight, guard_weight] = entry.weights.map(Option::unwrap_or_default);
                *slot = GroupSlot { relays: entry.class, weight, exit_weight, guard_weight };
            }
        }
    }
    Ok(days.into_iter().map(|(day, slot)| hour(hour_start(day, 0), slot)).collect())
}
