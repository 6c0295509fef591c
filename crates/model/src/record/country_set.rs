//! A set of countries in a few bytes, as history keeps it.

use crate::CountryCode;
use std::str::FromStr;

/// Words of 64 bits that hold a bit for each pair of letters.
const WORDS: usize = (26_usize * 26).div_ceil(64);

/// Bytes of a set as it is stored.
const BYTES: usize = WORDS * 8;

/// A set of country codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct CountrySet([u64; WORDS]);

impl CountrySet {
    /// Adds a country.
    pub fn insert(&mut self, code: CountryCode) {
        let place = place(code);
        self.0[place / 64] |= 1 << (place % 64);
    }

    /// Whether a country is in it.
    pub fn contains(&self, code: CountryCode) -> bool {
        let place = place(code);
        self.0[place / 64] & (1 << (place % 64)) != 0
    }

    /// Number of countries.
    pub fn len(&self) -> usize {
        self.0.iter().map(|word| word.count_ones() as usize).sum()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.iter().all(|word| *word == 0)
    }

    /// The countries, ascending.
    pub fn iter(&self) -> impl Iterator<Item = CountryCode> {
        (0..26 * 26).filter_map(code).filter(|code| self.contains(*code))
    }

    /// The countries that are in this set and not in another, ascending.
    pub fn without<'a>(&'a self, other: &'a Self) -> impl Iterator<Item = CountryCode> + 'a {
        self.iter().filter(|code| !other.contains(*code))
    }

    /// The set as bytes: bit 0 of the first byte is AA, then AB.
    pub fn to_bytes(&self) -> Vec<u8> {
        self.0.iter().flat_map(|word| word.to_le_bytes()).collect()
    }

    /// Reads what [`Self::to_bytes`] wrote; none of anything else.
    pub fn of_bytes(bytes: &[u8]) -> Option<Self> {
        let (words, rest) = bytes.as_chunks::<8>();
        if bytes.len() != BYTES || !rest.is_empty() {
            return None;
        }
        let mut set = Self::default();
        for (word, bytes) in set.0.iter_mut().zip(words) {
            *word = u64::from_le_bytes(*bytes);
        }
        Some(set)
    }
}

impl FromIterator<CountryCode> for CountrySet {
    fn from_iter<I: IntoIterator<Item = CountryCode>>(codes: I) -> Self {
        let mut set = Self::default();
        codes.into_iter().for_each(|code| set.insert(code));
        set
    }
}

/// The place of a code: codes are two letters, so it is below 676.
fn place(code: CountryCode) -> usize {
    code.as_str().bytes().fold(0, |place, letter| place * 26 + usize::from(letter.wrapping_sub(b'A') % 26))
}

fn code(place: usize) -> Option<CountryCode> {
    let letters = [place / 26, place % 26].map(|letter| char::from(b'A' + letter as u8));
    CountryCode::from_str(&String::from_iter(letters)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(codes: &[&str]) -> CountrySet {
        codes.iter().map(|code| code.parse::<CountryCode>().unwrap()).collect()
    }

    #[test]
    fn what_was_put_in_comes_out_in_order() {
        let codes = ["AA", "ZZ", "DE", "AD", "DE"];
        let found: Vec<String> = set(&codes).iter().map(|code| code.to_string()).collect();
        assert_eq!(found, ["AA", "AD", "DE", "ZZ"]);
        assert_eq!((set(&codes).len(), set(&[]).is_empty()), (4, true));
    }

    #[test]
    fn a_difference_names_what_the_other_lacks() {
        let found: Vec<CountryCode> = set(&["DE", "FR"]).without(&set(&["FR", "US"])).collect();
        assert_eq!(found, ["DE".parse().unwrap()]);
    }

    #[test]
    fn other_bytes_are_no_set() {
        assert_eq!(CountrySet::of_bytes(&[0; 7]), None);
        assert_eq!(CountrySet::of_bytes(&[0; BYTES + 1]), None);
    }

    #[test]
    fn bytes_are_read_as_they_are_written() {
        for step in 1..60 {
            let set: CountrySet = (0..676).step_by(step).filter_map(code).collect();
            assert_eq!(set.len(), 676_usize.div_ceil(step));
            assert_eq!(CountrySet::of_bytes(&set.to_bytes()), Some(set));
        }
    }
}
