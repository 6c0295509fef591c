//! Hours as they were appended, with what was known of relays then, to follow history again.

use super::fingerprint;
use super::hour::hours_at;
use super::network::source_of;
use crate::attribute::{self, AttributeValue};
use crate::codec::flags_of_bits;
use crate::{Store, StoreError};
use allium_model::{
    AsNumber, CountryCode, Fingerprint, HourRecord, NetworkRecord, OperatorId, RecordSource, RelayAttributes,
    RelayRecord, TimeRange, Timestamp,
};
use std::collections::HashMap;
use std::net::IpAddr;

/// What was known of a relay.
#[derive(Debug, Clone)]
struct Known {
    fingerprint: Fingerprint,
    address: Option<IpAddr>,
    as_number: Option<AsNumber>,
    country: Option<CountryCode>,
    version: Option<String>,
    platform: Option<String>,
    family: Option<Fingerprint>,
    operator: Option<OperatorId>,
}

/// A change of an attribute: when, of which relay, number of the kind, value.
type AttributeRow = (i64, u32, i64, Vec<u8>);

/// The hours of a range, one after another.
#[derive(Debug)]
pub struct Replay<'s> {
    store: &'s Store,
    /// Times and sources of the records, ascending.
    records: std::vec::IntoIter<(i64, u8, Vec<u8>)>,
    /// Changes that are still to come, ascending.
    changes: std::iter::Peekable<std::vec::IntoIter<AttributeRow>>,
    known: HashMap<u32, Known>,
}

impl Store {
    /// Begins to go through the records of a range, in the order of time. Days of which only daily values
    /// are left are passed over. Nicknames and contacts are not in them.
    pub async fn replay(&self, range: TimeRange) -> Result<Replay<'_>, StoreError> {
        let mut transaction = self.readers().begin().await?;
        let records: Vec<(i64, u8, Vec<u8>)> = sqlx::query_as(
            "SELECT valid_after, source, digest FROM hour WHERE valid_after >= ? AND valid_after < ?
             ORDER BY valid_after",
        )
        .bind(range.from.0)
        .bind(range.until.0)
        .fetch_all(&mut *transaction)
        .await?;
        let changes: Vec<AttributeRow> = sqlx::query_as(
            "SELECT from_time, relay, kind, value FROM attribute
             WHERE kind NOT IN (1, 5) AND from_time < ? ORDER BY from_time",
        )
        .bind(range.until.0)
        .fetch_all(&mut *transaction)
        .await?;
        let names: Vec<(u32, Vec<u8>)> =
            sqlx::query_as("SELECT id, fingerprint FROM relay").fetch_all(&mut *transaction).await?;
        let mut known = HashMap::with_capacity(names.len());
        for (id, name) in names {
            known.insert(id, Known::new(fingerprint(&name)?));
        }
        Ok(Replay {
            store: self,
            records: records.into_iter(),
            changes: changes.into_iter().peekable(),
            known,
        })
    }
}

impl Replay<'_> {
    /// The next record; `None` after the last.
    pub async fn next_hour(&mut self) -> Result<Option<HourRecord<'_>>, StoreError> {
        for (at, source, digest) in self.records.by_ref() {
            let mut connection = self.store.readers().acquire().await?;
            let Some(hours) = hours_at(&mut connection, at).await? else { continue };
            drop(connection);
            learn(&mut self.known, &mut self.changes, at)?;
            let mut relays: Vec<RelayRecord<'_>> = Vec::with_capacity(hours.len());
            for (id, hour) in hours {
                relays.extend(self.known.get(&id).map(|known| RelayRecord {
                    fingerprint: known.fingerprint,
                    flags: flags_of_bits(hour.flags),
                    weight: hour.weight,
                    is_measured: hour.is_measured,
                    attributes: known.attributes(),
                }));
            }
            relays.sort_unstable_by_key(|relay| relay.fingerprint);
            return Ok(Some(record(at, source_of(source)?, &digest, relays)));
        }
        Ok(None)
    }
}

/// Takes in the changes up to a moment.
fn learn(
    known: &mut HashMap<u32, Known>,
    changes: &mut std::iter::Peekable<std::vec::IntoIter<AttributeRow>>,
    at: i64,
) -> Result<(), StoreError> {
    while let Some((_, relay, kind, bytes)) = changes.next_if(|change| change.0 <= at) {
        let value = attribute::read(kind, &bytes, None)
            .ok_or_else(|| StoreError::Damaged("an attribute has no value".to_owned()))?;
        if let Some(known) = known.get_mut(&relay) {
            known.take(value);
        }
    }
    Ok(())
}

impl Known {
    const fn new(fingerprint: Fingerprint) -> Self {
        Self {
            fingerprint,
            address: None,
            as_number: None,
            country: None,
            version: None,
            platform: None,
            family: None,
            operator: None,
        }
    }

    fn take(&mut self, value: AttributeValue) {
        match value {
            AttributeValue::Address(address) => self.address = Some(address),
            AttributeValue::AsNumber(number) => self.as_number = Some(number),
            AttributeValue::Country(country) => self.country = Some(country),
            AttributeValue::Version(version) => self.version = Some(version),
            AttributeValue::Platform(platform) => self.platform = Some(platform),
            AttributeValue::Family(family) => self.family = Some(family),
            AttributeValue::Operator(operator) => self.operator = Some(operator),
            AttributeValue::Nickname(_) | AttributeValue::Contact(..) => {}
        }
    }

    fn attributes(&self) -> RelayAttributes<'_> {
        RelayAttributes {
            nickname: None,
            address: self.address,
            as_number: self.as_number,
            country: self.country,
            contact: None,
            version: self.version.as_deref(),
            platform: self.platform.as_deref(),
            family: self.family,
            operator: self.operator,
        }
    }
}

/// A record of these relays; sums and authorities stand elsewhere in the store.
fn record<'r>(at: i64, source: RecordSource, digest: &[u8], relays: Vec<RelayRecord<'r>>) -> HourRecord<'r> {
    let valid_after = Timestamp(at);
    let network = NetworkRecord { valid_after, relays: relays.len() as u32, ..NetworkRecord::default() };
    HourRecord {
        valid_after,
        source,
        digest: digest.try_into().unwrap_or_default(),
        relays,
        network,
        authorities: Vec::new(),
    }
}
