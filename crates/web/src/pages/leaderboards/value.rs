//! Values of the boards as people read them.

use crate::format;
use allium_analysis::leaderboard::{Category, Unit};

/// A value and its unit, apart: `1.2` and `Gbit/s`, `12` and `relays`.
fn value_text(category: Category, value: f64) -> (String, &'static str) {
    let whole = || format::count(value.round() as usize);
    let plural = |one, many| if value.round() as usize == 1 { one } else { many };
    match category.unit() {
        Unit::BytesPerSecond => {
            let shown = format::bandwidth(value as u64);
            (shown.number, shown.unit)
        }
        Unit::Bytes => format::volume(value),
        Unit::Ratio if matches!(category, Category::ReliabilityMasters | Category::LegacyTitans) => {
            (format::fine_uptime(value), "%")
        }
        Unit::Ratio => (format::percent(value), "%"),
        Unit::Relays => (whole(), plural("relay", "relays")),
        Unit::Countries => (whole(), plural("country", "countries")),
        Unit::Addresses => (whole(), plural("address", "addresses")),
        Unit::Points if value >= 1000.0 => (whole(), "points"),
        Unit::Points => (format!("{value:.1}"), "points"),
    }
}

/// A value with its unit: `1.2 Gbit/s`.
pub(crate) fn value_with_unit(category: Category, value: f64) -> String {
    let (number, unit) = value_text(category, value);
    format!("{number} {unit}")
}

/// The value as a cell of a table: with its unit only where the head does not give it.
pub(crate) fn shown(category: Category, value: f64) -> String {
    if has_unit_in_cell(category) { value_with_unit(category, value) } else { value_text(category, value).0 }
}

/// The head of the column of values.
pub(super) fn head(category: Category) -> String {
    match category.unit() {
        Unit::Ratio => format!("{}, %", category.measure()),
        _ => category.measure().to_owned(),
    }
}

/// Units with a prefix stand beside each number; counts are named by the head.
fn has_unit_in_cell(category: Category) -> bool {
    matches!(category.unit(), Unit::BytesPerSecond | Unit::Bytes)
}

/// What a category ranks, as a sentence without its end.
pub(super) const fn meaning(category: Category) -> &'static str {
    match category {
        Category::Bandwidth => "The bandwidth that the operator's running relays observed, added up",
        Category::ConsensusWeight => "The operator's share of the consensus weight",
        Category::ExitAuthority => "The operator's share of the consensus weight of all exits",
        Category::GuardAuthority => {
            "The operator's share of the consensus weight of all guards that are no exits"
        }
        Category::ExitOperators => "The number of running exits",
        Category::GuardOperators => "The number of running guards that are no exits",
        Category::ReliabilityMasters => {
            "The mean uptime over six months, for operators of at least 25 eligible relays"
        }
        Category::LegacyTitans => {
            "The mean uptime over five years, for operators of at least 25 eligible relays"
        }
        Category::BandwidthMasters => {
            "What the relays served together over six months, for operators of at least 25 eligible relays"
        }
        Category::BandwidthLegends => {
            "What the relays served together over five years, for operators of at least 25 eligible relays"
        }
        Category::MostDiverse => "Points for countries, unusual ASes and operating systems",
        Category::PlatformDiversity => "The number of running relays on other systems than Linux",
        Category::NonEuLeaders => "The number of running relays outside the European Union",
        Category::FrontierBuilders => "The number of countries with at most 49 running relays of anybody",
        Category::NetworkVeterans => "The age of the oldest running relay in days, more with many relays",
        Category::Ipv4Leaders => "The number of different IPv4 addresses of running relays",
        Category::Ipv6Leaders => "The number of different IPv6 addresses of running relays",
        Category::ValidatedRelays => "The number of running relays whose domain proof was verified",
        Category::TotalDataChampions => {
            "The bytes that the relays read and wrote, as far as histories go back"
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(category: Category, value: f64, expected: &str) {
        assert_eq!(value_with_unit(category, value), expected);
    }

    #[test]
    fn values_have_their_units() {
        check(Category::Bandwidth, 1.25e9, "10.0 Gbit/s");
        check(Category::ConsensusWeight, 0.0461, "4.61 %");
        check(Category::ReliabilityMasters, 0.999_96, "99.99 %");
        check(Category::ReliabilityMasters, 1.0, "100 %");
        check(Category::ExitOperators, 1.0, "1 relay");
        check(Category::FrontierBuilders, 7.0, "7 countries");
        check(Category::NetworkVeterans, 4711.4, "4,711 points");
        check(Category::TotalDataChampions, 2.5e15, "2.50 PB");
    }
}
