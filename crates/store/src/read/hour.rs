//! All relays of one hour.

use super::fingerprint;
use crate::codec::{RunningHour, decode_relay_day, decode_segment, flags_of_bits};
use crate::time::{day_of, slot_of};
use crate::{Store, StoreError};
use allium_model::{Fingerprint, FlagSet, Timestamp};
use sqlx::SqliteConnection;
use std::collections::HashMap;

/// A running relay in one hour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HourRelay {
    /// The relay.
    pub fingerprint: Fingerprint,
    /// Its flags.
    pub flags: FlagSet,
    /// Its consensus weight.
    pub weight: Option<u32>,
    /// Whether the weight was measured.
    pub is_measured: Option<bool>,
}

impl Store {
    /// The running relays of a record, ascending by fingerprint; `None` when there is no record of that
    /// moment or only daily values of its day are left. Of several records in an hour those of a sealed day
    /// all give the one that counts.
    pub async fn relays_at(&self, valid_after: Timestamp) -> Result<Option<Vec<HourRelay>>, StoreError> {
        let mut transaction = self.readers().begin().await?;
        let Some(hours) = hours_at(&mut transaction, valid_after.0).await? else { return Ok(None) };
        let rows: Vec<(u32, Vec<u8>)> =
            sqlx::query_as("SELECT id, fingerprint FROM relay").fetch_all(&mut *transaction).await?;
        let mut fingerprints = HashMap::with_capacity(rows.len());
        for (id, bytes) in rows {
            fingerprints.insert(id, fingerprint(&bytes)?);
        }
        let relay = |(id, hour): (u32, RunningHour)| {
            fingerprints.get(&id).map(|fingerprint| HourRelay {
                fingerprint: *fingerprint,
                flags: flags_of_bits(hour.flags),
                weight: hour.weight,
                is_measured: hour.is_measured,
            })
        };
        let mut relays: Vec<HourRelay> = hours.into_iter().filter_map(relay).collect();
        relays.sort_unstable_by_key(|relay| relay.fingerprint);
        Ok(Some(relays))
    }
}

/// Ids of the relays that ran, and what they were.
pub(super) async fn hours_at(
    connection: &mut SqliteConnection,
    at: i64,
) -> Result<Option<Vec<(u32, RunningHour)>>, StoreError> {
    let segment: Option<Vec<u8>> = sqlx::query_scalar("SELECT rows FROM segment WHERE valid_after = ?")
        .bind(at)
        .fetch_optional(&mut *connection)
        .await?;
    if let Some(segment) = segment {
        let rows = decode_segment(&segment)?.rows;
        return Ok(Some(rows.into_iter().map(|row| (row.relay, row.hour)).collect()));
    }
    let known: i64 = sqlx::query_scalar(
        "SELECT count(*) FROM hour WHERE valid_after = ? AND EXISTS (SELECT * FROM day WHERE day = ? AND is_folded = 0)",
    )
    .bind(at)
    .bind(day_of(at))
    .fetch_one(&mut *connection)
    .await?;
    if known == 0 {
        return Ok(None);
    }
    let rows: Vec<(u32, Vec<u8>)> = sqlx::query_as("SELECT relay, hours FROM relay_day WHERE day = ?")
        .bind(day_of(at))
        .fetch_all(connection)
        .await?;
    let mut hours = Vec::with_capacity(rows.len());
    for (relay, block) in rows {
        hours.extend(decode_relay_day(&block)?[slot_of(at)].map(|hour| (relay, hour)));
    }
    Ok(Some(hours))
}
