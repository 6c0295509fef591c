//! Open days: their segments, decoded once and kept.

use super::days_of;
use crate::codec::{Segment, decode_segment};
use crate::store::SegmentKey;
use crate::time::{HOUR_SECONDS, hour_start};
use crate::{Store, StoreError};
use allium_model::TimeRange;
use sqlx::SqliteConnection;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Hours of open days with a record, by their first second. `None`: the record stands in blocks.
pub(super) type OpenHours = BTreeMap<i64, Option<Arc<Segment>>>;

impl Store {
    /// The hours of open days in the days of a range, as the transaction of the connection sees them.
    pub(super) async fn open_hours(
        &self,
        connection: &mut SqliteConnection,
        range: TimeRange,
    ) -> Result<OpenHours, StoreError> {
        let (first, last) = days_of(range);
        let rows: Vec<(i64, Vec<u8>, bool)> = sqlx::query_as(
            "SELECT hour.valid_after, digest, segment.valid_after IS NOT NULL
             FROM hour LEFT JOIN segment USING (valid_after)
             WHERE hour.valid_after >= ? AND hour.valid_after < ?
                AND hour.valid_after / 86400 IN (SELECT DISTINCT valid_after / 86400 FROM segment)
             ORDER BY source DESC, hour.valid_after",
        )
        .bind(hour_start(first, 0))
        .bind(hour_start(last.saturating_add(1), 0))
        .fetch_all(&mut *connection)
        .await?;
        let mut winners = BTreeMap::new();
        for (at, digest, is_segment) in rows {
            let hour = at.div_euclid(HOUR_SECONDS) * HOUR_SECONDS;
            winners.insert(hour, is_segment.then_some((at, digest)));
        }
        let mut hours = OpenHours::new();
        for (hour, key) in winners {
            let segment = match key {
                Some(key) => Some(self.segment(connection, key).await?),
                None => None,
            };
            hours.insert(hour, segment);
        }
        self.forget_old_segments(&hours);
        Ok(hours)
    }

    async fn segment(
        &self,
        connection: &mut SqliteConnection,
        key: SegmentKey,
    ) -> Result<Arc<Segment>, StoreError> {
        if let Some(segment) = self.segments().get(&key) {
            return Ok(Arc::clone(segment));
        }
        let rows: Vec<u8> = sqlx::query_scalar("SELECT rows FROM segment WHERE valid_after = ?")
            .bind(key.0)
            .fetch_one(connection)
            .await?;
        let segment = Arc::new(decode_segment(&rows)?);
        self.segments().insert(key, Arc::clone(&segment));
        Ok(segment)
    }

    /// Two open days have at most 48 segments that count; more than twice that are left-overs.
    fn forget_old_segments(&self, hours: &OpenHours) {
        let mut segments = self.segments();
        if segments.len() > 96 {
            segments.retain(|(at, _), _| hours.contains_key(&(at.div_euclid(HOUR_SECONDS) * HOUR_SECONDS)));
        }
    }
}
