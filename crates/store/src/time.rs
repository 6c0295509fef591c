//! Hours and days as the store counts them.

use allium_model::{Date, Timestamp};

/// Seconds of an hour.
pub(crate) const HOUR_SECONDS: i64 = 3_600;

/// Seconds of a day.
pub(crate) const DAY_SECONDS: i64 = 86_400;

/// Day of a moment, in days since 1970-01-01.
pub(crate) fn day_of(at: i64) -> i64 {
    at.div_euclid(DAY_SECONDS)
}

/// Hour of the day, 0 to 23.
pub(crate) fn slot_of(at: i64) -> usize {
    (at.rem_euclid(DAY_SECONDS) / HOUR_SECONDS) as usize
}

/// First moment of an hour of a day.
pub(crate) fn hour_start(day: i64, slot: usize) -> i64 {
    day.saturating_mul(DAY_SECONDS).saturating_add(slot as i64 * HOUR_SECONDS)
}

/// The month of a day: year * 12 + month - 1, and the day of the month from 0.
pub(crate) fn month_of(day: i64) -> (i64, u8) {
    let (year, month, of_month) = Date(day as i32).year_month_day();
    (i64::from(year) * 12 + i64::from(month) - 1, (of_month - 1) as u8)
}

/// The first day of a month.
pub(crate) fn month_start(month: i64) -> i64 {
    let text = format!("{:04}-{:02}-01", month.div_euclid(12), month.rem_euclid(12) + 1);
    text.parse::<Date>().map_or(0, |date| i64::from(date.0))
}

/// The start of the hour of a moment.
pub(crate) fn floor_hour(at: Timestamp) -> Timestamp {
    Timestamp(at.0.div_euclid(HOUR_SECONDS).saturating_mul(HOUR_SECONDS))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_begin_where_their_days_say() {
        for text in ["1970-01-01", "2024-02-29", "2026-12-31"] {
            let day = i64::from(text.parse::<Date>().unwrap().0);
            let (month, of_month) = month_of(day);
            assert_eq!(month_start(month) + i64::from(of_month), day, "{text}");
        }
    }

    #[test]
    fn hours_of_a_day_are_counted_from_midnight() {
        let noon: Timestamp = "2026-02-22 13:59:59".parse().unwrap();
        assert_eq!((day_of(noon.0), slot_of(noon.0)), (20506, 13));
        assert_eq!(hour_start(20506, 13), floor_hour(noon).0);
    }
}
