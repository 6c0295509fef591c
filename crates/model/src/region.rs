//! Where a country lies: UN M49 regions and subregions, and the groups of countries by treaty.
//!
//! Regions are geographical classes for statistics and carry no judgement. A code that the table does
//! not know (a new one, or one that address databases use for "somewhere in Europe") has no region; it
//! is never put into one by guess.

mod countries;

use crate::CountryCode;

pub use countries::COUNTRIES;

/// What is known of a country.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Country {
    /// The ISO 3166-1 alpha-2 code in upper case.
    pub alpha2: &'static str,
    /// The ISO 3166-1 numeric code, 4 to 894, which is also the country's M49 code; none for `XK`.
    pub iso_number: Option<u16>,
    /// A short name in English.
    pub name: &'static str,
    /// The UN M49 subregion.
    pub subregion: Subregion,
}

/// The UN M49 regions, and Antarctica, which M49 lists beside them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Region {
    /// M49 code 002.
    Africa,
    /// M49 code 019.
    Americas,
    /// M49 code 142.
    Asia,
    /// M49 code 150.
    Europe,
    /// M49 code 009.
    Oceania,
    /// M49 code 010.
    Antarctica,
}

impl Region {
    /// Every region, by name; Antarctica last.
    pub const ALL: [Self; 6] =
        [Self::Africa, Self::Americas, Self::Asia, Self::Europe, Self::Oceania, Self::Antarctica];

    /// The name as M49 gives it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Africa => "Africa",
            Self::Americas => "Americas",
            Self::Asia => "Asia",
            Self::Europe => "Europe",
            Self::Oceania => "Oceania",
            Self::Antarctica => "Antarctica",
        }
    }
}

/// The UN M49 subregions, at the finest level: intermediate regions where M49 has them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the names say all; `name` and `region` give text and place")]
pub enum Subregion {
    EasternAfrica,
    MiddleAfrica,
    NorthernAfrica,
    SouthernAfrica,
    WesternAfrica,
    Caribbean,
    CentralAmerica,
    NorthernAmerica,
    SouthAmerica,
    CentralAsia,
    EasternAsia,
    SouthEasternAsia,
    SouthernAsia,
    WesternAsia,
    EasternEurope,
    NorthernEurope,
    SouthernEurope,
    WesternEurope,
    AustraliaAndNewZealand,
    Melanesia,
    Micronesia,
    Polynesia,
    Antarctica,
}

impl Subregion {
    /// Every subregion, in the order of the regions and then by name.
    pub const ALL: [Self; 23] = [
        Self::EasternAfrica,
        Self::MiddleAfrica,
        Self::NorthernAfrica,
        Self::SouthernAfrica,
        Self::WesternAfrica,
        Self::Caribbean,
        Self::CentralAmerica,
        Self::NorthernAmerica,
        Self::SouthAmerica,
        Self::CentralAsia,
        Self::EasternAsia,
        Self::SouthEasternAsia,
        Self::SouthernAsia,
        Self::WesternAsia,
        Self::EasternEurope,
        Self::NorthernEurope,
        Self::SouthernEurope,
        Self::WesternEurope,
        Self::AustraliaAndNewZealand,
        Self::Melanesia,
        Self::Micronesia,
        Self::Polynesia,
        Self::Antarctica,
    ];

