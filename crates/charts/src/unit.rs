//! Units: how a value is written, alone and at the ticks of an axis.

/// What a number counts or measures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Unit {
    /// A number without a unit.
    #[default]
    Number,
    /// Things that are counted: `10,568`.
    Count,
    /// Hundredths, 0 to 100 for a share.
    Percent,
    /// Bits a second, with SI prefixes.
    BitsPerSecond,
    /// Bytes a second, with SI prefixes.
    BytesPerSecond,
    /// Bytes, with SI prefixes.
    Bytes,
    /// A span of time in seconds, written in s, min, h or d.
    Seconds,
    /// A span of time in hours.
    Hours,
    /// A span of time in days.
    Days,
}

/// What an axis divides its values by, and the unit that its ticks then have.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Prefix {
    pub(crate) divisor: f64,
    pub(crate) symbol: &'static str,
}

const BITS: [(f64, &str); 6] =
    [(1e15, "Pbit/s"), (1e12, "Tbit/s"), (1e9, "Gbit/s"), (1e6, "Mbit/s"), (1e3, "kbit/s"), (1.0, "bit/s")];
const BYTES_A_SECOND: [(f64, &str); 6] =
    [(1e15, "PB/s"), (1e12, "TB/s"), (1e9, "GB/s"), (1e6, "MB/s"), (1e3, "kB/s"), (1.0, "B/s")];
const BYTES: [(f64, &str); 6] =
    [(1e15, "PB"), (1e12, "TB"), (1e9, "GB"), (1e6, "MB"), (1e3, "kB"), (1.0, "B")];
const SPANS: [(f64, &str); 4] = [(86_400.0, "d"), (3_600.0, "h"), (60.0, "min"), (1.0, "s")];

impl Unit {
    /// The unit's sign: `%`, `bit/s`; empty for plain numbers and counts.
    pub const fn symbol(self) -> &'static str {
        match self {
            Self::Number | Self::Count => "",
            Self::Percent => "%",
            Self::BitsPerSecond => "bit/s",
            Self::BytesPerSecond => "B/s",
            Self::Bytes => "B",
            Self::Seconds => "s",
            Self::Hours => "h",
            Self::Days => "d",
        }
    }

    /// The prefix in which numbers up to `largest` read well.
    pub(crate) fn prefix(self, largest: f64) -> Prefix {
        let scales: &[(f64, &'static str)] = match self {
            Self::BitsPerSecond => &BITS,
            Self::BytesPerSecond => &BYTES_A_SECOND,
            Self::Bytes => &BYTES,
            Self::Seconds => &SPANS,
            _ => return Prefix { divisor: 1.0, symbol: self.symbol() },
        };
        let fitting = scales.iter().find(|(divisor, _)| largest.abs() >= *divisor);
        let (divisor, symbol) = fitting.or(scales.last()).copied().unwrap_or((1.0, ""));
        Prefix { divisor, symbol }
    }

    /// The value with its unit, as a reader wants it: `98.7 %`, `1.25 Gbit/s`, `10,568`, `3.5 h`.
    pub fn format(self, value: f64) -> String {
        let prefix = self.prefix(value);
        let number = value / prefix.divisor;
        let number = match self {
            Self::Percent => percent(number),
            Self::Count => grouped(number, usize::from(number.fract() != 0.0)),
            _ => trimmed(&grouped(number, decimals_of_three_digits(number))),
        };
        with_symbol(&number, prefix.symbol)
    }
}

/// A number and its unit with a space between; the number alone without a unit.
pub(crate) fn with_symbol(number: &str, symbol: &str) -> String {
    if symbol.is_empty() { number.to_owned() } else { format!("{number} {symbol}") }
}

/// One decimal, two where one would pass for a full hundred, and two digits of what is below one: shares
/// of a large network are small, and would all read `0.1`.
fn percent(value: f64) -> String {
    let decimals = match value.abs() {
        size if size > 99.94 && size < 100.0 => 2,
        size if size >= 0.995 || size == 0.0 => 1,
        size if size >= 0.0995 => 2,
        size if size >= 0.00995 => 3,
        _ => 4,
    };
    trimmed(&grouped(value, decimals))
}

