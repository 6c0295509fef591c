//! What is verified, and what is wrong with it.

use crate::*;
use allium_consensus::ConsensusDigest;
use allium_documents::Limits;
use allium_documents::dirspec::parse_consensus;
use data_encoding::{BASE64, HEXUPPER};
use serde_json::Value;
use std::fmt::Write;
use std::fs;

/// What the authorities have exchanged before they published both consensuses.
fn detached() -> String {
    let [ns, microdesc] = [NS, MICRODESC].map(|name| fs::read(recent().join(name)).unwrap());
    let [ns, microdesc] =
        [&ns, &microdesc].map(|bytes| parse_consensus(bytes, &Limits::default()).unwrap().document);
    let mut text = format!(
        "consensus-digest {}\nvalid-after {}\nfresh-until {}\nvalid-until {}\nadditional-digest microdesc sha256 {}\n",
        HEXUPPER.encode(&ConsensusDigest::of(&ns).sha1),
        ns.header.valid_after,
        ns.header.fresh_until,
        ns.header.valid_until,
        HEXUPPER.encode(&ConsensusDigest::of(&microdesc).sha256),
    );
    let flavors = [("additional-signature microdesc sha256", &microdesc), ("directory-signature", &ns)];
    for (keyword, signature) in flavors
        .iter()
        .flat_map(|(keyword, consensus)| consensus.signatures.iter().map(move |one| (keyword, one)))
    {
        let (identity, key, bytes) = (signature.identity, signature.signing_key_digest, &signature.bytes);
        let object =
            format!("-----BEGIN SIGNATURE-----\n{}\n-----END SIGNATURE-----\n", BASE64.encode(bytes));
        write!(text, "{keyword} {identity} {key}\n{object}").unwrap();
    }
    text
}

#[test]
fn detached_signatures_are_verified_alone_and_beside_their_consensuses() {
    let directory = tempfile::tempdir().unwrap();
    let name = directory.path().join("detached");
    let file = name.to_str().unwrap();
    let verify = |text: &str, beside: &[&str]| {
        fs::write(&name, text).unwrap();
        let said = allium(&[&["verify", "--format", "json", file], beside, TRUST.as_slice()].concat());
        let report: Value = serde_json::from_str(said.out.lines().next().unwrap()).unwrap();
        let counts = ["signatures_present", "signatures_verified", "signatures_trusted"]
            .map(|key| report[key].as_u64().unwrap());
        (said.code, counts, report)
    };
    let text = detached();
    for beside in [&[][..], &[NS, MICRODESC][..]] {
        let (code, counts, report) = verify(&text, beside);
        assert_eq!((code, counts), (0, [10, 5, 5]), "{report}");
        assert_eq!((&report["flavor"], &report["majority"]), (&"detached signatures".into(), &true.into()));
        assert_eq!(report["problems"], Value::Array(Vec::new()));
    }
    let (code, counts, report) = verify(&text, &[NS_BEFORE]);
    assert_eq!((code, counts), (0, [10, 5, 5]), "that of another hour says nothing of it: {report}");
    // A digit of the digest: no signature on that flavour holds, and it is not that of the consensus.
    let digest = text.split([' ', '\n']).nth(1).unwrap();
    let (code, counts, report) = verify(&text.replace(digest, &"A".repeat(40)), &[NS]);
    assert_eq!((code, counts), (11, [10, 0, 0]), "{report}");
    assert!(report["problems"][0].as_str().unwrap().contains("not of the one at hand"), "{report}");
    assert_eq!(report["signers"][0]["problem"], "ns: the signature does not hold");
    // Two authorities on one flavour are no majority.
    let cut = text.match_indices("directory-signature").nth(2).unwrap().0;
    let (code, counts, report) = verify(&text[..cut], &[]);
    assert_eq!((code, counts), (11, [7, 2, 2]), "{report}");
    assert!(report["signers"].to_string().contains("ns: there is no signature"), "{report}");
    let said = allium(&[&["verify", file], TRUST.as_slice()].concat());
    assert!(said.out.contains("no majority of the trusted authorities on every flavour"), "{}", said.out);
}