    /// The name as M49 gives it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::EasternAfrica => "Eastern Africa",
            Self::MiddleAfrica => "Middle Africa",
            Self::NorthernAfrica => "Northern Africa",
            Self::SouthernAfrica => "Southern Africa",
            Self::WesternAfrica => "Western Africa",
            Self::Caribbean => "Caribbean",
            Self::CentralAmerica => "Central America",
            Self::NorthernAmerica => "Northern America",
            Self::SouthAmerica => "South America",
            Self::CentralAsia => "Central Asia",
            Self::EasternAsia => "Eastern Asia",
            Self::SouthEasternAsia => "South-eastern Asia",
            Self::SouthernAsia => "Southern Asia",
            Self::WesternAsia => "Western Asia",
            Self::EasternEurope => "Eastern Europe",
            Self::NorthernEurope => "Northern Europe",
            Self::SouthernEurope => "Southern Europe",
            Self::WesternEurope => "Western Europe",
            Self::AustraliaAndNewZealand => "Australia and New Zealand",
            Self::Melanesia => "Melanesia",
            Self::Micronesia => "Micronesia",
            Self::Polynesia => "Polynesia",
            Self::Antarctica => "Antarctica",
        }
    }

    /// The region that the subregion is a part of.
    pub const fn region(self) -> Region {
        match self {
            Self::EasternAfrica
            | Self::MiddleAfrica
            | Self::NorthernAfrica
            | Self::SouthernAfrica
            | Self::WesternAfrica => Region::Africa,
            Self::Caribbean | Self::CentralAmerica | Self::NorthernAmerica | Self::SouthAmerica => {
                Region::Americas
            }
            Self::CentralAsia
            | Self::EasternAsia
            | Self::SouthEasternAsia
            | Self::SouthernAsia
            | Self::WesternAsia => Region::Asia,
            Self::EasternEurope | Self::NorthernEurope | Self::SouthernEurope | Self::WesternEurope => {
                Region::Europe
            }
            Self::AustraliaAndNewZealand | Self::Melanesia | Self::Micronesia | Self::Polynesia => {
                Region::Oceania
            }
            Self::Antarctica => Region::Antarctica,
        }
    }
}

impl CountryCode {
    /// The country's row of the table; none for a code that is not a country's.
    pub fn country(self) -> Option<&'static Country> {
        let position = COUNTRIES.binary_search_by(|country| country.alpha2.cmp(self.as_str())).ok()?;
        COUNTRIES.get(position)
    }

    /// The UN M49 subregion; none for a code that is not a country's.
    pub fn subregion(self) -> Option<Subregion> {
        self.country().map(|country| country.subregion)
    }
}

/// The short English name of a country; none for a code that is not a country's.
pub fn country_name(code: CountryCode) -> Option<&'static str> {
    code.country().map(|country| country.name)
}

/// A group of countries with a treaty or an arrangement between them.
///
/// The three "Eyes" are arrangements on signals intelligence, in the compositions that published
/// documents name; each contains the smaller one. Crown dependencies and territories are not members.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CountryGroup {
    /// The European Union since February 2020.
    Eu27,
    /// The parties of the UKUSA agreement.
    FiveEyes,
    /// The Five Eyes with Denmark, France, the Netherlands and Norway.
    NineEyes,
    /// The Nine Eyes with Belgium, Germany, Italy, Spain and Sweden (SIGINT Seniors Europe).
    FourteenEyes,
}

impl CountryGroup {
    /// Every group.
    pub const ALL: [Self; 4] = [Self::Eu27, Self::FiveEyes, Self::NineEyes, Self::FourteenEyes];

