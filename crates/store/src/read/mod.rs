//! Reading: owned values of the model, each from one moment of the store.

mod attribute;
mod authority;
mod bulk;
mod bulk_groups;
mod days;
mod event;
mod folded;
mod group;
mod health;
mod hour;
mod incident;
mod network;
mod open_days;
mod relay;
mod replay;
mod status;

pub use attribute::{AttributeChange, AttributeSpan};
pub use bulk::BulkRelays;
pub use bulk_groups::BulkGroups;
pub use event::EventQuery;
pub use folded::{FoldedMonth, FoldedOf, GroupDay};
pub use hour::HourRelay;
pub use incident::IncidentQuery;
pub use network::Newest;
pub use relay::RelayFrame;
pub use replay::Replay;
pub use status::{DayRange, StoreStatus};

use crate::StoreError;
use allium_model::{Fingerprint, TimeRange};

/// Twenty bytes of a row as a fingerprint.
pub(crate) fn fingerprint(bytes: &[u8]) -> Result<Fingerprint, StoreError> {
    let bytes: [u8; 20] =
        bytes.try_into().map_err(|_| StoreError::Damaged("a fingerprint has not 20 bytes".to_owned()))?;
    Ok(Fingerprint(bytes))
}

/// The days that a range touches: first and last, in days since 1970-01-01. Empty when the first is later.
fn days_of(range: TimeRange) -> (i64, i64) {
    // Nothing is stored before 1970 or after 9999.
    let day = |at: i64| crate::time::day_of(at.clamp(0, 253_402_300_799));
    (day(range.from.0), day(range.until.0.saturating_sub(1)))
}
