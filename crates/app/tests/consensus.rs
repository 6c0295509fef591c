//! `allium consensus` on documents of private Tor networks and of the public one, where they are at hand.

#![expect(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "helpers of tests fail by panicking and say why they skip"
)]

use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn allium(directory: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_allium"))
        .args(["consensus"])
        .args(arguments)
        .current_dir(directory)
        .env_clear()
        .output()
        .unwrap()
}

/// The folder of shared data; `None` where it is not at hand.
fn data() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    if folder.is_dir() {
        return Some(folder.canonicalize().unwrap());
    }
    eprintln!("skipped: there is no {}", folder.display());
    None
}

/// A directory with the documents of the private networks, and a torrc that names their authorities.
fn samples() -> Option<tempfile::TempDir> {
    let packed = fs::read(data()?.join("tornet/samples.tar.zst")).unwrap();
    let directory = tempfile::tempdir().unwrap();
    tar::Archive::new(zstd::Decoder::with_buffer(&*packed).unwrap()).unpack(directory.path()).unwrap();
    let mut torrc = String::from("TestingTorNetwork 1\n");
    for entry in fs::read_dir(directory.path().join("sample/certs")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let line =
            format!("DirAuthority a{} v3ident={} 127.0.0.1:1 {}\n", &name[..8], &name[..40], "A".repeat(40));
        torrc.push_str(&line);
    }
    fs::write(directory.path().join("torrc"), torrc).unwrap();
    Some(directory)
}

/// Runs `verify` with JSON and gives the exit code and the objects.
#[track_caller]
fn verify(directory: &Path, arguments: &[&str]) -> (i32, Vec<Value>) {
    let output = allium(directory, &[&["verify", "--format", "json"], arguments].concat());
    let errors = String::from_utf8(output.stderr).unwrap();
    assert!(!errors.contains("panicked"), "{errors}");
    let text = String::from_utf8(output.stdout).unwrap();
    let reports = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    (output.status.code().unwrap(), reports)
}

#[track_caller]
fn check(report: &Value, flavor: &str, relays: u64, signatures: [u64; 3], majority: &Value) {
    let counts = ["signatures_present", "signatures_verified", "signatures_trusted"]
        .map(|key| report[key].as_u64().unwrap());
    assert_eq!(counts, signatures, "{report}");
    assert_eq!(
        (&report["flavor"], report["relays"].as_u64()),
        (&Value::from(flavor), Some(relays)),
        "{report}"
    );
    assert_eq!(&report["majority"], majority, "{report}");
}

#[test]
fn real_consensuses_are_believed_by_the_built_in_authorities() {
    let Some(data) = data() else { return };
    let folder = data.join("collector/consensuses");
    let certs = ["--certs", "2022-11-19-certs.zst"];
    let both = ["2022-11-19-10-00-00-consensus.zst", "2022-11-19-10-00-00-consensus-microdesc.zst"];
    let (code, reports) = verify(&folder, &[&both[..], &certs[..]].concat());
    assert_eq!(code, 0, "{reports:?}");
    check(&reports[0], "ns", reports[0]["relays"].as_u64().unwrap(), [8, 8, 8], &true.into());
    check(&reports[1], "microdesc", reports[0]["relays"].as_u64().unwrap(), [8, 8, 8], &true.into());
    assert_eq!(reports[0]["authorities"], 9);
    assert_eq!(reports[0]["valid_after"], "2022-11-19T10:00:00Z");
    assert_eq!(reports[0]["problems"], Value::Array(Vec::new()));
    let (code, reports) = verify(&folder, &[both[0]]);
    assert_eq!(code, 11, "without certificates nothing is believed");
    check(&reports[0], "ns", reports[0]["relays"].as_u64().unwrap(), [8, 0, 0], &false.into());
}

#[test]
fn a_private_network_is_believed_with_its_own_torrc_only() {
    let Some(directory) = samples() else { return };
    let path = directory.path();
    let consensus = "sample/consensuses/2026-11-20-13-20-40-consensus";
    let own = ["--authorities", "torrc", "--certs", "sample/certs"];
    let (code, reports) = verify(path, &[&[consensus], &own[..]].concat());
    assert_eq!(code, 0, "{reports:?}");
    check(&reports[0], "ns", 13, [4, 4, 4], &true.into());
    let not_signed: Vec<_> = reports[0]["signers"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|signer| signer["state"] == "not signed")
        .collect();
    assert_eq!(not_signed.len(), 1, "the authority that was stopped after its vote");
    let (code, reports) = verify(path, &[consensus, "--certs", "sample/certs"]);
    assert_eq!(code, 11);
    check(&reports[0], "ns", 13, [4, 4, 0], &false.into());
    assert!(reports[0]["problems"].to_string().contains("which is not trusted"));
}

