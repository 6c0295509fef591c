//! Numbers and bytes one behind the other: whole numbers in as few bytes as they need.

/// Takes what is written.
#[derive(Debug, Default)]
pub(super) struct Writer(pub(super) Vec<u8>);

impl Writer {
    /// A whole number, seven bits a byte, the lowest first.
    pub(super) fn number(&mut self, number: impl Into<u64>) {
        let mut number: u64 = number.into();
        while number >= 0x80 {
            self.0.push(number as u8 | 0x80);
            number >>= 7;
        }
        self.0.push(number as u8);
    }

    /// A number with a sign; small ones of either sign need few bytes.
    pub(super) fn signed(&mut self, number: i64) {
        self.number((number << 1 ^ number >> 63) as u64);
    }

    pub(super) fn real(&mut self, number: f64) {
        self.0.extend(number.to_bits().to_le_bytes());
    }

    pub(super) fn short_real(&mut self, number: f32) {
        self.0.extend(number.to_bits().to_le_bytes());
    }

    /// Bytes whose length the reader knows.
    pub(super) fn raw(&mut self, bytes: &[u8]) {
        self.0.extend(bytes);
    }

    pub(super) fn text(&mut self, text: &str) {
        self.number(text.len() as u64);
        self.raw(text.as_bytes());
    }

    /// How many there are, and then each.
    pub(super) fn list<T>(
        &mut self,
        items: impl ExactSizeIterator<Item = T>,
        mut write: impl FnMut(&mut Self, T),
    ) {
        self.number(items.len() as u64);
        for item in items {
            write(self, item);
        }
    }
}

/// Gives back what was written; `None` where it ends too early or makes no sense.
#[derive(Debug)]
pub(super) struct Reader<'b>(pub(super) &'b [u8]);

impl Reader<'_> {
    pub(super) fn number(&mut self) -> Option<u64> {
        let mut number = 0_u64;
        for shift in (0..64).step_by(7) {
            let (byte, rest) = self.0.split_first()?;
            self.0 = rest;
            number |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Some(number);
            }
        }
        None
    }

    pub(super) fn small(&mut self) -> Option<u32> {
        self.number()?.try_into().ok()
    }

    pub(super) fn signed(&mut self) -> Option<i64> {
        let number = self.number()?;
        Some((number >> 1) as i64 ^ -((number & 1) as i64))
    }

    pub(super) fn raw<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (bytes, rest) = self.0.split_first_chunk::<N>()?;
        self.0 = rest;
        Some(*bytes)
    }

    pub(super) fn real(&mut self) -> Option<f64> {
        Some(f64::from_bits(u64::from_le_bytes(self.raw()?)))
    }

    pub(super) fn short_real(&mut self) -> Option<f32> {
        Some(f32::from_bits(u32::from_le_bytes(self.raw()?)))
    }

    pub(super) fn text(&mut self) -> Option<String> {
        let length = usize::try_from(self.number()?).ok()?;
        let (bytes, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        String::from_utf8(bytes.to_vec()).ok()
    }

    pub(super) fn list<T>(&mut self, mut read: impl FnMut(&mut Self) -> Option<T>) -> Option<Vec<T>> {
        let count = usize::try_from(self.number()?).ok()?;
        // Every item has a byte at least, so that a wrong count asks for no memory.
        let mut items = Vec::with_capacity(count.min(self.0.len()));
        for _ in 0..count {
            items.push(read(self)?);
        }
        Some(items)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_was_written_is_read(number: u64, signed: i64, real: f64, texts: Vec<String>) {
            let mut writer = Writer::default();
            writer.number(number);
            writer.signed(signed);
            writer.real(real);
            writer.list(texts.iter(), |writer, text| writer.text(text));
            let mut reader = Reader(&writer.0);
            prop_assert_eq!((reader.number(), reader.signed()), (Some(number), Some(signed)));
            prop_assert_eq!(reader.real().map(f64::to_bits), Some(real.to_bits()));
            prop_assert_eq!(reader.list(Reader::text), Some(texts));
            prop_assert!(reader.0.is_empty());
        }

        #[test]
        fn rubbish_is_refused_without_harm(bytes: Vec<u8>) {
            let _ = Reader(&bytes).list(Reader::text);
        }
    }
}
