//! One value of a row, before it is written in some form.

use allium_model::{Timestamp, printable};
use serde::ser::{Serialize, SerializeSeq, Serializer};
use std::borrow::Cow;
use std::cmp::Ordering;

/// A value of a column. Unknown is `Null`, in every form of output, and never zero.
#[derive(Debug, Clone, PartialEq)]
pub enum Value<'a> {
    /// Not known.
    Null,
    /// Yes or no.
    Bool(bool),
    /// A count or another whole number.
    Integer(u64),
    /// A share, probability or other measure.
    Number(f64),
    /// A text, possibly from a relay.
    Text(Cow<'a, str>),
    /// A point in time.
    Time(Timestamp),
    /// Several texts.
    List(Vec<Cow<'a, str>>),
}

impl<'a> Value<'a> {
    /// A text that may be absent.
    pub fn text(text: Option<&'a str>) -> Self {
        text.map_or(Self::Null, |text| Self::Text(printable(text)))
    }

    /// The plain text of anything that prints.
    #[expect(clippy::needless_pass_by_value, reason = "quantities are passed as they are")]
    pub fn display<T: ToString>(shown: T) -> Self {
        Self::Text(Cow::Owned(shown.to_string()))
    }

    /// A whole number that may be absent.
    pub fn integer(number: Option<u64>) -> Self {
        number.map_or(Self::Null, Self::Integer)
    }

    /// A number that may be absent; what is no number is unknown.
    pub fn number(number: Option<f64>) -> Self {
        number.filter(|number| number.is_finite()).map_or(Self::Null, Self::Number)
    }

    /// A time that may be absent.
    pub fn time(time: Option<Timestamp>) -> Self {
        time.map_or(Self::Null, Self::Time)
    }

    /// Yes or no, that may be absent.
    pub fn bool(flag: Option<bool>) -> Self {
        flag.map_or(Self::Null, Self::Bool)
    }

    /// The value as CSV and tables write it: empty when unknown, lists joined by spaces.
    pub fn plain(&self) -> Cow<'_, str> {
        match self {
            Self::Null => Cow::Borrowed(""),
            Self::Bool(flag) => Cow::Borrowed(if *flag { "true" } else { "false" }),
            Self::Integer(number) => Cow::Owned(number.to_string()),
            Self::Number(number) => Cow::Owned(plain_number(*number)),
            Self::Text(text) => Cow::Borrowed(text),
            Self::Time(time) => Cow::Owned(time.to_string()),
            Self::List(texts) => Cow::Owned(texts.join(" ")),
        }
    }

    /// The order for sorting: numbers by size, texts without regard to case, unknown last of all
    /// in both directions (the caller reverses only known values).
    pub fn order(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Bool(left), Self::Bool(right)) => left.cmp(right),
            (Self::Integer(left), Self::Integer(right)) => left.cmp(right),
            (Self::Number(left), Self::Number(right)) => left.total_cmp(right),
            (Self::Time(left), Self::Time(right)) => left.cmp(right),
            (Self::Text(left), Self::Text(right)) => left.to_lowercase().cmp(&right.to_lowercase()),
            _ => self.plain().cmp(&other.plain()),
        }
    }

    /// Whether the value is unknown.
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }
}

/// A number to nine significant decimals without trailing zeros; sums of shares carry float noise behind.
fn plain_number(number: f64) -> String {
    let text = format!("{number:.9}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".into() } else { text.into() }
}

impl Serialize for Value<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_none(),
            Self::Bool(flag) => serializer.serialize_bool(*flag),
            Self::Integer(number) => serializer.serialize_u64(*number),
            Self::Number(number) => {
                serializer.serialize_f64(plain_number(*number).parse().unwrap_or(*number))
            }
            Self::Text(text) => serializer.serialize_str(text),
            Self::Time(time) => serializer.collect_str(time),
            Self::List(texts) => {
                let mut list = serializer.serialize_seq(Some(texts.len()))?;
                texts.iter().try_for_each(|text| list.serialize_element(text))?;
                list.end()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_lose_float_noise_and_keep_nine_decimals() {
        for (number, text) in
            [(0.1 + 0.2, "0.3"), (0.0, "0"), (-0.0, "0"), (12.0, "12"), (0.000_000_461, "0.000000461")]
        {
            assert_eq!(plain_number(number), text);
        }
        assert_eq!(Value::number(Some(f64::NAN)), Value::Null);
    }

    #[test]
    fn control_characters_never_leave() {
        assert_eq!(Value::text(Some("a\u{1b}[2Jb")), Value::Text("a[2Jb".into()));
    }
}
