//! The directory authorities and the consensus at one moment, with their past (`docs/methods/`).
//!
//! [`Directory`] is to documents of authorities what [`crate::Snapshot`] is to the relays: what was
//! at hand ([`DirectoryInputs`]) together with everything computed from it ([`DirectoryReport`]),
//! immutable and shared. Trust is decided before: what stands here as verified or trusted was judged
//! where documents are read. What was not at hand stays unknown and is never counted as a fault.

mod authority;
pub mod faults;
mod inputs;
pub mod scorecard;
pub mod state;

pub use authority::{AuthorityReport, Participation, authority_reports};
pub use inputs::{ConsensusRelay, DirectoryInputs, TrustedAuthority};
pub use scorecard::{ScorePart, ScorePeriod, ScoreWord, Scorecard};

/// What is known of the authorities, and what follows from it.
#[derive(Debug, Clone)]
pub struct Directory {
    /// What was at hand.
    pub inputs: DirectoryInputs,
    /// What follows from it.
    pub report: DirectoryReport,
}

/// What is computed once for each [`Directory`].
#[derive(Debug, Clone)]
pub struct DirectoryReport {
    /// The trusted authorities in the order of the trusted list, then others that documents name.
    pub authorities: Vec<AuthorityReport>,
}

impl Directory {
    /// Computes the report.
    pub fn new(inputs: DirectoryInputs) -> Self {
        let authorities = authority_reports(&inputs);
        Self { report: DirectoryReport { authorities }, inputs }
    }
}
