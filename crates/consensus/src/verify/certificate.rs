//! Key certificates: the chain from an identity to the key that signs documents.
//!
//! A certificate is checked once, whatever it is used for; whether it was valid at the time of a
//! document, and whether its identity is trusted, is asked for each document.

use super::canonical::is_object;
use super::key::PublicKey;
use crate::{sha1, sha256};
use allium_documents::dirspec::Certificate;
use allium_model::{Fingerprint, Timestamp};
use std::collections::BTreeMap;

/// Why a certificate is of no use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CertificateProblem {
    /// The identity key is no RSA key.
    #[error("the identity key cannot be read")]
    IdentityKey,
    /// The signing key is no RSA key.
    #[error("the signing key cannot be read")]
    SigningKey,
    /// The `fingerprint` line names another identity.
    #[error("the fingerprint is not that of the identity key")]
    Fingerprint,
    /// It would never be valid.
    #[error("it expires before it is published")]
    Dates,
    /// The identity key did not sign it.
    #[error("the signature of the identity key does not hold")]
    Certification,
    /// It does not say that the signing key belongs to the identity.
    #[error("the cross-certificate is missing")]
    NoCrosscert,
    /// The signing key did not sign the identity.
    #[error("the cross-certificate does not hold")]
    Crosscert,
    /// Something else than the signature stands where it is.
    #[error("the signature is not in its form")]
    Form,
}

/// A certificate whose signatures hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckedCertificate {
    /// SHA-1 of the identity key.
    pub identity: Fingerprint,
    /// Start of validity.
    pub published: Timestamp,
    /// End of validity.
    pub expires: Timestamp,
    /// The certificate as it was written, to be read and checked again.
    pub text: String,
    pub(super) signing_key: PublicKey,
}

impl CheckedCertificate {
    /// SHA-1 of the signing key.
    pub const fn signing_key_digest(&self) -> Fingerprint {
        self.signing_key.digest
    }

    /// Whether it is valid at a time.
    pub fn is_valid_at(&self, time: Timestamp) -> bool {
        self.published <= time && time <= self.expires
    }
}

/// The certificates at hand, each checked once.
#[derive(Debug, Clone, Default)]
pub struct Certificates {
    by_keys: BTreeMap<(Fingerprint, Fingerprint), Vec<CheckedCertificate>>,
    judged: BTreeMap<[u8; 32], Result<(), CertificateProblem>>,
}

impl Certificates {
    /// Adds a certificate if its signatures hold. One that was seen before costs a digest.
    pub fn add(&mut self, certificate: &Certificate<'_>) -> Result<(), CertificateProblem> {
        let digest = sha256(certificate.text.as_bytes());
        if let Some(verdict) = self.judged.get(&digest) {
            return *verdict;
        }
        let checked = check(certificate);
        self.judged.insert(digest, checked.as_ref().map(|_| ()).map_err(|problem| *problem));
        let checked = checked?;
        self.by_keys.entry((checked.identity, checked.signing_key_digest())).or_default().push(checked);
        Ok(())
    }

    /// The certificates of an identity for a signing key.
    pub fn of(&self, identity: Fingerprint, signing_key_digest: Fingerprint) -> &[CheckedCertificate] {
        self.by_keys.get(&(identity, signing_key_digest)).map_or(&[], Vec::as_slice)
    }

    /// Every certificate, in no order.
    pub fn iter(&self) -> impl Iterator<Item = &CheckedCertificate> {
        self.by_keys.values().flatten()
    }
}

fn check(certificate: &Certificate<'_>) -> Result<CheckedCertificate, CertificateProblem> {
    let ensure = |holds: bool, problem| if holds { Ok(()) } else { Err(problem) };
    let Certificate { published, expires, signed, text, certification, .. } = certificate;
    ensure(published < expires, CertificateProblem::Dates)?;
    let tail = text.as_bytes().get(signed.len()..).unwrap_or_default();
    ensure(is_object(tail, "SIGNATURE", certification), CertificateProblem::Form)?;
    let identity_key =
        PublicKey::from_der(&certificate.identity_key).ok_or(CertificateProblem::IdentityKey)?;
    ensure(identity_key.digest == certificate.fingerprint, CertificateProblem::Fingerprint)?;
    let signing_key = PublicKey::from_der(&certificate.signing_key).ok_or(CertificateProblem::SigningKey)?;
    ensure(identity_key.has_signed(&sha1(signed), certification), CertificateProblem::Certification)?;
    let crosscert = certificate.crosscert.as_deref().ok_or(CertificateProblem::NoCrosscert)?;
    ensure(signing_key.has_signed(&identity_key.digest.0, crosscert), CertificateProblem::Crosscert)?;
    Ok(CheckedCertificate {
        identity: identity_key.digest,
        published: *published,
        expires: *expires,
        text: (*text).to_owned(),
        signing_key,
    })
}
