//! What is kept of messages and states, and their forms on the wire.

mod body;
mod parcel;
mod state;

pub(crate) use body::{Body, MailText, MatrixText, PagerDutyEvent, PagerDutyLink};
pub(crate) use parcel::Parcel;
pub use parcel::ParcelKind;
pub(crate) use state::{read_state, write_state};
