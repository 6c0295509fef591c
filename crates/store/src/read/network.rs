//! The network: its hours, its newest record, and its gaps.

use crate::codec::FLAG_BITS;
use crate::time::{HOUR_SECONDS, floor_hour};
use crate::{Store, StoreError};
use allium_model::{Flag, NetworkRecord, RecordSource, TimeRange, Timestamp};

/// The newest record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Newest {
    /// The time of its data.
    pub valid_after: Timestamp,
    /// From what it was made.
    pub source: RecordSource,
    /// Digest of its document.
    pub digest: [u8; 32],
}

impl Store {
    /// The records of the network in a range, ascending.
    pub async fn network_series(&self, range: TimeRange) -> Result<Vec<NetworkRecord>, StoreError> {
        let rows: Vec<NetworkRow> = sqlx::query_as(
            "SELECT valid_after, flag_counts, relays, weight, exit_weight, guard_weight, measured_relays,
                joined, departed, never_seen, method, authorities, signatures
             FROM hour WHERE valid_after >= ? AND valid_after < ? ORDER BY valid_after",
        )
        .bind(range.from.0)
        .bind(range.until.0)
        .fetch_all(self.readers())
        .await?;
        Ok(rows.into_iter().map(network_record).collect())
    }

    /// The newest record; `None` when there is none yet.
    pub async fn newest(&self) -> Result<Option<Newest>, StoreError> {
        let row: Option<(i64, u8, Vec<u8>)> =
            sqlx::query_as("SELECT valid_after, source, digest FROM hour ORDER BY valid_after DESC LIMIT 1")
                .fetch_optional(self.readers())
                .await?;
        row.map(|(at, source, digest)| newest(at, source, &digest)).transpose()
    }

    /// From the first record to the end of the hour of the newest one; `None` when there is none yet.
    pub async fn span(&self) -> Result<Option<TimeRange>, StoreError> {
        let (first, last): (Option<i64>, Option<i64>) =
            sqlx::query_as("SELECT (SELECT min(valid_after) FROM hour), (SELECT max(valid_after) FROM hour)")
                .fetch_one(self.readers())
                .await?;
        let end = |last| floor_hour(Timestamp(last)).plus_seconds(HOUR_SECONDS);
        Ok(first.zip(last).map(|(first, last)| TimeRange { from: Timestamp(first), until: end(last) }))
    }

    /// The record of a moment; `None` when there is none.
    pub async fn record_at(&self, valid_after: Timestamp) -> Result<Option<Newest>, StoreError> {
        let row: Option<(i64, u8, Vec<u8>)> =
            sqlx::query_as("SELECT valid_after, source, digest FROM hour WHERE valid_after = ?")
                .bind(valid_after.0)
                .fetch_optional(self.readers())
                .await?;
        row.map(|(at, source, digest)| newest(at, source, &digest)).transpose()
    }

    /// Stretches without a record between the first and the last record of a range: each from the
    /// moment at which one was due, an hour after the record before, until the next one.
    pub async fn gaps(&self, range: TimeRange) -> Result<Vec<TimeRange>, StoreError> {
        let times: Vec<i64> = sqlx::query_scalar(
            "SELECT valid_after FROM hour WHERE valid_after >= ? AND valid_after < ? ORDER BY valid_after",
        )
        .bind(range.from.0)
        .bind(range.until.0)
        .fetch_all(self.readers())
        .await?;
        Ok(gaps_between(&times))
    }
}

fn gaps_between(times: &[i64]) -> Vec<TimeRange> {
    let is_gap = |pair: &&[i64]| pair[1] - pair[0] > HOUR_SECONDS;
    let gap = |pair: &[i64]| TimeRange { from: Timestamp(pair[0] + HOUR_SECONDS), until: Timestamp(pair[1]) };
    times.windows(2).filter(is_gap).map(gap).collect()
}

pub(crate) fn source_of(number: u8) -> Result<RecordSource, StoreError> {
    match number {
        1 => Ok(RecordSource::Consensus),
        2 => Ok(RecordSource::Onionoo),
        3 => Ok(RecordSource::Presence),
        _ => Err(StoreError::Damaged("a source has no name".to_owned())),
    }
}

fn newest(at: i64, source: u8, digest: &[u8]) -> Result<Newest, StoreError> {
    let digest =
        digest.try_into().map_err(|_| StoreError::Damaged("a digest has not 32 bytes".to_owned()))?;
    Ok(Newest { valid_after: Timestamp(at), source: source_of(source)?, digest })
}

/// Columns by place, which costs less than by name.
type NetworkRow = (i64, Vec<u8>, u32, i64, i64, i64, u32, u32, u32, u32, u32, u32, u32);

fn network_record(row: NetworkRow) -> NetworkRecord {
    let (at, counts, relays, weight, exit_weight, guard_weight, measured_relays, ..) = row;
    let (.., joined, left, never_seen, method, authorities, signatures) = row;
    let sum = |sum: i64| sum.max(0) as u64;
    let mut flag_counts = [0; Flag::ALL.len()];
    for (flag, count) in FLAG_BITS.iter().zip(counts.as_chunks::<4>().0) {
        flag_counts[*flag as usize] = u32::from_le_bytes(*count);
    }
    NetworkRecord {
        valid_after: Timestamp(at),
        relays,
        flag_counts,
        weight: sum(weight),
        exit_weight: sum(exit_weight),
        guard_weight: sum(guard_weight),
        measured_relays,
        joined,
        left,
        never_seen,
        method,
        authorities,
        signatures,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gap_goes_from_the_hour_that_was_due_to_the_next_record() {
        let gap = |from, until| TimeRange { from: Timestamp(from), until: Timestamp(until) };
        assert_eq!(gaps_between(&[0, 3_600, 10_800, 14_400]), [gap(7_200, 10_800)]);
        assert_eq!(gaps_between(&[0, 1_200, 2_400, 6_000]), []);
        assert_eq!(gaps_between(&[]), []);
    }
}
