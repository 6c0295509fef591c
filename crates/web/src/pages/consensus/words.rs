//! Words for amounts, conditions and identities.

use crate::format;
use allium_analysis::directory::flags::{Quantity, RequirementKind};
use allium_model::Fingerprint;

/// An amount with its unit: `8.0 days`, `98.0 %`, `2,097 kB/s`.
pub(in crate::pages) fn amount(quantity: Quantity) -> String {
    match quantity {
        Quantity::Seconds(seconds) => span(seconds),
        Quantity::Ratio(ratio) => format!("{:.3} %", 100.0 * ratio),
        Quantity::KilobytesPerSecond(kilobytes) => format!("{} kB/s", format::count(kilobytes as usize)),
        Quantity::Is(true) => "yes".into(),
        Quantity::Is(false) => "no".into(),
    }
}

/// A length of time in one unit: days with a decimal from two days on, else hours, else seconds.
pub(super) fn span(seconds: u64) -> String {
    match seconds {
        0..7200 => format!("{} s", format::count(seconds as usize)),
        7200..172_800 => format!("{:.1} hours", seconds as f64 / 3600.0),
        _ => format!("{:.1} days", seconds as f64 / 86_400.0),
    }
}

/// A condition with the flag that it is about.
pub(in crate::pages) fn requirement_label(kind: RequirementKind) -> String {
    match kind.flag() {
        Some(flag) => format!("{} {}", capital(kind.label()), flag.name()),
        None => capital(kind.label()),
    }
}

fn capital(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// The first digits of an identity, for tables where the nickname names it.
pub(super) fn short_identity(identity: Fingerprint) -> String {
    identity.to_string().chars().take(8).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_have_their_unit() {
        assert_eq!(amount(Quantity::Seconds(691_200)), "8.0 days");
        assert_eq!(amount(Quantity::Seconds(7200)), "2.0 hours");
        assert_eq!(amount(Quantity::Seconds(188)), "188 s");
        assert_eq!(amount(Quantity::Ratio(0.98)), "98.000 %");
        assert_eq!(amount(Quantity::KilobytesPerSecond(2097)), "2,097 kB/s");
    }

    #[test]
    fn a_condition_names_its_flag() {
        use allium_model::Flag;
        assert_eq!(requirement_label(RequirementKind::Has(Flag::Fast)), "Flag Fast");
        assert_eq!(requirement_label(RequirementKind::TimeKnown), "Weighted time known");
    }
}
