//! Detached signatures against the digests that they are over (dir-spec, "Exchanging detached
//! signatures").
//!
//! The document names the digest of each flavour, so that nothing else than certificates is needed.
//! Beside the consensus it is also found whether these digests and the times are those of it.

use super::consensus::{MAX_AUTHORITIES, absent, has_nickname, of_signature, state, times};
use super::signature::{Judge, Signed};
use super::{AuthorityCheck, Certificates, SignatureCheck, Verification};
use crate::{DigestAlgorithm, TrustedAuthorities};
use allium_documents::dirspec::{Consensus, DetachedSignatures, FlavorDigest};
use allium_model::{Fingerprint, Timestamp};
use data_encoding::{HEXUPPER, HEXUPPER_PERMISSIVE};
use std::collections::BTreeSet;

/// Flavours of one document that are looked at; there are two.
const MAX_FLAVORS: usize = 8;

/// A consensus that lies beside detached signatures, as far as they say something of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConsensusDigest {
    /// `ns` or `microdesc`.
    pub flavor: &'static str,
    /// Start of validity, when the next one is due, and end of validity.
    pub times: [Timestamp; 3],
    /// SHA-1 of the signed part.
    pub sha1: [u8; 20],
    /// SHA-256 of the signed part.
    pub sha256: [u8; 32],
}

impl ConsensusDigest {
    /// That of a consensus.
    pub fn of(consensus: &Consensus<'_>) -> Self {
        let header = &consensus.header;
        Self {
            flavor: consensus.flavor.name(),
            times: [header.valid_after, header.fresh_until, header.valid_until],
            sha1: crate::sha1(consensus.signed),
            sha256: crate::sha256(consensus.signed),
        }
    }

    fn digest(&self, algorithm: DigestAlgorithm) -> &[u8] {
        match algorithm {
            DigestAlgorithm::Sha1 => &self.sha1,
            DigestAlgorithm::Sha256 => &self.sha256,
        }
    }
}

/// What came of the signatures on one flavour.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DetachedVerification {
    /// Name of the flavour, as the document says it.
    pub flavor: String,
    /// The signatures on it. They are believed when more than half of the trusted authorities signed.
    pub verification: Verification,
}

/// Checks detached signatures, flavour by flavour, at the time of their consensus. `beside` are
/// consensuses at hand; those of other times and flavours do not count.
pub fn verify_detached(
    document: &DetachedSignatures<'_>,
    beside: &[ConsensusDigest],
    certificates: &Certificates,
    trusted: &TrustedAuthorities,
) -> Vec<DetachedVerification> {
    let judge = Judge { certificates, trusted, time: document.valid_after };
    let of_digests = document.digests.iter().map(|digest| digest.flavor);
    let flavors: BTreeSet<&str> =
        of_digests.chain(document.signatures.iter().map(|(flavor, _)| *flavor)).collect();
    flavors
        .into_iter()
        .take(MAX_FLAVORS)
        .map(|flavor| DetachedVerification {
            flavor: flavor.to_owned(),
            verification: of_flavor(document, flavor, beside, &judge),
        })
        .collect()
}

fn of_flavor(
    document: &DetachedSignatures<'_>,
    flavor: &str,
    beside: &[ConsensusDigest],
    judge: &Judge<'_>,
) -> Verification {
    let own_times = [document.valid_after, document.fresh_until, document.valid_until];
    let consensus = beside.iter().find(|one| one.flavor == flavor && one.times[0] == document.valid_after);
    let (mut signed, mut problems) = digests(document, flavor, consensus);
    problems.extend(times(own_times));
    if consensus.is_some_and(|consensus| consensus.times != own_times) {
        problems.push("its times are not those of the consensus".to_owned());
    }
    let is_other = !problems.is_empty();
    let own = || document.signatures.iter().filter(|(other, _)| *other == flavor);
    let signatures: Vec<SignatureCheck> =
        own().take(MAX_AUTHORITIES).map(|(_, signature)| judge.check(signature, &mut signed, None)).collect();
    problems.extend(signatures.iter().filter_map(of_signature));
    problems.extend(twice(&signatures));
    problems.extend(strangers(&signatures));
    if own().count() > MAX_AUTHORITIES {
        problems.push(format!("more than {MAX_AUTHORITIES} signatures were left out"));
    }
    let signers: Vec<Fingerprint> =
        signatures.iter().filter(|check| check.problem.is_none()).map(|check| check.identity).collect();
    Verification {
        valid_after: document.valid_after,
        signatures_present: own().count(),
        authorities: authorities(judge, &signatures),
        signatures,
        trusted_authorities: judge.trusted.count_at(judge.time),
        is_believed: !is_other && judge.trusted.is_majority_at(&signers, judge.time),
        problems,
    }
}

