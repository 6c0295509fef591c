//! The history of the network on disk.
//!
//! One SQLite file holds what every relay, group and authority was at every hour. Writing is atomic
//! for a consensus and idempotent; reading hands out owned values of the model. What a value means is
//! computed elsewhere.

mod attribute;
mod backup;
mod cause;
mod check;
mod codec;
mod error;
mod group;
mod migrate;
mod prune;
mod read;
mod retention;
mod store;
mod time;
mod write;

pub use attribute::{AttributeValue, ContactHash};
pub use backup::restore;
pub use check::CheckReport;
pub use codec::CodecError;
pub use error::StoreError;
pub use group::StoredGroup;
pub use prune::Pruned;
pub use read::{
    AttributeChange, AttributeSpan, BulkGroups, BulkRelays, DayRange, EventQuery, FoldedMonth, FoldedOf,
    GroupDay, HourRelay, IncidentQuery, Newest, RelayFrame, Replay, StoreStatus,
};
pub use retention::{Retention, RetentionPlan, plan_retention};
pub use store::{Access, Migration, Store, StoreOptions};
pub use write::{Appended, HealthOrigin, SeenDocument, WatchState};
