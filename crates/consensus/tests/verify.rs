//! Documents at hand verify as they should, and a changed byte is found wherever it is.

#![expect(clippy::unwrap_used, reason = "a sample that cannot be read is a broken test")]

mod common;

use allium_consensus::{
    AuthorityState, Certificates, TrustedAuthorities, Verification, compare_flavors, match_microdescriptors,
    verify_consensus, verify_vote,
};
use allium_documents::dirspec::{
    Parsed, Vote, parse_certificates, parse_consensus, parse_microdescriptors, parse_vote,
};
use allium_documents::{Limits, decompress};
use common::{Files, data, folder, samples};
use std::fmt::Write;

fn limits() -> Limits {
    Limits::default()
}

fn add_all(certificates: &mut Certificates, bytes: &[u8]) -> Vec<String> {
    let parsed = parse_certificates(bytes, &limits()).unwrap();
    let verdicts = parsed.document.iter().map(|certificate| certificates.add(certificate));
    verdicts.filter_map(|verdict| verdict.err().map(|problem| problem.to_string())).collect()
}

fn verify(bytes: &[u8], certificates: &Certificates, trusted: &TrustedAuthorities) -> Verification {
    let consensus = parse_consensus(bytes, &limits()).unwrap().document;
    verify_consensus(bytes, &consensus, certificates, trusted)
}

/// A file of CollecTor, unpacked.
fn collector(name: &str) -> Option<Vec<u8>> {
    let packed = std::fs::read(data()?.join("collector").join(name)).unwrap();
    Some(decompress(&packed, &limits()).unwrap().into_owned())
}

#[track_caller]
fn check_real(name: &str, certificates: &str, expected: (usize, usize, usize), is_believed: bool) {
    let Some(bytes) = collector(&format!("consensuses/{name}.zst")) else { return };
    let mut book = Certificates::default();
    let own = collector(&format!("consensuses/{certificates}.zst")).unwrap();
    assert_eq!(add_all(&mut book, &own), [""; 0]);
    let verification = verify(&bytes, &book, &TrustedAuthorities::builtin());
    let counts = (verification.present(), verification.verified(), verification.trusted());
    assert_eq!(counts, expected, "{name}: {:?}", verification.problems);
    assert_eq!(verification.is_believed, is_believed, "{name}");
    assert_eq!(verification.problems.len(), expected.0 - expected.1, "{name}: {:?}", verification.problems);
    assert_eq!(verification.trusted_authorities, 9);
}

#[test]
fn real_consensuses_have_the_signatures_that_are_known_of_them() {
    check_real("2026-03-22-05-00-00-consensus-microdesc", "2026-03-22-certs", (9, 9, 9), true);
    check_real("2022-11-19-10-00-00-consensus", "2022-11-19-certs", (8, 8, 8), true);
    check_real("2022-11-19-10-00-00-consensus-microdesc", "2022-11-19-certs", (8, 8, 8), true);
    check_real("2019-12-14-21-00-00-consensus-microdesc", "2019-12-certs", (9, 9, 9), true);
    check_real("2019-12-15-13-00-00-consensus-microdesc", "2019-12-certs", (9, 9, 9), true);
    check_real("2020-02-29-10-00-00-consensus", "2019-12-certs", (8, 7, 7), true);
    check_real("2020-02-29-11-00-00-consensus", "2019-12-certs", (7, 6, 6), true);
    check_real("2020-03-05-10-00-00-consensus", "2019-12-certs", (9, 6, 6), true);
}

#[test]
fn without_certificates_of_its_time_nothing_is_believed() {
    check_real("2026-03-22-05-00-00-consensus-microdesc", "2019-12-certs", (9, 0, 0), false);
    let Some(bytes) = collector("consensuses/2022-11-19-10-00-00-consensus.zst") else { return };
    let verification = verify(&bytes, &Certificates::default(), &TrustedAuthorities::builtin());
    assert!(!verification.is_believed);
    assert!(verification.problems[0].ends_with("there is no certificate for its signing key"));
    let nobody =
        TrustedAuthorities::parse("authority nobody 0000000000000000000000000000000000000000").unwrap();
    assert_eq!(verify(&bytes, &Certificates::default(), &nobody).trusted_authorities, 1);
}

#[test]
fn an_authority_that_did_not_sign_is_named() {
    let Some(bytes) = collector("consensuses/2022-11-19-10-00-00-consensus.zst") else { return };
    let mut book = Certificates::default();
    add_all(&mut book, &collector("consensuses/2022-11-19-certs.zst").unwrap());
    let verification = verify(&bytes, &book, &TrustedAuthorities::builtin());
    let absent =
        verification.authorities.iter().filter(|authority| authority.state != AuthorityState::Signed);
    let absent: Vec<_> =
        absent.map(|authority| (authority.nickname.as_deref().unwrap(), authority.is_named)).collect();
    assert_eq!(absent.len(), 1, "{absent:?}");
    assert!(absent[0].1, "its vote was counted");
}