/// The digests of a flavour: those of the document, and where it has none those of the consensus. Problems
/// are what is no digest, and what is another one than that of the consensus.
fn digests(
    document: &DetachedSignatures<'_>,
    flavor: &str,
    consensus: Option<&ConsensusDigest>,
) -> (Signed<'static>, Vec<String>) {
    let mut known = Vec::new();
    let mut problems = Vec::new();
    for named in document.digests.iter().filter(|digest| digest.flavor == flavor) {
        let Some(algorithm) = DigestAlgorithm::of_name(named.algorithm) else { continue };
        let Some(digest) = bytes(named, algorithm) else {
            problems.push(format!("its {} digest is none", named.algorithm));
            continue;
        };
        if let Some(other) = consensus.map(|one| one.digest(algorithm)).filter(|other| *other != digest) {
            let (own, other) = (HEXUPPER.encode(&digest), HEXUPPER.encode(other));
            problems.push(format!("it is of the consensus {own}, not of the one at hand, {other}"));
        }
        known.push((algorithm, digest));
    }
    let named: Vec<DigestAlgorithm> = known.iter().map(|(algorithm, _)| *algorithm).collect();
    for algorithm in [DigestAlgorithm::Sha1, DigestAlgorithm::Sha256] {
        let other = consensus.filter(|_| !named.contains(&algorithm));
        known.extend(other.map(|consensus| (algorithm, consensus.digest(algorithm).to_vec())));
    }
    (Signed::of_digests(known), problems)
}

fn bytes(named: &FlavorDigest<'_>, algorithm: DigestAlgorithm) -> Option<Vec<u8>> {
    let bytes = HEXUPPER_PERMISSIVE.decode(named.digest.as_bytes()).ok()?;
    (bytes.len() == algorithm.digest(&[]).len()).then_some(bytes)
}

fn twice(signatures: &[SignatureCheck]) -> Vec<String> {
    let mut seen = BTreeSet::new();
    let again = signatures.iter().filter(|check| !seen.insert((check.identity, &check.algorithm)));
    again.map(|check| format!("{} signs twice", check.identity)).collect()
}

fn strangers(signatures: &[SignatureCheck]) -> Vec<String> {
    let strangers: BTreeSet<Fingerprint> =
        signatures.iter().filter(|check| !check.is_trusted).map(|check| check.identity).collect();
    strangers.into_iter().map(|identity| format!("{identity} signs, which is not trusted")).collect()
}

/// Who signed, and which trusted authority did not.
fn authorities(judge: &Judge<'_>, signatures: &[SignatureCheck]) -> Vec<AuthorityCheck> {
    let signers: BTreeSet<Fingerprint> = signatures.iter().map(|check| check.identity).collect();
    let mut all: Vec<AuthorityCheck> = signers
        .into_iter()
        .map(|identity| {
            let entry = judge.trusted.find_at(identity, judge.time);
            AuthorityCheck {
                nickname: entry.map(|entry| entry.nickname.clone()),
                identity,
                is_trusted: entry.is_some(),
                is_named: false,
                state: state(identity, signatures),
            }
        })
        .collect();
    for entry in judge.trusted.trusted_at(judge.time) {
        if !all.iter().any(|authority| authority.is_trusted && has_nickname(authority, &entry.nickname)) {
            all.push(absent(entry));
        }
    }
    all.sort_by_cached_key(|authority| {
        (authority.nickname.as_ref().map(|name| name.to_lowercase()), authority.identity)
    });
    all
}
