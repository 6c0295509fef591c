//! What dir-spec computes from documents.
//!
//! Signatures and trust, a consensus from its votes, the rules of flags, differences between two
//! consensuses. Nothing here reads a file, a socket or a clock: documents come parsed, `now` is an
//! argument.

mod agreement;
mod diff;
mod digest;
mod explain;
pub mod flags;
mod recompute;
mod replay;
mod summary;
mod trust;
mod verify;

pub use agreement::{
    AgreementMatrix, FlagAgreement, VotingGroup, agreement_ratio, agreements, voting_groups,
};
pub use diff::{ConsensusDiff, DiffRelay, DiffSide, ItemChange, RelayChange};
pub use digest::{DigestAlgorithm, sha1, sha3_256, sha256};
pub use explain::{
    Explanation, FlagExplanation, NextStep, Opinion, Share, explain, measures, tests_ipv6, votes_on,
};
pub use recompute::{
    BandwidthTotals, BandwidthWeights, BodyDifference, METHODS, RecomputeError, Recomputed, compare_bodies,
    compare_versions, low_median, recompute,
};
pub use replay::{FlagReplay, MAX_EXAMPLES, VoteReplay, replay, replay_book};
pub use summary::{
    ConsensusFacts, RoundFacts, VoteFacts, authority_records, consensus_flags, hour_record,
    summarize_consensus, summarize_vote, unchecked_signatures, vote_book,
};
pub use trust::{AuthorityAddress, ParseAuthoritiesError, TrustedAuthorities, TrustedAuthority};
pub use verify::{
    AuthorityCheck, AuthorityState, CertificateProblem, Certificates, CheckedCertificate, ConsensusDigest,
    DetachedVerification, FlavorDifference, MicrodescriptorMatch, SignatureCheck, SignatureProblem,
    Verification, compare_flavors, match_microdescriptors, verify_consensus, verify_detached, verify_vote,
};
