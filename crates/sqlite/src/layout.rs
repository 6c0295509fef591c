//! Layouts of a file, and the way from each to the next.
//!
//! The number of the layout stands in `user_version`, and `application_id` tells our files from other databases.
//! A step is one transaction: it is done whole or not at all.

use sqlx::{AssertSqlSafe, Connection, SqliteConnection};

/// The layouts that a kind of file has had.
#[derive(Debug, Clone, Copy)]
pub struct Layouts<'s> {
    /// What `application_id` of such a file is.
    pub application_id: i64,
    /// The SQL of each step: the first makes layout 1 out of an empty file.
    pub steps: &'s [&'static str],
}

/// What a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// One of these layouts; 0 for a file that has no tables yet.
    Known(i64),
    /// One that a later version wrote.
    Newer(i64),
    /// A database of something else.
    Foreign,
}

impl Layouts<'_> {
    /// The newest layout.
    pub const fn newest(&self) -> i64 {
        self.steps.len() as i64
    }

    /// The layout of a file.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn of(&self, connection: &mut SqliteConnection) -> Result<Layout, sqlx::Error> {
        let (application, version, tables): (i64, i64, i64) = sqlx::query_as(
            "SELECT application_id, user_version, (SELECT count(*) FROM sqlite_schema)
             FROM pragma_application_id, pragma_user_version",
        )
        .fetch_one(connection)
        .await?;
        Ok(match (application, version, tables) {
            (0, 0, 0) => Layout::Known(0),
            (id, found, _) if id != self.application_id || found <= 0 => Layout::Foreign,
            (_, found, _) if found > self.newest() => Layout::Newer(found),
            (_, found, _) => Layout::Known(found),
        })
    }

    /// Takes the steps from a layout to the newest one. What another process did meanwhile is not done again.
    ///
    /// # Errors
    /// Those of the database; steps before the one that failed are taken.
    pub async fn bring_forward(
        &self,
        connection: &mut SqliteConnection,
        found: i64,
    ) -> Result<(), sqlx::Error> {
        let steps = (1_i64..).zip(self.steps.iter().copied());
        for (layout, step) in steps.skip_while(|(layout, _)| *layout <= found) {
            self.apply(connection, layout, step).await?;
        }
        Ok(())
    }

    async fn apply(
        &self,
        connection: &mut SqliteConnection,
        layout: i64,
        step: &'static str,
    ) -> Result<(), sqlx::Error> {
        let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await?;
        let (now,): (i64,) =
            sqlx::query_as("SELECT * FROM pragma_user_version").fetch_one(&mut *transaction).await?;
        if now >= layout {
            // Another process was faster.
            return transaction.rollback().await;
        }
        sqlx::raw_sql(step).execute(&mut *transaction).await?;
        let id = self.application_id;
        let marks = format!("PRAGMA user_version = {layout}; PRAGMA application_id = {id}");
        sqlx::raw_sql(AssertSqlSafe(marks)).execute(&mut *transaction).await?;
        transaction.commit().await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sqlx::ConnectOptions;
    use sqlx::sqlite::SqliteConnectOptions;

    const ONE: Layouts<'_> = Layouts { application_id: 7, steps: &["CREATE TABLE one (a)"] };
    const TWO: Layouts<'_> =
        Layouts { application_id: 7, steps: &["CREATE TABLE one (a)", "CREATE TABLE two (a)"] };

    #[tokio::test]
    async fn a_file_is_brought_forward_step_by_step_and_known_again() {
        let folder = tempfile::tempdir().unwrap();
        let options =
            SqliteConnectOptions::new().filename(folder.path().join("file")).create_if_missing(true);
        let mut connection = options.connect().await.unwrap();
        assert_eq!(TWO.of(&mut connection).await.unwrap(), Layout::Known(0));
        ONE.bring_forward(&mut connection, 0).await.unwrap();
        assert_eq!(TWO.of(&mut connection).await.unwrap(), Layout::Known(1));
        // Another process had found layout 0 as well.
        TWO.bring_forward(&mut connection, 0).await.unwrap();
        assert_eq!(TWO.of(&mut connection).await.unwrap(), Layout::Known(2));
        assert_eq!(ONE.of(&mut connection).await.unwrap(), Layout::Newer(2));
        let other = Layouts { application_id: 8, ..TWO };
        assert_eq!(other.of(&mut connection).await.unwrap(), Layout::Foreign);
    }
}
