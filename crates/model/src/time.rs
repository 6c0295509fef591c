//! Points in time as the Tor documents write them: whole seconds of UTC, without leap seconds.
//!
//! Civil dates come from jiff. No function here asks a clock; `now` is always an argument.

use jiff::civil;
use std::fmt;
use std::str::FromStr;

/// A point in time: seconds since 1970-01-01 00:00:00 UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Timestamp(pub i64);

/// A day of the UTC calendar: days since 1970-01-01.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Date(pub i32);

/// A text is not a time or date in the documents' form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a time is written YYYY-MM-DD hh:mm:ss and a date YYYY-MM-DD, in UTC")]
pub struct ParseTimeError;

/// Seconds of a day.
const DAY_SECONDS: i64 = 86_400;

fn two_digits(text: &[u8]) -> Result<i64, ParseTimeError> {
    match text {
        [tens @ b'0'..=b'9', ones @ b'0'..=b'9'] => Ok(i64::from(tens - b'0') * 10 + i64::from(ones - b'0')),
        _ => Err(ParseTimeError),
    }
}

impl Timestamp {
    /// The day this falls on.
    pub fn date(self) -> Date {
        Date(self.0.div_euclid(DAY_SECONDS) as i32)
    }

    /// Whole seconds from `earlier` to this; negative when `earlier` is later.
    pub fn seconds_since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }

    /// Whole days from `earlier` to this, rounded down.
    pub fn days_since(self, earlier: Self) -> i64 {
        self.seconds_since(earlier).div_euclid(DAY_SECONDS)
    }

    /// This time moved by `seconds`, which may be negative.
    #[must_use]
    pub fn plus_seconds(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds))
    }

    /// The same time of day so many calendar months earlier; where that month is too short, its last day.
    #[must_use]
    pub fn minus_months(self, months: u32) -> Self {
        let (year, month, day) = self.date().year_month_day();
        let earlier = civil::Date::new(year, month, day)
            .and_then(|date| date.checked_sub(jiff::Span::new().try_months(months)?));
        earlier.map_or(self, |date| {
            let days = date.duration_since(EPOCH).as_hours() / 24;
            Self(days * DAY_SECONDS + self.0.rem_euclid(DAY_SECONDS))
        })
    }

    /// Hour, minute and second of its day.
    fn time_of_day(self) -> (i64, i64, i64) {
        let seconds = self.0.rem_euclid(DAY_SECONDS);
        (seconds / 3600, seconds / 60 % 60, seconds % 60)
    }

    /// The time as RFC 3339 writes it, `YYYY-MM-DDThh:mm:ssZ`.
    pub fn to_rfc3339(self) -> String {
        let (hour, minute, second) = self.time_of_day();
        format!("{}T{hour:02}:{minute:02}:{second:02}Z", self.date())
    }

    /// The time to the minute, as pages print it: `YYYY-MM-DD hh:mm`.
    pub fn to_minute(self) -> String {
        let (hour, minute, _) = self.time_of_day();
        format!("{} {hour:02}:{minute:02}", self.date())
    }
}

impl FromStr for Timestamp {
    type Err = ParseTimeError;

    /// Reads `YYYY-MM-DD hh:mm:ss`, also with a `T` between and a `Z` behind.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.strip_suffix('Z').unwrap_or(text).as_bytes();
        if text.len() != 19 || !matches!(text[10], b' ' | b'T') || text[13] != b':' || text[16] != b':' {
            return Err(ParseTimeError);
        }
        let date = Date::parse(&text[..10])?;
        let (hour, minute, second) =
            (two_digits(&text[11..13])?, two_digits(&text[14..16])?, two_digits(&text[17..19])?);
        if hour > 23 || minute > 59 || second > 60 {
            return Err(ParseTimeError);
        }
        Ok(Self(i64::from(date.0) * DAY_SECONDS + hour * 3600 + minute * 60 + second))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (hour, minute, second) = self.time_of_day();
        write!(formatter, "{} {hour:02}:{minute:02}:{second:02}", self.date())
    }
}

impl Date {
    /// The day's first second.
    pub fn start(self) -> Timestamp {
        Timestamp(i64::from(self.0) * DAY_SECONDS)
    }

    /// Year, month (1 to 12) and day (1 to 31).
    pub fn year_month_day(self) -> (i16, i8, i8) {
        let civil = EPOCH.saturating_add(jiff::SignedDuration::from_hours(i64::from(self.0) * 24));
        (civil.year(), civil.month(), civil.day())
    }

    fn parse(text: &[u8]) -> Result<Self, ParseTimeError> {
        let [century @ .., b'-', m1, m2, b'-', d1, d2] = text else {
            return Err(ParseTimeError);
        };
        let [y1, y2, y3, y4] = century else {
            return Err(ParseTimeError);
        };
        let year = two_digits(&[*y1, *y2])? * 100 + two_digits(&[*y3, *y4])?;
        let month = two_digits(&[*m1, *m2])?;
        let day = two_digits(&[*d1, *d2])?;
        let civil = civil::Date::new(year as i16, month as i8, day as i8).map_err(|_| ParseTimeError)?;
        let days = civil.duration_since(EPOCH).as_hours() / 24;
        Ok(Self(days as i32))
    }
}

const EPOCH: civil::Date = civil::date(1970, 1, 1);

impl FromStr for Date {
    type Err = ParseTimeError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text.as_bytes())
    }
}

impl fmt::Display for Date {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.year_month_day();
        write!(formatter, "{year:04}-{month:02}-{day:02}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_survive_the_round_trip() {
        for text in
            ["1970-01-01 00:00:00", "2026-02-22 13:00:00", "2000-02-29 23:59:59", "1969-12-31 23:59:59"]
        {
            assert_eq!(text.parse::<Timestamp>().unwrap().to_string(), text);
        }
        assert_eq!("2026-02-22 13:00:00".parse::<Timestamp>().unwrap(), Timestamp(1_771_765_200));
        assert_eq!(Timestamp(1_771_765_200).to_rfc3339(), "2026-02-22T13:00:00Z");
    }

    #[test]
    fn what_is_no_time_is_refused() {
        for text in
            ["", "2026-02-30 00:00:00", "2026-02-22 24:00:00", "2026-2-22 13:00:00", "2026-02-22 13:00"]
        {
            assert_eq!(text.parse::<Timestamp>(), Err(ParseTimeError), "{text}");
        }
    }

    #[test]
    fn months_back_keep_the_day_or_take_the_last_one() {
        let back = |text: &str, months| text.parse::<Timestamp>().unwrap().minus_months(months).to_string();
        assert_eq!(back("2026-02-22 12:00:00", 1), "2026-01-22 12:00:00");
        assert_eq!(back("2026-03-31 06:00:00", 1), "2026-02-28 06:00:00");
        assert_eq!(back("2024-02-29 00:00:00", 12), "2023-02-28 00:00:00");
        assert_eq!(back("2026-02-22 12:00:00", 60), "2021-02-22 12:00:00");
    }

    #[test]
    fn a_day_starts_at_midnight() {
        let time: Timestamp = "2026-02-22 13:00:00".parse().unwrap();
        assert_eq!(time.date().to_string(), "2026-02-22");
        assert_eq!(time.date().start().to_string(), "2026-02-22 00:00:00");
        assert_eq!(time.days_since("2026-02-20 14:00:00".parse().unwrap()), 1);
    }
}
