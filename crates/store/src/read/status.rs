//! What the store holds, in numbers.

use crate::{Store, StoreError, migrate};
use allium_model::{Date, Timestamp};

/// Days from the first to the last, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DayRange {
    /// First day.
    pub first: Date,
    /// Last day.
    pub last: Date,
    /// Days in the store between them.
    pub days: u32,
}

/// What the store holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoreStatus {
    /// Layout of the file.
    pub layout: i64,
    /// Size of the file in bytes, without its write-ahead log.
    pub bytes: u64,
    /// Bytes of it that are free and will be used again.
    pub free_bytes: u64,
    /// Records by source: consensuses, Onionoo documents, presence lists.
    pub records: [u64; 3],
    /// Times of the first and last record.
    pub span: Option<(Timestamp, Timestamp)>,
    /// Days of which hours are kept, open ones apart.
    pub hourly_days: Option<DayRange>,
    /// Days of which daily values are kept.
    pub daily_days: Option<DayRange>,
    /// Records in open days.
    pub open_records: u64,
    /// Relays ever seen.
    pub relays: u64,
    /// Groups ever seen.
    pub groups: u64,
    /// Contact texts that are kept.
    pub contact_texts: u64,
    /// Rows of authorities.
    pub authority_rounds: u64,
    /// Events.
    pub events: u64,
    /// Probes.
    pub probes: u64,
    /// Documents that were looked at.
    pub documents: u64,
}

impl Store {
    /// Counts what is there.
    pub async fn status(&self) -> Result<StoreStatus, StoreError> {
        let mut records = [0; 3];
        let rows: Vec<(u8, i64)> = sqlx::query_as("SELECT source, count(*) FROM hour GROUP BY source")
            .fetch_all(self.readers())
            .await?;
        for (source, count) in rows {
            if let Some(records) = records.get_mut(usize::from(source).wrapping_sub(1)) {
                *records = count as u64;
            }
        }
        let span: (Option<i64>, Option<i64>) =
            sqlx::query_as("SELECT min(valid_after), max(valid_after) FROM hour")
                .fetch_one(self.readers())
                .await?;
        let page = self.count("SELECT page_size FROM pragma_page_size").await?;
        Ok(StoreStatus {
            layout: migrate::NEWEST_LAYOUT,
            bytes: page * self.count("SELECT page_count FROM pragma_page_count").await?,
            free_bytes: page * self.count("SELECT freelist_count FROM pragma_freelist_count").await?,
            records,
            span: span.0.zip(span.1).map(|(first, last)| (Timestamp(first), Timestamp(last))),
            hourly_days: self.days(false).await?,
            daily_days: self.days(true).await?,
            open_records: self.count("SELECT count(*) FROM segment").await?,
            relays: self.count("SELECT count(*) FROM relay").await?,
            groups: self.count("SELECT count(*) FROM grp").await?,
            contact_texts: self.count("SELECT count(text) FROM contact").await?,
            authority_rounds: self.count("SELECT count(*) FROM authority").await?,
            events: self.count("SELECT count(*) FROM event").await?,
            probes: self.count("SELECT count(*) FROM probe").await?,
            documents: self.count("SELECT count(*) FROM document").await?,
        })
    }

    async fn count(&self, query: &'static str) -> Result<u64, StoreError> {
        let count: i64 = sqlx::query_scalar(query).fetch_one(self.readers()).await?;
        Ok(count.max(0) as u64)
    }

    async fn days(&self, is_folded: bool) -> Result<Option<DayRange>, StoreError> {
        let row: (Option<i64>, Option<i64>, u32) =
            sqlx::query_as("SELECT min(day), max(day), count(*) FROM day WHERE is_folded = ?")
                .bind(is_folded)
                .fetch_one(self.readers())
                .await?;
        let range = row.0.zip(row.1);
        Ok(range.map(|(first, last)| DayRange {
            first: Date(first as i32),
            last: Date(last as i32),
            days: row.2,
        }))
    }
}
