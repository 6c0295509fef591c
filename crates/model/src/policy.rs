//! Summaries of exit policies.

use crate::TextId;

/// A port summary (dir-spec "p" line): the ports that are accepted or rejected for most addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PolicySummary {
    /// Only these ports are accepted, as a comma list of ports and ranges.
    Accept(TextId),
    /// Everything but these ports is accepted.
    Reject(TextId),
}
