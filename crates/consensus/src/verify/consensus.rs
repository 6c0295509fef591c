//! A consensus against its signatures.

use super::canonical::are_signatures;
use super::signature::{Judge, Signed};
use super::{AuthorityCheck, AuthorityState, Certificates, SignatureCheck, SignatureProblem, Verification};
use crate::{TrustedAuthorities, TrustedAuthority};
use allium_documents::dirspec::{Consensus, StatusHeader};
use allium_model::{Fingerprint, Timestamp};
use std::collections::BTreeSet;

/// Authorities and signatures of a document that are looked at; no network has as many.
pub(super) const MAX_AUTHORITIES: usize = 200;

/// Checks the signatures of a consensus at its own time. `bytes` is the document that `consensus` was
/// read from, so that a change outside of the signed part is found too.
pub fn verify_consensus(
    bytes: &[u8],
    consensus: &Consensus<'_>,
    certificates: &Certificates,
    trusted: &TrustedAuthorities,
) -> Verification {
    let time = consensus.header.valid_after;
    let judge = Judge { certificates, trusted, time };
    let mut signed = Signed::new(consensus.signed);
    let nickname = |identity: Fingerprint| {
        consensus.authorities.iter().find(|source| source.identity == identity).map(|source| source.nickname)
    };
    let signatures: Vec<SignatureCheck> = consensus
        .signatures
        .iter()
        .take(MAX_AUTHORITIES)
        .map(|signature| judge.check(signature, &mut signed, nickname(signature.identity)))
        .collect();
    let signers: Vec<Fingerprint> =
        signatures.iter().filter(|check| check.problem.is_none()).map(|check| check.identity).collect();
    let mut problems = times(times_of(&consensus.header));
    problems.extend(signatures.iter().filter_map(of_signature));
    problems.extend(of_line_ends(consensus.signed, &signatures));
    problems.extend(of_authorities(consensus, &judge));
    if consensus.signatures.len().max(consensus.authorities.len()) > MAX_AUTHORITIES {
        problems.push(format!("more than {MAX_AUTHORITIES} authorities or signatures were left out"));
    }
    if !are_signatures(bytes, consensus.signed, &consensus.signatures) {
        problems.push("there is something else than signatures behind the signed part".to_owned());
    }
    Verification {
        valid_after: time,
        authorities: authorities(consensus, &judge, &signatures),
        signatures_present: consensus.signatures.len(),
        signatures,
        trusted_authorities: trusted.count_at(time),
        is_believed: trusted.is_majority_at(&signers, time),
        problems,
    }
}

/// Start of validity, when the next one is due, and end of validity.
pub(super) const fn times_of(header: &StatusHeader<'_>) -> [Timestamp; 3] {
    [header.valid_after, header.fresh_until, header.valid_until]
}

/// What is wrong with the times of a document, in the order of [`times_of`].
pub(super) fn times([valid_after, fresh_until, valid_until]: [Timestamp; 3]) -> Vec<String> {
    let is_in_order = valid_after < fresh_until && fresh_until <= valid_until;
    let problem = "valid-after, fresh-until and valid-until are not in their order";
    if is_in_order { Vec::new() } else { vec![problem.to_owned()] }
}

/// What is wrong with a signature.
pub(super) fn of_signature(check: &SignatureCheck) -> Option<String> {
    let problem = check.problem?;
    Some(match &check.nickname {
        Some(nickname) => format!("signature of {nickname} ({}): {problem}", check.identity),
        None => format!("signature of {}: {problem}", check.identity),
    })
}

/// Why no signature may hold: what authorities sign has line feeds alone, and a copy through a program that ends its
/// lines with carriage returns too is another text.
pub(super) fn of_line_ends(signed: &[u8], signatures: &[SignatureCheck]) -> Option<String> {
    let is_broken = signatures.iter().any(|check| check.problem == Some(SignatureProblem::DoesNotHold));
    let has_returns = || signed.windows(2).any(|pair| pair == b"\r\n");
    (is_broken && has_returns()).then(|| {
        "the signed part has lines that end with CRLF; signatures hold for the document as it was published, with LF".to_owned()
    })
}

/// Authorities that a document should not name, names twice, or signatures of others than it names.
fn of_authorities(consensus: &Consensus<'_>, judge: &Judge<'_>) -> Vec<String> {
    let mut problems = Vec::new();
    let mut named = BTreeSet::new();
    for source in consensus.authorities.iter().take(MAX_AUTHORITIES) {
        let identity = source.identity;
        if !named.insert(identity) {
            problems.push(format!("it names the authority {identity} twice"));
        }
        // An old identity key that is kept beside the new one is nobody's that would have to be trusted.
        let is_legacy = source.nickname.ends_with("-legacy");
        if !is_legacy && judge.trusted.find_at(identity, judge.time).is_none() {
            problems.push(format!(
                "it names the authority {} ({identity}), which is not trusted",
                source.nickname
            ));
        }
    }
    let mut signers = BTreeSet::new();
    for signature in consensus.signatures.iter().take(MAX_AUTHORITIES) {
        let identity = signature.identity;
        if !signers.insert((identity, signature.algorithm)) {
            problems.push(format!("{identity} signs twice"));
        }
        if !named.contains(&identity) {
            problems.push(format!("{identity} signs, but no vote of it was counted"));
        }
    }
    problems
}

fn authorities(
    consensus: &Consensus<'_>,
    judge: &Judge<'_>,
    checks: &[SignatureCheck],
) -> Vec<AuthorityCheck> {
    let mut all: Vec<AuthorityCheck> = Vec::new();
    let named = consensus
        .authorities
        .iter()
        .take(MAX_AUTHORITIES)
        .map(|source| (source.identity, Some(source.nickname)));
    let signing = checks.iter().map(|check| (check.identity, None));
    for (identity, nickname) in named.clone().chain(signing) {
        if all.iter().all(|authority| authority.identity != identity) {
            let entry = judge.trusted.find_at(identity, judge.time);
            let nickname = entry.map(|entry| entry.nickname.as_str()).or(nickname);
            all.push(AuthorityCheck {
                nickname: nickname.map(str::to_owned),
                identity,
                is_trusted: entry.is_some(),
                is_named: named.clone().any(|(other, _)| other == identity),
                state: state(identity, checks),
            });
        }
    }
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

pub(super) fn has_nickname(authority: &AuthorityCheck, nickname: &str) -> bool {
    authority.nickname.as_ref().is_some_and(|own| own.eq_ignore_ascii_case(nickname))
}

/// A trusted authority that the document knows nothing of.
pub(super) fn absent(entry: &TrustedAuthority) -> AuthorityCheck {
    AuthorityCheck {
        nickname: Some(entry.nickname.clone()),
        identity: entry.identity,
        is_trusted: true,
        is_named: false,
        state: AuthorityState::NotSigned,
    }
}

/// What an identity did: a verified signature counts before one that is not.
pub(super) fn state(identity: Fingerprint, checks: &[SignatureCheck]) -> AuthorityState {
    let own = || checks.iter().filter(|check| check.identity == identity);
    match own().find_map(|check| check.problem) {
        _ if own().any(|check| check.problem.is_none()) => AuthorityState::Signed,
        Some(problem) => AuthorityState::Failed(problem),
        None => AuthorityState::NotSigned,
    }
}
