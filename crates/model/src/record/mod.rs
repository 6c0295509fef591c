//! What history keeps: the record of one consensus on its way into the store, and the series and
//! events that come out of it.

mod country_set;
mod event;
mod health;
mod hour;
mod series;

pub use country_set::CountrySet;
pub use event::{Event, EventKind, EventSubject, Severity};
pub use health::{HealthComponent, HealthRecord};
pub use hour::{AuthorityRecord, HourRecord, NetworkRecord, RecordSource, RelayAttributes, RelayRecord};
pub use series::{GroupHour, GroupSeries, HourState, RelayDay, RelaySeries, TimeRange};
