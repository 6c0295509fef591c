//! Writing: one transaction for each record, then the sealing of days that are over.

mod append;
mod attributes;
mod authority;
mod churn;
mod document;
mod event;
mod health;
mod incident;
mod insert;
mod plan;
mod seal;
mod seal_groups;
mod state;

pub use append::Appended;
pub use document::SeenDocument;
pub use health::HealthOrigin;
pub use incident::WatchState;

pub(crate) use event::subject_bytes;
pub(crate) use incident::state_number;
pub(crate) use insert::insert_all;
pub(crate) use seal::{read_relay_blocks, seal_over_days};
pub(crate) use seal_groups::{add_to_slot, sum_members};

use crate::StoreError;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection, SqliteConnection, SqliteTransaction};
use state::State;

/// The one connection that writes, and what it knows of the newest state.
#[derive(Debug)]
pub(crate) struct Writer {
    options: SqliteConnectOptions,
    connection: SqliteConnection,
    /// Taken out while a transaction runs, so that a failed one leaves none behind.
    state: Option<State>,
}

impl Writer {
    pub(crate) fn new(options: SqliteConnectOptions, connection: SqliteConnection) -> Self {
        Self { options, connection, state: None }
    }

    pub(crate) fn connection(&mut self) -> &mut SqliteConnection {
        &mut self.connection
    }

    /// Begins to write; waits for another process that does. A transaction that a full disk ended leaves
    /// its connection in between, so that another one is needed.
    pub(crate) async fn begin(&mut self) -> Result<SqliteTransaction<'_>, StoreError> {
        if self.connection.ping().await.is_err() || self.connection.is_in_transaction() {
            self.state = None;
            self.connection = self.options.connect().await?;
        }
        Ok(self.connection.begin_with("BEGIN IMMEDIATE").await?)
    }

    /// What is known of relays must be read anew, since rows were changed beside it.
    pub(crate) fn forget(&mut self) {
        self.state = None;
    }

    pub(crate) async fn close(self) -> Result<(), StoreError> {
        Ok(self.connection.close().await?)
    }
}
