//! Numbers of autonomous systems.

use std::fmt;
use std::str::FromStr;

/// The number of an autonomous system (RFC 6793), printed `AS24940`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AsNumber(pub u32);

/// A text is not an AS number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an AS number is written AS24940 or 24940, from 1 to 4294967295")]
pub struct ParseAsNumberError;

impl FromStr for AsNumber {
    type Err = ParseAsNumberError;

    /// Reads `AS24940`, `as24940` or `24940`. 0 is no AS.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let digits = match text.get(..2) {
            Some(prefix) if prefix.eq_ignore_ascii_case("as") => &text[2..],
            _ => text,
        };
        let is_number = (1..=10).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
        match digits.parse() {
            Ok(number) if is_number && number > 0 => Ok(Self(number)),
            _ => Err(ParseAsNumberError),
        }
    }
}

impl fmt::Display for AsNumber {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "AS{}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_are_read_and_zero_is_no_as() {
        assert_eq!("AS24940".parse(), Ok(AsNumber(24940)));
        assert_eq!("as1".parse::<AsNumber>().unwrap().to_string(), "AS1");
        assert_eq!("24940".parse(), Ok(AsNumber(24940)));
        for text in ["", "AS", "AS0", "0", "AS4294967296", "AS-1", "AS1x", "+1", "é1"] {
            assert_eq!(text.parse::<AsNumber>(), Err(ParseAsNumberError), "{text}");
        }
    }
}
