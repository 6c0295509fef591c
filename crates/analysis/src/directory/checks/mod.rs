//! The check list of the consensus-health mails, computed here (`docs/methods/consensus-checks.md`).
//!
//! Each check carries the name that it has in the program which writes those mails, so that a line of
//! a mail can be found again; `votes_have_signatures` is ours. A check that lacks what it needs is
//! `unknown` and says what it lacks; it never passes for want of data. Limits are those of the mails, but
//! that an answer within 100 ms is never slow.

mod bandwidth;
mod consensus;
mod flags;
mod parameters;
mod reach;
mod shared_random;
mod signatures;

use super::{AuthorityReport, DirectoryInputs};
use crate::check_list::check_list;
use std::fmt::Write as _;

/// What came of a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CheckState {
    /// Nothing is wrong.
    Pass,
    /// What it needs was not at hand.
    Unknown,
    /// Worth looking at: a notice or a warning of the mails.
    Warn,
    /// Wrong: an error of the mails.
    Fail,
}

impl CheckState {
    /// Every state, the best first.
    pub const ALL: [Self; 4] = [Self::Pass, Self::Unknown, Self::Warn, Self::Fail];

    /// The word.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Unknown => "unknown",
            Self::Warn => "warn",
            Self::Fail => "fail",
        }
    }
}

/// A state with the evidence for it, in plain sentences.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// The state.
    pub state: CheckState,
    /// Names and numbers that show it.
    pub evidence: String,
}

/// A check and what came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// Which.
    pub name: CheckName,
    /// State and evidence.
    pub outcome: Outcome,
}

/// What checks look at.
#[derive(Clone, Copy)]
struct Subject<'a> {
    inputs: &'a DirectoryInputs,
    authorities: &'a [AuthorityReport],
}

check_list! {
    CheckName;
    /// The newest consensus is in force.
    MissingLatestConsensus = "missing_latest_consensus", "The newest consensus is not more than an hour old", consensus::latest;
    /// Every vote supports the consensus method.
    ConsensusMethodUnsupported = "consensus_method_unsupported", "Every vote supports the method of the consensus", consensus::method;
    /// Recommended versions of clients agree.
    DifferentClientVersion = "different_recommended_client_version", "Votes recommend the client versions of the consensus", parameters::client_versions;
    /// Recommended versions of servers agree.
    DifferentServerVersion = "different_recommended_server_version", "Votes recommend the server versions of the consensus", parameters::server_versions;
    /// No vote has a parameter that nobody knows.
    UnknownParameters = "unknown_consensus_parameters", "Votes have only parameters that are known", parameters::unknown;
    /// Parameters of votes are those of the consensus.
    ParametersMismatch = "vote_parameters_mismatch_consensus", "Parameters of votes are those of the consensus", parameters::mismatch;
    /// No certificate expires soon.
    CertificateExpiration = "certificate_expiration", "No certificate expires within 21 days", signatures::certificates;
    /// The consensus counts the vote of every trusted authority.
    SameVotes = "consensuses_have_same_votes", "The consensus counts the vote of every trusted authority", signatures::votes;
    /// Each vote is signed by the authority that it is of. Ours; the mails have no such check.
    VoteSignatures = "votes_have_signatures", "Every vote is signed by its authority", signatures::vote_signatures;
    /// The consensus has the signature of every trusted authority.
    AllSignatures = "has_all_signatures", "Every trusted authority signed", signatures::signatures;
    /// Authorities that measure have measurements.
    BandwidthScanners = "voting_bandwidth_scanners", "Every authority that measures has measurements", bandwidth::scanners;
    /// Few relays are unmeasured.
    UnmeasuredRelays = "unmeasured_relays", "Each scanner measured more than 95 % of the relays of the consensus", bandwidth::unmeasured;
    /// Scanners measured about as many relays.
    BandwidthInSync = "bandwidth_authorities_in_sync", "Scanners measured 0.8 to 1.2 times their mean number of relays", bandwidth::in_sync;
    /// Authorities have the flag.
    AuthorityFlag = "has_authority_flag", "Every trusted authority has the flag Authority", flags::authority_flag;
    /// Authorities are who they are.
    ExpectedFingerprints = "has_expected_fingerprints", "The consensus names the trusted authorities as the list does", signatures::list;
    /// Authorities run a recommended version.
    RecommendedVersions = "is_recommended_versions", "Authorities run a recommended version of tor", reach::versions;
    /// Votes on BadExit agree.
    BadExits = "bad_exits_in_sync", "Authorities that vote on BadExit agree", flags::bad_exits;
    /// Votes have about as many relays with each flag as the consensus.
    FlagCounts = "has_similar_flag_counts", "Votes have 0.5 to 1.5 times the relays with each flag that the consensus has", flags::counts;
    /// Authorities can be reached.
    OrportReachable = "is_orport_reachable", "Our probes reach every authority", reach::reachable;
    /// No authority is far slower than the others.
    Latency = "latency", "No authority takes more than five times the median time to answer", reach::latency;
    /// Clocks are right.
    ClockSkew = "clock_skew", "No clock of an authority is wrong by more than 10 seconds", reach::clocks;
    /// The shared random values are there.
    SharedRandom = "shared_random_present", "The consensus has both shared random values", shared_random::present;
    /// Commitments reach everybody.
    SharedRandomCommits = "shared_random_commit_partition", "Votes know the same commitments (from 08:00 to 12:00 UTC)", shared_random::commits;
    /// Reveals reach everybody.
    SharedRandomReveals = "shared_random_reveal_partition", "Votes know the same reveals (from 20:00 UTC)", shared_random::reveals;
}