#[test]
fn the_flavours_of_an_hour_agree() {
    let Some(ns) = collector("consensuses/2022-11-19-10-00-00-consensus.zst") else { return };
    let microdesc = collector("consensuses/2022-11-19-10-00-00-consensus-microdesc.zst").unwrap();
    let ns = parse_consensus(&ns, &limits()).unwrap().document;
    let mut microdesc = parse_consensus(&microdesc, &limits()).unwrap().document;
    assert_eq!(compare_flavors(&ns, &microdesc), []);
    assert_eq!(compare_flavors(&microdesc, &ns), []);
    assert_eq!(compare_flavors(&ns, &ns).len(), 1);
    let lost = microdesc.routers.remove(77).fingerprint;
    microdesc.routers[1000].or_port ^= 1;
    let changed = microdesc.routers[1000].fingerprint;
    let mut text = String::new();
    for difference in compare_flavors(&ns, &microdesc) {
        writeln!(text, "{difference}").unwrap();
    }
    let expected = format!(
        "{lost} is in the ns consensus only\nthe addresses of {changed} in ns and microdesc differ\n"
    );
    assert_eq!(text, expected);
}

#[test]
fn microdescriptors_are_those_that_the_consensus_lists() {
    let Some(consensus) = collector("consensuses/2019-12-14-21-00-00-consensus-microdesc.zst") else {
        return;
    };
    let consensus = parse_consensus(&consensus, &limits()).unwrap().document;
    let mut bytes = collector("microdescs/2019-12-15-microdescs.zst").unwrap();
    let all = parse_microdescriptors(&bytes, &limits()).unwrap().document;
    let matched = match_microdescriptors(&consensus, &all);
    assert_eq!(matched.unlisted, [0; 0]);
    assert_eq!((matched.found, matched.listed), (6374, 6374));
    // One letter of the onion key of the first one.
    let position = bytes.windows(5).position(|letters| letters == b"MIGJA").unwrap() + 20;
    bytes[position] ^= 1;
    let all = parse_microdescriptors(&bytes, &limits()).unwrap().document;
    assert_eq!(match_microdescriptors(&consensus, &all).unlisted, [0]);
}

#[test]
fn real_votes_verify_by_the_certificates_inside() {
    for name in [
        "2016-09-20-13-00-00-vote-49015F787433103580E3B66A1707A00E60F2D15B-60ADC6BEC262AE921A1037D54C8A3976367DBE87",
        "2016-10-01-16-00-00-vote-0232AF901C31A04EE9848595AF9BB7620D4C5B2E-FEE63B4AB7CE5A6BDD09E9A5C4F01BD61EB7E4F1",
    ] {
        let Some(bytes) = collector(&format!("votes/{name}.zst")) else { return };
        let vote = parse_vote(&bytes, &limits()).unwrap().document;
        let mut book = Certificates::default();
        let verification = verify_vote(&bytes, &vote, &mut book, &TrustedAuthorities::builtin());
        assert_eq!(verification.problems, [""; 0]);
        assert_eq!((verification.present(), verification.trusted()), (1, 1));
        assert!(verification.is_believed);
        assert_eq!(verification.trusted_authorities, 8);
    }
}

/// The authorities of a private network, by the certificates in its votes.
fn authorities(files: &Files, sample: &str) -> TrustedAuthorities {
    let mut text = String::new();
    for (name, bytes) in folder(files, &format!("{sample}/certs")) {
        let parsed = parse_certificates(bytes, &limits()).unwrap();
        writeln!(text, "authority a{} {}", &name[..8], parsed.document[0].fingerprint).unwrap();
    }
    TrustedAuthorities::parse(&text).unwrap()
}

fn certificates(files: &Files, sample: &str) -> Certificates {
    let mut book = Certificates::default();
    for (name, bytes) in folder(files, &format!("{sample}/certs")) {
        assert_eq!(add_all(&mut book, bytes), [""; 0], "{name}");
    }
    book
}

#[test]
fn every_document_of_the_private_networks_verifies() {
    let Some(files) = samples() else { return };
    let mut signatures = [0, 0];
    let mut votes = 0;
    for sample in ["sample", "sample9", "sample-family"] {
        let trusted = authorities(&files, sample);
        let mut book = certificates(&files, sample);
        for (sum, kind) in signatures.iter_mut().zip(["consensuses", "microdesc-consensuses"]) {
            for (name, bytes) in folder(&files, &format!("{sample}/{kind}")) {
                let verification = verify(bytes, &book, &trusted);
                assert_eq!(verification.problems, [""; 0], "{sample} {name}");
                assert!(verification.is_believed);
                *sum += if sample == "sample" { verification.trusted() } else { 0 };
            }
        }
        for (name, bytes) in folder(&files, &format!("{sample}/votes")) {
            let vote = parse_vote(bytes, &limits()).unwrap().document;
            let verification = verify_vote(bytes, &vote, &mut book, &trusted);
            assert_eq!(verification.problems, [""; 0], "{sample} {name}");
            assert!(verification.is_believed);
            votes += usize::from(sample == "sample");
        }
        let public = TrustedAuthorities::builtin();
        for (_, bytes) in folder(&files, &format!("{sample}/consensuses")) {
            let verification = verify(bytes, &book, &public);
            assert!(!verification.is_believed, "authorities of a private network are nobody's");
            assert_eq!(verification.trusted(), 0);
            assert!(verification.problems.iter().any(|problem| problem.ends_with("which is not trusted")));
        }
    }
    assert_eq!((signatures, votes), ([65, 65], 68));
}

