//! Onionoo documents (protocol 8): the wire types of each and how they are read one relay at a time.

mod details;
mod envelope;
mod lines;
mod network;
mod scan;
mod summary;
mod uptime;

pub use details::{DetailsRelay, FamilyField, WirePolicySummary, read_details};
pub use envelope::{Envelope, EnvelopeOut, Text, write_envelope};
pub use network::{BuildInputs, BuildReport, BuiltNetwork, FirstSeenRepair, build_network};
pub use summary::{SummaryRelay, read_summary};
pub use uptime::{EarliestPresence, UptimeRelay, WireHistory, earliest_presence, read_uptime};
