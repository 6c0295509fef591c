//! Documents that were looked at, so that nobody reads them twice.

use super::insert_all;
use crate::group::bounded;
use crate::{Store, StoreError};
use allium_model::Timestamp;

/// A document that was looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeenDocument {
    /// SHA-256 of its bytes, or a digest of its own.
    pub digest: [u8; 32],
    /// What it is, such as `consensus` or `vote`.
    pub kind: String,
    /// The time of its data.
    pub valid_after: Timestamp,
    /// Its file name or where it came from, for people.
    pub name: String,
}

impl Store {
    /// Notes documents as seen.
    pub async fn put_documents(&self, documents: &[SeenDocument]) -> Result<(), StoreError> {
        let mut writer = self.writer()?.lock().await;
        let mut transaction = writer.begin().await?;
        let head = "INSERT OR REPLACE INTO document (digest, kind, valid_after, name)";
        insert_all(&mut transaction, head, "", documents, |row, document| {
            row.push_bind(document.digest.to_vec())
                .push_bind(bounded(&document.kind).to_owned())
                .push_bind(document.valid_after.0)
                .push_bind(bounded(&document.name).to_owned());
        })
        .await?;
        Ok(transaction.commit().await?)
    }

    /// Whether a document was noted as seen.
    pub async fn is_seen(&self, digest: &[u8; 32]) -> Result<bool, StoreError> {
        let count: i64 = sqlx::query_scalar("SELECT count(*) FROM document WHERE digest = ?")
            .bind(digest.to_vec())
            .fetch_one(self.readers())
            .await?;
        Ok(count > 0)
    }
}