#[test]
fn the_flavours_of_every_round_agree() {
    let Some(files) = samples() else { return };
    for (name, ns) in folder(&files, "sample/consensuses") {
        let ns = parse_consensus(ns, &limits()).unwrap().document;
        let microdesc = &files[&format!("sample/microdesc-consensuses/{name}-microdesc")];
        let microdesc = parse_consensus(microdesc, &limits()).unwrap().document;
        assert_eq!(compare_flavors(&ns, &microdesc), [], "{name}");
    }
}

/// The changes of one byte that are tried: a bit, the bit that tells upper from lower case, and the
/// one that makes another kind of newline of a newline.
const CHANGES: [u8; 3] = [0x01, 0x20, 0x07];

/// Every `step`th position; all of them take minutes, and were tried once.
fn positions(length: usize, step: usize) -> impl Iterator<Item = usize> {
    (0..length).step_by(step)
}

#[test]
fn a_changed_byte_anywhere_in_a_consensus_is_found() {
    let Some(files) = samples() else { return };
    let book = certificates(&files, "sample");
    let trusted = authorities(&files, "sample");
    let original = &files["sample/microdesc-consensuses/2026-11-20-13-18-00-consensus-microdesc"];
    let signed = parse_consensus(original, &limits()).unwrap().document.signed.len();
    let mut missed = Vec::new();
    let changes = CHANGES.into_iter().enumerate();
    for (number, change) in changes {
        let in_signed = positions(signed - number, 97);
        let in_signatures = (signed..original.len() - 8).step_by(7);
        for position in in_signed.chain(in_signatures).map(|position| position + number) {
            let mut bytes = original.clone();
            bytes[position] ^= change;
            let Ok(parsed) = parse_consensus(&bytes, &limits()) else { continue };
            let verification = verify_consensus(&bytes, &parsed.document, &book, &trusted);
            if verification.problems.is_empty() {
                missed.push((position, change));
            }
            let is_in_signed = position < signed;
            assert_eq!(verification.is_believed, !is_in_signed, "at {position}: {:?}", verification.problems);
        }
    }
    assert_eq!(missed, []);
}

#[test]
fn a_document_with_thousands_of_signatures_costs_no_more_than_one_with_two_hundred() {
    let Some(files) = samples() else { return };
    let book = certificates(&files, "sample");
    let trusted = authorities(&files, "sample");
    let mut bytes = files["sample/consensuses/2026-11-20-13-18-00-consensus"].clone();
    let signed = parse_consensus(&bytes, &limits()).unwrap().document.signed.len();
    let keyword = b"directory-signature ";
    let one_more =
        [keyword, &bytes[signed..signed + 82], b"-----BEGIN SIGNATURE-----\nAAAA\n-----END SIGNATURE-----\n"]
            .concat();
    bytes.extend(one_more.repeat(3000));
    let verification = verify(&bytes, &book, &trusted);
    assert_eq!(
        (verification.present(), verification.signatures.len(), verification.trusted()),
        (3005, 200, 5)
    );
    assert!(verification.is_believed, "what is added behind takes nothing away");
    assert!(verification.problems.iter().any(|problem| problem.ends_with("were left out")));
    assert!(verification.problems.iter().any(|problem| problem.ends_with("signs twice")));
}

#[test]
fn a_changed_byte_anywhere_in_a_certificate_is_found() {
    let Some(files) = samples() else { return };
    let certs = folder(&files, "sample/certs");
    let (_, original) = certs[0];
    let mut missed = Vec::new();
    for change in CHANGES {
        for position in positions(original.len() - 1, 5) {
            let mut bytes = original.to_vec();
            bytes[position] ^= change;
            let Ok(parsed) = parse_certificates(&bytes, &limits()) else { continue };
            let mut book = Certificates::default();
            let is_found = parsed.document.len() != 1 || book.add(&parsed.document[0]).is_err();
            if !is_found {
                missed.push((position, change));
            }
        }
    }
    assert_eq!(missed, []);
}

#[test]
fn a_changed_byte_anywhere_in_a_vote_is_found() {
    let Some(files) = samples() else { return };
    let trusted = authorities(&files, "sample");
    let (_, original) = folder(&files, "sample/votes")[0];
    for (number, change) in CHANGES.into_iter().enumerate() {
        let in_signed = positions(original.len() - 400, 97).map(|position| position + number);
        for position in in_signed.chain((original.len() - 400 + number..original.len() - 1).step_by(3)) {
            let mut bytes = original.to_vec();
            bytes[position] ^= change;
            let Ok(Parsed { document: vote, .. }): Result<Parsed<Vote<'_>>, _> =
                parse_vote(&bytes, &limits())
            else {
                continue;
            };
            let verification = verify_vote(&bytes, &vote, &mut Certificates::default(), &trusted);
            assert!(!verification.problems.is_empty(), "at {position}");
        }
    }
}
