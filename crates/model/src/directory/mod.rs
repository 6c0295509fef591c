//! What directory authorities say, in owned and compact form: the newest votes and consensus as
//! pages, reports and the history use them. Full documents stay in the `documents` crate.

mod consensus;
mod probe;
mod votes;

pub use consensus::{BandwidthWeight, ConsensusSignature, ConsensusSummary, ListedAuthority, SharedRandom};
pub use probe::{AuthorityProbe, ProbeOutcome};
pub use votes::{VoteBook, VoteEntry, VoteSummary};
