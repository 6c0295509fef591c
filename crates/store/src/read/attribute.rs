//! What a relay was over time: nickname, address, AS, country, contact, version, platform, family, operator.

use super::fingerprint;
use super::relay::relay_id;
use crate::attribute::{self, AttributeValue};
use crate::{Store, StoreError};
use allium_model::{Fingerprint, Timestamp};

/// A value and how long it held, as far as documents said so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttributeSpan {
    /// First moment at which a document said it.
    pub from: Timestamp,
    /// First moment at which a document said otherwise; `None` for the newest value.
    pub until: Option<Timestamp>,
    /// The value.
    pub value: AttributeValue,
}

/// A value that begins to hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttributeChange {
    /// First moment at which a document said it.
    pub from: Timestamp,
    /// Of which relay.
    pub relay: Fingerprint,
    /// The value.
    pub value: AttributeValue,
}

type AttributeRow = (i64, i64, Vec<u8>, Option<String>);

impl Store {
    /// The values of a relay's attributes, by kind and then time. Empty for a relay that was never seen.
    pub async fn relay_attributes(&self, fingerprint: Fingerprint) -> Result<Vec<AttributeSpan>, StoreError> {
        let mut transaction = self.readers().begin().await?;
        let Some(relay) = relay_id(&mut transaction, fingerprint).await? else { return Ok(Vec::new()) };
        let rows: Vec<AttributeRow> = sqlx::query_as(
            "SELECT kind, from_time, value, contact.text FROM attribute
             LEFT JOIN contact ON kind = 5 AND contact.hash = value
             WHERE relay = ? ORDER BY kind, from_time",
        )
        .bind(relay)
        .fetch_all(&mut *transaction)
        .await?;
        let mut all = Vec::with_capacity(rows.len());
        for kind in rows.chunk_by(|left, right| left.0 == right.0) {
            all.extend(spans(kind)?);
        }
        Ok(all)
    }
}

impl Store {
    /// What puts relays into groups (AS, country, platform, family, operator), of all relays in order of time.
    pub async fn group_attributes(&self) -> Result<Vec<AttributeChange>, StoreError> {
        let rows: Vec<(Vec<u8>, i64, i64, Vec<u8>)> = sqlx::query_as(
            "SELECT fingerprint, kind, from_time, value FROM attribute JOIN relay ON relay.id = relay
             WHERE kind IN (3, 4, 7, 8, 9) ORDER BY from_time, relay, kind",
        )
        .fetch_all(self.readers())
        .await?;
        let change = |(relay, kind, from, bytes): (Vec<u8>, i64, i64, Vec<u8>)| {
            let value = attribute::read(kind, &bytes, None);
            let value = value.ok_or_else(|| StoreError::Damaged("an attribute has no value".to_owned()))?;
            Ok(AttributeChange { from: Timestamp(from), relay: fingerprint(&relay)?, value })
        };
        rows.into_iter().map(change).collect()
    }
}

/// The spans of the rows of one kind; neighbours with one value are one span.
fn spans(rows: &[AttributeRow]) -> Result<Vec<AttributeSpan>, StoreError> {
    let runs: Vec<&[AttributeRow]> = rows.chunk_by(|left, right| left.2 == right.2).collect();
    let mut spans = Vec::with_capacity(runs.len());
    for (place, run) in runs.iter().enumerate() {
        let (kind, from, bytes, text) = &run[0];
        let value = attribute::read(*kind, bytes, text.clone());
        let value = value.ok_or_else(|| StoreError::Damaged("an attribute has no value".to_owned()))?;
        let until = runs.get(place + 1).map(|next| Timestamp(next[0].1));
        spans.push(AttributeSpan { from: Timestamp(*from), until, value });
    }
    Ok(spans)
}
