//! Ticks of a time axis, in UTC: at round hours, days, weeks, months or years by the span.

use allium_model::{Date, Timestamp};

const HOUR: i64 = 3_600;
const DAY: i64 = 86_400;
/// Steps of equal length, in seconds.
const STEPS: [i64; 12] =
    [60, 300, 900, 1_800, HOUR, 2 * HOUR, 6 * HOUR, 12 * HOUR, DAY, 2 * DAY, 7 * DAY, 14 * DAY];
/// Steps of months.
const MONTHS: [i64; 10] = [1, 2, 3, 6, 12, 24, 60, 120, 240, 1200];
const NAMES: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
/// The Monday before the epoch, from which weeks are counted.
const MONDAY: i64 = -3 * DAY;
/// More ticks than any span gives.
const MOST: i64 = 40;
/// The years that have a date in four digits.
const EARLIEST: i64 = -62_135_596_800;
const LATEST: i64 = 253_402_300_799;

/// A time within the years 1 to 9999.
pub(crate) fn bounded(time: Timestamp) -> i64 {
    time.0.clamp(EARLIEST, LATEST)
}

/// Days from the epoch to the first day of a month; months are counted from year 0.
fn first_of_month(months: i64) -> i64 {
    let (year, month) = (months.div_euclid(12), months.rem_euclid(12) + 1);
    // Years begin in March here, so that the leap day is the last one.
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5;
    let year_of_era = year.rem_euclid(400);
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

fn month_name(month: i8) -> &'static str {
    NAMES.get((month - 1).clamp(0, 11) as usize).copied().unwrap_or("")
}

fn day_label(time: i64) -> String {
    let (_, month, day) = Timestamp(time).date().year_month_day();
    format!("{day} {}", month_name(month))
}

fn hour_label(time: i64) -> String {
    if time.rem_euclid(DAY) == 0 {
        return day_label(time);
    }
    let minutes = time.rem_euclid(DAY) / 60;
    format!("{:02}:{:02}", minutes / 60, minutes % 60)
}

fn month_label(time: i64, step_months: i64) -> String {
    let (year, month, _) = Timestamp(time).date().year_month_day();
    if step_months >= 12 { format!("{year}") } else { format!("{} {year}", month_name(month)) }
}

fn ticks_of_step(start: i64, end: i64, step: i64) -> Vec<(i64, String)> {
    let origin = if step >= 7 * DAY { MONDAY } else { 0 };
    let first = (start - origin + step - 1).div_euclid(step) * step + origin;
    let label = if step < DAY { hour_label } else { day_label };
    (0..=MOST)
        .map(|index| first + index * step)
        .take_while(|time| *time <= end)
        .map(|time| (time, label(time)))
        .collect()
}

fn ticks_of_months(start: i64, end: i64, step: i64) -> Vec<(i64, String)> {
    let (year, month, _) = Timestamp(start).date().year_month_day();
    let month = i64::from(year) * 12 + i64::from(month) - 1;
    let first = month.div_euclid(step) * step;
    (0..=MOST)
        .map(|index| first_of_month(first + index * step) * DAY)
        .skip_while(|time| *time < start)
        .take_while(|time| *time <= end)
        .map(|time| (time, month_label(time, step)))
        .collect()
}

/// Up to about `count` ticks between two times, in seconds since the epoch, each with its text.
pub(crate) fn time_ticks(start: i64, end: i64, count: usize) -> Vec<(i64, String)> {
    if end <= start {
        let (year, ..) = Timestamp(start).date().year_month_day();
        return vec![(start, format!("{} {year}", day_label(start)))];
    }
    let most = count.max(1) as i64;
    let span = end.saturating_sub(start).max(1);
    if let Some(step) = STEPS.into_iter().find(|step| span / step <= most) {
        return ticks_of_step(start, end, step);
    }
    let step = MONTHS.into_iter().find(|months| span / (months * 30 * DAY) <= most).unwrap_or(12_000);
    ticks_of_months(start, end, step)
}

/// A time as a sentence or a reader's table writes it: the day alone at midnight, else to the minute.
pub(crate) fn time_text(time: Timestamp) -> String {
    let time = Timestamp(bounded(time));
    if time.0.rem_euclid(DAY) == 0 { time.date().to_string() } else { time.to_minute() }
}

/// The day of a time, for sentences.
pub(crate) fn day_text(time: Timestamp) -> Date {
    Timestamp(bounded(time)).date()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(start: &str, end: &str) -> String {
        let seconds = |text: &str| text.parse::<Timestamp>().unwrap().0;
        let ticks = time_ticks(seconds(start), seconds(end), 6);
        ticks.into_iter().map(|tick| tick.1).collect::<Vec<_>>().join(", ")
    }

    #[test]
    fn the_span_decides_between_hours_days_months_and_years() {
        for (start, end, expected) in [
            ("2026-02-22 12:00:00", "2026-02-22 12:00:00", "22 Feb 2026"),
            ("2026-02-22 00:30:00", "2026-02-22 05:00:00", "01:00, 02:00, 03:00, 04:00, 05:00"),
            ("2026-02-21 13:00:00", "2026-02-22 13:00:00", "18:00, 22 Feb, 06:00, 12:00"),
            ("2026-01-22 14:00:00", "2026-02-22 14:00:00", "26 Jan, 2 Feb, 9 Feb, 16 Feb"),
            (
                "2025-08-22 12:00:00",
                "2026-02-22 12:00:00",
                "Sep 2025, Oct 2025, Nov 2025, Dec 2025, Jan 2026, Feb 2026",
            ),
            ("2021-02-25 12:00:00", "2026-02-22 12:00:00", "2022, 2023, 2024, 2025, 2026"),
        ] {
            assert_eq!(labels(start, end), expected);
        }
    }

    #[test]
    fn months_begin_on_their_first_day() {
        for text in ["1970-01-01", "2000-02-01", "2000-03-01", "2026-02-01", "1600-12-01", "0001-01-01"] {
            let date: Date = text.parse().unwrap();
            let (year, month, _) = date.year_month_day();
            assert_eq!(
                first_of_month(i64::from(year) * 12 + i64::from(month) - 1),
                i64::from(date.0),
                "{text}"
            );
        }
    }

    #[test]
    fn any_span_gives_few_ticks() {
        for (start, end) in [(0, 0), (0, 1), (EARLIEST, LATEST), (LATEST, LATEST), (5, -5)] {
            assert!(time_ticks(start, end, 6).len() <= 14, "{start} {end}");
        }
    }
}
