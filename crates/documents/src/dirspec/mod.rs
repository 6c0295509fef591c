//! The documents of dir-spec: the line format, and one file for each kind.
//!
//! Everything is borrowed from the input. A parser takes what it knows, counts the items that it does
//! not know, and turns a bad entry into a warning. `@type` lines, CRLF and a missing newline at the
//! end are accepted. Nothing here checks a signature or decides whether a document is believed.

mod bandwidth_file;
mod certificate;
mod collector_index;
mod consensus;
mod consensus_diff;
mod detached_signatures;
mod entries;
mod entry;
mod exit_list;
mod extra_info;
pub mod fields;
mod header;
mod histories;
mod kind;
mod microdescriptor;
mod network_status;
mod notes;
mod relative_path;
mod router_status;
mod scan;
mod server_descriptor;
mod status;
mod vote;

pub use bandwidth_file::{BandwidthErrors, BandwidthFile, BandwidthLine, parse_bandwidth_file};
pub use certificate::{Certificate, parse_certificates};
pub use collector_index::{CollectorIndex, IndexedFile, parse_collector_index};
pub use consensus::parse_consensus;
pub use consensus_diff::{ConsensusDiff, consensus_diff_digest, parse_consensus_diff};
pub use detached_signatures::{DetachedSignatures, FlavorDigest, parse_detached_signatures};
pub use exit_list::{ExitList, ExitNode, parse_exit_list};
pub use extra_info::{Counts, ExtraInfo, Fact, StatisticsKind, parse_extra_infos};
pub use histories::{BandwidthHistory, HistoryKind, StatisticsSpan};
pub use kind::DocumentKind;
pub use microdescriptor::{Microdescriptor, parse_microdescriptors};
pub use network_status::{
    CertificateText, Consensus, DirSource, Flavor, SharedRandomCommit, SharedRandomValue, Signature,
    StatusHeader, Vote, VotingDelay,
};
pub use notes::Notes;
pub use relative_path::RelativePath;
pub use router_status::{Ed25519Listing, MicrodescriptorLine, Router, RouterStats, VoteRouter, WeightLine};
pub use scan::{Item, Object, Scanner, Words};
pub use server_descriptor::{
    DescriptorBandwidth, NtorCrosscert, PolicyAction, ServerDescriptor, parse_server_descriptors,
};
pub use vote::parse_vote;

/// A parsed document with what was noticed on the way.
#[derive(Debug, Clone)]
pub struct Parsed<D> {
    /// The document.
    pub document: D,
    /// Keywords that this program does not know, with how often they occur; at most
    /// [`MAX_UNKNOWN_KEYWORDS`] different ones are named.
    pub unknown_items: std::collections::BTreeMap<String, u64>,
    /// Entries that were left out or mended.
    pub warnings: Vec<allium_model::Warning>,
}

/// How many different unknown keywords of a document are kept by name.
pub const MAX_UNKNOWN_KEYWORDS: usize = 100;