/// Runs every check.
pub fn checks(inputs: &DirectoryInputs, authorities: &[AuthorityReport]) -> Vec<Check> {
    let subject = Subject { inputs, authorities };
    CheckName::ALL.map(|name| Check { name, outcome: name.run(subject) }).into()
}

const NO_CONSENSUS: &str = "No consensus was read.";
const NO_VOTES: &str = "No votes were read.";
const NO_TRUST: &str = "No trusted authorities are configured.";
const NO_RELAYS: &str = "The list of trusted authorities names none of their relays.";

pub(crate) fn outcome(state: CheckState, evidence: impl Into<String>) -> Outcome {
    Outcome { state, evidence: evidence.into() }
}

fn pass(evidence: impl Into<String>) -> Outcome {
    outcome(CheckState::Pass, evidence)
}

pub(crate) fn unknown(evidence: impl Into<String>) -> Outcome {
    outcome(CheckState::Unknown, evidence)
}

/// Warns of what was found; passes with other words when nothing was.
fn warn_of(found: &[String], fine: impl Into<String>) -> Outcome {
    if found.is_empty() { pass(fine) } else { outcome(CheckState::Warn, joined(found)) }
}

/// Things found, as one line. Long lists are cut; their number is told.
fn joined(found: &[String]) -> String {
    const SHOWN: usize = 8;
    let mut text = found.iter().take(SHOWN).cloned().collect::<Vec<_>>().join("; ");
    if let Some(more) = found.len().checked_sub(SHOWN).filter(|more| *more > 0) {
        let _ = write!(text, "; and {more} more");
    }
    text + "."
}

impl<'a> Subject<'a> {
    /// Trusted authorities.
    fn trusted(self) -> impl Iterator<Item = &'a AuthorityReport> {
        self.authorities.iter().filter(|authority| authority.trusted.is_some())
    }

    /// The nickname of an authority.
    fn nickname(self, identity: allium_model::Fingerprint) -> String {
        let found = self.authorities.iter().find(|authority| authority.identity == identity);
        found.map_or_else(|| identity.to_string(), |authority| authority.nickname.clone())
    }
}

#[cfg(test)]
mod tests;
