//! One signature against the certificates at hand.

use super::Certificates;
use crate::{DigestAlgorithm, TrustedAuthorities};
use allium_documents::dirspec::Signature;
use allium_model::{Fingerprint, Timestamp};

/// Why a signature is not verified.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SignatureProblem {
    /// Without one nothing can be said.
    #[error("there is no certificate for its signing key")]
    NoCertificate,
    /// The certificate came later than the document.
    #[error("its certificate is valid from {0} on only")]
    NotYetValid(Timestamp),
    /// The certificate had ended.
    #[error("its certificate expired {0}")]
    Expired(Timestamp),
    /// Neither sha1 nor sha256.
    #[error("the digest algorithm is not known")]
    Algorithm,
    /// Detached signatures that do not say what they are over.
    #[error("the digest that it is over is not known")]
    NoDigest,
    /// The document is not what was signed.
    #[error("the signature does not hold")]
    DoesNotHold,
}

/// A signature and what came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignatureCheck {
    /// SHA-1 of the v3 identity key of the signer.
    pub identity: Fingerprint,
    /// Its nickname, by the list of trusted identities or else by the document.
    pub nickname: Option<String>,
    /// Name of the digest algorithm as the document says it.
    pub algorithm: String,
    /// Why it is not verified; `None` when it is.
    pub problem: Option<SignatureProblem>,
    /// Whether the identity is trusted at the time of the document.
    pub is_trusted: bool,
}

/// What signatures are checked against: the certificates, the trusted identities, and the time of the
/// document.
#[derive(Clone, Copy)]
pub(super) struct Judge<'a> {
    pub certificates: &'a Certificates,
    pub trusted: &'a TrustedAuthorities,
    pub time: Timestamp,
}

/// The signed part of a document with its digests, each made once.
pub(super) struct Signed<'a> {
    /// `None` where only digests are known.
    bytes: Option<&'a [u8]>,
    digests: Vec<(DigestAlgorithm, Vec<u8>)>,
}

impl<'a> Signed<'a> {
    pub(super) const fn new(bytes: &'a [u8]) -> Self {
        Self { bytes: Some(bytes), digests: Vec::new() }
    }

    /// A signed part of which nothing but digests is known.
    pub(super) const fn of_digests(digests: Vec<(DigestAlgorithm, Vec<u8>)>) -> Self {
        Self { bytes: None, digests }
    }

    fn digest(&mut self, algorithm: DigestAlgorithm) -> Option<Vec<u8>> {
        if let Some((_, digest)) = self.digests.iter().find(|(other, _)| *other == algorithm) {
            return Some(digest.clone());
        }
        let digest = algorithm.digest(self.bytes?);
        self.digests.push((algorithm, digest.clone()));
        Some(digest)
    }
}

impl Judge<'_> {
    pub(super) fn check(
        &self,
        signature: &Signature<'_>,
        signed: &mut Signed<'_>,
        nickname: Option<&str>,
    ) -> SignatureCheck {
        let entry = self.trusted.find_at(signature.identity, self.time);
        SignatureCheck {
            identity: signature.identity,
            nickname: entry.map(|entry| entry.nickname.as_str()).or(nickname).map(str::to_owned),
            algorithm: signature.algorithm.to_owned(),
            problem: self.problem(signature, signed),
            is_trusted: entry.is_some(),
        }
    }

    fn problem(&self, signature: &Signature<'_>, signed: &mut Signed<'_>) -> Option<SignatureProblem> {
        let Some(algorithm) = DigestAlgorithm::of_name(signature.algorithm) else {
            return Some(SignatureProblem::Algorithm);
        };
        let known = self.certificates.of(signature.identity, signature.signing_key_digest);
        let Some(last) = known.iter().max_by_key(|certificate| certificate.expires) else {
            return Some(SignatureProblem::NoCertificate);
        };
        let certificate = known.iter().find(|certificate| certificate.is_valid_at(self.time)).unwrap_or(last);
        if self.time < certificate.published {
            return Some(SignatureProblem::NotYetValid(certificate.published));
        }
        if certificate.expires < self.time {
            return Some(SignatureProblem::Expired(certificate.expires));
        }
        let Some(digest) = signed.digest(algorithm) else { return Some(SignatureProblem::NoDigest) };
        let holds = certificate.signing_key.has_signed(&digest, &signature.bytes);
        (!holds).then_some(SignatureProblem::DoesNotHold)
    }
}
