//! Relay fingerprints: the SHA-1 of a relay's identity key, written as 40 hex digits.

use std::fmt;
use std::str::FromStr;

/// A relay's identity fingerprint (20 bytes; dir-spec `fingerprint`), printed in upper-case hex.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fingerprint(pub [u8; 20]);

/// A text is not a fingerprint: not 40 hex digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a fingerprint has 40 hex digits")]
pub struct ParseFingerprintError;

const HEX_DIGITS: &[u8; 16] = b"0123456789ABCDEF";

const fn hex_value(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        b'A'..=b'F' => Some(digit - b'A' + 10),
        _ => None,
    }
}

impl Fingerprint {
    /// Reads 40 hex digits of either case, with or without the `$` that family lists put before them.
    pub fn from_hex(hex: &[u8]) -> Result<Self, ParseFingerprintError> {
        let hex = hex.strip_prefix(b"$").unwrap_or(hex);
        if hex.len() != 40 {
            return Err(ParseFingerprintError);
        }
        let mut bytes = [0; 20];
        for (byte, pair) in bytes.iter_mut().zip(hex.chunks_exact(2)) {
            let high = hex_value(pair[0]).ok_or(ParseFingerprintError)?;
            let low = hex_value(pair[1]).ok_or(ParseFingerprintError)?;
            *byte = high << 4 | low;
        }
        Ok(Self(bytes))
    }

    /// The 40 upper-case hex digits.
    pub fn to_hex(self) -> [u8; 40] {
        let mut hex = [0; 40];
        for (pair, byte) in hex.chunks_exact_mut(2).zip(self.0) {
            pair[0] = HEX_DIGITS[usize::from(byte >> 4)];
            pair[1] = HEX_DIGITS[usize::from(byte & 15)];
        }
        hex
    }
}

impl FromStr for Fingerprint {
    type Err = ParseFingerprintError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::from_hex(text.as_bytes())
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hex = self.to_hex();
        formatter.write_str(std::str::from_utf8(&hex).unwrap_or_default())
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hex_survives_the_round_trip_and_lower_case_is_read() {
        let text = "000A10D43011EA4928A35F610405F92B4433B4DC";
        let fingerprint: Fingerprint = text.to_lowercase().parse().unwrap();
        assert_eq!(fingerprint.to_string(), text);
        assert_eq!(format!("${text}").parse(), Ok(fingerprint));
    }

    #[test]
    fn wrong_lengths_and_digits_are_refused() {
        for text in
            ["", "00", "000A10D43011EA4928A35F610405F92B4433B4D", "000A10D43011EA4928A35F610405F92B4433B4DG"]
        {
            assert_eq!(text.parse::<Fingerprint>(), Err(ParseFingerprintError), "{text}");
        }
    }
}
