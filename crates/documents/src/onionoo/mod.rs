//! Onionoo documents (protocol 8): the wire types of each and how they are read one relay at a time.

mod bandwidth;
mod clients;
mod details;
mod envelope;
mod lines;
mod network;
mod scan;
mod summary;
mod table;
mod uptime;
mod weights;
mod wire;

pub use bandwidth::{BandwidthRelay, WireExhausted, WireRateLimits, read_bandwidth_table};
pub use clients::{ClientsBridge, read_clients};
pub use details::{DetailsRelay, FamilyField, WirePolicySummary, read_details};
pub use envelope::{Envelope, EnvelopeOut, Text, write_bridges_envelope, write_envelope};
pub use network::{BuildInputs, BuildReport, BuiltNetwork, FirstSeenRepair, build_network};
pub use summary::{SummaryRelay, read_summary};
pub use uptime::{EarliestPresence, UptimeRelay, earliest_presence, read_uptime, read_uptime_table};
pub use weights::{WeightsRelay, read_weights_table};
pub use wire::{WireHistories, WireHistory};
