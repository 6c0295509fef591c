//! What dir-spec computes from documents.
//!
//! Signatures and trust, a consensus from its votes, the rules of flags, differences between two
//! consensuses. Nothing here reads a file, a socket or a clock: documents come parsed, `now` is an
//! argument.

mod agreement;
mod summary;

pub use agreement::{
    AgreementMatrix, FlagAgreement, VotingGroup, agreement_ratio, agreements, voting_groups,
};
pub use summary::{
    ConsensusFacts, RoundFacts, VoteFacts, authority_records, consensus_flags, hour_record, sha3_of,
    summarize_consensus, summarize_vote, unchecked_signatures, vote_book,
};
