//! Layouts of the file, and the way from each to the next.
//!
//! The number of the layout stands in `user_version`, and `application_id` tells a store from other
//! databases. A step is one transaction: it is done whole or not at all.

use crate::{Migration, StoreError};
use sqlx::{AssertSqlSafe, Connection, SqliteConnection};
use std::path::{Path, PathBuf};

/// The steps: the first makes layout 1 out of an empty file.
const STEPS: [&str; 3] = [
    include_str!("../migrations/0001_history.sql"),
    include_str!("../migrations/0002_health.sql"),
    include_str!("../migrations/0003_incidents.sql"),
];

/// "Alli": what `application_id` of a store is.
const APPLICATION_ID: i64 = 0x416c_6c69;

/// Newest layout.
pub(crate) const NEWEST_LAYOUT: i64 = STEPS.len() as i64;

/// Layout of a file; 0 for one that has no tables yet.
pub(crate) async fn layout(connection: &mut SqliteConnection, path: &Path) -> Result<i64, StoreError> {
    let (application, version): (i64, i64) =
        sqlx::query_as("SELECT * FROM pragma_application_id, pragma_user_version")
            .fetch_one(&mut *connection)
            .await?;
    let tables: i64 = sqlx::query_scalar("SELECT count(*) FROM sqlite_schema").fetch_one(connection).await?;
    match (application, version, tables) {
        (0, 0, 0) => Ok(0),
        (APPLICATION_ID, found, _) if found > NEWEST_LAYOUT => {
            Err(StoreError::Newer { found, known: NEWEST_LAYOUT })
        }
        (APPLICATION_ID, found, _) if found > 0 => Ok(found),
        _ => Err(StoreError::NotAStore(path.to_owned())),
    }
}

/// Brings a file to the newest layout. A copy of a store in an older one is made first.
pub(crate) async fn migrate(
    connection: &mut SqliteConnection,
    path: &Path,
    migration: Migration,
) -> Result<(), StoreError> {
    let found = layout(connection, path).await?;
    if found > 0 && found < NEWEST_LAYOUT && migration == Migration::CopyFirst {
        let copy = copy_path(path, found);
        tracing::info!(copy = %copy.display(), "copying the store before its layout changes");
        crate::backup::copy_into(connection, &copy).await?;
    }
    for (layout, step) in (1_i64..).zip(STEPS).skip_while(|(layout, _)| *layout <= found) {
        apply(connection, layout, step).await?;
    }
    Ok(())
}

async fn apply(connection: &mut SqliteConnection, layout: i64, step: &'static str) -> Result<(), StoreError> {
    let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await?;
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

/// `history.db` of layout 1 is copied to `history.db.layout-1`.
fn copy_path(path: &Path, layout: i64) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(format!(".layout-{layout}"));
    PathBuf::from(name)
}
