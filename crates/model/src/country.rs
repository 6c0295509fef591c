//! Country codes and the tiers that the number of relays gives a country.

use std::fmt;
use std::str::FromStr;

/// An ISO 3166-1 alpha-2 code, printed in upper case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CountryCode([u8; 2]);

/// A text is not a country code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a country code has two letters")]
pub struct ParseCountryCodeError;

impl CountryCode {
    /// The two upper-case letters.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// Whether no country has this code, so that the country is not known: `XX`, `ZZ`, and those of address
    /// databases for addresses that they can only place in the European Union (`EU`) or in Asia (`AP`).
    pub fn is_unknown(self) -> bool {
        self.country().is_none()
    }
}

impl FromStr for CountryCode {
    type Err = ParseCountryCodeError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.as_bytes() {
            [first, second] if first.is_ascii_alphabetic() && second.is_ascii_alphabetic() => {
                Ok(Self([first.to_ascii_uppercase(), second.to_ascii_uppercase()]))
            }
            _ => Err(ParseCountryCodeError),
        }
    }
}

impl fmt::Display for CountryCode {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// How common a country is as a place of relays, by its number of running relays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum CountryTier {
    /// More than 200 relays.
    Common,
    /// 50 to 200 relays.
    Emerging,
    /// 21 to 49 relays.
    Rare,
    /// 6 to 20 relays.
    Epic,
    /// 1 to 5 relays.
    Legendary,
}

impl CountryTier {
    /// Every tier, from the most common.
    pub const ALL: [Self; 5] = [Self::Common, Self::Emerging, Self::Rare, Self::Epic, Self::Legendary];

    /// The tier of a country with so many running relays; none without a relay.
    pub fn of_relay_count(relays: usize) -> Option<Self> {
        match relays {
            0 => None,
            1..=5 => Some(Self::Legendary),
            6..=20 => Some(Self::Epic),
            21..=49 => Some(Self::Rare),
            50..=200 => Some(Self::Emerging),
            _ => Some(Self::Common),
        }
    }

    /// The tier's name in lower case.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Common => "common",
            Self::Emerging => "emerging",
            Self::Rare => "rare",
            Self::Epic => "epic",
            Self::Legendary => "legendary",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_two_letters_in_upper_case() {
        assert_eq!("de".parse::<CountryCode>().unwrap().to_string(), "DE");
        for text in ["", "d", "deu", "d1", "??", "é"] {
            assert_eq!(text.parse::<CountryCode>(), Err(ParseCountryCodeError), "{text}");
        }
    }

    #[test]
    fn every_boundary_of_the_tiers_is_where_the_definition_puts_it() {
        let expected = [
            (0, None),
            (1, Some(CountryTier::Legendary)),
            (5, Some(CountryTier::Legendary)),
            (6, Some(CountryTier::Epic)),
            (20, Some(CountryTier::Epic)),
            (21, Some(CountryTier::Rare)),
            (49, Some(CountryTier::Rare)),
            (50, Some(CountryTier::Emerging)),
            (200, Some(CountryTier::Emerging)),
            (201, Some(CountryTier::Common)),
        ];
        for (relays, tier) in expected {
            assert_eq!(CountryTier::of_relay_count(relays), tier, "{relays}");
        }
    }
}
