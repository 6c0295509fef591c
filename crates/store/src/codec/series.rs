//! A column of numbers as differences with run lengths.
//!
//! A value is written as twice the zigzag of its difference to the one before; the lowest bit says
//! that a count of further equal values follows. A value that stands alone costs no count.

use super::CodecError;
use super::varint::{Reader, put, unzigzag, zigzag};

/// Largest value; larger ones are written as this. It leaves room for the sign and the run bit.
pub(super) const MAX_VALUE: u64 = 1 << 60;

/// Appends a column.
pub(super) fn put_series(out: &mut Vec<u8>, values: &[u64]) {
    let mut before = 0_i64;
    for run in values.chunk_by(|left, right| left == right) {
        let value = run[0].min(MAX_VALUE) as i64;
        let token = zigzag(value - before) << 1;
        before = value;
        put(out, token | u64::from(run.len() > 1));
        if run.len() > 1 {
            put(out, run.len() as u64 - 2);
        }
    }
}

/// Reads a column of `count` numbers, each at most `max`.
pub(super) fn read_series(reader: &mut Reader<'_>, count: usize, max: u64) -> Result<Vec<u64>, CodecError> {
    let mut values = Vec::with_capacity(count.min(1024));
    let mut before = 0_i64;
    while values.len() < count {
        let token = reader.varint()?;
        let value = before.checked_add(unzigzag(token >> 1)).ok_or(CodecError::OutOfRange)?;
        let value = u64::try_from(value).ok().filter(|value| *value <= max).ok_or(CodecError::OutOfRange)?;
        before = value as i64;
        let run = if token & 1 == 1 { reader.varint()?.saturating_add(2) } else { 1 };
        if run > (count - values.len()) as u64 {
            return Err(CodecError::OutOfRange);
        }
        values.extend(std::iter::repeat_n(value, run as usize));
    }
    Ok(values)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn columns_survive_the_round_trip(values in prop::collection::vec(prop_oneof![0..4_u64, 0..=MAX_VALUE], 0..60)) {
            let mut bytes = Vec::new();
            put_series(&mut bytes, &values);
            let mut reader = Reader(&bytes);
            prop_assert_eq!(read_series(&mut reader, values.len(), MAX_VALUE), Ok(values));
            prop_assert_eq!(reader.finish(), Ok(()));
        }

        #[test]
        fn any_bytes_are_read_or_refused(bytes: Vec<u8>, count in 0..5000_usize) {
            let _ = read_series(&mut Reader(&bytes), count, MAX_VALUE);
        }
    }

    #[test]
    fn a_steady_day_takes_four_bytes_and_a_single_change_one_token() {
        let mut bytes = Vec::new();
        put_series(&mut bytes, &[5_000; 24]);
        assert_eq!(bytes.len(), 4, "{bytes:?}");
        bytes.clear();
        put_series(&mut bytes, &[10, 11, 10]);
        assert_eq!(bytes, [40, 4, 2]);
    }

    #[test]
    fn values_beyond_the_largest_are_written_as_the_largest() {
        let mut bytes = Vec::new();
        put_series(&mut bytes, &[u64::MAX, 0]);
        assert_eq!(read_series(&mut Reader(&bytes), 2, MAX_VALUE), Ok(vec![MAX_VALUE, 0]));
    }
}
