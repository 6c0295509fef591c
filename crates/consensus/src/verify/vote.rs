//! A vote against its own signature.

use super::canonical::are_signatures;
use super::consensus::{MAX_AUTHORITIES, of_line_ends, of_signature, state, times, times_of};
use super::signature::{Judge, Signed};
use super::{AuthorityCheck, Certificates, SignatureCheck, Verification};
use crate::TrustedAuthorities;
use allium_documents::Limits;
use allium_documents::dirspec::{Certificate, Vote, parse_certificates};

/// Checks the signature of a vote at the time that it is for. The certificate in the vote is added to
/// the others. `bytes` is the document that `vote` was read from.
pub fn verify_vote(
    bytes: &[u8],
    vote: &Vote<'_>,
    certificates: &mut Certificates,
    trusted: &TrustedAuthorities,
) -> Verification {
    let time = vote.header.valid_after;
    let identity = vote.authority.identity;
    let mut problems = times(times_of(&vote.header));
    problems.extend(add_certificate(vote, certificates));
    let judge = Judge { certificates, trusted, time };
    let mut signed = Signed::new(vote.signed);
    let check = |signature| judge.check(signature, &mut signed, Some(vote.authority.nickname));
    let signatures: Vec<SignatureCheck> = vote.signatures.iter().take(MAX_AUTHORITIES).map(check).collect();
    problems.extend(signatures.iter().filter_map(of_signature));
    problems.extend(of_line_ends(vote.signed, &signatures));
    let others = signatures.iter().filter(|check| check.identity != identity);
    problems.extend(others.map(|check| format!("{} signs a vote that is not its own", check.identity)));
    if signatures.len() > 1 {
        problems.push("a vote has one signature".to_owned());
    }
    let entry = trusted.find_at(identity, time);
    if entry.is_none() {
        problems.push(format!(
            "it is of the authority {} ({identity}), which is not trusted",
            vote.authority.nickname
        ));
    }
    if !are_signatures(bytes, vote.signed, &vote.signatures) {
        problems.push("there is something else than signatures behind the signed part".to_owned());
    }
    let is_own = |check: &SignatureCheck| check.identity == identity && check.problem.is_none();
    Verification {
        valid_after: time,
        is_believed: entry.is_some() && signatures.iter().any(is_own),
        authorities: vec![AuthorityCheck {
            nickname: Some(vote.authority.nickname.to_owned()),
            identity,
            is_trusted: entry.is_some(),
            is_named: true,
            state: state(identity, &signatures),
        }],
        signatures_present: vote.signatures.len(),
        signatures,
        trusted_authorities: trusted.count_at(time),
        problems,
    }
}

/// Adds the certificate of a vote, and says what is wrong with it.
fn add_certificate(vote: &Vote<'_>, certificates: &mut Certificates) -> Option<String> {
    let Some(text) = vote.certificate else { return Some("it has no certificate".to_owned()) };
    let parsed = match parse_certificates(text.as_bytes(), &Limits::default()) {
        Ok(parsed) => parsed,
        Err(error) => return Some(format!("its certificate cannot be used: {error}")),
    };
    let [certificate] = parsed.document.as_slice() else {
        return Some("its certificate cannot be read".to_owned());
    };
    of_other(certificate, vote).or_else(|| {
        let verdict = certificates.add(certificate);
        verdict.err().map(|problem| format!("its certificate cannot be used: {problem}"))
    })
}

fn of_other(certificate: &Certificate<'_>, vote: &Vote<'_>) -> Option<String> {
    let is_other = certificate.fingerprint != vote.authority.identity;
    is_other.then(|| format!("its certificate is of {}", certificate.fingerprint))
}
