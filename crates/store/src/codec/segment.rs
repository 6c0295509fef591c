//! One consensus of an open day: a column for each property of its running relays, compressed.
//!
//! Ids ascend and are written as differences; classes are those of flags and measurement; each relay
//! has the ids of its groups at that moment, 0 for none.

use super::varint::{Reader, put};
use super::{CodecError, RunningHour};
use std::io::Read;

/// Kinds of groups that a segment has a column for.
pub(crate) const GROUP_COLUMNS: usize = 6;

/// Most relays of a segment.
const MAX_RELAYS: usize = 4 << 20;

/// Bytes after which decompression is given up: 64 a relay.
const MAX_PLAIN_BYTES: u64 = 64 * MAX_RELAYS as u64;

/// zstd level: the second fastest is within some percent of better ones here.
const LEVEL: i32 = 1;

/// A running relay in a consensus.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct SegmentRow {
    /// Id of the relay.
    pub(crate) relay: u32,
    /// What it was.
    pub(crate) hour: RunningHour,
    /// Ids of its groups, by kind.
    pub(crate) groups: [u32; GROUP_COLUMNS],
}

/// The running relays of a consensus, ascending by id.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Segment {
    /// A row for each relay.
    pub(crate) rows: Vec<SegmentRow>,
}

impl Segment {
    /// A relay's row.
    pub(crate) fn of(&self, relay: u32) -> Option<&SegmentRow> {
        let place = self.rows.binary_search_by_key(&relay, |row| row.relay).ok()?;
        self.rows.get(place)
    }
}

/// Writes a segment; its rows ascend by relay.
pub(crate) fn encode_segment(segment: &Segment) -> Result<Vec<u8>, CodecError> {
    let rows = &segment.rows;
    let mut plain = Vec::with_capacity(rows.len() * 16 + 8);
    put(&mut plain, rows.len() as u64);
    let mut before = 0;
    for row in rows {
        put(&mut plain, u64::from(row.relay.wrapping_sub(before)));
        before = row.relay;
    }
    for row in rows {
        put(&mut plain, u64::from(row.hour.flags));
    }
    plain.extend(rows.iter().map(|row| row.hour.is_measured.map_or(0, |measured| 1 + u8::from(measured))));
    for row in rows {
        put(&mut plain, row.hour.weight.map_or(0, |weight| u64::from(weight) + 1));
    }
    for column in 0..GROUP_COLUMNS {
        for row in rows {
            put(&mut plain, u64::from(row.groups[column]));
        }
    }
    zstd::bulk::compress(&plain, LEVEL).map_err(|_| CodecError::Compression)
}

/// Reads a segment.
pub(crate) fn decode_segment(bytes: &[u8]) -> Result<Segment, CodecError> {
    let plain = decompress(bytes)?;
    let mut reader = Reader(&plain);
    let count = reader.varint()? as usize;
    // Nine columns of at least a byte each.
    if count > MAX_RELAYS || count > reader.len() {
        return Err(CodecError::OutOfRange);
    }
    let mut segment = Segment { rows: read_ids(&mut reader, count)? };
    for row in &mut segment.rows {
        row.hour.flags = reader.varint32()?;
    }
    for row in &mut segment.rows {
        row.hour.is_measured = match reader.byte()? {
            0 => None,
            1 => Some(false),
            2 => Some(true),
            _ => return Err(CodecError::OutOfRange),
        };
    }
    for row in &mut segment.rows {
        let weight = reader.varint()?.checked_sub(1).map(u32::try_from).transpose();
        row.hour.weight = weight.map_err(|_| CodecError::OutOfRange)?;
    }
    for column in 0..GROUP_COLUMNS {
        for row in &mut segment.rows {
            row.groups[column] = reader.varint32()?;
        }
    }
    reader.finish()?;
    Ok(segment)
}

fn read_ids(reader: &mut Reader<'_>, count: usize) -> Result<Vec<SegmentRow>, CodecError> {
    let hour = RunningHour { flags: 0, is_measured: None, weight: None };
    let mut rows: Vec<SegmentRow> = Vec::with_capacity(count);
    for _ in 0..count {
        let step = reader.varint32()?;
        let before = rows.last().map(|row| row.relay);
        let relay = before.unwrap_or(0).checked_add(step).ok_or(CodecError::OutOfRange)?;
        if before.is_some() && step == 0 {
            return Err(CodecError::OutOfRange);
        }
        rows.push(SegmentRow { relay, hour, groups: [0; GROUP_COLUMNS] });
    }
    Ok(rows)
}

fn decompress(bytes: &[u8]) -> Result<Vec<u8>, CodecError> {
    let decoder = zstd::stream::read::Decoder::new(bytes).map_err(|_| CodecError::Compression)?;
    let mut plain = Vec::new();
    let read = decoder.take(MAX_PLAIN_BYTES + 1).read_to_end(&mut plain);
    match read {
        Ok(read) if read as u64 <= MAX_PLAIN_BYTES => Ok(plain),
        _ => Err(CodecError::Compression),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn segment() -> impl Strategy<Value = Segment> {
        let hour = (0..1_u32 << 14, any::<Option<bool>>(), any::<Option<u32>>())
            .prop_map(|(flags, is_measured, weight)| RunningHour { flags, is_measured, weight });
        prop::collection::btree_map(any::<u32>(), (hour, any::<[u32; GROUP_COLUMNS]>()), 0..40).prop_map(
            |rows| {
                let row = |(relay, (hour, groups))| SegmentRow { relay, hour, groups };
                Segment { rows: rows.into_iter().map(row).collect() }
            },
        )
    }

    proptest! {
        #[test]
        fn segments_survive_the_round_trip(segment in segment()) {
            prop_assert_eq!(decode_segment(&encode_segment(&segment).unwrap()), Ok(segment));
        }

        #[test]
        fn any_bytes_are_read_or_refused(bytes: Vec<u8>) {
            let _ = decode_segment(&bytes);
            let _ = decode_segment(&zstd::bulk::compress(&bytes, 1).unwrap());
        }
    }

    #[test]
    fn a_count_that_the_bytes_cannot_hold_is_refused_before_anything_is_made() {
        let mut plain = Vec::new();
        put(&mut plain, u64::from(u32::MAX));
        let bytes = zstd::bulk::compress(&plain, 1).unwrap();
        assert_eq!(decode_segment(&bytes), Err(CodecError::OutOfRange));
    }
}
