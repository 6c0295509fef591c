//! Layouts of the file. A store in an older one is copied before it is brought forward.

use crate::{Migration, StoreError};
use allium_sqlite::{Layout, Layouts};
use sqlx::SqliteConnection;
use std::path::{Path, PathBuf};

/// The steps: the first makes layout 1 out of an empty file.
const STEPS: [&str; 3] = [
    include_str!("../migrations/0001_history.sql"),
    include_str!("../migrations/0002_health.sql"),
    include_str!("../migrations/0003_incidents.sql"),
];

/// "Alli": what `application_id` of a store is.
const APPLICATION_ID: i64 = 0x416c_6c69;

const LAYOUTS: Layouts<'_> = Layouts { application_id: APPLICATION_ID, steps: &STEPS };

/// Newest layout.
pub(crate) const NEWEST_LAYOUT: i64 = LAYOUTS.newest();

/// Layout of a file; 0 for one that has no tables yet.
pub(crate) async fn layout(connection: &mut SqliteConnection, path: &Path) -> Result<i64, StoreError> {
    match LAYOUTS.of(connection).await? {
        Layout::Known(found) => Ok(found),
        Layout::Newer(found) => Err(StoreError::Newer { found, known: NEWEST_LAYOUT }),
        Layout::Foreign => Err(StoreError::NotAStore(path.to_owned())),
    }
}

/// Brings a file to the newest layout. A copy of a store in an older one is made first.
pub(crate) async fn migrate(
    connection: &mut SqliteConnection,
    path: &Path,
    migration: Migration,
) -> Result<(), StoreError> {
    migrate_by(&LAYOUTS, connection, path, migration).await
}

async fn migrate_by(
    layouts: &Layouts<'_>,
    connection: &mut SqliteConnection,
    path: &Path,
    migration: Migration,
) -> Result<(), StoreError> {
    let found = layout(connection, path).await?;
    if found > 0 && found < layouts.newest() && migration == Migration::CopyFirst {
        let copy = copy_path(path, found);
        tracing::info!(copy = %copy.display(), "copying the store before its layout changes");
        // A copy of the same layout is left of an attempt that was stopped; the store is newer.
        crate::backup::copy_over(connection, &copy).await?;
    }
    Ok(layouts.bring_forward(connection, found).await?)
}

/// `history.db` of layout 1 is copied to `history.db.layout-1`.
fn copy_path(path: &Path, layout: i64) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(format!(".layout-{layout}"));
    PathBuf::from(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Store, StoreOptions};
    use sqlx::ConnectOptions;
    use sqlx::sqlite::SqliteConnectOptions;

    const NEXT: &str = "CREATE TABLE next (a); INSERT INTO next VALUES (7)";
    const BROKEN: &str = "CREATE TABLE next (a); INSERT INTO nowhere VALUES (7)";

    /// The steps with one more.
    fn with(step: &'static str) -> Vec<&'static str> {
        STEPS.into_iter().chain([step]).collect()
    }

    fn layouts<'s>(steps: &'s [&'static str]) -> Layouts<'s> {
        Layouts { steps, ..LAYOUTS }
    }

    /// A store of the newest layout.
    async fn store() -> (tempfile::TempDir, PathBuf, SqliteConnection) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("history.db");
        let options = SqliteConnectOptions::new().filename(&path).create_if_missing(true);
        let mut connection = options.connect().await.unwrap();
        migrate_by(&LAYOUTS, &mut connection, &path, Migration::InPlace).await.unwrap();
        (folder, path, connection)
    }

    async fn connect(path: &Path) -> SqliteConnection {
        SqliteConnectOptions::new().filename(path).connect().await.unwrap()
    }

    async fn state(connection: &mut SqliteConnection) -> (i64, i64) {
        let tables = "SELECT user_version, (SELECT count(*) FROM sqlite_schema WHERE name = 'next')
            FROM pragma_user_version";
        sqlx::query_as(tables).fetch_one(connection).await.unwrap()
    }

    #[tokio::test]
    async fn a_step_is_taken_after_a_copy_that_takes_the_place_of_a_leftover() {
        let (_folder, path, mut connection) = store().await;
        let copy = copy_path(&path, NEWEST_LAYOUT);
        std::fs::write(&copy, "half of a copy").unwrap();
        let part = copy.with_extension(format!("layout-{NEWEST_LAYOUT}.part"));
        std::fs::write(&part, "half of another").unwrap();
        migrate_by(&layouts(&with(NEXT)), &mut connection, &path, Migration::CopyFirst).await.unwrap();
        assert_eq!(state(&mut connection).await, (NEWEST_LAYOUT + 1, 1));
        assert_eq!(state(&mut connect(&copy).await).await, (NEWEST_LAYOUT, 0));
        assert!(!part.exists());
        // The older layout is what is opened with these steps; the newer one is refused.
        assert!(matches!(layout(&mut connection, &path).await, Err(StoreError::Newer { .. })));
        Store::open(&copy, StoreOptions::default()).await.unwrap().close().await.unwrap();
    }

    #[tokio::test]
    async fn a_step_that_fails_changes_nothing_and_can_be_tried_again() {
        let (_folder, path, mut connection) = store().await;
        migrate_by(&layouts(&with(BROKEN)), &mut connection, &path, Migration::CopyFirst).await.unwrap_err();
        assert_eq!(state(&mut connection).await, (NEWEST_LAYOUT, 0));
        migrate_by(&layouts(&with(NEXT)), &mut connection, &path, Migration::CopyFirst).await.unwrap();
        assert_eq!(state(&mut connection).await, (NEWEST_LAYOUT + 1, 1));
    }

    #[tokio::test]
    async fn in_place_there_is_no_copy() {
        let (_folder, path, mut connection) = store().await;
        migrate_by(&layouts(&with(NEXT)), &mut connection, &path, Migration::InPlace).await.unwrap();
        assert_eq!(state(&mut connection).await, (NEWEST_LAYOUT + 1, 1));
        assert!(!copy_path(&path, NEWEST_LAYOUT).exists());
    }
}
