//! Many rows in few statements.

use crate::StoreError;
use sqlx::query_builder::Separated;
use sqlx::{QueryBuilder, Sqlite, SqliteConnection};

/// Rows of one statement; whole chunks share one prepared statement.
const CHUNK_ROWS: usize = 256;

/// Inserts rows: `head` is the statement up to `VALUES`, `tail` what follows the rows.
pub(crate) async fn insert_all<T>(
    connection: &mut SqliteConnection,
    head: &'static str,
    tail: &'static str,
    rows: &[T],
    mut bind: impl FnMut(&mut Separated<'_, Sqlite, &'static str>, &T),
) -> Result<(), StoreError> {
    for chunk in rows.chunks(CHUNK_ROWS) {
        let mut query = QueryBuilder::new(head);
        query.push(" ");
        query.push_values(chunk, |mut row, item| bind(&mut row, item));
        query.push(" ").push(tail);
        query.build().persistent(chunk.len() == CHUNK_ROWS).execute(&mut *connection).await?;
    }
    Ok(())
}
