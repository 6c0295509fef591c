//! Layouts of the file.

use crate::NotifyError;
use allium_sqlite::{Layout, Layouts};
use sqlx::SqlitePool;
use std::path::Path;

/// The steps: the first makes layout 1 out of an empty file.
const STEPS: [&str; 1] = [include_str!("../../migrations/0001_alerts.sql")];

/// "Alrt": what `application_id` of a store of alerts is.
const APPLICATION_ID: i64 = 0x416c_7274;

const LAYOUTS: Layouts<'_> = Layouts { application_id: APPLICATION_ID, steps: &STEPS };

/// Brings a file to the newest layout.
pub(super) async fn migrate(pool: &SqlitePool, path: &Path) -> Result<(), NotifyError> {
    let mut connection = pool.acquire().await?;
    let found = match LAYOUTS.of(&mut connection).await? {
        Layout::Known(found) => found,
        Layout::Newer(found) => return Err(NotifyError::Newer { found, known: LAYOUTS.newest() }),
        Layout::Foreign => return Err(NotifyError::NotAStore(path.to_owned())),
    };
    Ok(LAYOUTS.bring_forward(&mut connection, found).await?)
}
