//! Whether documents are what their authorities signed, and whether they are believed.
//!
//! A signature is *verified* when it holds against a certificate whose own signatures hold and that was
//! valid at the time of the document. It is *trusted* when its identity is also one of the configured
//! ones at that time. A consensus is believed when more than half of the trusted authorities signed it.

mod canonical;
mod certificate;
mod consensus;
mod detached;
mod flavors;
mod key;
mod signature;
mod vote;

pub use certificate::{CertificateProblem, Certificates, CheckedCertificate};
pub use consensus::verify_consensus;
pub use detached::{ConsensusDigest, DetachedVerification, verify_detached};
pub use flavors::{FlavorDifference, MicrodescriptorMatch, compare_flavors, match_microdescriptors};
pub use signature::{SignatureCheck, SignatureProblem};
pub use vote::verify_vote;

use allium_model::{ConsensusSignature, Fingerprint, Timestamp};
use std::collections::BTreeSet;

/// What an authority did about a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AuthorityState {
    /// It signed, and the signature is verified.
    Signed,
    /// There is no signature of it.
    NotSigned,
    /// There is a signature that is not verified.
    Failed(SignatureProblem),
}

/// An authority that is trusted, or that a document names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuthorityCheck {
    /// Nickname, if the list or the document has one.
    pub nickname: Option<String>,
    /// SHA-1 of its v3 identity key.
    pub identity: Fingerprint,
    /// Whether the identity is trusted at the time of the document.
    pub is_trusted: bool,
    /// Whether the document says that its vote was counted.
    pub is_named: bool,
    /// What it did.
    pub state: AuthorityState,
}

/// What came of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verification {
    /// The time at which it was judged: its `valid-after`.
    pub valid_after: Timestamp,
    /// Signatures in the document, those that were not looked at included.
    pub signatures_present: usize,
    /// The signatures in their order, and what came of them.
    pub signatures: Vec<SignatureCheck>,
    /// Every authority that is trusted then or that the document names, by nickname.
    pub authorities: Vec<AuthorityCheck>,
    /// Authorities that are trusted at that time; identities of one nickname count once.
    pub trusted_authorities: usize,
    /// Whether the document is believed: of a consensus more than half of the trusted authorities
    /// signed, of a vote the trusted authority that it is of.
    pub is_believed: bool,
    /// What is wrong, one lower-case sentence each. A document may be believed in spite of problems: a
    /// bad signature among nine is one.
    pub problems: Vec<String>,
}

impl Verification {
    /// Signatures in the document.
    pub const fn present(&self) -> usize {
        self.signatures_present
    }

    /// Identities with a verified signature.
    pub fn verified(&self) -> usize {
        self.identities(|check| check.problem.is_none())
    }

    /// Trusted identities with a verified signature.
    pub fn trusted(&self) -> usize {
        self.identities(|check| check.problem.is_none() && check.is_trusted)
    }

    fn identities(&self, counts: impl Fn(&SignatureCheck) -> bool) -> usize {
        let counted = self.signatures.iter().filter(|check| counts(check));
        counted.map(|check| check.identity).collect::<BTreeSet<_>>().len()
    }

    /// The signatures as the summary of a consensus has them.
    pub fn summary(&self) -> Vec<ConsensusSignature> {
        let of = |check: &SignatureCheck| ConsensusSignature {
            identity: check.identity,
            nickname: check.nickname.clone(),
            is_verified: check.problem.is_none(),
            is_trusted: check.is_trusted,
            problem: check.problem.map(|problem| problem.to_string()),
        };
        self.signatures.iter().map(of).collect()
    }
}
