//! The days of a range, and which of their hours are known.

use super::days_of;
use super::open_days::OpenHours;
use crate::StoreError;
use crate::codec::DAY_HOURS;
use crate::time::{HOUR_SECONDS, floor_hour, hour_start};
use allium_model::{TimeRange, Timestamp};
use sqlx::SqliteConnection;

/// A sealed day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Day {
    /// Days since 1970-01-01.
    pub(super) number: i64,
    /// Known hours: bit 0 is 00:00.
    pub(super) known: u32,
    /// Whether only daily values are left.
    pub(super) is_folded: bool,
}

impl Day {
    /// Known hours, as hours of the day.
    pub(super) fn slots(self) -> impl Iterator<Item = usize> {
        (0..DAY_HOURS).filter(move |slot| self.known & (1 << slot) != 0)
    }
}

/// The hours of a range that the store can say something of.
#[derive(Debug, Clone)]
pub(super) struct Span {
    /// Sealed days in the range, ascending.
    pub(super) days: Vec<Day>,
    /// First hour: not before the range, the first record, or the last folded day.
    pub(super) first_hour: Timestamp,
    /// Number of hours, up to the newest record or the end of the range.
    pub(super) hours: usize,
}

impl Span {
    pub(super) async fn read(
        connection: &mut SqliteConnection,
        range: TimeRange,
    ) -> Result<Self, StoreError> {
        let (first, last) = days_of(range);
        let days: Vec<(i64, u32, bool)> =
            sqlx::query_as("SELECT day, known, is_folded FROM day WHERE day >= ? AND day <= ? ORDER BY day")
                .bind(first)
                .bind(last)
                .fetch_all(&mut *connection)
                .await?;
        let days: Vec<Day> =
            days.into_iter().map(|(day, known, is_folded)| Day { number: day, known, is_folded }).collect();
        let (oldest, newest): (Option<i64>, Option<i64>) =
            sqlx::query_as("SELECT (SELECT min(valid_after) FROM hour), (SELECT max(valid_after) FROM hour)")
                .fetch_one(connection)
                .await?;
        let (Some(oldest), Some(newest)) = (oldest, newest) else {
            return Ok(Self { days, first_hour: floor_hour(range.from), hours: 0 });
        };
        let folded =
            days.iter().rfind(|day| day.is_folded).map_or(i64::MIN, |day| hour_start(day.number + 1, 0));
        let from = range.from.0.max(oldest).max(folded);
        let first_hour = floor_hour(Timestamp(from));
        let until = range.until.0.min(newest.saturating_add(1));
        let hours = (until.saturating_sub(first_hour.0).saturating_add(HOUR_SECONDS - 1))
            .div_euclid(HOUR_SECONDS)
            .max(0) as usize;
        Ok(Self { days, first_hour, hours })
    }

    /// The place of an hour in the span.
    pub(super) fn place(&self, hour: i64) -> Option<usize> {
        let place = usize::try_from((hour - self.first_hour.0).div_euclid(HOUR_SECONDS)).ok()?;
        (place < self.hours).then_some(place)
    }

    /// Whether each hour of the span has a record.
    pub(super) fn known(&self, open: &OpenHours) -> Vec<bool> {
        let mut known = vec![false; self.hours];
        let sealed = self.days.iter().filter(|day| !day.is_folded);
        let sealed = sealed.flat_map(|day| day.slots().map(|slot| hour_start(day.number, slot)));
        for place in sealed.chain(open.keys().copied()).filter_map(|hour| self.place(hour)) {
            known[place] = true;
        }
        known
    }

    /// The sealed days of which hours are kept.
    pub(super) fn hourly_days(&self) -> impl Iterator<Item = Day> {
        self.days.iter().copied().filter(|day| !day.is_folded)
    }

    /// The days of which only daily values are kept.
    pub(super) fn folded_days(&self) -> impl Iterator<Item = Day> {
        self.days.iter().copied().filter(|day| day.is_folded)
    }
}
