//! The groups of a day that is sealed.
//!
//! A small group whose relays were in it all day is written as a list of them; the blocks of a day that
//! is sealed a second time are sums always, since what its relays were in before is not kept.

use super::insert_all;
use super::seal::DaySegments;
use crate::StoreError;
use crate::codec::{
    GROUP_COLUMNS, GroupBlock, GroupHours, GroupSlot, RelayHours, RunningHour, decode_group_day,
    encode_group_day, flags_of_bits,
};
use allium_model::Flag;
use sqlx::SqliteConnection;
use std::collections::BTreeMap;

/// Most members of a group that is written as a list: as long as a series of one steady value.
const MAX_LISTED: usize = 6;

/// The blocks of a day's groups, by id.
pub(super) struct DayGroups(BTreeMap<u32, GroupBlock>);

/// Adds a relay's hour to its group's.
pub(crate) fn add_to_slot(slot: &mut Option<GroupSlot>, hour: RunningHour) {
    let slot = slot.get_or_insert_default();
    let weight = u64::from(hour.weight.unwrap_or(0));
    let flags = flags_of_bits(hour.flags);
    slot.relays = slot.relays.saturating_add(1);
    slot.weight = slot.weight.saturating_add(weight);
    if flags.contains(Flag::Exit) && !flags.contains(Flag::BadExit) {
        slot.exit_weight = slot.exit_weight.saturating_add(weight);
    }
    if flags.contains(Flag::Guard) {
        slot.guard_weight = slot.guard_weight.saturating_add(weight);
    }
}

/// The hours of a group with these members.
pub(crate) fn sum_members<'a>(members: impl IntoIterator<Item = &'a RelayHours>) -> GroupHours {
    let mut sums = GroupHours::default();
    for hours in members {
        for (slot, hour) in sums.iter_mut().zip(hours) {
            if let Some(hour) = hour {
                add_to_slot(slot, *hour);
            }
        }
    }
    sums
}

/// A group while its day is gone through.
#[derive(Default)]
struct Gathered {
    hours: GroupHours,
    /// Its relays, in any order; more than may be listed are not noted.
    members: Vec<u32>,
    /// Whether a relay was in it for a part of the day only, or there are too many.
    is_series: bool,
}

impl DayGroups {
    pub(super) async fn make(
        connection: &mut SqliteConnection,
        day: i64,
        blocks: &BTreeMap<u32, RelayHours>,
        segments: &DaySegments,
    ) -> Result<Self, StoreError> {
        let mut groups = gather(segments);
        if blocks.is_empty() {
            return Ok(Self(groups.into_iter().map(|(id, group)| (id, group.finish())).collect()));
        }
        let mut before = read_before(connection, day, blocks).await?;
        for (slot, _) in segments.slots.iter().enumerate().filter(|(_, segment)| segment.is_some()) {
            for hours in before.values_mut() {
                hours[slot] = None;
            }
            for (id, group) in &mut groups {
                before.entry(*id).or_default()[slot] = group.hours[slot].take();
            }
        }
        before.retain(|_, hours| hours.iter().any(Option::is_some));
        Ok(Self(before.into_iter().map(|(id, hours)| (id, GroupBlock::Hours(Box::new(hours)))).collect()))
    }
}

impl Gathered {
    fn note_member(&mut self, relay: u32) {
        if self.members.len() < MAX_LISTED {
            self.members.push(relay);
        } else {
            self.is_series = true;
        }
    }

    fn finish(mut self) -> GroupBlock {
        if self.is_series {
            return GroupBlock::Hours(Box::new(self.hours));
        }
        self.members.sort_unstable();
        GroupBlock::Members(self.members)
    }
}

fn gather(segments: &DaySegments) -> BTreeMap<u32, Gathered> {
    let mut groups: BTreeMap<u32, Gathered> = BTreeMap::new();
    let mut of_relays: BTreeMap<u32, [u32; GROUP_COLUMNS]> = BTreeMap::new();
    for (slot, segment) in segments.slots.iter().enumerate() {
        for row in segment.iter().flat_map(|segment| &segment.rows) {
            let is_new = !of_relays.contains_key(&row.relay);
            let known = of_relays.entry(row.relay).or_insert(row.groups);
            for (id, known) in row.groups.into_iter().zip(known) {
                if id != *known {
                    // A relay that changes its group makes both of them series.
                    groups.entry(*known).or_default().is_series = true;
                    groups.entry(id).or_default().is_series = true;
                    *known = id;
                }
                let group = groups.entry(id).or_default();
                add_to_slot(&mut group.hours[slot], row.hour);
                if is_new {
                    group.note_member(row.relay);
                }
            }
        }
    }
    groups.remove(&0);
    groups
}

async fn read_before(
    connection: &mut SqliteConnection,
    day: i64,
    blocks: &BTreeMap<u32, RelayHours>,
) -> Result<BTreeMap<u32, GroupHours>, StoreError> {
    let rows: Vec<(u32, Vec<u8>)> = sqlx::query_as("SELECT grp, hours FROM group_day WHERE day = ?")
        .bind(day)
        .fetch_all(connection)
        .await?;
    let mut before = BTreeMap::new();
    for (id, block) in rows {
        let hours = match decode_group_day(&block)? {
            GroupBlock::Hours(hours) => *hours,
            GroupBlock::Members(ids) => sum_members(ids.iter().filter_map(|id| blocks.get(id))),
        };
        before.insert(id, hours);
    }
    Ok(before)
}

pub(super) async fn write_groups(
    connection: &mut SqliteConnection,
    day: i64,
    groups: &DayGroups,
) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM group_day WHERE day = ?").bind(day).execute(&mut *connection).await?;
    let rows: Vec<(u32, Vec<u8>)> =
        groups.0.iter().map(|(id, block)| (*id, encode_group_day(block))).collect();
    insert_all(connection, "INSERT INTO group_day (day, grp, hours)", "", &rows, |row, (id, hours)| {
        row.push_bind(day).push_bind(*id).push_bind(hours.clone());
    })
    .await
}
