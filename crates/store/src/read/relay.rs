//! The history of one relay.

use super::days::Span;
use super::open_days::OpenHours;
use crate::codec::{RelayHours, RunningHour, decode_day_entries, decode_relay_day, flags_of_bits};
use crate::time::{hour_start, month_of, month_start};
use crate::{Store, StoreError};
use allium_model::{Date, Fingerprint, HourState, RelayDay, RelaySeries, TimeRange};
use sqlx::SqliteConnection;

impl Store {
    /// The history of a relay in a range; `None` when it was never seen. Days of which only daily values
    /// are kept come first, then every hour from there to the newest record or the end of the range.
    pub async fn relay_series(
        &self,
        fingerprint: Fingerprint,
        range: TimeRange,
    ) -> Result<Option<RelaySeries>, StoreError> {
        let mut transaction = self.readers().begin().await?;
        let frame = self.read_frame(&mut transaction, range).await?;
        series(&mut transaction, fingerprint, &frame).await
    }

    /// What the series of all relays in a range have in common, for who reads many of them.
    pub async fn relay_frame(&self, range: TimeRange) -> Result<RelayFrame, StoreError> {
        let mut transaction = self.readers().begin().await?;
        self.read_frame(&mut transaction, range).await
    }

    /// The history of a relay as [`Self::relay_series`] tells it, without reading anew what all have in common.
    /// Hours that came after the frame are not in it.
    pub async fn relay_series_in(
        &self,
        fingerprint: Fingerprint,
        frame: &RelayFrame,
    ) -> Result<Option<RelaySeries>, StoreError> {
        let mut connection = self.readers().acquire().await?;
        series(&mut connection, fingerprint, frame).await
    }

    async fn read_frame(
        &self,
        connection: &mut SqliteConnection,
        range: TimeRange,
    ) -> Result<RelayFrame, StoreError> {
        let span = Span::read(connection, range).await?;
        let open = self.open_hours(connection, range).await?;
        Ok(RelayFrame { range, blank: blank_hours(&span, &open), span, open })
    }
}

/// Which days and hours of a range are known, and the hours that are in no block yet.
#[derive(Debug)]
pub struct RelayFrame {
    range: TimeRange,
    span: Span,
    open: OpenHours,
    /// The hours of a relay that never ran.
    blank: Vec<HourState>,
}

async fn series(
    connection: &mut SqliteConnection,
    fingerprint: Fingerprint,
    frame: &RelayFrame,
) -> Result<Option<RelaySeries>, StoreError> {
    let Some(relay) = relay_id(connection, fingerprint).await? else { return Ok(None) };
    let mut series = RelaySeries {
        days: folded_days(connection, &frame.span, relay).await?,
        first_hour: frame.span.first_hour,
        hours: frame.blank.clone(),
    };
    for (day, hours) in blocks(connection, relay, frame.range).await? {
        set_day(&mut series.hours, &frame.span, day, &hours);
    }
    set_open(&mut series.hours, &frame.span, &frame.open, relay);
    Ok(Some(series))
}

/// The id of a relay.
pub(super) async fn relay_id(
    connection: &mut SqliteConnection,
    fingerprint: Fingerprint,
) -> Result<Option<u32>, StoreError> {
    Ok(sqlx::query_scalar("SELECT id FROM relay WHERE fingerprint = ?")
        .bind(fingerprint.0.to_vec())
        .fetch_optional(connection)
        .await?)
}

/// A relay's blocks of the days of a range, ascending.
pub(super) async fn blocks(
    connection: &mut SqliteConnection,
    relay: u32,
    range: TimeRange,
) -> Result<Vec<(i64, RelayHours)>, StoreError> {
    let (first, last) = super::days_of(range);
    let rows: Vec<(i64, Vec<u8>)> = sqlx::query_as(
        "SELECT day.day, hours FROM day CROSS JOIN relay_day ON relay_day.day = day.day AND relay = ?
         WHERE day.day >= ? AND day.day <= ? ORDER BY day.day",
    )
    .bind(relay)
    .bind(first)
    .bind(last)
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(|(day, block)| Ok((day, decode_relay_day(&block)?))).collect()
}

/// Absent in every hour with a record, a gap in the others.
pub(super) fn blank_hours(span: &Span, open: &OpenHours) -> Vec<HourState> {
    let state = |known| if known { HourState::Absent } else { HourState::Gap };
    span.known(open).into_iter().map(state).collect()
}

/// Sets the hours of a block.
pub(super) fn set_day(states: &mut [HourState], span: &Span, day: i64, hours: &RelayHours) {
    for (slot, hour) in hours.iter().enumerate() {
        if let (Some(hour), Some(place)) = (hour, span.place(hour_start(day, slot))) {
            states[place] = running(*hour);
        }
    }
}

/// Sets the hours that have a segment, also those that were in a block before.
pub(super) fn set_open(states: &mut [HourState], span: &Span, open: &OpenHours, relay: u32) {
    for (hour, segment) in open {
        if let (Some(segment), Some(place)) = (segment, span.place(*hour)) {
            states[place] = segment.of(relay).map_or(HourState::Absent, |row| running(row.hour));
        }
    }
}

fn running(hour: RunningHour) -> HourState {
    HourState::Running {
        flags: flags_of_bits(hour.flags),
        weight: hour.weight,
        is_measured: hour.is_measured,
    }
}

async fn folded_days(
    connection: &mut SqliteConnection,
    span: &Span,
    relay: u32,
) -> Result<Vec<RelayDay>, StoreError> {
    let mut days: Vec<RelayDay> = span.folded_days().map(|day| absent_day(day.number, day.known)).collect();
    let (Some(first), Some(last)) = (span.folded_days().next(), span.folded_days().last()) else {
        return Ok(days);
    };
    let rows: Vec<(i64, Vec<u8>)> =
        sqlx::query_as("SELECT month, days FROM relay_month WHERE month >= ? AND month <= ? AND relay = ?")
            .bind(month_of(first.number).0)
            .bind(month_of(last.number).0)
            .bind(relay)
            .fetch_all(connection)
            .await?;
    for (month, block) in rows {
        for entry in decode_day_entries(&block)? {
            let date = Date((month_start(month) + i64::from(entry.day)) as i32);
            let Ok(place) = days.binary_search_by_key(&date, |day| day.date) else { continue };
            days[place].running_hours = entry.running_hours;
            days[place].mean_weight = entry.weights[0].and_then(|weight| u32::try_from(weight).ok());
            days[place].flags = flags_of_bits(entry.class);
        }
    }
    Ok(days)
}

pub(super) fn absent_day(day: i64, known: u32) -> RelayDay {
    RelayDay {
        date: Date(day as i32),
        known_hours: known.count_ones() as u8,
        running_hours: 0,
        mean_weight: None,
        flags: allium_model::FlagSet::default(),
    }
}
