//! The directory authorities and the consensus at one moment, with their past (`docs/methods/`).
//!
//! [`Directory`] is to documents of authorities what [`crate::Snapshot`] is to the relays: what was
//! at hand ([`DirectoryInputs`]) together with everything computed from it ([`DirectoryReport`]),
//! immutable and shared. Trust is decided before: what stands here as verified or trusted was judged
//! where documents are read. What was not at hand stays unknown and is never counted as a fault.

mod authority;
pub mod bandwidth_files;
pub mod certificates;
pub mod checks;
pub mod example;
pub mod faults;
pub mod formation;
pub mod impact;
mod inputs;
pub mod listing;
pub mod load;
mod relay;
pub mod responses;
pub mod scanners;
pub mod scorecard;
pub mod shared_random;
pub mod state;
pub mod weekdays;

use allium_consensus::AgreementMatrix;
pub use allium_consensus::{
    ConsensusDiff, DiffRelay, DiffSide, Explanation, FlagExplanation, FlagReplay, ItemChange, NextStep,
    Opinion, RelayChange, Share, VoteReplay, explain, flags, measures, tests_ipv6, votes_on,
};
pub use authority::{AuthorityReport, Participation, authority_reports};
pub use inputs::{ConsensusRelay, DirectoryInputs, TrustedAuthority, diff_side};
pub use relay::relay_of;
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
    /// The trusted authorities, then others that documents name; both by nickname.
    pub authorities: Vec<AuthorityReport>,
    /// Every check of the list.
    pub checks: Vec<checks::Check>,
    /// How the network depends on its authorities.
    pub impact: impact::Impact,
    /// The bandwidth scanners of the newest round.
    pub scanners: scanners::Scanners,
    /// Consensuses by day of the week, Monday first.
    pub weekdays: [weekdays::WeekdayConsensuses; 7],
    /// The steps of the newest consensus; empty without one.
    pub formation: Vec<formation::FormationStep>,
    /// State of the shared random value; `None` without a consensus.
    pub shared_random: Option<shared_random::SharedRandomState>,
    /// Agreement of every vote of the newest round with every other; empty without votes.
    pub agreement: AgreementMatrix,
    /// Differences between the trusted list and the consensus.
    pub list_differences: Vec<listing::ListDifference>,
    /// The votes replayed: flags computed from what each vote says against the flags that it gives.
    pub replays: Vec<VoteReplay>,
}

impl Directory {
    /// Computes the report. Votes of a whole round are walked through a few times; nothing is read.
    pub fn new(inputs: DirectoryInputs) -> Self {
        let authorities = authority_reports(&inputs);
        let report = DirectoryReport {
            checks: checks::checks(&inputs, &authorities),
            impact: impact::impact(&inputs, &authorities),
            scanners: scanners::scanners(&inputs, &authorities),
            weekdays: weekdays::weekdays(&inputs),
            formation: formation::formation(&inputs),
            shared_random: shared_random::shared_random(&inputs),
            replays: allium_consensus::replay_book(&inputs.votes, flags::Rounding::VOTE),
            agreement: AgreementMatrix::of(&inputs.votes),
            list_differences: listing::list_differences(&inputs, &authorities),
            authorities,
        };
        Self { inputs, report }
    }
}
