//! The clock, times as dir-spec writes them, and waiting for something that is going to happen.

use anyhow::{Result, bail};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// A pause between two looks at something that is waited for.
const PAUSE: Duration = Duration::from_millis(40);

/// Seconds since 1970.
#[expect(clippy::disallowed_methods, reason = "daemons follow the clock, so their tests do")]
pub fn now_seconds() -> f64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0.0, |elapsed| elapsed.as_secs_f64())
}

/// Looks again and again until `look` sees something; fails with `what` when the time is up.
#[expect(clippy::disallowed_methods, reason = "a daemon tells nobody when it is ready")]
pub fn wait_for<T>(what: &str, limit: Duration, mut look: impl FnMut() -> Option<T>) -> Result<T> {
    let start = Instant::now();
    loop {
        if let Some(found) = look() {
            return Ok(found);
        }
        if start.elapsed() > limit {
            bail!("waited {} s in vain for {what}", limit.as_secs());
        }
        std::thread::sleep(PAUSE);
    }
}

/// A voting round, known by the time at which its consensus becomes valid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Round {
    /// Seconds since 1970.
    pub valid_after: i64,
}

/// `2026-11-20 13:18:00`, with another sign between date and time where a document wants one.
pub fn utc(seconds: i64, separator: char) -> String {
    let (days, rest) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    let (year, month, day) = civil(days);
    let (hour, minute, second) = (rest / 3600, rest / 60 % 60, rest % 60);
    format!("{year:04}-{month:02}-{day:02}{separator}{hour:02}:{minute:02}:{second:02}")
}

/// `Sat, 21 Nov 2026 18:30:00 GMT`, as HTTP writes times.
pub(crate) fn http_date(seconds: i64) -> String {
    const DAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let days = seconds.div_euclid(86_400);
    let (year, month, day) = civil(days);
    let weekday = DAYS[days.rem_euclid(7) as usize];
    let month = MONTHS[(month - 1) as usize];
    let text = utc(seconds, ' ');
    format!("{weekday}, {day:02} {month} {year:04} {} GMT", &text[text.len() - 8..])
}

/// Year, month and day of a day since 1970 (the era arithmetic of the proleptic Gregorian calendar).
fn civil(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let (era, day_of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

/// Seconds since 1970 of `2026-11-20 13:18:00`.
pub(crate) fn parse_utc(text: &str) -> Option<i64> {
    let (date, time) = text.split_once(' ')?;
    let numbers =
        |text: &str, sign| text.split(sign).map(|part| part.parse().ok()).collect::<Option<Vec<i64>>>();
    let ([year, month, day], [hour, minute, second]) =
        (numbers(date, '-')?.try_into().ok()?, numbers(time, ':')?.try_into().ok()?);
    let year = if month <= 2 { year - 1 } else { year };
    let (era, year_of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let month_from_march = if month > 2 { month - 3 } else { month + 9 };
    let day_of_year = (153 * month_from_march + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    Some((era * 146_097 + day_of_era - 719_468) * 86_400 + hour * 3600 + minute * 60 + second)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_and_read_alike() {
        assert_eq!(utc(0, ' '), "1970-01-01 00:00:00");
        assert_eq!(utc(1_795_180_665, 'T'), "2026-11-20T13:17:45");
        for seconds in [0, 951_782_400, 1_709_164_800, 1_795_180_665, 4_102_444_799] {
            assert_eq!(parse_utc(&utc(seconds, ' ')), Some(seconds));
        }
        assert_eq!(parse_utc("2026-11-20"), None);
        assert_eq!(http_date(1_795_180_665), "Fri, 20 Nov 2026 13:17:45 GMT");
    }

    #[test]
    fn waiting_in_vain_says_for_what() {
        let error = wait_for("rain", Duration::ZERO, || None::<()>).unwrap_err();
        assert_eq!(error.to_string(), "waited 0 s in vain for rain");
    }
}