/// As many decimals as three digits need.
fn decimals_of_three_digits(value: f64) -> usize {
    match value.abs() {
        size if size == 0.0 || size >= 100.0 => 0,
        size if size >= 10.0 => 1,
        size if size >= 1.0 => 2,
        size if size >= 0.1 => 3,
        size if size >= 0.01 => 4,
        _ => 6,
    }
}

/// A number without the zeros at the end of its decimals.
pub(crate) fn trimmed(number: &str) -> String {
    if number.contains('.') && !number.contains('e') {
        number.trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        number.to_owned()
    }
}

/// The number as `{value:.decimals$}` writes it, by whole numbers; none where it lies so close to the middle
/// between two results that only exact arithmetic can tell, or where it is too large.
fn plain_decimal(value: f64, decimals: usize) -> Option<String> {
    let scale = [1_u64, 10, 100, 1000].get(decimals).copied()?;
    let scaled = value.abs() * scale as f64;
    let whole = scaled as u64;
    let rest = scaled - whole as f64;
    if scaled >= 1e12 || (rest - 0.5).abs() < 1e-3 {
        return None;
    }
    let rounded = whole + u64::from(rest > 0.5);
    let sign = if value.is_sign_negative() { "-" } else { "" };
    Some(match decimals {
        0 => format!("{sign}{rounded}"),
        _ => format!("{sign}{}.{:0decimals$}", rounded / scale, rounded % scale),
    })
}

/// A number with a comma between thousands. Beyond 10^15 it is written with an exponent.
pub(crate) fn grouped(value: f64, decimals: usize) -> String {
    if value.abs() >= 1e15 {
        return format!("{value:.2e}");
    }
    let plain = plain_decimal(value, decimals).unwrap_or_else(|| format!("{value:.decimals$}"));
    let plain = plain.strip_prefix("-").map_or((false, plain.as_str()), |positive| (true, positive));
    let (negative, digits) = plain;
    let whole_length = digits.find('.').unwrap_or(digits.len());
    let mut out = String::with_capacity(digits.len() + 4);
    if negative && digits.bytes().any(|digit| (b'1'..=b'9').contains(&digit)) {
        out.push('-');
    }
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && index < whole_length && (whole_length - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_read_like_a_person_writes_them() {
        for (unit, value, expected) in [
            (Unit::Percent, 98.74, "98.7 %"),
            (Unit::Percent, 99.97, "99.97 %"),
            (Unit::Percent, 100.0, "100 %"),
            (Unit::Percent, 0.0, "0 %"),
            (Unit::Percent, 0.999, "1 %"),
            (Unit::Percent, 0.5, "0.5 %"),
            (Unit::Percent, 0.234, "0.23 %"),
            (Unit::Percent, -0.0774, "-0.077 %"),
            (Unit::Percent, 0.000_01, "0 %"),
            (Unit::Count, 10_568.0, "10,568"),
            (Unit::Count, 999.0, "999"),
            (Unit::Count, -1234.0, "-1,234"),
            (Unit::Count, 2.5, "2.5"),
            (Unit::BitsPerSecond, 1_250_000_000.0, "1.25 Gbit/s"),
            (Unit::BitsPerSecond, 0.0, "0 bit/s"),
            (Unit::Bytes, 1_500.0, "1.5 kB"),
            (Unit::Seconds, 12_600.0, "3.5 h"),
            (Unit::Number, 0.1234, "0.123"),
            (Unit::Number, -0.001, "-0.001"),
            (Unit::Number, -0.000_000_1, "0"),
            (Unit::Number, 1e18, "1.00e18"),
        ] {
            assert_eq!(unit.format(value), expected);
        }
    }

    proptest::proptest! {
        #[test]
        fn whole_number_arithmetic_rounds_as_exact_formatting_does(value in -1e13..1e13_f64, small in -200.0..200.0_f64) {
            for decimals in 0..4 {
                for value in [value, small, (small * 100.0).trunc() / 100.0, small.trunc()] {
                    if let Some(plain) = plain_decimal(value, decimals) {
                        proptest::prop_assert_eq!(plain, format!("{value:.decimals$}"));
                    }
                }
            }
        }
    }
}
