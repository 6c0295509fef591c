//! What the writer knows of every relay, so that an hour in which little changes writes little.

use crate::StoreError;
use crate::attribute::{CONTACT, KINDS, OF_GROUPS};
use crate::codec::GROUP_COLUMNS;
use allium_model::Fingerprint;
use foldhash::fast::{FixedState, RandomState};
use sqlx::SqliteConnection;
use std::collections::HashMap;
use std::hash::BuildHasher;

/// A relay as the writer knows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct RelayState {
    /// Its id.
    pub(crate) id: u32,
    /// First moment at which it was seen.
    pub(crate) first_seen: i64,
    /// A hash of each attribute's value, of a contact that of its text; 0 where none is known or the text is
    /// no longer kept, so that it is taken in again.
    pub(crate) attributes: [u64; KINDS],
    /// Its groups by kind, 0 for none.
    pub(crate) groups: [u32; GROUP_COLUMNS],
}

/// Every relay and group, and the attributes at one moment.
#[derive(Debug)]
pub(crate) struct State {
    /// Changes when another connection has written.
    pub(crate) data_version: i64,
    /// The attributes are those of this moment.
    pub(crate) from: i64,
    /// First moment at which stored attributes differ from them.
    pub(crate) until: i64,
    /// The relays.
    pub(crate) relays: HashMap<Fingerprint, RelayState, RandomState>,
    /// Ids of groups by kind and key.
    pub(crate) groups: HashMap<(u8, Vec<u8>), u32, RandomState>,
    /// Id of the next new relay.
    pub(crate) next_relay: u32,
    /// Id of the next new group.
    pub(crate) next_group: u32,
    /// Relays that ran at the moment of the last record, ascending.
    pub(crate) running: Option<(i64, Vec<u32>)>,
}

/// A hash of a value that is never 0.
pub(crate) fn value_hash(bytes: &[u8]) -> u64 {
    FixedState::default().hash_one(bytes).max(1)
}

/// Changes when another connection than this one has written.
pub(crate) async fn data_version(connection: &mut SqliteConnection) -> Result<i64, StoreError> {
    Ok(sqlx::query_scalar("SELECT data_version FROM pragma_data_version").fetch_one(connection).await?)
}

impl State {
    /// Reads the state at a moment.
    pub(crate) async fn load(connection: &mut SqliteConnection, at: i64) -> Result<Self, StoreError> {
        let data_version = data_version(connection).await?;
        let until: Option<i64> =
            sqlx::query_scalar("SELECT min(from_time) FROM attribute WHERE from_time > ?")
                .bind(at)
                .fetch_one(&mut *connection)
                .await?;
        let mut state = Self {
            data_version,
            from: at,
            until: until.unwrap_or(i64::MAX),
            relays: HashMap::default(),
            groups: HashMap::default(),
            next_relay: 1,
            next_group: 1,
            running: None,
        };
        state.load_groups(connection).await?;
        state.load_relays(connection, at).await?;
        Ok(state)
    }

    /// Whether this is the state at a moment, in the file as it is.
    pub(crate) fn is_of(&self, at: i64, data_version: i64) -> bool {
        self.data_version == data_version && self.from <= at && at < self.until
    }

    async fn load_groups(&mut self, connection: &mut SqliteConnection) -> Result<(), StoreError> {
        let rows: Vec<(u32, u8, Vec<u8>)> =
            sqlx::query_as("SELECT id, kind, key FROM grp").fetch_all(connection).await?;
        for (id, kind, key) in rows {
            self.next_group = self.next_group.max(id.saturating_add(1));
            self.groups.insert((kind, key), id);
        }
        Ok(())
    }

    async fn load_relays(&mut self, connection: &mut SqliteConnection, at: i64) -> Result<(), StoreError> {
        let mut attributes = self.attributes_at(connection, at).await?;
        let rows: Vec<(u32, Vec<u8>, i64)> =
            sqlx::query_as("SELECT id, fingerprint, first_seen FROM relay").fetch_all(connection).await?;
        for (id, fingerprint, first_seen) in rows {
            let fingerprint = crate::read::fingerprint(&fingerprint)?;
            self.next_relay = self.next_relay.max(id.saturating_add(1));
            let (attributes, groups) = attributes.remove(&id).unwrap_or_default();
            self.relays.insert(fingerprint, RelayState { id, first_seen, attributes, groups });
        }
        Ok(())
    }

    async fn attributes_at(
        &self,
        connection: &mut SqliteConnection,
        at: i64,
    ) -> Result<HashMap<u32, ([u64; KINDS], [u32; GROUP_COLUMNS])>, StoreError> {
        let rows: Vec<(u32, i64, Vec<u8>, Option<String>)> = sqlx::query_as(
            "SELECT relay, kind, value, contact.text FROM
                (SELECT relay, kind, value, max(from_time) FROM attribute WHERE from_time <= ?
                 GROUP BY relay, kind)
             LEFT JOIN contact ON kind = 5 AND contact.hash = value",
        )
        .bind(at)
        .fetch_all(connection)
        .await?;
        let mut found: HashMap<u32, ([u64; KINDS], [u32; GROUP_COLUMNS])> = HashMap::new();
        for (relay, kind, value, text) in rows {
            let Some(place) = usize::try_from(kind - 1).ok().filter(|place| *place < KINDS) else { continue };
            let (hashes, groups) = found.entry(relay).or_default();
            hashes[place] = match (place, text) {
                (CONTACT, None) => 0,
                (CONTACT, Some(text)) => value_hash(text.as_bytes()),
                _ => value_hash(&value),
            };
            if let Some(column) = OF_GROUPS.iter().position(|decides| *decides == place) {
                groups[column] = self.group_of_value(column, kind, &value);
            }
        }
        Ok(found)
    }

    /// The group that a stored value puts its relay into.
    fn group_of_value(&self, column: usize, kind: i64, value: &[u8]) -> u32 {
        let Some(value) = crate::attribute::read(kind, value, None) else { return 0 };
        let key = crate::group::group_of_value(&value).map(|group| (column as u8 + 1, group.key()));
        key.and_then(|key| self.groups.get(&key)).copied().unwrap_or(0)
    }
}