    /// The group's name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Eu27 => "European Union",
            Self::FiveEyes => "Five Eyes",
            Self::NineEyes => "Nine Eyes",
            Self::FourteenEyes => "Fourteen Eyes",
        }
    }

    /// The codes of the members.
    pub const fn members(self) -> &'static [&'static str] {
        match self {
            Self::Eu27 => &[
                "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE",
                "IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK",
            ],
            Self::FiveEyes => &["AU", "CA", "GB", "NZ", "US"],
            Self::NineEyes => &["AU", "CA", "DK", "FR", "GB", "NL", "NO", "NZ", "US"],
            Self::FourteenEyes => {
                &["AU", "BE", "CA", "DE", "DK", "ES", "FR", "GB", "IT", "NL", "NO", "NZ", "SE", "US"]
            }
        }
    }

    /// Whether the country is a member.
    pub fn contains(self, code: CountryCode) -> bool {
        self.members().contains(&code.as_str())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn code(text: &str) -> CountryCode {
        text.parse().unwrap()
    }

    #[test]
    fn rows_are_sorted_and_codes_numbers_and_names_are_unique() {
        assert!(COUNTRIES.is_sorted_by(|left, right| left.alpha2 < right.alpha2));
        let numbers: BTreeSet<_> = COUNTRIES.iter().filter_map(|country| country.iso_number).collect();
        assert_eq!(numbers.len(), 249, "every code of ISO 3166-1 has a number of its own");
        let names: BTreeSet<_> = COUNTRIES.iter().map(|country| country.name).collect();
        assert_eq!(names.len(), COUNTRIES.len());
        for country in &COUNTRIES {
            assert_eq!(code(country.alpha2).country(), Some(country));
        }
    }

    #[test]
    fn regions_have_as_many_countries_as_m49_counts() {
        // TW is counted in Asia, XK in Europe; see the table.
        let expected = [60, 57, 51, 52, 29, 1];
        for (region, count) in Region::ALL.into_iter().zip(expected) {
            let found = COUNTRIES.iter().filter(|country| country.subregion.region() == region).count();
            assert_eq!(found, count, "{}", region.name());
        }
    }

    #[test]
    fn every_subregion_is_listed_once_and_has_countries() {
        let listed: BTreeSet<_> = Subregion::ALL.into_iter().collect();
        let used: BTreeSet<_> = COUNTRIES.iter().map(|country| country.subregion).collect();
        assert_eq!(listed, used);
        assert!(Subregion::ALL.is_sorted());
        assert!(Subregion::ALL.is_sorted_by_key(|subregion| subregion.region()));
    }

    #[test]
    fn countries_are_where_m49_puts_them() {
        let expected = [
            ("DE", "Germany", Subregion::WesternEurope),
            ("GB", "United Kingdom", Subregion::NorthernEurope),
            ("US", "United States", Subregion::NorthernAmerica),
            ("MX", "Mexico", Subregion::CentralAmerica),
            ("CY", "Cyprus", Subregion::WesternAsia),
            ("IR", "Iran", Subregion::SouthernAsia),
            ("RU", "Russia", Subregion::EasternEurope),
            ("SD", "Sudan", Subregion::NorthernAfrica),
            ("SS", "South Sudan", Subregion::EasternAfrica),
            ("TW", "Taiwan", Subregion::EasternAsia),
            ("XK", "Kosovo", Subregion::SouthernEurope),
        ];
        for (text, name, subregion) in expected {
            assert_eq!(country_name(code(text)), Some(name));
            assert_eq!(code(text).subregion(), Some(subregion), "{text}");
        }
    }

    #[test]
    fn a_code_that_is_no_country_has_no_region() {
        for text in ["XX", "ZZ", "EU", "AP", "AN"] {
            assert_eq!(code(text).subregion(), None, "{text}");
            assert_eq!(country_name(code(text)), None, "{text}");
        }
    }

    #[test]
    fn groups_have_the_members_that_their_names_count() {
        for (group, count) in CountryGroup::ALL.into_iter().zip([27, 5, 9, 14]) {
            let members: BTreeSet<_> = group.members().iter().copied().collect();
            assert_eq!(members.len(), count, "{}", group.name());
            assert!(members.iter().all(|member| code(member).country().is_some()));
        }
        assert!(!CountryGroup::Eu27.contains(code("NO")) && !CountryGroup::Eu27.contains(code("CH")));
        assert!(!CountryGroup::Eu27.contains(code("GB")) && CountryGroup::Eu27.contains(code("HR")));
    }

    #[test]
    fn each_arrangement_contains_the_smaller_one() {
        let [_, five, nine, fourteen] = CountryGroup::ALL;
        assert!(five.members().iter().all(|member| nine.members().contains(member)));
        assert!(nine.members().iter().all(|member| fourteen.members().contains(member)));
    }
}
