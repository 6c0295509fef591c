//! The health of the network.

use crate::{Store, StoreError};
use allium_model::{CountrySet, HealthRecord, TimeRange, Timestamp};

/// Columns by place.
type HealthRow = (
    i64,
    Option<f64>,
    Option<f64>,
    Option<f64>,
    Option<f64>,
    Option<f64>,
    Option<i64>,
    Option<i64>,
    Option<Vec<u8>>,
);

impl Store {
    /// The records of health in a range, ascending.
    pub async fn health(&self, range: TimeRange) -> Result<Vec<HealthRecord>, StoreError> {
        let rows: Vec<HealthRow> = sqlx::query_as(
            "SELECT at, availability, reliability, diversity, resilience, capacity, exit_capacity,
                guard_capacity, countries
             FROM health WHERE at >= ? AND at < ? ORDER BY at",
        )
        .bind(range.from.0)
        .bind(range.until.0)
        .fetch_all(self.readers())
        .await?;
        Ok(rows.into_iter().map(health_record).collect())
    }
}

/// What is no share is not known; a set of countries that cannot be read likewise.
fn health_record(row: HealthRow) -> HealthRecord {
    let (at, availability, reliability, diversity, resilience, capacity, exit, guard, countries) = row;
    let components = [availability, reliability, diversity, resilience, capacity];
    HealthRecord {
        at: Timestamp(at),
        components: components.map(|ratio| ratio.filter(|ratio| (0.0..=1.0).contains(ratio))),
        exit_capacity_bytes_per_second: exit.and_then(|bytes| u64::try_from(bytes).ok()),
        guard_capacity_bytes_per_second: guard.and_then(|bytes| u64::try_from(bytes).ok()),
        countries: countries.and_then(|bytes| CountrySet::of_bytes(&bytes)),
    }
}
