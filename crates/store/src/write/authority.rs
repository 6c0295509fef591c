//! Rows of authorities. What is learned later of a round is added to what was known.

use super::insert_all;
use crate::{Store, StoreError};
use allium_model::AuthorityRecord;
use sqlx::SqliteConnection;

const HEAD: &str =
    "INSERT INTO authority (identity, valid_after, is_counted, is_signed, is_vote_seen, relays,
    running_relays, measured_relays, measured_sum, bandwidth_file_age, has_bandwidth_file, agreement,
    certificate_expires)";

const TAIL: &str = "ON CONFLICT (identity, valid_after) DO UPDATE SET
    is_counted = coalesce(excluded.is_counted, is_counted),
    is_signed = coalesce(excluded.is_signed, is_signed),
    is_vote_seen = coalesce(excluded.is_vote_seen, is_vote_seen),
    relays = coalesce(excluded.relays, relays),
    running_relays = coalesce(excluded.running_relays, running_relays),
    measured_relays = coalesce(excluded.measured_relays, measured_relays),
    measured_sum = coalesce(excluded.measured_sum, measured_sum),
    bandwidth_file_age = coalesce(excluded.bandwidth_file_age, bandwidth_file_age),
    has_bandwidth_file = coalesce(excluded.has_bandwidth_file, has_bandwidth_file),
    agreement = coalesce(excluded.agreement, agreement),
    certificate_expires = coalesce(excluded.certificate_expires, certificate_expires)";

impl Store {
    /// Adds what became known of authorities, such as when votes come after their consensus. Values that
    /// are `None` change nothing.
    pub async fn put_authorities(&self, records: &[AuthorityRecord]) -> Result<(), StoreError> {
        let mut writer = self.writer()?.lock().await;
        let mut transaction = writer.begin().await?;
        upsert(&mut transaction, records).await?;
        Ok(transaction.commit().await?)
    }
}

pub(super) async fn upsert(
    connection: &mut SqliteConnection,
    records: &[AuthorityRecord],
) -> Result<(), StoreError> {
    insert_all(connection, HEAD, TAIL, records, |row, record| {
        let sum = record.measured_sum_kilobytes_per_second;
        row.push_bind(record.identity.0.to_vec())
            .push_bind(record.valid_after.0)
            .push_bind(record.is_counted)
            .push_bind(record.is_signed)
            .push_bind(record.is_vote_seen)
            .push_bind(record.relays)
            .push_bind(record.running_relays)
            .push_bind(record.measured_relays)
            .push_bind(sum.map(|sum| i64::try_from(sum).unwrap_or(i64::MAX)))
            .push_bind(record.bandwidth_file_age_seconds)
            .push_bind(record.has_bandwidth_file)
            .push_bind(record.agreement_ratio.filter(|ratio| ratio.is_finite()))
            .push_bind(record.certificate_expires.map(|time| time.0));
    })
    .await
}
