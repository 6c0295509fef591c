//! Detached signatures, made of the signatures of consensuses at hand.

#![expect(clippy::unwrap_used, reason = "a sample that cannot be read is a broken test")]

use allium_consensus::{
    AuthorityState, Certificates, ConsensusDigest, DetachedVerification, TrustedAuthorities, verify_detached,
};
use allium_documents::Limits;
use allium_documents::dirspec::{Consensus, parse_certificates, parse_consensus, parse_detached_signatures};
use data_encoding::{BASE64, HEXUPPER};
use std::fmt::Write;
use std::path::{Path, PathBuf};

const HOUR: &str = "2026-02-21-06-00-00";

fn recent() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/collector/recent/relay-descriptors")
}

/// Both flavours of an hour.
fn consensuses(hour: &str) -> [Vec<u8>; 2] {
    let ns = recent().join(format!("consensuses/{hour}-consensus"));
    let microdesc = recent().join(format!("microdescs/consensus-microdesc/{hour}-consensus-microdesc"));
    [ns, microdesc].map(|path| std::fs::read(path).unwrap())
}

fn certificates() -> Certificates {
    let mut certificates = Certificates::default();
    for entry in std::fs::read_dir(recent().join("certs")).unwrap() {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        for certificate in &parse_certificates(&bytes, &Limits::default()).unwrap().document {
            certificates.add(certificate).unwrap();
        }
    }
    certificates
}

fn trusted() -> TrustedAuthorities {
    let list = recent().join("../../authorities");
    TrustedAuthorities::parse(&std::fs::read_to_string(list).unwrap()).unwrap()
}

/// The document that the authorities of an hour have exchanged.
fn detached(hour: &str) -> String {
    let bytes = consensuses(hour);
    let [ns, microdesc] =
        bytes.each_ref().map(|bytes| parse_consensus(bytes, &Limits::default()).unwrap().document);
    let header = &ns.header;
    let digest = |consensus: &Consensus<'_>| ConsensusDigest::of(consensus);
    let mut text = format!(
        "consensus-digest {}\nvalid-after {}\nfresh-until {}\nvalid-until {}\nadditional-digest microdesc sha256 {}\n",
        HEXUPPER.encode(&digest(&ns).sha1),
        header.valid_after,
        header.fresh_until,
        header.valid_until,
        HEXUPPER.encode(&digest(&microdesc).sha256)
    );
    for (keyword, consensus) in
        [("additional-signature microdesc sha256", &microdesc), ("directory-signature", &ns)]
    {
        for signature in &consensus.signatures {
            let base64 = BASE64.encode(&signature.bytes);
            let lines: Vec<&str> =
                base64.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).unwrap()).collect();
            let (identity, key) = (signature.identity, signature.signing_key_digest);
            writeln!(text, "{keyword} {identity} {key}\n-----BEGIN SIGNATURE-----").unwrap();
            writeln!(text, "{}\n-----END SIGNATURE-----", lines.join("\n")).unwrap();
        }
    }
    text
}

fn verify(text: &str, beside: &[ConsensusDigest]) -> Vec<DetachedVerification> {
    let parsed = parse_detached_signatures(text.as_bytes(), &Limits::default()).unwrap();
    assert!(parsed.warnings.is_empty(), "{:?}", parsed.warnings);
    verify_detached(&parsed.document, beside, &certificates(), &trusted())
}

fn digests(hour: &str) -> Vec<ConsensusDigest> {
    let bytes = consensuses(hour);
    let parse =
        |bytes: &Vec<u8>| ConsensusDigest::of(&parse_consensus(bytes, &Limits::default()).unwrap().document);
    bytes.iter().map(parse).collect()
}

#[track_caller]
fn check(found: &[DetachedVerification], expected: [(usize, bool, &str); 2]) {
    let flavors: Vec<&str> = found.iter().map(|one| one.flavor.as_str()).collect();
    assert_eq!(flavors, ["microdesc", "ns"]);
    for (one, (verified, is_believed, problem)) in found.iter().zip(expected) {
        let verification = &one.verification;
        assert_eq!((verification.verified(), verification.is_believed), (verified, is_believed), "{one:?}");
        let problems = verification.problems.join("\n");
        assert_eq!(problems.is_empty(), problem.is_empty(), "{problems}");
        assert!(problems.contains(problem), "{problems}");
    }
}

#[test]
fn signatures_of_both_flavours_hold_against_the_digests_alone_and_beside_the_consensuses() {
    let text = detached(HOUR);
    check(&verify(&text, &[]), [(5, true, ""), (5, true, "")]);
    check(&verify(&text, &digests(HOUR)), [(5, true, ""), (5, true, "")]);
}

#[test]
fn a_flavour_without_a_digest_needs_its_consensus() {
    let text: String = detached(HOUR)
        .lines()
        .filter(|line| !line.starts_with("additional-digest"))
        .fold(String::new(), |text, line| text + line + "\n");
    check(&verify(&text, &[]), [(0, false, "the digest that it is over is not known"), (5, true, "")]);
    check(&verify(&text, &digests(HOUR)), [(5, true, ""), (5, true, "")]);
}

#[test]
fn signatures_on_another_consensus_are_not_believed() {
    let text = detached(HOUR);
    let mut other = digests(HOUR);
    other[0].sha1[0] ^= 1;
    let found = verify(&text, &other);
    check(&found, [(5, true, ""), (5, false, "not of the one at hand")]);
    let mut later = digests(HOUR);
    later[1].times[2] = later[1].times[2].plus_seconds(1);
    check(&verify(&text, &later), [(5, false, "its times are not those"), (5, true, "")]);
}

#[test]
fn a_changed_digest_or_signature_is_found() {
    let text = detached(HOUR);
    let digest = text.split(['\n', ' ']).nth(1).unwrap();
    let changed = text.replace(digest, &"0".repeat(40));
    check(&verify(&changed, &[]), [(5, true, ""), (0, false, "the signature does not hold")]);
    let no_digest = text.replace(digest, "00");
    check(&verify(&no_digest, &[]), [(5, true, ""), (0, false, "its sha1 digest is none")]);
    let place = text.rfind("-----BEGIN SIGNATURE-----\n").unwrap() + 30;
    let mut bytes = text.into_bytes();
    bytes[place] = if bytes[place] == b'A' { b'B' } else { b'A' };
    let found = verify(&String::from_utf8(bytes).unwrap(), &[]);
    check(&found, [(5, true, ""), (4, true, "the signature does not hold")]);
    let failed = found[1].verification.authorities.iter().filter(|one| one.state != AuthorityState::Signed);
    assert_eq!(failed.count(), 1);
}

#[test]
fn signatures_of_few_or_of_strangers_are_no_majority() {
    let text = detached(HOUR);
    let cut = text.find("directory-signature").unwrap();
    let second = cut + 1 + text[cut + 1..].find("directory-signature").unwrap();
    let few = verify(&text[..second], &[]);
    check(&few, [(5, true, ""), (1, false, "")]);
    let missing = few[1].verification.authorities.iter().filter(|one| one.state == AuthorityState::NotSigned);
    assert_eq!(missing.count(), 4);
    let parsed = parse_detached_signatures(text.as_bytes(), &Limits::default()).unwrap();
    let strangers = verify_detached(&parsed.document, &[], &certificates(), &TrustedAuthorities::builtin());
    check(&strangers, [(5, false, "which is not trusted"), (5, false, "which is not trusted")]);
}
