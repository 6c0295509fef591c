//! Incidents as rows and as one object, and which of them a reader asks for. The API, the pages and the
//! export share all of it.

mod filter;
mod item;
mod rows;

pub use filter::IncidentFilter;
pub use item::write_incident;
pub use rows::{cause_id, hit_rows, incident_rows};
