//! A group's day: how many relays ran, and the sums of their weights.
//!
//! Of a small group whose members were the same all day only the members are written, since their own
//! blocks say the rest; of any other four series: relays, and of the hours with relays the weights.

use super::series::{MAX_VALUE, put_series, read_series};
use super::varint::{Reader, put};
use super::{CodecError, DAY_HOURS};

/// A group in an hour in which it had running relays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct GroupSlot {
    /// Running relays, at least 1.
    pub(crate) relays: u32,
    /// Sum of their weights.
    pub(crate) weight: u64,
    /// Of those with Exit and without BadExit.
    pub(crate) exit_weight: u64,
    /// Of those with Guard.
    pub(crate) guard_weight: u64,
}

/// A group's day by hour; `None`: none of its relays ran, or nothing is known of the hour.
pub(crate) type GroupHours = [Option<GroupSlot>; DAY_HOURS];

/// What stands in a group's block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum GroupBlock {
    /// Ids of its relays, ascending; at least one.
    Members(Vec<u32>),
    /// Its hours.
    Hours(Box<GroupHours>),
}

/// Most members that a block may list.
const MAX_MEMBERS: usize = 64;

/// Writes a day.
pub(crate) fn encode_group_day(block: &GroupBlock) -> Vec<u8> {
    let mut out = Vec::new();
    match block {
        GroupBlock::Members(ids) => put_members(&mut out, ids),
        GroupBlock::Hours(hours) => put_hours(&mut out, hours),
    }
    out
}

fn put_members(out: &mut Vec<u8>, ids: &[u32]) {
    put(out, ids.len() as u64);
    let mut before = 0;
    for id in ids {
        put(out, u64::from(id.wrapping_sub(before)));
        before = *id;
    }
}

fn put_hours(out: &mut Vec<u8>, hours: &GroupHours) {
    put(out, 0);
    let relays: Vec<u64> = hours.iter().map(|slot| slot.map_or(0, |slot| u64::from(slot.relays))).collect();
    put_series(out, &relays);
    let columns: [fn(&GroupSlot) -> u64; 3] =
        [|slot| slot.weight, |slot| slot.exit_weight, |slot| slot.guard_weight];
    for column in columns {
        let values: Vec<u64> = hours.iter().flatten().map(column).collect();
        put_series(out, &values);
    }
}

/// Reads a day.
pub(crate) fn decode_group_day(bytes: &[u8]) -> Result<GroupBlock, CodecError> {
    let mut reader = Reader(bytes);
    let block = match reader.varint()? as usize {
        0 => GroupBlock::Hours(Box::new(read_hours(&mut reader)?)),
        count if count <= MAX_MEMBERS => GroupBlock::Members(read_members(&mut reader, count)?),
        _ => return Err(CodecError::OutOfRange),
    };
    reader.finish()?;
    Ok(block)
}

fn read_members(reader: &mut Reader<'_>, count: usize) -> Result<Vec<u32>, CodecError> {
    let mut before = 0_u32;
    (0..count)
        .map(|_| {
            before = before.checked_add(reader.varint32()?).ok_or(CodecError::OutOfRange)?;
            Ok(before)
        })
        .collect()
}

fn read_hours(reader: &mut Reader<'_>) -> Result<GroupHours, CodecError> {
    let relays = read_series(reader, DAY_HOURS, u64::from(u32::MAX))?;
    let count = relays.iter().filter(|relays| **relays > 0).count();
    let weights = read_series(reader, count, MAX_VALUE)?;
    let exit_weights = read_series(reader, count, MAX_VALUE)?;
    let guard_weights = read_series(reader, count, MAX_VALUE)?;
    let mut hours: GroupHours = [None; DAY_HOURS];
    let places = hours.iter_mut().zip(relays).filter(|(_, relays)| *relays > 0);
    for ((place, relays), ((weight, exit_weight), guard_weight)) in
        places.zip(weights.into_iter().zip(exit_weights).zip(guard_weights))
    {
        *place = Some(GroupSlot { relays: relays as u32, weight, exit_weight, guard_weight });
    }
    Ok(hours)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn hours() -> impl Strategy<Value = GroupHours> {
        let slot = (1..9_u32, 0..1_u64 << 50, 0..3_u64, 0..1_u64 << 50).prop_map(
            |(relays, weight, exit_weight, guard_weight)| GroupSlot {
                relays,
                weight,
                exit_weight,
                guard_weight,
            },
        );
        prop::array::uniform24(prop::option::of(slot))
    }

    proptest! {
        #[test]
        fn hours_survive_the_round_trip(hours in hours()) {
            let block = GroupBlock::Hours(Box::new(hours));
            prop_assert_eq!(decode_group_day(&encode_group_day(&block)), Ok(block));
        }

        #[test]
        fn members_survive_the_round_trip(ids in prop::collection::btree_set(any::<u32>(), 1..=MAX_MEMBERS)) {
            let block = GroupBlock::Members(ids.into_iter().collect());
            prop_assert_eq!(decode_group_day(&encode_group_day(&block)), Ok(block));
        }

        #[test]
        fn any_bytes_are_read_or_refused(bytes: Vec<u8>) {
            let _ = decode_group_day(&bytes);
        }
    }

    #[test]
    fn a_group_of_one_relay_takes_two_bytes_or_a_few_more() {
        assert_eq!(encode_group_day(&GroupBlock::Members(vec![5])), [1, 5]);
        assert_eq!(encode_group_day(&GroupBlock::Members(vec![5_000, 5_001])).len(), 4);
    }
}
