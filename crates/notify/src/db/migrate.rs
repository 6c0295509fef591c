//! Layouts of the file, and the way from each to the next, as the history's store has them.

use crate::NotifyError;
use sqlx::{AssertSqlSafe, SqlitePool};
use std::path::Path;

/// The steps: the first makes layout 1 out of an empty file.
const STEPS: [&str; 1] = [include_str!("../../migrations/0001_alerts.sql")];

/// "Alrt": what `application_id` of a store of alerts is.
const APPLICATION_ID: i64 = 0x416c_7274;

const NEWEST_LAYOUT: i64 = STEPS.len() as i64;

/// Brings a file to the newest layout.
pub(super) async fn migrate(pool: &SqlitePool, path: &Path) -> Result<(), NotifyError> {
    let found = layout(pool, path).await?;
    for (layout, step) in (1_i64..).zip(STEPS).skip_while(|(layout, _)| *layout <= found) {
        apply(pool, layout, step).await?;
    }
    Ok(())
}

/// Layout of a file; 0 for one that has no tables yet.
async fn layout(pool: &SqlitePool, path: &Path) -> Result<i64, NotifyError> {
    let (application, version, tables): (i64, i64, i64) = sqlx::query_as(
        "SELECT application_id, user_version, (SELECT count(*) FROM sqlite_schema)
         FROM pragma_application_id, pragma_user_version",
    )
    .fetch_one(pool)
    .await?;
    match (application, version, tables) {
        (0, 0, 0) => Ok(0),
        (APPLICATION_ID, found, _) if found > NEWEST_LAYOUT => {
            Err(NotifyError::Newer { found, known: NEWEST_LAYOUT })
        }
        (APPLICATION_ID, found, _) if found > 0 => Ok(found),
        _ => Err(NotifyError::NotAStore(path.to_owned())),
    }
}

async fn apply(pool: &SqlitePool, layout: i64, step: &'static str) -> Result<(), NotifyError> {
    let mut transaction = pool.begin_with("BEGIN IMMEDIATE").await?;
    let (now,): (i64,) =
        sqlx::query_as("SELECT * FROM pragma_user_version").fetch_one(&mut *transaction).await?;
    if now >= layout {
        // Another process was faster.
        return Ok(transaction.rollback().await?);
    }
    sqlx::raw_sql(step).execute(&mut *transaction).await?;
    let marks = format!("PRAGMA user_version = {layout}; PRAGMA application_id = {APPLICATION_ID}");
    sqlx::raw_sql(AssertSqlSafe(marks)).execute(&mut *transaction).await?;
    Ok(transaction.commit().await?)
}
