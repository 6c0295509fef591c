//! The health of the network.

use super::insert_all;
use crate::{Store, StoreError};
use allium_model::HealthRecord;

/// From what a record of health was computed, the better first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum HealthOrigin {
    /// A whole snapshot.
    Snapshot,
    /// The hours of history, which know less.
    Hours,
}

/// A record takes the place of one of the same moment unless that one has a better origin.
const UNLESS_BETTER: &str = "ON CONFLICT (at) DO UPDATE SET origin = excluded.origin,
    availability = excluded.availability, reliability = excluded.reliability, diversity = excluded.diversity,
    resilience = excluded.resilience, capacity = excluded.capacity, exit_capacity = excluded.exit_capacity,
    guard_capacity = excluded.guard_capacity, countries = excluded.countries
    WHERE excluded.origin <= health.origin";

impl Store {
    /// Writes records of health. One of the same moment is replaced unless it has a better origin.
    pub async fn put_health(&self, origin: HealthOrigin, records: &[HealthRecord]) -> Result<(), StoreError> {
        let mut writer = self.writer()?.lock().await;
        let mut transaction = writer.begin().await?;
        let head =
            "INSERT INTO health (at, origin, availability, reliability, diversity, resilience, capacity,
            exit_capacity, guard_capacity, countries)";
        insert_all(&mut transaction, head, UNLESS_BETTER, records, |row, record| {
            row.push_bind(record.at.0).push_bind(origin_number(origin));
            for component in record.components {
                row.push_bind(component);
            }
            row.push_bind(record.exit_capacity_bytes_per_second.map(whole))
                .push_bind(record.guard_capacity_bytes_per_second.map(whole))
                .push_bind(record.countries.map(|countries| countries.to_bytes()));
        })
        .await?;
        Ok(transaction.commit().await?)
    }
}

fn origin_number(origin: HealthOrigin) -> u8 {
    match origin {
        HealthOrigin::Snapshot => 1,
        HealthOrigin::Hours => 2,
    }
}

fn whole(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
