//! Words for amounts and conditions.

use crate::format;
use allium_analysis::directory::flags::{Quantity, RequirementKind};

/// An amount with its unit: `8.0 days`, `98.000 %`, `16.8 Mbit/s`.
pub(in crate::pages) fn amount(quantity: Quantity) -> String {
    match quantity {
        Quantity::Seconds(seconds) => span(seconds),
        Quantity::Ratio(ratio) => format!("{:.3} %", 100.0 * ratio),
        Quantity::KilobytesPerSecond(kilobytes) => {
            let bandwidth = format::bandwidth(kilobytes.saturating_mul(1000));
            format!("{} {}", bandwidth.number, bandwidth.unit)
        }
        Quantity::Is(true) => "yes".into(),
        Quantity::Is(false) => "no".into(),
    }
}

/// A length of time in one unit: days with a decimal from two days on, else hours, else seconds.
pub(in crate::pages) fn span(seconds: u64) -> String {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_have_their_unit() {
        assert_eq!(amount(Quantity::Seconds(691_200)), "8.0 days");
        assert_eq!(amount(Quantity::Seconds(7200)), "2.0 hours");
        assert_eq!(amount(Quantity::Seconds(188)), "188 s");
        assert_eq!(amount(Quantity::Ratio(0.98)), "98.000 %");
        assert_eq!(amount(Quantity::KilobytesPerSecond(2097)), "16.8 Mbit/s");
    }

    #[test]
    fn a_condition_names_its_flag() {
        use allium_model::Flag;
        assert_eq!(requirement_label(RequirementKind::Has(Flag::Fast)), "Flag Fast");
        assert_eq!(requirement_label(RequirementKind::TimeKnown), "Weighted time known");
    }
}
