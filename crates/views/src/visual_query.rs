//! What the visual page is asked for: metric, time range and display, read from a URL's query. Unknown
//! names and values are refused with the ones that are known.

use crate::QueryError;
use allium_model::{Date, Period};

/// What is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum VisualMetric {
    /// Uptime.
    #[default]
    Uptime,
    /// Flags.
    Flags,
    /// Bandwidth.
    Bandwidth,
    /// Spread over operators, networks, countries and systems.
    Diversity,
}

/// Over which time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum VisualRange {
    /// The last 7 days, cut from one month.
    SevenDays,
    /// The last 30 days, cut from one month.
    #[default]
    ThirtyDays,
    /// The last 90 days, cut from six months.
    NinetyDays,
    /// One year.
    OneYear,
    /// Five years.
    FiveYears,
    /// From a day to a day, both included.
    Custom(Date, Date),
}

/// In which form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum VisualDisplay {
    /// A chart.
    #[default]
    Chart,
    /// A map of the world.
    Map,
    /// A table.
    Table,
    /// Comma-separated values.
    RawData,
}

macro_rules! names {
    ($type:ident { $($variant:ident = $name:literal, $label:literal);+ $(;)? }) => {
        impl $type {
            /// Every value, in the order of the form.
            pub const ALL: [Self; [$($name),+].len()] = [$(Self::$variant),+];

            /// The value's name in a query.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),+ }
            }

            /// The value in words.
            pub const fn label(self) -> &'static str {
                match self { $(Self::$variant => $label),+ }
            }

            fn read(name: &str) -> Result<Self, String> {
                let known = Self::ALL.into_iter().find(|value| value.name() == name);
                known.ok_or_else(|| format!("one of {} is expected", [$($name),+].join(", ")))
            }
        }
    };
}

names!(VisualMetric {
    Uptime = "uptime", "Uptime";
    Flags = "flags", "Flags";
    Bandwidth = "bandwidth", "Bandwidth";
    Diversity = "diversity", "Diversity";
});

names!(VisualDisplay {
    Chart = "chart", "Chart";
    Map = "map", "Map";
    Table = "table", "Table";
    RawData = "raw", "Raw data";
});

const DAY_SECONDS: i64 = 86_400;

impl VisualRange {
    /// The ranges that end with the data.
    pub const FIXED: [Self; 5] =
        [Self::SevenDays, Self::ThirtyDays, Self::NinetyDays, Self::OneYear, Self::FiveYears];

    /// The range's name in a query.
    pub const fn name(self) -> &'static str {
        match self {
            Self::SevenDays => "7d",
            Self::ThirtyDays => "30d",
            Self::NinetyDays => "90d",
            Self::OneYear => "1y",
            Self::FiveYears => "5y",
            Self::Custom(..) => "custom",
        }
    }

    /// The range in words.
    pub fn label(self) -> String {
        match self {
            Self::SevenDays => "7 days".into(),
            Self::ThirtyDays => "30 days".into(),
            Self::NinetyDays => "90 days".into(),
            Self::OneYear => "1 year".into(),
            Self::FiveYears => "5 years".into(),
            Self::Custom(from, to) => format!("{from} to {to}"),
        }
    }

    /// The published period that the range is cut from, for data that end on a day.
    pub fn period(self, end: Date) -> Period {
        match self {
            Self::SevenDays | Self::ThirtyDays => Period::OneMonth,
            Self::NinetyDays => Period::SixMonths,
            Self::OneYear => Period::OneYear,
            Self::FiveYears => Period::FiveYears,
            Self::Custom(from, _) => {
                let reaches = |period: &Period| end.start().minus_months(period.months()).date() <= from;
                Period::ALL.into_iter().find(reaches).unwrap_or(Period::FiveYears)
            }
        }
    }

    /// Length in days back from the end of the data; none for ranges that are a whole period or have days of
    /// their own.
    pub const fn days(self) -> Option<i64> {
        match self {
            Self::SevenDays => Some(7),
            Self::ThirtyDays => Some(30),
            Self::NinetyDays => Some(90),
            Self::OneYear | Self::FiveYears | Self::Custom(..) => None,
        }
    }
}

/// Metric, range and display.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct VisualQuery {
    /// What is shown.
    pub metric: VisualMetric,
    /// Over which time.
    pub range: VisualRange,
    /// In which form.
    pub display: VisualDisplay,
}

/// The parameters, by name.
const PARAMETERS: [&str; 5] = ["metric", "range", "from", "to", "display"];

/// Longest custom range: five years and a leap day or two.
const MAX_DAYS: i64 = 5 * 366;

