//! The days of a month of a relay or group whose hours are no longer kept.
//!
//! A relay's entry has the flags of most of its hours; a group's has the mean number of its relays in
//! that place. Means are over the hours in which there was something to count.

use super::CodecError;
use super::varint::{Reader, put, unzigzag, zigzag};

/// A day with at least one running hour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct DayEntry {
    /// Day of the month, 0 to 30.
    pub(crate) day: u8,
    /// Hours in which it ran, 1 to 24.
    pub(crate) running_hours: u8,
    /// Bits of flags of a relay, mean number of relays of a group.
    pub(crate) class: u32,
    /// Mean weight, mean exit weight and mean guard weight; a relay has the first only.
    pub(crate) weights: [Option<u64>; 3],
}

/// Writes the entries, which ascend by day.
pub(crate) fn encode_day_entries(entries: &[DayEntry]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut before = DayEntry::default();
    for entry in entries {
        out.push(entry.day);
        out.push(entry.running_hours);
        put(&mut out, zigzag(i64::from(entry.class) - i64::from(before.class)));
        let present = (0..).zip(entry.weights).map(|(bit, weight)| u8::from(weight.is_some()) << bit).sum();
        out.push(present);
        for (weight, before) in entry.weights.iter().zip(before.weights) {
            let Some(weight) = weight else { continue };
            put(&mut out, zigzag((*weight as i64).wrapping_sub(before.unwrap_or(0) as i64)));
        }
        before = *entry;
    }
    out
}

/// Reads entries.
pub(crate) fn decode_day_entries(bytes: &[u8]) -> Result<Vec<DayEntry>, CodecError> {
    let mut reader = Reader(bytes);
    let mut entries: Vec<DayEntry> = Vec::new();
    while reader.len() > 0 {
        let before = entries.last().copied();
        let entry = read_entry(&mut reader, before.unwrap_or_default())?;
        if entry.day > 30 || entry.running_hours > 24 || before.is_some_and(|before| before.day >= entry.day)
        {
            return Err(CodecError::OutOfRange);
        }
        entries.push(entry);
    }
    Ok(entries)
}

fn read_entry(reader: &mut Reader<'_>, before: DayEntry) -> Result<DayEntry, CodecError> {
    let day = reader.byte()?;
    let running_hours = reader.byte()?;
    let class = i64::from(before.class).checked_add(unzigzag(reader.varint()?));
    let class = class.and_then(|class| u32::try_from(class).ok()).ok_or(CodecError::OutOfRange)?;
    let present = reader.byte()?;
    let mut weights = [None; 3];
    for (bit, weight) in weights.iter_mut().enumerate() {
        if present & (1 << bit) != 0 {
            let base = before.weights[bit].unwrap_or(0) as i64;
            *weight = Some(base.wrapping_add(unzigzag(reader.varint()?)) as u64);
        }
    }
    Ok(DayEntry { day, running_hours, class, weights })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn entries() -> impl Strategy<Value = Vec<DayEntry>> {
        let entry = (1..=24_u8, any::<u32>(), any::<[Option<u64>; 3]>());
        prop::collection::btree_map(0..=30_u8, entry, 0..31).prop_map(|days| {
            let entry =
                |(day, (running_hours, class, weights))| DayEntry { day, running_hours, class, weights };
            days.into_iter().map(entry).collect()
        })
    }

    proptest! {
        #[test]
        fn entries_survive_the_round_trip(entries in entries()) {
            prop_assert_eq!(decode_day_entries(&encode_day_entries(&entries)), Ok(entries));
        }

        #[test]
        fn any_bytes_are_read_or_refused(bytes: Vec<u8>) {
            let _ = decode_day_entries(&bytes);
        }
    }
}