/// Runs `verify` with the trust of the documents and gives the exit code and the reports.
#[track_caller]
fn verify(arguments: &[&str]) -> (i32, Vec<Value>) {
    let said = allium(&[&["verify", "--format", "json"], arguments, &TRUST[..]].concat());
    (said.code, said.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect())
}

#[track_caller]
fn problems(report: &Value) -> String {
    report["problems"].as_array().unwrap().iter().map(|problem| problem.as_str().unwrap()).collect()
}

#[test]
fn a_file_that_cannot_be_read_or_unpacked_costs_itself_alone() {
    let directory = tempfile::tempdir().unwrap();
    let broken = written(directory.path(), "broken.gz", b"\x1f\x8b and nothing more");
    let (code, reports) = verify(&[&broken, NS]);
    assert_eq!((code, reports.len()), (5, 2));
    assert!(problems(&reports[0]).contains("gzip data cannot be decompressed"), "{}", reports[0]);
    assert_eq!(
        (&reports[1]["majority"], reports[1]["problems"].as_array().unwrap().len()),
        (&true.into(), 0)
    );
    let (code, reports) = verify(&["nowhere", NS, &broken]);
    assert_eq!((code, reports.len()), (4, 3));
    assert!(problems(&reports[0]).contains("cannot read nowhere"), "{}", reports[0]);
    assert_eq!(reports[1]["majority"], true);
    let config = written(directory.path(), "small.toml", "[limits]\nmax_document_bytes = 8192\n");
    let bomb = written(directory.path(), "bomb.zst", zstd::encode_all(&vec![0_u8; 1 << 20][..], 1).unwrap());
    let (code, reports) = verify(&[&bomb, "--config", &config]);
    assert_eq!((code, reports.len()), (5, 1));
    assert!(problems(&reports[0]).contains("max_document_bytes"), "{}", reports[0]);
}

#[test]
fn each_certificate_is_judged_on_its_own() {
    let directory = tempfile::tempdir().unwrap();
    let text = |name: &str| fs::read_to_string(recent().join("certs").join(name)).unwrap();
    let one = text("1BC5902CC034232D2B422D3D38A1C17915BFC42F-2025-09-09-00-00-00");
    let other = text("59BA186597FB435AF32050AA2014FFC5B8D464A3-2025-10-13-14-00-00");
    let authorities = fs::read_to_string(recent().join("../../authorities")).unwrap();
    let rest: Vec<&str> = authorities.lines().filter(|line| !line.contains("1BC5902C")).collect();
    let file = written(directory.path(), "both", one + &other);
    let trusted = written(directory.path(), "authorities", rest.join("\n") + "\n");
    let said = allium(&["verify", &file, "--authorities", &trusted, "--format", "json"]);
    let report: Value = serde_json::from_str(&said.out).unwrap();
    assert_eq!(
        (&report["signatures_verified"], &report["signatures_trusted"]),
        (&2.into(), &1.into()),
        "{report}"
    );
    assert!(problems(&report).contains("the identity is not trusted"), "{report}");
}

