//! Numbers as pages write them, made here a second time.

use std::collections::BTreeMap;

/// Seconds since 1970 of `YYYY-MM-DD hh:mm:ss` (UTC), by counting days.
pub(crate) fn seconds(text: &str) -> i64 {
    let number = |range: std::ops::Range<usize>| text[range].parse::<i64>().unwrap();
    let (year, month, day) = (number(0..4), number(5..7), number(8..10));
    let days: i64 = (1970..year).map(|year| 365 + i64::from(is_leap(year))).sum::<i64>()
        + (1..month).map(|month| days_in(year, month)).sum::<i64>()
        + day
        - 1;
    days * 86_400 + number(11..13) * 3600 + number(14..16) * 60 + number(17..19)
}

pub(crate) fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

pub(crate) fn days_in(year: i64, month: i64) -> i64 {
    match month {
        2 => 28 + i64::from(is_leap(year)),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Year, month and day of a time.
pub(crate) fn date(time: i64) -> (i64, i64, i64) {
    let mut days = time.div_euclid(86_400);
    let mut year = 1970;
    while days >= 365 + i64::from(is_leap(year)) {
        days -= 365 + i64::from(is_leap(year));
        year += 1;
    }
    let mut month = 1;
    while days >= days_in(year, month) {
        days -= days_in(year, month);
        month += 1;
    }
    (year, month, days + 1)
}

/// `2026-02-22 13:00`.
pub(crate) fn minute(time: i64) -> String {
    let (year, month, day) = date(time);
    let rest = time.rem_euclid(86_400);
    format!("{year}-{month:02}-{day:02} {:02}:{:02}", rest / 3600, rest % 3600 / 60)
}

/// `2026-02-22`.
pub(crate) fn day(time: i64) -> String {
    minute(time)[..10].to_owned()
}

/// `10,568`.
pub(crate) fn count(number: u64) -> String {
    if number < 1000 { number.to_string() } else { format!("{},{:03}", count(number / 1000), number % 1000) }
}

/// A share in percent, without the sign.
pub(crate) fn percent(share: f64) -> String {
    let percent = 100.0 * share;
    let decimals = if percent >= 10.0 {
        1
    } else if percent >= 0.1 {
        2
    } else {
        4
    };
    if share == 0.0 { "0".into() } else { format!("{percent:.decimals$}") }
}

/// Uptime in percent, without the sign.
pub(crate) fn uptime(ratio: f64) -> String {
    match 100.0 * ratio {
        percent if percent >= 100.0 => "100".into(),
        percent if percent >= 99.95 => format!("{:.2}", (100.0 * percent).floor() / 100.0),
        percent => format!("{percent:.1}"),
    }
}

/// A bandwidth of bytes per second.
pub(crate) fn bandwidth(bytes: u64) -> String {
    let bits = bytes as f64 * 8.0;
    let (value, unit) = if bits >= 1e9 { (bits / 1e9, "Gbit/s") } else { (bits / 1e6, "Mbit/s") };
    let decimals = if value >= 99.95 {
        0
    } else if value >= 9.995 {
        1
    } else {
        2
    };
    format!("{value:.decimals$} {unit}")
}

/// A length of time in its two largest units.
pub(crate) fn duration(seconds: i64) -> String {
    let units = [(31_536_000, "year"), (2_592_000, "month"), (86_400, "day"), (3600, "hour"), (60, "minute")];
    let mut rest = seconds;
    let mut parts: Vec<(usize, String)> = Vec::new();
    for (place, (length, name)) in units.into_iter().enumerate() {
        let number = rest / length;
        rest %= length;
        if number > 0 {
            parts.push((place, format!("{number} {name}{}", if number == 1 { "" } else { "s" })));
        }
    }
    let first = parts[0].0;
    let near = parts.into_iter().filter(|(place, _)| *place <= first + 1).map(|(_, part)| part);
    near.collect::<Vec<_>>().join(" ")
}

/// A place among values: `31.4 % of relays have less`.
pub(crate) fn place(value: f64, among: &[f64], others: &str) -> String {
    let smaller = among.iter().filter(|other| **other < value).count();
    let equal = among.iter().filter(|other| **other == value).count();
    let percent = 100.0 * (smaller as f64 + equal as f64 / 2.0) / among.len() as f64;
    let share = match percent {
        percent if percent >= 99.95 => "over 99.9".into(),
        percent if percent < 0.05 => "under 0.1".into(),
        percent => format!("{percent:.1}"),
    };
    let ties = equal.saturating_sub(1);
    if ties > 0 && ties * 100 >= among.len() {
        return format!("{share} % of {others} have less, equal with {} others", count(ties as u64));
    }
    format!("{share} % of {others} have less")
}

/// Hours of seconds.
pub(crate) fn hours(seconds: f64) -> String {
    match seconds / 3600.0 {
        hours if hours >= 1000.0 => count(hours.round() as u64),
        hours if hours < 0.005 => "0".into(),
        hours if hours < 0.095 => format!("{hours:.2}"),
        hours => format!("{hours:.1}"),
    }
}

/// Points of a percent, of a ratio.
pub(crate) fn points(ratio: f64) -> String {
    let decimals = if (100.0 * ratio).abs() >= 10.0 { 1 } else { 2 };
    let number = format!("{:.decimals$}", 100.0 * ratio);
    if number.chars().all(|sign| "-0.".contains(sign)) {
        "0 points".into()
    } else {
        format!("{number} points")
    }
}

/// Means of values that share a key, with how many there are, in the order of keys.
pub(crate) fn means<K: Ord>(values: impl Iterator<Item = (K, f64)>) -> BTreeMap<K, (f64, usize)> {
    let mut sums: BTreeMap<K, (f64, usize)> = BTreeMap::new();
    for (key, value) in values {
        let cell = sums.entry(key).or_default();
        *cell = (cell.0 + value, cell.1 + 1);
    }
    for cell in sums.values_mut() {
        cell.0 /= cell.1 as f64;
    }
    sums
}
