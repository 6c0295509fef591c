//! Bytes to documents and back.
//!
//! Every document kind has one file. A parser returns the document and its warnings: one bad entry
//! never loses the file, and everything is bounded by [`Limits`]. Nothing here fetches, caches or
//! decides what a value means for the network; `onionoo::network` builds the snapshot that the rest
//! of Allium reads.

mod aroi;
mod contact_info;
pub mod dirspec;
mod error;
mod input;
mod limits;
pub mod onionoo;

pub use aroi::{AroiOutcome, AroiResult, AroiResults, keep_valid_proofs, read_aroi};
pub use contact_info::{AroiClaim, ContactInfo, ProofType, find_email};
pub use error::DocumentError;
pub use input::{Compression, decompress, opening};
pub use limits::Limits;