#[test]
fn the_configuration_says_whom_to_trust_and_what_is_too_much() {
    let directory = tempfile::tempdir().unwrap();
    let list = recent().join("../../authorities").canonicalize().unwrap();
    let authorities = format!("[authorities]\nfile = {:?}\n", list.to_str().unwrap());
    let config = written(directory.path(), "trust.toml", &authorities);
    let votes = votes("2026-02-21-06");
    let recompute = [&["recompute", "--consensus", NS, "--votes"][..], &[votes[0].as_str()]].concat();
    for command in [&["verify", NS, "--certs", "certs"][..], &["health", NS, "--certs", "certs"]] {
        assert_eq!(allium(command).code, 11, "{command:?} without the list");
        let said = allium(&[command, &["--config", &config]].concat());
        assert_eq!(said.code, 0, "{command:?}: {} {}", said.out, said.errors);
    }
    let missing = written(directory.path(), "missing.toml", "[authorities]\nfile = \"/nowhere/list\"\n");
    assert_eq!(allium(&[&recompute[..], &["--config", &missing]].concat()).code, 4, "the list is read");
    let said = allium(&[
        "verify",
        NS,
        "--certs",
        "certs",
        "--config",
        &missing,
        "--authorities",
        list.to_str().unwrap(),
    ]);
    assert_eq!(said.code, 0, "the option wins: {}", said.errors);
    let small = written(directory.path(), "small.toml", "[limits]\nmax_relays = 3\n");
    let vote = votes[0].as_str();
    for command in [
        &["diff", NS, NS_BEFORE][..],
        &["replay", vote],
        &["flags", RELAY, "--votes", vote],
        &["health", NS],
        &["timeline", NS],
    ] {
        let said = allium(&[command, &["--config", &small]].concat());
        assert!(
            said.code == 5 && said.errors.contains("max_relays"),
            "{command:?}: {} {}",
            said.code,
            said.errors
        );
    }
}

#[test]
fn a_document_ahead_of_the_clock_is_verified_and_has_a_problem() {
    for (now, expected) in [
        ("2026-02-21T05:00:00Z", "60 minutes ahead of the clock"),
        ("2026-02-21T05:49:59Z", "10 minutes ahead of the clock"),
        ("2026-02-21T05:50:00Z", ""),
        ("2026-03-21T05:50:00Z", ""),
    ] {
        let (code, reports) = verify(&[NS, "--now", now]);
        assert_eq!((code, &reports[0]["majority"]), (0, &true.into()), "{now}");
        let said = problems(&reports[0]);
        assert!(said.contains(expected) && said.is_empty() == expected.is_empty(), "{now}: {said}");
    }
    let vote = &votes("2026-02-21-06")[0];
    let said = problems(&verify(&[vote, "--now", "2026-02-21T04:49:00Z"]).1[0]);
    assert!(said.contains("71 minutes ahead"), "{said}");
    assert_eq!(problems(&verify(&[vote, "--now", "2026-02-21T04:50:00Z"]).1[0]), "");
}

#[test]
fn line_ends_of_another_system_are_named_where_signatures_fail() {
    let directory = tempfile::tempdir().unwrap();
    let vote = &votes("2026-02-21-06")[0];
    for (number, name) in [NS, MICRODESC, vote].into_iter().enumerate() {
        let text = fs::read_to_string(recent().join(name)).unwrap().replace('\n', "\r\n");
        let file = written(directory.path(), &format!("crlf{number}"), text);
        let (code, reports) = verify(&[&file]);
        assert_eq!(code, 11, "{name}");
        assert!(problems(&reports[0]).contains("CRLF"), "{name}: {}", reports[0]);
    }
}

#[test]
fn a_label_that_differs_is_a_problem_and_one_of_a_later_version_is_not_read() {
    let directory = tempfile::tempdir().unwrap();
    let text = fs::read_to_string(recent().join(NS)).unwrap();
    let labelled = |name: &str, label: &str| {
        let text = text.replacen("@type network-status-consensus-3 1.0", label, 1);
        verify(&[&written(directory.path(), name, text)])
    };
    let (code, reports) = labelled("vote", "@type network-status-vote-3 1.0");
    assert_eq!((code, &reports[0]["majority"]), (0, &true.into()));
    assert!(problems(&reports[0]).contains("the label says vote"), "{}", reports[0]);
    let (code, reports) = labelled("later", "@type network-status-consensus-3 2.0");
    assert_eq!(code, 5);
    assert!(problems(&reports[0]).contains("is labelled consensus 2"), "{}", reports[0]);
}
