//! What dir-spec computes from documents.
//!
//! Signatures and trust, a consensus from its votes, the rules of flags, differences between two
//! consensuses. Nothing here reads a file, a socket or a clock: documents come parsed, `now` is an
//! argument.

mod digest;
mod recompute;
mod trust;
mod verify;

pub use digest::{DigestAlgorithm, sha1, sha3_256, sha256};
pub use recompute::{
    BandwidthTotals, BandwidthWeights, BodyDifference, METHODS, RecomputeError, Recomputed, compare_bodies,
    compare_versions, low_median, recompute,
};
pub use trust::{AuthorityAddress, ParseAuthoritiesError, TrustedAuthorities, TrustedAuthority};
pub use verify::{
    AuthorityCheck, AuthorityState, CertificateProblem, Certificates, CheckedCertificate, FlavorDifference,
    SignatureCheck, SignatureProblem, Verification, compare_flavors, verify_consensus, verify_vote,
};
