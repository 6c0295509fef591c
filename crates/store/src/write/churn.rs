//! Who joined and who left from one record to the next.
//!
//! Two records are neighbours when at most an hour lies between them; across a gap nobody is said to
//! have joined or left.

use super::plan::Plan;
use super::state::State;
use crate::StoreError;
use crate::codec::{decode_relay_day, decode_segment};
use crate::time::{HOUR_SECONDS, day_of, slot_of};
use allium_model::{HourRecord, NetworkRecord};
use sqlx::SqliteConnection;

/// The record after a moment.
pub(super) async fn next_hour(connection: &mut SqliteConnection, at: i64) -> Result<Option<i64>, StoreError> {
    Ok(sqlx::query_scalar("SELECT min(valid_after) FROM hour WHERE valid_after > ?")
        .bind(at)
        .fetch_one(connection)
        .await?)
}

/// The record before a moment, when it is a neighbour.
async fn neighbour_before(connection: &mut SqliteConnection, at: i64) -> Result<Option<i64>, StoreError> {
    let before: Option<i64> = sqlx::query_scalar("SELECT max(valid_after) FROM hour WHERE valid_after < ?")
        .bind(at)
        .fetch_one(connection)
        .await?;
    Ok(before.filter(|before| at - before <= HOUR_SECONDS))
}

/// The network record with its counts of those that came and went.
pub(super) async fn fill(
    connection: &mut SqliteConnection,
    state: &State,
    record: &HourRecord<'_>,
    plan: &Plan,
) -> Result<NetworkRecord, StoreError> {
    let at = record.valid_after.0;
    let mut network = NetworkRecord {
        valid_after: record.valid_after,
        joined: 0,
        left: 0,
        never_seen: 0,
        ..record.network
    };
    correct_never_seen(connection, plan).await?;
    let Some(before) = neighbour_before(connection, at).await? else { return Ok(network) };
    let running: Vec<u32> = plan.segment.rows.iter().map(|row| row.relay).collect();
    let counts = match &state.running {
        Some((of, known)) if *of == before => compare(known, &running),
        _ => compare(&running_at(connection, before).await?, &running),
    };
    (network.joined, network.left) = counts;
    network.never_seen = plan.never_seen.len() as u32;
    Ok(network)
}

/// Relays that turn out to have been seen earlier were not new when they were counted as new.
async fn correct_never_seen(connection: &mut SqliteConnection, plan: &Plan) -> Result<(), StoreError> {
    let mut moments: Vec<i64> = plan.earlier.iter().map(|earlier| earlier.before).collect();
    moments.sort_unstable();
    for run in moments.chunk_by(|left, right| left == right) {
        sqlx::query("UPDATE hour SET never_seen = max(0, never_seen - ?) WHERE valid_after = ?")
            .bind(run.len() as i64)
            .bind(run[0])
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}

/// Counts the record behind anew, when it is a neighbour.
pub(super) async fn refill_next(
    connection: &mut SqliteConnection,
    next: Option<i64>,
    (at, running): (i64, &[u32]),
) -> Result<(), StoreError> {
    let Some(next) = next.filter(|next| next - at <= HOUR_SECONDS) else { return Ok(()) };
    let (joined, left) = compare(running, &running_at(connection, next).await?);
    let new: i64 = sqlx::query_scalar("SELECT count(*) FROM relay WHERE first_seen = ?")
        .bind(next)
        .fetch_one(&mut *connection)
        .await?;
    sqlx::query("UPDATE hour SET joined = ?, departed = ?, never_seen = min(?, ?) WHERE valid_after = ?")
        .bind(joined)
        .bind(left)
        .bind(new)
        .bind(joined)
        .bind(next)
        .execute(connection)
        .await?;
    Ok(())
}

/// How many of the second are not in the first, and of the first not in the second; both ascend.
fn compare(before: &[u32], after: &[u32]) -> (u32, u32) {
    let (mut both, mut rest) = (0, before);
    for id in after {
        let skipped = rest.partition_point(|known| known < id);
        rest = &rest[skipped..];
        both += u32::from(rest.first() == Some(id));
    }
    (after.len() as u32 - both, before.len() as u32 - both)
}

/// Relays that ran in a record of the store, ascending.
async fn running_at(connection: &mut SqliteConnection, at: i64) -> Result<Vec<u32>, StoreError> {
    let segment: Option<Vec<u8>> = sqlx::query_scalar("SELECT rows FROM segment WHERE valid_after = ?")
        .bind(at)
        .fetch_optional(&mut *connection)
        .await?;
    if let Some(segment) = segment {
        return Ok(decode_segment(&segment)?.rows.iter().map(|row| row.relay).collect());
    }
    let blocks: Vec<(u32, Vec<u8>)> =
        sqlx::query_as("SELECT relay, hours FROM relay_day WHERE day = ? ORDER BY relay")
            .bind(day_of(at))
            .fetch_all(connection)
            .await?;
    let mut running = Vec::new();
    for (relay, block) in blocks {
        if decode_relay_day(&block)?[slot_of(at)].is_some() {
            running.push(relay);
        }
    }
    Ok(running)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn those_who_came_and_went_are_counted() {
        assert_eq!(compare(&[1, 2, 5], &[2, 3, 4, 5]), (2, 1));
        assert_eq!(compare(&[], &[7]), (1, 0));
        assert_eq!(compare(&[7, 9], &[]), (0, 2));
        assert_eq!(compare(&[3, 4], &[3, 4]), (0, 0));
    }
}