impl VisualQuery {
    /// Reads a query from names and values. Values that are empty count as not given, since HTML forms send
    /// them; of a name that comes twice the last counts. Days count only with the range `custom`, which
    /// needs both.
    pub fn parse<'p>(pairs: impl IntoIterator<Item = (&'p str, &'p str)>) -> Result<Self, QueryError> {
        let mut given: [Option<&str>; 5] = [None; 5];
        for (name, value) in pairs {
            let Some(place) = PARAMETERS.iter().position(|known| *known == name) else {
                let known = PARAMETERS.join(", ");
                return Err(QueryError::UnknownParameter { name: name.to_owned(), known });
            };
            given[place] = Some(value.trim()).filter(|value| !value.is_empty());
        }
        let [metric, range, from, to, display] = given;
        Ok(Self {
            metric: read("metric", metric, VisualMetric::read)?,
            range: match range {
                Some("custom") => custom(from, to)?,
                other => read("range", other, fixed)?,
            },
            display: read("display", display, VisualDisplay::read)?,
        })
    }

    /// The one query string of these choices; empty for those that are made without a query.
    pub fn canonical(&self) -> String {
        if *self == Self::default() {
            return String::new();
        }
        let days = match self.range {
            VisualRange::Custom(from, to) => format!("&from={from}&to={to}"),
            _ => String::new(),
        };
        let (metric, range, display) = (self.metric.name(), self.range.name(), self.display.name());
        format!("metric={metric}&range={range}{days}&display={display}")
    }
}

fn read<T: Default>(
    name: &'static str,
    value: Option<&str>,
    read: impl Fn(&str) -> Result<T, String>,
) -> Result<T, QueryError> {
    value.map_or_else(
        || Ok(T::default()),
        |value| read(value).map_err(|reason| QueryError::BadValue { name, value: value.to_owned(), reason }),
    )
}

fn fixed(name: &str) -> Result<VisualRange, String> {
    let known = VisualRange::FIXED.into_iter().find(|range| range.name() == name);
    known.ok_or_else(|| "one of 7d, 30d, 90d, 1y, 5y, custom is expected".to_owned())
}

fn custom(from: Option<&str>, to: Option<&str>) -> Result<VisualRange, QueryError> {
    let day = |name: &'static str, value: Option<&str>| {
        let value = value.unwrap_or_default();
        let bad =
            |reason: &str| QueryError::BadValue { name, value: value.to_owned(), reason: reason.into() };
        value.parse::<Date>().map_err(|_| bad("a day such as 2026-02-01 is expected"))
    };
    let (from, to) = (day("from", from)?, day("to", to)?);
    let days = to.start().seconds_since(from.start()) / DAY_SECONDS;
    if (0..=MAX_DAYS).contains(&days) {
        return Ok(VisualRange::Custom(from, to));
    }
    let reason = "a day at or after the first one is expected, at most five years later".to_owned();
    Err(QueryError::BadValue { name: "to", value: to.to_string(), reason })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(query: &str) -> Result<VisualQuery, String> {
        let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        VisualQuery::parse(pairs).map_err(|error| error.to_string())
    }

    #[test]
    fn queries_are_written_as_they_are_read() {
        for query in [
            "metric=flags&range=7d&display=chart",
            "metric=uptime&range=custom&from=2026-01-01&to=2026-02-01&display=raw",
            "metric=bandwidth&range=5y&display=map",
        ] {
            assert_eq!(parse(query).unwrap().canonical(), query);
        }
        assert_eq!(parse("range=&from=&to=").unwrap(), VisualQuery::default());
        assert_eq!(parse("metric=uptime&range=30d&from=2020-01-01").unwrap().canonical(), "");
    }

    #[test]
    fn what_does_not_fit_is_refused_with_what_does() {
        assert!(parse("metrik=uptime").unwrap_err().contains("known are metric, range, from, to, display"));
        assert!(parse("metric=predictions").unwrap_err().contains("uptime, flags, bandwidth, diversity"));
        assert!(parse("range=1w").unwrap_err().contains("7d, 30d, 90d, 1y, 5y, custom"));
        assert!(parse("range=custom&from=2026-02-01").unwrap_err().contains("a day such as"));
        assert!(parse("range=custom&from=2026-02-02&to=2026-02-01").unwrap_err().contains("at or after"));
        assert!(parse("range=custom&from=1990-02-02&to=2026-02-01").unwrap_err().contains("five years"));
    }

    #[test]
    fn a_range_is_cut_from_the_shortest_period_that_reaches() {
        let day = |text: &str| text.parse::<Date>().unwrap();
        let end = day("2026-02-22");
        let custom = |from: &str| VisualRange::Custom(day(from), end).period(end);
        assert_eq!(custom("2026-01-22"), Period::OneMonth);
        assert_eq!(custom("2026-01-21"), Period::SixMonths);
        assert_eq!(custom("2025-02-22"), Period::OneYear);
        assert_eq!(custom("2001-01-01"), Period::FiveYears);
        assert_eq!(VisualRange::NinetyDays.period(end), Period::SixMonths);
    }
}
