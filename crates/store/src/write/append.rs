//! Taking in a record: whole, once, and the better source wins.

use super::plan::Plan;
use super::state::{State, data_version};
use super::{Writer, attributes, authority, churn, insert_all};
use crate::codec::encode_segment;
use crate::{Store, StoreError};
use allium_model::{Fingerprint, Flag, HourRecord, NetworkRecord, RecordSource};
use sqlx::SqliteConnection;

/// What became of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Appended {
    /// It is in the store.
    Added,
    /// It is in the store, in place of one from a worse source.
    Replaced,
    /// The same document was there.
    Known,
    /// Another document of that moment, from an equal or better source, is there and stays.
    Superseded,
    /// Of its day only daily values are kept, and it adds nothing to them.
    TooOld,
}

/// Last moment that a record may have: the end of the year 9999.
const MAX_TIME: i64 = 253_402_300_799;

impl Store {
    /// Takes in a record. Either all of it is committed or nothing.
    ///
    /// # Errors
    /// [`StoreError::Record`] for one that breaks its own rules, and those of the disk.
    pub async fn append(&self, record: &HourRecord<'_>) -> Result<Appended, StoreError> {
        check(record)?;
        let mut writer = self.writer()?.lock().await;
        let appended = writer.append(record).await?;
        if matches!(appended, Appended::Added | Appended::Replaced) {
            super::seal_over_days(&mut writer, record.valid_after).await?;
        }
        Ok(appended)
    }
}

fn check(record: &HourRecord<'_>) -> Result<(), StoreError> {
    if !(0..=MAX_TIME).contains(&record.valid_after.0) {
        return Err(StoreError::Record("its time is before 1970 or after 9999"));
    }
    if !record.relays.is_sorted_by(|left, right| left.fingerprint < right.fingerprint) {
        return Err(StoreError::Record("its relays do not ascend by fingerprint"));
    }
    if record.authorities.iter().any(|authority| authority.valid_after != record.valid_after) {
        return Err(StoreError::Record("an authority is of another round"));
    }
    Ok(())
}

/// A source's number in the store; a smaller one is better.
pub(crate) fn source_number(source: RecordSource) -> u8 {
    match source {
        RecordSource::Consensus => 1,
        RecordSource::Onionoo => 2,
        RecordSource::Presence => 3,
    }
}

impl Writer {
    async fn append(&mut self, record: &HourRecord<'_>) -> Result<Appended, StoreError> {
        let at = record.valid_after.0;
        let known = self.state.take();
        let mut transaction = self.begin().await?;
        let standing = standing(&mut transaction, record).await?;
        if !matches!(standing, Appended::Added | Appended::Replaced) {
            transaction.rollback().await?;
            self.state = known;
            return Ok(standing);
        }
        let version = data_version(&mut transaction).await?;
        let mut state = match known {
            Some(state) if state.is_of(at, version) => state,
            _ => State::load(&mut transaction, at).await?,
        };
        let plan = Plan::make(&mut state, record);
        write(&mut transaction, &mut state, record, plan).await?;
        transaction.commit().await?;
        self.state = Some(state);
        Ok(standing)
    }
}

/// What is to become of a record, from what is there.
async fn standing(
    connection: &mut SqliteConnection,
    record: &HourRecord<'_>,
) -> Result<Appended, StoreError> {
    let at = record.valid_after.0;
    let folded: i64 = sqlx::query_scalar("SELECT count(*) FROM day WHERE day = ? AND is_folded = 1")
        .bind(i64::from(record.valid_after.date().0))
        .fetch_one(&mut *connection)
        .await?;
    let there: Option<(u8, Vec<u8>)> =
        sqlx::query_as("SELECT source, digest FROM hour WHERE valid_after = ?")
            .bind(at)
            .fetch_optional(connection)
            .await?;
    Ok(match there {
        Some((_, digest)) if digest == record.digest => Appended::Known,
        Some((source, _)) if source <= source_number(record.source) => Appended::Superseded,
        _ if folded > 0 => Appended::TooOld,
        Some(_) => Appended::Replaced,
        None => Appended::Added,
    })
}

async fn write(
    connection: &mut SqliteConnection,
    state: &mut State,
    record: &HourRecord<'_>,
    plan: Plan,
) -> Result<(), StoreError> {
    let at = record.valid_after.0;
    write_relays(connection, &plan, at).await?;
    write_groups(connection, &plan).await?;
    let next = churn::next_hour(connection, at).await?;
    attributes::write(connection, &plan, at, next).await?;
    let network = churn::fill(connection, state, record, &plan).await?;
    write_hour(connection, record, &network).await?;
    let rows = encode_segment(&plan.segment)?;
    sqlx::query("INSERT OR REPLACE INTO segment VALUES (?, ?)")
        .bind(at)
        .bind(rows)
        .execute(&mut *connection)
        .await?;
    let running: Vec<u32> = plan.segment.rows.iter().map(|row| row.relay).collect();
    churn::refill_next(connection, next, (at, &running)).await?;
    authority::upsert(connection, &record.authorities).await?;
    state.from = at;
    state.until = state.until.min(next.unwrap_or(i64::MAX));
    state.running = Some((at, running));
    Ok(())
}

async fn write_relays(connection: &mut SqliteConnection, plan: &Plan, at: i64) -> Result<(), StoreError> {
    let head = "INSERT INTO relay (id, fingerprint, first_seen, last_seen)";
    insert_all(connection, head, "", &plan.new_relays, |row, (id, Fingerprint(bytes))| {
        row.push_bind(*id).push_bind(bytes.to_vec()).push_bind(at).push_bind(at);
    })
    .await?;
    for earlier in &plan.earlier {
        sqlx::query("UPDATE relay SET first_seen = ? WHERE id = ?")
            .bind(at)
            .bind(earlier.relay)
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}

async fn write_groups(connection: &mut SqliteConnection, plan: &Plan) -> Result<(), StoreError> {
    insert_all(connection, "INSERT INTO grp (id, kind, key)", "", &plan.new_groups, |row, (id, kind, key)| {
        row.push_bind(*id).push_bind(*kind).push_bind(key.clone());
    })
    .await
}

/// Flag counts as bytes, in the order of the bits of a flag set.
fn flag_count_bytes(counts: &[u32; Flag::ALL.len()]) -> Vec<u8> {
    crate::codec::FLAG_BITS.iter().flat_map(|flag| counts[*flag as usize].to_le_bytes()).collect()
}

async fn write_hour(
    connection: &mut SqliteConnection,
    record: &HourRecord<'_>,
    network: &NetworkRecord,
) -> Result<(), StoreError> {
    let sum = |sum: u64| i64::try_from(sum).unwrap_or(i64::MAX);
    sqlx::query("INSERT OR REPLACE INTO hour VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
        .bind(record.valid_after.0)
        .bind(source_number(record.source))
        .bind(record.digest.to_vec())
        .bind(network.relays)
        .bind(sum(network.weight))
        .bind(sum(network.exit_weight))
        .bind(sum(network.guard_weight))
        .bind(network.measured_relays)
        .bind(network.joined)
        .bind(network.left)
        .bind(network.never_seen)
        .bind(network.method)
        .bind(network.authorities)
        .bind(network.signatures)
        .bind(flag_count_bytes(&network.flag_counts))
        .execute(connection)
        .await?;
    Ok(())
}
