//! Words for what the statistics of a relay's histories say.

use crate::format;
use allium_analysis::metrics::bandwidth::Steadiness;
use allium_analysis::metrics::months::MonthUptime;
use allium_analysis::metrics::overload::Overload;
use allium_analysis::metrics::stability::FEWEST_DAYS;
use allium_analysis::metrics::trend::{Direction, FEWEST_WEEKS, Trend};

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// A month and its uptime: `January 2026, 99.87 %`.
pub(in crate::pages) fn month(month: &MonthUptime) -> String {
    let name =
        MONTHS.get(usize::from(month.month.unsigned_abs()).wrapping_sub(1)).copied().unwrap_or_default();
    format!("{name} {}, {} %", month.year, format::uptime(month.ratio))
}

/// A trend, with its slope written by `unit`: the direction, or why there is none.
pub(in crate::pages) fn trend(trend: Option<Trend>, unit: impl Fn(f64) -> String) -> String {
    let Some(trend) = trend.filter(|trend| trend.weeks >= FEWEST_WEEKS) else {
        return format!("not known: fewer than {FEWEST_WEEKS} whole weeks");
    };
    let interval = format!("95 % interval {}", range(&unit(trend.low), &unit(trend.high)));
    match trend.direction() {
        Some(Direction::Rising) => format!("rising by {} a week ({interval})", unit(trend.slope_per_week)),
        Some(Direction::Falling) => format!("falling by {} a week ({interval})", unit(-trend.slope_per_week)),
        None if trend.slope_per_week == 0.0 && trend.low == 0.0 && trend.high == 0.0 => {
            "none: the slope and its interval are 0".into()
        }
        None => format!("none to be told from chance ({interval} a week)"),
    }
}

/// How steady traffic over six months is.
pub(in crate::pages) fn steadiness(found: Option<Steadiness>) -> String {
    match found {
        Some(found) => format!(
            "{}: half of the days lie within {} % of the usual one",
            found.grade().name(),
            format::percent(found.ratio)
        ),
        None => format!("not known: fewer than {FEWEST_DAYS} days, or mostly nothing"),
    }
}

/// Two values of which the unit, when it is the same, is written once.
fn range(low: &str, high: &str) -> String {
    match (low.split_once(' '), high.split_once(' ')) {
        (Some((number, unit)), Some((_, other))) if unit == other => format!("{number} to {high}"),
        _ => format!("{low} to {high}"),
    }
}

/// A number of points of a percent, from a ratio.
pub(in crate::pages) fn points(ratio: f64) -> String {
    let points = ratio * 100.0;
    let number = if points.abs() >= 10.0 { format!("{points:.1}") } else { format!("{points:.2}") };
    let number = if number.trim_matches(['-', '0', '.']).is_empty() { "0" } else { &number };
    format!("{number} points")
}

/// A bandwidth in words, from bytes per second; it may be negative.
pub(in crate::pages) fn rate(bytes_per_second: f64) -> String {
    let shown = format::bandwidth(bytes_per_second.abs().round() as u64);
    let sign = if bytes_per_second < 0.0 && shown.number != "0" { "-" } else { "" };
    format!("{sign}{} {}", shown.number, shown.unit)
}

/// A volume: `12.3 GB`, `4.56 TB`.
pub(in crate::pages) fn volume(bytes: f64) -> String {
    let (number, unit) = format::volume(bytes);
    format!("{number} {unit}")
}

/// Hours, of seconds: `0`, `0.4`, `12.5`, `1,234`.
pub(super) fn hours(seconds: f64) -> String {
    match seconds / 3600.0 {
        hours if hours >= 1000.0 => format::count(hours.round() as usize),
        hours if hours < 0.005 => "0".into(),
        hours if hours < 0.095 => format!("{hours:.2}"),
        hours => format!("{hours:.1}"),
    }
}

/// The length of a bin: `4 hours`, `2 days`.
pub(super) fn bin(seconds: i64) -> String {
    if seconds % 86_400 == 0 {
        return format::counted((seconds / 86_400) as usize, "day", "days");
    }
    format::duration(seconds)
}

/// The state of a report of overload.
pub(super) fn overload(state: Overload) -> String {
    match state {
        Overload::Now(at) => format!("reported at {}", format::minute(at)),
        Overload::Past(at) => format!("in the past: {}", format::minute(at)),
        Overload::NeverReported => "never reported".into(),
        Overload::NotKnown => "not known: no bandwidth document".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use allium_analysis::metrics::trend::WeeklyMean;

    #[test]
    fn numbers_are_short_and_zero_has_no_sign() {
        assert_eq!(
            [points(0.0012), points(-0.000_001), points(0.25)],
            ["0.12 points", "0 points", "25.0 points"]
        );
        assert_eq!([rate(-125_000.0), rate(0.0)], ["-1.00 Mbit/s", "0 kbit/s"]);
        assert_eq!([volume(12.34e9), volume(5e12), volume(500.0)], ["12.3 GB", "5.00 TB", "0.50 kB"]);
        assert_eq!([0.0, 200.0, 45_000.0, 7.2e6].map(hours), ["0", "0.06", "12.5", "2,000"]);
        assert_eq!([bin(14_400), bin(86_400), bin(864_000)], ["4 hours", "1 day", "10 days"]);
    }

    #[test]
    fn a_trend_has_a_word_only_where_it_is_one() {
        let of = |values: &[f64]| {
            let means = values.iter().enumerate().map(|(week, mean)| WeeklyMean { week, mean: *mean });
            trend(Trend::of(&means.collect::<Vec<_>>()), points)
        };
        let rising: Vec<f64> = (0..12).map(|week| f64::from(week) / 100.0).collect();
        assert_eq!(of(&rising), "rising by 1.00 points a week (95 % interval 1.00 to 1.00 points)");
        assert_eq!(of(&rising[..11]), "not known: fewer than 12 whole weeks");
        assert_eq!(of(&[1.0; 20]), "none: the slope and its interval are 0");
        assert!(of(&[0.1, 0.9, 0.4, 0.7].repeat(4)).starts_with("none to be told from chance"));
    }
}
