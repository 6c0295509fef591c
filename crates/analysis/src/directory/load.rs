//! Directory requests that authorities say they answered (`docs/methods/authority-load.md`).
//!
//! Relays may publish `dirreq-v3-*` statistics in their extra-info documents. Most authorities do not;
//! nothing is estimated for them.

use super::{AuthorityReport, DirectoryInputs};
use allium_model::{Fingerprint, Timestamp};

/// What an extra-info document says of directory requests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DirectoryRequests {
    /// Fingerprint of the relay that published it.
    pub relay: Fingerprint,
    /// End of the interval (`dirreq-stats-end`).
    pub until: Timestamp,
    /// Its length in seconds.
    pub interval_seconds: u32,
    /// Sum of `dirreq-v3-reqs`, rounded up by the relay to multiples of 8 per country.
    pub requests: Option<u64>,
    /// `ok` of `dirreq-v3-resp`.
    pub answered: Option<u64>,
    /// `busy` of `dirreq-v3-resp`: turned away for load.
    pub busy: Option<u64>,
    /// Bytes written to answer directory requests in the newest interval of `dirreq-write-history`.
    pub written_bytes: Option<u64>,
}

/// The newest statistics of an authority's relay; `None` when it published none.
pub fn load<'a>(inputs: &'a DirectoryInputs, authority: &AuthorityReport) -> Option<&'a DirectoryRequests> {
    let relay = authority.trusted.as_ref()?.relay?;
    let own = inputs.requests.iter().filter(|requests| requests.relay == relay);
    own.max_by_key(|requests| requests.until)
}
