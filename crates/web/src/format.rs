//! Numbers, units, shares and plurals as people read them. All words and number forms of the site
//! come from here or from whole sentences in templates, so that other languages can follow.

use allium_analysis::Percentile;
use allium_model::{CountryCode, Timestamp};

/// A count with thousands separated: `10,568`.
pub(crate) fn count(number: usize) -> String {
    let digits = number.to_string();
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// A count and its noun: `1 relay`, `2 relays`.
pub(crate) fn counted(number: usize, one: &str, many: &str) -> String {
    format!("{} {}", count(number), if number == 1 { one } else { many })
}

/// A share (0 to 1) in percent, without the sign, with as many decimals as it needs to be told from
/// its neighbours: `24.1`, `0.46`, `0.0030`; `0` only for zero itself.
pub(crate) fn percent(share: f64) -> String {
    let percent = share * 100.0;
    match percent {
        0.0 => "0".into(),
        value if value >= 10.0 => format!("{value:.1}"),
        value if value >= 0.1 => format!("{value:.2}"),
        value if value >= 0.0001 => format!("{value:.4}"),
        _ => "<0.0001".into(),
    }
}

/// A part of a whole in percent with one decimal; `0` of nothing.
pub(crate) fn percent_of(part: usize, whole: usize) -> String {
    if whole == 0 { "0".into() } else { format!("{:.1}", 100.0 * part as f64 / whole as f64) }
}

/// A bandwidth with its unit, from bytes per second: `87 Mbit/s`, `1.18 Gbit/s`.
pub(crate) struct Bandwidth {
    /// The number.
    pub(crate) number: String,
    /// `kbit/s`, `Mbit/s`, `Gbit/s` or `Tbit/s`.
    pub(crate) unit: &'static str,
}

/// Splits a bandwidth in bytes per second into a number of three digits and its unit.
pub(crate) fn bandwidth(bytes_per_second: u64) -> Bandwidth {
    let bits = bytes_per_second as f64 * 8.0;
    let (value, unit) = match bits {
        bits if bits >= 1e12 => (bits / 1e12, "Tbit/s"),
        bits if bits >= 1e9 => (bits / 1e9, "Gbit/s"),
        bits if bits >= 1e6 => (bits / 1e6, "Mbit/s"),
        bits => (bits / 1e3, "kbit/s"),
    };
    Bandwidth { number: three_digits(value), unit }
}

/// A volume in bytes as a number of three digits and its unit: `12.3 GB`, `4.56 TB`.
pub(crate) fn volume(bytes: f64) -> (String, &'static str) {
    const UNITS: [(f64, &str); 5] = [(1e18, "EB"), (1e15, "PB"), (1e12, "TB"), (1e9, "GB"), (1e6, "MB")];
    let (size, unit) = UNITS.into_iter().find(|(size, _)| bytes >= *size).unwrap_or((1e3, "kB"));
    (three_digits(bytes / size), unit)
}

/// A bandwidth in bytes per second as a number of Mbit/s, for table columns with the unit in the head.
pub(crate) fn mbit(bytes_per_second: u64) -> String {
    let value = bytes_per_second as f64 * 8.0 / 1e6;
    if value >= 1000.0 { count(value.round() as usize) } else { three_digits(value) }
}

fn three_digits(value: f64) -> String {
    match value {
        value if value >= 99.95 => format!("{value:.0}"),
        value if value >= 9.995 => format!("{value:.1}"),
        value if value >= 0.005 => format!("{value:.2}"),
        value if value > 0.0 => "<0.01".into(),
        _ => "0".into(),
    }
}

/// An uptime of 0 to 1 in percent with one decimal, with two close to 100.
pub(crate) fn uptime(ratio: f64) -> String {
    if ratio >= 0.9995 { fine_uptime(ratio) } else { format!("{:.1}", 100.0 * ratio) }
}

/// An uptime in percent with two decimals, where values differ by little. Only what never failed is 100.
pub(crate) fn fine_uptime(ratio: f64) -> String {
    match ratio {
        ratio if ratio >= 1.0 => "100".into(),
        ratio if ratio >= 0.9999 => "99.99".into(),
        ratio => format!("{:.2}", 100.0 * ratio),
    }
}

/// A time to the minute with its zone: `2026-02-22 13:00 UTC`.
pub(crate) fn minute(time: Timestamp) -> String {
    format!("{} UTC", time.to_minute())
}

/// A length of time in its two largest units: `3 years 2 months`, `5 days 4 hours`, `12 minutes`.
pub(crate) fn duration(seconds: i64) -> String {
    const UNITS: [(i64, &str, &str); 5] = [
        (365 * 86_400, "year", "years"),
        (30 * 86_400, "month", "months"),
        (86_400, "day", "days"),
        (3600, "hour", "hours"),
        (60, "minute", "minutes"),
    ];
    let mut rest = seconds.max(0);
    let mut parts = Vec::new();
    for (length, one, many) in UNITS {
        let number = rest / length;
        rest %= length;
        if number > 0 {
            parts.push(counted(number as usize, one, many));
        } else if !parts.is_empty() {
            break;
        }
        if parts.len() == 2 {
            break;
        }
    }
    if parts.is_empty() { "less than a minute".into() } else { parts.join(" ") }
}

/// One in so many values being equal moves a place by half a percent, which a reader should know.
const MANY_TIES: usize = 100;

/// A place among so many others in words: `31.4 % of relays have less`, and how many are equal where
/// that moves the number. No place is the hundredth: nothing has less than itself.
pub(crate) fn place(place: Percentile, among: usize, others: &str) -> String {
    let share = match place.percent {
        percent if percent >= 99.95 => "over 99.9".into(),
        percent if percent < 0.05 => "under 0.1".into(),
        percent => format!("{percent:.1}"),
    };
    if place.equal_with > 0 && place.equal_with * MANY_TIES >= among {
        let equal = counted(place.equal_with, "other", "others");
        return format!("{share} % of {others} have less, equal with {equal}");
    }
    format!("{share} % of {others} have less")
}

/// A country's name in a sentence takes an article where English wants one.
pub(crate) fn in_country(name: &str, code: CountryCode) -> String {
    const WITH_ARTICLE: [&str; 12] = ["US", "GB", "NL", "AE", "CZ", "BS", "GM", "PH", "MV", "DO", "CF", "CD"];
    let article =
        WITH_ARTICLE.contains(&code.as_str()) && code.as_str() != "CZ" || name.ends_with(" Republic");
    if article && !name.starts_with("The ") { format!("the {name}") } else { name.to_owned() }
}

/// A text shortened to at most `most` characters.
pub(crate) fn shortened(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let kept: String = text.chars().take(most - 1).collect();
    format!("{}…", kept.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_have_thousands_apart() {
        assert_eq!(
            [0, 999, 1000, 10_568, 1_234_567].map(count),
            ["0", "999", "1,000", "10,568", "1,234,567"]
        );
        assert_eq!([counted(1, "relay", "relays"), counted(0, "relay", "relays")], ["1 relay", "0 relays"]);
    }

    #[test]
    fn small_shares_are_not_rounded_to_nothing() {
        let shares = [0.0, 0.241, 0.0046, 0.00003, 0.000_000_1];
        assert_eq!(shares.map(percent), ["0", "24.1", "0.46", "0.0030", "<0.0001"]);
    }

    #[test]
    fn only_what_never_failed_has_an_uptime_of_100() {
        assert_eq!(
            [1.0, 0.99999, 0.9996, 0.9994, 0.5, 0.0].map(uptime),
            ["100", "99.99", "99.96", "99.9", "50.0", "0.0"]
        );
    }

    #[test]
    fn bandwidth_is_in_bits_with_decimal_prefixes() {
        let shown = |bytes| {
            let shown = bandwidth(bytes);
            format!("{} {}", shown.number, shown.unit)
        };
        assert_eq!(shown(10_875_000), "87.0 Mbit/s");
        assert_eq!(shown(147_125_000_000), "1.18 Tbit/s");
        assert_eq!(shown(0), "0 kbit/s");
        assert_eq!([mbit(10_875_000), mbit(250_000_000), mbit(1)], ["87.0", "2,000", "<0.01"]);
    }

    #[test]
    fn volumes_have_three_digits_and_decimal_prefixes() {
        let shown = [12.34e9, 5e12, 500.0, 1.234e18].map(volume);
        let expected = [("12.3", "GB"), ("5.00", "TB"), ("0.50", "kB"), ("1.23", "EB")];
        assert_eq!(
            shown.map(|(number, unit)| format!("{number} {unit}")),
            expected.map(|(number, unit)| format!("{number} {unit}"))
        );
    }

    #[test]
    fn durations_have_two_units_that_follow_each_other() {
        assert_eq!(duration(0), "less than a minute");
        assert_eq!(duration(90_000), "1 day 1 hour");
        assert_eq!(duration(365 * 86_400 + 60), "1 year");
        assert_eq!(duration(-5), "less than a minute");
    }

    #[test]
    fn places_are_never_the_hundredth_and_name_ties_that_matter() {
        let words = |percent, equal_with| place(Percentile { percent, equal_with }, 10_000, "relays");
        assert_eq!(words(31.42, 0), "31.4 % of relays have less");
        assert_eq!(words(99.995, 0), "over 99.9 % of relays have less");
        assert_eq!(words(0.005, 0), "under 0.1 % of relays have less");
        assert_eq!(words(50.0, 9), "50.0 % of relays have less");
        assert_eq!(words(50.0, 1200), "50.0 % of relays have less, equal with 1,200 others");
    }
}