#[test]
fn whole_folders_are_checked_and_votes_bring_certificates() {
    let Some(directory) = samples() else { return };
    let folders = ["sample/votes", "sample/consensuses", "sample/microdesc-consensuses"];
    let (code, reports) = verify(directory.path(), &[&folders[..], &["--authorities", "torrc"][..]].concat());
    assert_eq!((code, reports.len()), (0, 68 + 14 + 14));
    check(&reports[0], "vote", 13, [1, 1, 1], &Value::Null);
    assert!(reports.iter().all(|report| report["problems"].as_array().unwrap().is_empty()));
}

#[test]
fn a_changed_byte_is_found_and_told() {
    let Some(directory) = samples() else { return };
    let path = directory.path();
    let mut bytes = fs::read(path.join("sample/consensuses/2026-11-20-13-18-00-consensus")).unwrap();
    let position = bytes.windows(9).position(|letters| letters == b"Bandwidth").unwrap() + 11;
    bytes[position] ^= 1;
    fs::write(path.join("changed"), &bytes).unwrap();
    let own = ["changed", "--authorities", "torrc", "--certs", "sample/certs"];
    let (code, reports) = verify(path, &own);
    assert_eq!(code, 11);
    check(&reports[0], "ns", 13, [5, 0, 0], &false.into());
    let output = allium(path, &[&["verify"], &own[..]].concat());
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(text.matches("the signature does not hold").count(), 5, "{text}");
    assert!(text.contains("NOT BELIEVED"), "{text}");
}

#[test]
fn a_consensus_is_computed_from_its_votes() {
    let Some(directory) = samples() else { return };
    let path = directory.path();
    let base = ["recompute", "--votes", "sample/votes", "--authorities", "torrc", "--consensus"];
    for consensus in [
        "consensuses/2026-11-20-13-20-00-consensus",
        "microdesc-consensuses/2026-11-20-13-22-20-consensus-microdesc",
    ] {
        let consensus = format!("sample/{consensus}");
        let output = allium(path, &[&base[..], &[&consensus]].concat());
        let text = String::from_utf8(output.stdout).unwrap();
        assert_eq!(output.status.code(), Some(0), "{text}");
        assert!(text.contains("identical, byte by byte"), "{text}");
    }
    let changed = fs::read_to_string(path.join("sample/consensuses/2026-11-20-13-20-00-consensus")).unwrap();
    fs::write(path.join("changed"), changed.replacen("w Bandwidth=", "w Bandwidth=9", 1)).unwrap();
    let output = allium(path, &[&base[..], &["changed", "--format", "json"]].concat());
    assert_eq!(output.status.code(), Some(11));
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["identical"], false);
    assert_eq!(report["differences"].as_array().unwrap().len(), 1, "{report}");
}

#[test]
fn show_says_what_documents_say_as_a_whole() {
    let Some(directory) = samples() else { return };
    let path = directory.path();
    let output =
        allium(path, &["show", "sample/consensuses/2026-11-20-13-18-00-consensus", "--format", "json"]);
    let facts: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(
        (&facts["relays"], &facts["consensus_method"], &facts["flags"]["Guard"]),
        (&13.into(), &35.into(), &4.into())
    );
    let output = allium(path, &["show", "sample/votes"]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(text.matches("nickname                     birch").count(), 15, "{text}");
}

#[track_caller]
fn check_failure(directory: &Path, arguments: &[&str], code: i32, words: &str) {
    let output = allium(directory, arguments);
    let said = String::from_utf8(output.stderr).unwrap() + &String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(code), "{arguments:?}: {said}");
    assert!(said.contains(words), "{arguments:?}: {said}");
    assert!(!said.contains("panicked"), "{said}");
}

#[test]
fn what_cannot_be_used_gets_a_sentence_and_a_code() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path();
    fs::write(path.join("empty"), "").unwrap();
    fs::write(path.join("text"), "hello\n").unwrap();
    fs::write(path.join("short"), "network-status-version 3\nvote-status consensus\nvalid-after 2026")
        .unwrap();
    fs::write(path.join("router"), "router a 10.0.0.1 9001 0 0\n").unwrap();
    check_failure(path, &["verify", "nowhere"], 4, "cannot read nowhere");
    check_failure(path, &["verify", "text"], 5, "no document that is known here");
    check_failure(path, &["verify", "empty"], 5, "no document that is known here");
    check_failure(path, &["verify", "short"], 5, "files cannot be used");
    check_failure(path, &["verify", "router"], 5, "a server descriptor");
    check_failure(path, &["verify", "text", "--authorities", "text"], 3, "no authority");
    check_failure(path, &["verify", "text", "--certs", "text"], 5, "cannot use text");
    check_failure(path, &["verify"], 2, "FILE");
    check_failure(path, &["recompute", "--votes", "text"], 5, "there are no votes");
    check_failure(path, &["show", "text"], 5, "neither a consensus nor a vote");
}
