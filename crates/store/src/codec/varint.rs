//! Whole numbers in as few bytes as they need: seven bits a byte, lowest first.

use super::CodecError;

/// Appends a number.
pub(super) fn put(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

/// A difference as a number that is small when the difference is.
pub(super) fn zigzag(value: i64) -> u64 {
    ((value << 1) ^ (value >> 63)) as u64
}

/// The difference again.
pub(super) fn unzigzag(value: u64) -> i64 {
    (value >> 1) as i64 ^ -((value & 1) as i64)
}

/// Takes numbers off the front of a block.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reader<'a>(pub(super) &'a [u8]);

impl Reader<'_> {
    /// The next byte.
    pub(super) fn byte(&mut self) -> Result<u8, CodecError> {
        let (first, rest) = self.0.split_first().ok_or(CodecError::Truncated)?;
        self.0 = rest;
        Ok(*first)
    }

    /// The next number.
    pub(super) fn varint(&mut self) -> Result<u64, CodecError> {
        let mut value = 0_u64;
        for shift in (0..70).step_by(7) {
            let byte = self.byte()?;
            let bits = u64::from(byte & 0x7f);
            if shift == 63 && bits > 1 {
                return Err(CodecError::OutOfRange);
            }
            value |= bits << shift;
            if byte & 0x80 == 0 {
                return Ok(value);
            }
        }
        Err(CodecError::OutOfRange)
    }

    /// The next number, of at most 32 bits.
    pub(super) fn varint32(&mut self) -> Result<u32, CodecError> {
        u32::try_from(self.varint()?).map_err(|_| CodecError::OutOfRange)
    }

    /// Bytes left.
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// Nothing may be left.
    pub(super) fn finish(self) -> Result<(), CodecError> {
        if self.0.is_empty() { Ok(()) } else { Err(CodecError::Overlong) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn numbers_survive_the_round_trip(value: u64, difference: i64) {
            let mut bytes = Vec::new();
            put(&mut bytes, value);
            let mut reader = Reader(&bytes);
            prop_assert_eq!(reader.varint(), Ok(value));
            prop_assert_eq!(reader.finish(), Ok(()));
            prop_assert_eq!(unzigzag(zigzag(difference)), difference);
        }

        #[test]
        fn any_bytes_are_read_or_refused(bytes: Vec<u8>) {
            let mut reader = Reader(&bytes);
            while reader.varint().is_ok() {}
        }
    }

    #[test]
    fn a_number_of_more_than_64_bits_is_refused() {
        let mut reader = Reader(&[0xff; 11]);
        assert_eq!(reader.varint(), Err(CodecError::OutOfRange));
        assert_eq!(Reader(&[0x80]).varint(), Err(CodecError::Truncated));
    }
}
