//! Authorities by round, and the probes of them.

use super::fingerprint;
use crate::{Store, StoreError};
use allium_model::{AuthorityProbe, AuthorityRecord, Fingerprint, ProbeOutcome, TimeRange, Timestamp};
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

impl Store {
    /// Rounds of one authority in a range, ascending.
    pub async fn authority_series(
        &self,
        identity: Fingerprint,
        range: TimeRange,
    ) -> Result<Vec<AuthorityRecord>, StoreError> {
        let rows = sqlx::query(
            "SELECT * FROM authority WHERE identity = ? AND valid_after >= ? AND valid_after < ? ORDER BY valid_after",
        )
        .bind(identity.0.to_vec())
        .bind(range.from.0)
        .bind(range.until.0)
        .fetch_all(self.readers())
        .await?;
        rows.iter().map(authority_record).collect()
    }

    /// Rounds of all authorities in a range, by time and then identity.
    pub async fn authorities(&self, range: TimeRange) -> Result<Vec<AuthorityRecord>, StoreError> {
        let rows = sqlx::query(
            "SELECT * FROM authority WHERE valid_after >= ? AND valid_after < ? ORDER BY valid_after, identity",
        )
        .bind(range.from.0)
        .bind(range.until.0)
        .fetch_all(self.readers())
        .await?;
        rows.iter().map(authority_record).collect()
    }

    /// Probes of one authority in a range, ascending.
    pub async fn probes(
        &self,
        identity: Fingerprint,
        range: TimeRange,
    ) -> Result<Vec<AuthorityProbe>, StoreError> {
        let rows = sqlx::query("SELECT * FROM probe WHERE identity = ? AND at >= ? AND at < ? ORDER BY at")
            .bind(identity.0.to_vec())
            .bind(range.from.0)
            .bind(range.until.0)
            .fetch_all(self.readers())
            .await?;
        rows.iter().map(probe).collect()
    }
}

fn authority_record(row: &SqliteRow) -> Result<AuthorityRecord, StoreError> {
    let time = |seconds: Option<i64>| seconds.map(Timestamp);
    let sum: Option<i64> = row.try_get("measured_sum")?;
    Ok(AuthorityRecord {
        identity: fingerprint(row.try_get("identity")?)?,
        valid_after: Timestamp(row.try_get("valid_after")?),
        is_counted: row.try_get("is_counted")?,
        is_signed: row.try_get("is_signed")?,
        is_vote_seen: row.try_get("is_vote_seen")?,
        relays: row.try_get("relays")?,
        running_relays: row.try_get("running_relays")?,
        measured_relays: row.try_get("measured_relays")?,
        measured_sum_kilobytes_per_second: sum.map(|sum| sum.max(0) as u64),
        bandwidth_file_age_seconds: row.try_get("bandwidth_file_age")?,
        has_bandwidth_file: row.try_get("has_bandwidth_file")?,
        agreement_ratio: row.try_get("agreement")?,
        certificate_expires: time(row.try_get("certificate_expires")?),
    })
}

fn probe(row: &SqliteRow) -> Result<AuthorityProbe, StoreError> {
    let time = |seconds: Option<i64>| seconds.map(Timestamp);
    Ok(AuthorityProbe {
        identity: fingerprint(row.try_get("identity")?)?,
        at: Timestamp(row.try_get("at")?),
        outcome: outcome(row.try_get("outcome")?)?,
        connect_ms: row.try_get("connect_ms")?,
        answer_ms: row.try_get("answer_ms")?,
        consensus_valid_after: time(row.try_get("consensus_valid_after")?),
        vote_valid_after: time(row.try_get("vote_valid_after")?),
        clock_skew_seconds: row.try_get("clock_skew_seconds")?,
        voters: Vec::new(),
        problem: row.try_get("problem")?,
    })
}

fn outcome(number: u8) -> Result<ProbeOutcome, StoreError> {
    match number {
        1 => Ok(ProbeOutcome::Answered),
        2 => Ok(ProbeOutcome::TimedOut),
        3 => Ok(ProbeOutcome::Refused),
        4 => Ok(ProbeOutcome::Failed),
        5 => Ok(ProbeOutcome::NotMeasured),
        _ => Err(StoreError::Damaged("an outcome has no name".to_owned())),
    }
}
