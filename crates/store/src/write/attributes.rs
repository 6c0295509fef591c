//! Changes of attributes: rows that say from when on a value holds.
//!
//! A record that is newer than all others adds rows at its end. One that lies before others must not
//! change what those say: where its value ends with the next record, the value from before is set
//! again there.

use super::insert_all;
use super::plan::Plan;
use crate::StoreError;
use sqlx::SqliteConnection;

/// Writes the changes and contact texts of a record at a moment; `next` is the record after it.
pub(super) async fn write(
    connection: &mut SqliteConnection,
    plan: &Plan,
    at: i64,
    next: Option<i64>,
) -> Result<(), StoreError> {
    let head = "INSERT INTO contact (hash, text)";
    let tail = "ON CONFLICT (hash) DO UPDATE SET text = excluded.text WHERE contact.text IS NULL";
    insert_all(connection, head, tail, &plan.contacts, |row, (hash, text)| {
        row.push_bind(hash.clone()).push_bind(text.clone());
    })
    .await?;
    match next {
        None => insert(connection, plan, at).await,
        Some(next) => insert_before(connection, plan, at, next).await,
    }
}

async fn insert(connection: &mut SqliteConnection, plan: &Plan, at: i64) -> Result<(), StoreError> {
    let head = "INSERT OR REPLACE INTO attribute (relay, kind, from_time, value)";
    insert_all(connection, head, "", &plan.changes, |row, change| {
        row.push_bind(change.relay).push_bind(change.kind).push_bind(at).push_bind(change.value.clone());
    })
    .await
}

/// Sets the values from before again at the next record, where that says nothing itself.
const RESTORE: &str = "INSERT OR IGNORE INTO attribute (relay, kind, from_time, value)
    SELECT relay, kind, ?2, (SELECT value FROM attribute AS before
        WHERE before.relay = change.relay AND before.kind = change.kind AND before.from_time <= ?1
        ORDER BY from_time DESC LIMIT 1) AS value
    FROM temp.change AS change WHERE value IS NOT NULL";

/// Takes away rows behind that begin a value which holds now anyway.
const MERGE: &str = "DELETE FROM attribute WHERE (relay, kind, from_time) IN (
    SELECT change.relay, change.kind, behind.from_time FROM temp.change AS change
    JOIN attribute AS behind ON behind.relay = change.relay AND behind.kind = change.kind
        AND behind.from_time = (SELECT min(from_time) FROM attribute AS later
            WHERE later.relay = change.relay AND later.kind = change.kind AND later.from_time > ?1)
    WHERE behind.value = change.value)";

async fn insert_before(
    connection: &mut SqliteConnection,
    plan: &Plan,
    at: i64,
    next: i64,
) -> Result<(), StoreError> {
    sqlx::query("CREATE TEMP TABLE IF NOT EXISTS change (relay INTEGER, kind INTEGER, value BLOB)")
        .execute(&mut *connection)
        .await?;
    sqlx::query("DELETE FROM temp.change").execute(&mut *connection).await?;
    let head = "INSERT INTO temp.change (relay, kind, value)";
    insert_all(connection, head, "", &plan.changes, |row, change| {
        row.push_bind(change.relay).push_bind(change.kind).push_bind(change.value.clone());
    })
    .await?;
    sqlx::query(RESTORE).bind(at).bind(next).execute(&mut *connection).await?;
    insert(connection, plan, at).await?;
    sqlx::query(MERGE).bind(at).execute(connection).await?;
    Ok(())
}
