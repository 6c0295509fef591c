//! Rows of relays and groups, read and written in parts, so that a long history needs little memory.

use super::super::Place;
use super::TableWriter;
use super::table::{Batch, Value, flags_text, integer, optional, sum};
use crate::failure::Failure;
use allium_model::{GroupHour, HourState, RelayDay, TimeRange, Timestamp};
use allium_store::{FoldedOf, GroupDay, Store};
use std::io;

/// Rows that are handed on together.
const BATCH_ROWS: usize = 50_000;

/// Seconds of hours that are in memory together: ten days.
const WINDOW_SECONDS: i64 = 10 * 86_400;

/// Hands rows on, some at a time.
struct Batches<'w> {
    rows: Batch,
    writer: &'w mut dyn TableWriter,
}

impl<'w> Batches<'w> {
    fn new(writer: &'w mut dyn TableWriter) -> Self {
        Self { rows: Batch::new(), writer }
    }

    fn add(&mut self, rows: impl Iterator<Item = Vec<Value>>) -> io::Result<()> {
        self.rows.extend(rows);
        if self.rows.len() >= BATCH_ROWS { self.flush() } else { Ok(()) }
    }

    fn flush(&mut self) -> io::Result<()> {
        self.writer.write(&self.rows)?;
        self.rows.clear();
        Ok(())
    }
}

/// The parts of a range that are read at once.
fn windows(range: TimeRange) -> impl Iterator<Item = TimeRange> {
    let mut from = range.from;
    std::iter::from_fn(move || {
        let until = Timestamp(from.0.saturating_add(WINDOW_SECONDS).min(range.until.0));
        let window = TimeRange { from, until };
        from = until;
        (window.from < window.until).then_some(window)
    })
}

/// Writes a row for each relay and hour in which it ran.
pub fn write_relays(
    place: &Place,
    store: &Store,
    range: TimeRange,
    writer: &mut dyn TableWriter,
) -> Result<io::Result<()>, Failure> {
    let mut batches = Batches::new(writer);
    for window in windows(range) {
        let bulk = place.wait(store.relays_in_bulk(window))?;
        let mut fingerprints: Vec<_> = bulk.fingerprints().collect();
        fingerprints.sort_unstable();
        for fingerprint in fingerprints {
            let Some(series) = bulk.get(fingerprint) else { continue };
            let hours = (0..).zip(&series.hours).filter_map(|(place, state)| {
                let at = series.first_hour.plus_seconds(place * 3600);
                relay_row(at, &fingerprint.to_string(), *state)
            });
            if let Err(error) = batches.add(hours) {
                return Ok(Err(error));
            }
        }
    }
    Ok(batches.flush())
}

/// Writes a row for each group and hour in which it had relays.
pub fn write_groups(
    place: &Place,
    store: &Store,
    range: TimeRange,
    writer: &mut dyn TableWriter,
) -> Result<io::Result<()>, Failure> {
    let mut batches = Batches::new(writer);
    for window in windows(range) {
        let bulk = place.wait(store.groups_in_bulk(window))?;
        for group in bulk.groups() {
            let (kind, name) = (group.kind_name(), group.name());
            let hours = bulk.get(group).unwrap_or_default();
            let rows = hours.iter().filter(|hour| hour.relays > 0).map(|hour| group_row(kind, &name, hour));
            if let Err(error) = batches.add(rows) {
                return Ok(Err(error));
            }
        }
    }
    Ok(batches.flush())
}

/// Writes a row for each relay or group and day of which only daily values are kept.
pub fn write_days(
    place: &Place,
    store: &Store,
    range: TimeRange,
    of: FoldedOf,
    writer: &mut dyn TableWriter,
) -> Result<io::Result<()>, Failure> {
    let mut batches = Batches::new(writer);
    for month in place.wait(store.folded_months(range))? {
        let found = place.wait(store.folded_days(month, of))?;
        for (fingerprint, days) in &found.relays {
            let fingerprint = fingerprint.to_string();
            if let Err(error) = batches.add(days.iter().map(|day| relay_day_row(&fingerprint, day))) {
                return Ok(Err(error));
            }
        }
        for (kind, name, days) in &found.groups {
            if let Err(error) = batches.add(days.iter().map(|day| group_day_row(kind, name, day))) {
                return Ok(Err(error));
            }
        }
    }
    Ok(batches.flush())
}

fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

fn relay_row(at: Timestamp, fingerprint: &str, state: HourState) -> Option<Vec<Value>> {
    let HourState::Running { flags, weight, is_measured } = state else { return None };
    Some(vec![
        Value::Time(at),
        text(fingerprint),
        Value::Text(flags_text(flags)),
        optional(weight, integer),
        optional(is_measured, Value::Boolean),
    ])
}

fn group_row(kind: &str, name: &str, hour: &GroupHour) -> Vec<Value> {
    vec![
        Value::Time(hour.valid_after),
        text(kind),
        text(name),
        integer(hour.relays),
        sum(hour.weight),
        sum(hour.exit_weight),
        sum(hour.guard_weight),
    ]
}

fn relay_day_row(fingerprint: &str, day: &RelayDay) -> Vec<Value> {
    vec![
        Value::Time(day.date.start()),
        text(fingerprint),
        integer(day.known_hours),
        integer(day.running_hours),
        optional(day.mean_weight, integer),
        Value::Text(flags_text(day.flags)),
    ]
}

fn group_day_row(kind: &str, name: &str, day: &GroupDay) -> Vec<Value> {
    vec![
        Value::Time(day.date.start()),
        text(kind),
        text(name),
        integer(day.known_hours),
        integer(day.running_hours),
        integer(day.relays),
        sum(day.weight),
        sum(day.exit_weight),
        sum(day.guard_weight),
    ]
}
