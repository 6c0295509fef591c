//! The sealing of days: from a segment for each record to a block for each relay and group.
//!
//! The newest day stays open, and so does the day of the last record. A record for a day that was sealed
//! before opens it again: its segment stands beside the blocks until they are made anew.

use super::seal_groups::{DayGroups, write_groups};
use super::{Writer, insert_all};
use crate::StoreError;
use crate::codec::{DAY_HOURS, RelayHours, Segment, decode_relay_day, decode_segment, encode_relay_day};
use crate::time::{day_of, hour_start, slot_of};
use allium_model::Timestamp;
use sqlx::SqliteConnection;
use std::collections::BTreeMap;

/// Seals every day with segments but the newest and that of the last record.
pub(crate) async fn seal_over_days(writer: &mut Writer, last: Timestamp) -> Result<(), StoreError> {
    let newest: Option<i64> =
        sqlx::query_scalar("SELECT max(valid_after) FROM hour").fetch_one(writer.connection()).await?;
    let open = [day_of(last.0), day_of(newest.unwrap_or(last.0))];
    for day in days_with_segments(writer.connection()).await? {
        if !open.contains(&day) {
            seal(writer, day).await?;
        }
    }
    Ok(())
}

async fn days_with_segments(connection: &mut SqliteConnection) -> Result<Vec<i64>, StoreError> {
    let days = sqlx::query_scalar("SELECT DISTINCT valid_after / 86400 FROM segment ORDER BY 1");
    Ok(days.fetch_all(connection).await?)
}

/// Seals a day, in one transaction.
async fn seal(writer: &mut Writer, day: i64) -> Result<(), StoreError> {
    let mut transaction = writer.begin().await?;
    let segments = DaySegments::read(&mut transaction, day).await?;
    let before = read_relay_blocks(&mut transaction, day).await?;
    let relays = overlay(&before, &segments);
    let groups = DayGroups::make(&mut transaction, day, &before, &segments).await?;
    write_relays(&mut transaction, day, &relays).await?;
    write_groups(&mut transaction, day, &groups).await?;
    write_last_seen(&mut transaction, day, &relays).await?;
    finish(&mut transaction, day, segments.known).await?;
    Ok(transaction.commit().await?)
}

/// The segments of a day that count: of several records in an hour the best and latest.
pub(super) struct DaySegments {
    /// By hour of the day.
    pub(super) slots: [Option<Segment>; DAY_HOURS],
    /// Hours with a record, in a segment or in blocks: bit 0 is 00:00.
    pub(super) known: u32,
}

impl DaySegments {
    async fn read(connection: &mut SqliteConnection, day: i64) -> Result<Self, StoreError> {
        let winners = winners(connection, day).await?;
        let mut segments = Self { slots: [const { None }; DAY_HOURS], known: 0 };
        for (slot, winner) in winners.into_iter().enumerate() {
            let Some(winner) = winner else { continue };
            segments.known |= 1 << slot;
            let rows: Option<Vec<u8>> = sqlx::query_scalar("SELECT rows FROM segment WHERE valid_after = ?")
                .bind(winner)
                .fetch_optional(&mut *connection)
                .await?;
            segments.slots[slot] = rows.map(|rows| decode_segment(&rows)).transpose()?;
        }
        Ok(segments)
    }
}

/// For each hour of a day the moment of the record that counts.
async fn winners(
    connection: &mut SqliteConnection,
    day: i64,
) -> Result<[Option<i64>; DAY_HOURS], StoreError> {
    let rows: Vec<(i64,)> = sqlx::query_as(
        "SELECT valid_after FROM hour WHERE valid_after >= ? AND valid_after < ? ORDER BY source DESC, valid_after",
    )
    .bind(hour_start(day, 0))
    .bind(hour_start(day, DAY_HOURS))
    .fetch_all(connection)
    .await?;
    let mut winners = [None; DAY_HOURS];
    for (at,) in rows {
        winners[slot_of(at)] = Some(at);
    }
    Ok(winners)
}

/// The blocks of relays of a sealed day, by number of the relay.
pub(crate) async fn read_relay_blocks(
    connection: &mut SqliteConnection,
    day: i64,
) -> Result<BTreeMap<u32, RelayHours>, StoreError> {
    let rows: Vec<(u32, Vec<u8>)> = sqlx::query_as("SELECT relay, hours FROM relay_day WHERE day = ?")
        .bind(day)
        .fetch_all(connection)
        .await?;
    rows.into_iter().map(|(relay, block)| Ok((relay, decode_relay_day(&block)?))).collect()
}

/// The blocks of a day with the hours of its segments set anew.
fn overlay(before: &BTreeMap<u32, RelayHours>, segments: &DaySegments) -> BTreeMap<u32, RelayHours> {
    let mut relays = before.clone();
    for (slot, segment) in segments.slots.iter().enumerate() {
        let Some(segment) = segment else { continue };
        for hours in relays.values_mut() {
            hours[slot] = None;
        }
        for row in &segment.rows {
            relays.entry(row.relay).or_insert([None; DAY_HOURS])[slot] = Some(row.hour);
        }
    }
    relays.retain(|_, hours| hours.iter().any(Option::is_some));
    relays
}

async fn write_relays(
    connection: &mut SqliteConnection,
    day: i64,
    relays: &BTreeMap<u32, RelayHours>,
) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM relay_day WHERE day = ?").bind(day).execute(&mut *connection).await?;
    let rows: Vec<(u32, Vec<u8>)> =
        relays.iter().map(|(relay, hours)| (*relay, encode_relay_day(hours))).collect();
    insert_all(connection, "INSERT INTO relay_day (day, relay, hours)", "", &rows, |row, (relay, hours)| {
        row.push_bind(day).push_bind(*relay).push_bind(hours.clone());
    })
    .await
}

/// Most ids in one statement.
const CHUNK_IDS: usize = 500;

async fn write_last_seen(
    connection: &mut SqliteConnection,
    day: i64,
    relays: &BTreeMap<u32, RelayHours>,
) -> Result<(), StoreError> {
    let mut last: BTreeMap<usize, Vec<u32>> = BTreeMap::new();
    for (relay, hours) in relays {
        if let Some(slot) = hours.iter().rposition(Option::is_some) {
            last.entry(slot).or_default().push(*relay);
        }
    }
    for (slot, ids) in last {
        for chunk in ids.chunks(CHUNK_IDS) {
            let mut query = sqlx::QueryBuilder::new("UPDATE relay SET last_seen = max(last_seen, ");
            query.push_bind(hour_start(day, slot)).push(") WHERE id IN (");
            let mut list = query.separated(", ");
            for id in chunk {
                list.push_bind(*id);
            }
            query.push(")").build().persistent(chunk.len() == CHUNK_IDS).execute(&mut *connection).await?;
        }
    }
    Ok(())
}

async fn finish(connection: &mut SqliteConnection, day: i64, known: u32) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM segment WHERE valid_after >= ? AND valid_after < ?")
        .bind(hour_start(day, 0))
        .bind(hour_start(day, DAY_HOURS))
        .execute(&mut *connection)
        .await?;
    sqlx::query("INSERT OR REPLACE INTO day (day, known, is_folded) VALUES (?, ?, 0)")
        .bind(day)
        .bind(known)
        .execute(connection)
        .await?;
    Ok(())
}
