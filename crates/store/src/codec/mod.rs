//! How blocks of the store are written as bytes.
//!
//! Nothing here knows the database. Every decoder takes bytes that may be damaged: it returns an
//! error and never panics, and allocates no more than the bytes can stand for.

mod day_entries;
mod flags;
mod group_day;
mod relay_day;
mod segment;
mod series;
mod varint;

pub(crate) use day_entries::{DayEntry, decode_day_entries, encode_day_entries};
pub(crate) use flags::{FLAG_BITS, flag_bits, flags_of_bits};
pub(crate) use group_day::{GroupBlock, GroupHours, GroupSlot, decode_group_day, encode_group_day};
pub(crate) use relay_day::{RelayHours, RunningHour, decode_relay_day, encode_relay_day};
pub(crate) use segment::{GROUP_COLUMNS, Segment, SegmentRow, decode_segment, encode_segment};

/// Hours of a day, and places of a block.
pub(crate) const DAY_HOURS: usize = 24;

/// Why bytes are no block.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CodecError {
    /// The bytes end too early.
    #[error("the block is cut short")]
    Truncated,
    /// Bytes are left over.
    #[error("the block has bytes left over")]
    Overlong,
    /// A value is outside of what it can be.
    #[error("the block has a value out of range")]
    OutOfRange,
    /// The compressed part cannot be unpacked.
    #[error("the block cannot be decompressed")]
    Compression,
}
