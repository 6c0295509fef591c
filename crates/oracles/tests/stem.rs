//! Consensuses and votes as stem reads them, where Python has stem; `stem_facts.py` prints its side.
//!
//! stem is lenient: unlike tor-netdoc it reads the documents of all years.

#![expect(clippy::unwrap_used, clippy::print_stderr, reason = "what tests share fails as tests do")]

#[path = "../../documents/tests/support/mod.rs"]
mod support;

use allium_documents::Limits;
use allium_documents::dirspec::{
    DirSource, DocumentKind, Ed25519Listing, Router, Signature, StatusHeader, parse_consensus, parse_vote,
};
use data_encoding::{BASE64_NOPAD, HEXUPPER};
use std::fmt::Display;
use std::io::Write;
use std::process::{Command, Stdio};
use support::{private_networks, real_folder};

fn has_stem() -> bool {
    let import = Command::new("python3").args(["-c", "import stem"]).stderr(Stdio::null()).status();
    let is_there = import.is_ok_and(|status| status.success());
    if !is_there {
        eprintln!("skipped: python3 with stem is not there");
    }
    is_there
}

/// The facts of a document by stem.
fn theirs(kind: DocumentKind, bytes: &[u8]) -> Vec<String> {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/stem_facts.py");
    let mut child = Command::new("python3")
        .args([script, &format!("{} 1.0", kind.annotation().unwrap())])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(bytes).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect()
}

/// A value as Python prints it.
fn python<T: Display>(value: Option<T>) -> String {
    value.map_or_else(|| "None".into(), |value| value.to_string())
}

fn words<T: Display>(pairs: &[(&str, T)]) -> String {
    let mut words: Vec<_> = pairs.iter().map(|(key, value)| format!("{key}={value}")).collect();
    words.sort();
    words.join(" ")
}

fn header_facts(header: &StatusHeader<'_>, weights: &[(&str, i32)]) -> Vec<String> {
    vec![
        format!("valid {} {} {}", header.valid_after, header.fresh_until, header.valid_until),
        format!("delay {} {}", header.voting_delay.vote_seconds, header.voting_delay.dist_seconds),
        format!("flags {}", header.known_flags.join(" ")),
        format!("params {}", words(&header.params)),
        format!("weights {}", words(weights)),
        format!("client {}", header.client_versions.unwrap_or_default()),
        format!("server {}", header.server_versions.unwrap_or_default()),
    ]
}

fn authority_fact(authority: &DirSource<'_>) -> String {
    let DirSource { nickname, identity, hostname, address, dir_port, or_port, .. } = authority;
    let (digest, contact) = (python(authority.vote_digest), python(authority.contact));
    format!("authority {nickname} {identity} {hostname} {address} {dir_port} {or_port} {digest} {contact}")
}

fn signature_fact(signature: &Signature<'_>) -> String {
    format!("signature {} {} {}", signature.algorithm, signature.identity, signature.signing_key_digest)
}

fn router_facts(router: &Router<'_>, ed25519: Ed25519Listing<'_>) -> Vec<String> {
    let digest = router.descriptor_digest.map(|digest| HEXUPPER.encode(&digest));
    let microdescriptor_hex = router.microdescriptor_digest.map(|digest| HEXUPPER.encode(&digest));
    let mut flags: Vec<_> = router.flags.iter().map(allium_model::Flag::name).collect();
    flags.extend(&router.unknown_flags);
    flags.sort_unstable();
    let unmeasured = if router.weight.is_unmeasured { "True" } else { "False" };
    let policy = router.exit_ports.map(|ports| ports.replace(' ', ""));
    let microdescriptor = router.microdescriptor_digest.map(|digest| BASE64_NOPAD.encode(&digest));
    let mut facts = vec![
        format!(
            "r {} {} {} {}",
            router.nickname,
            router.fingerprint,
            python(digest.or(microdescriptor_hex)),
            router.published
        ),
        format!(
            "at {} {} {} {}",
            router.address,
            router.or_port,
            router.dir_port,
            router.or_addresses.join(" ")
        ),
        format!("s {}", flags.join(" ")),
        format!("v {}", python(router.version)),
        format!("w {} {} {unmeasured}", python(router.weight.bandwidth), python(router.weight.measured)),
        format!("p {}", python(policy)),
        format!("m {}", python(microdescriptor)),
    ];
    match ed25519 {
        Ed25519Listing::Missing => {}
        Ed25519Listing::None => facts.push("id ed25519 none".into()),
        Ed25519Listing::Key(key) => facts.push(format!("id ed25519 {key}")),
    }
    facts
}

fn consensus_facts(bytes: &[u8]) -> Vec<String> {
    let consensus = parse_consensus(bytes, &Limits::default()).unwrap().document;
    let mut facts = header_facts(&consensus.header, &consensus.bandwidth_weights);
    facts.extend(consensus.authorities.iter().map(authority_fact));
    facts.extend(consensus.signatures.iter().map(signature_fact));
    facts.extend(consensus.routers.iter().flat_map(|router| router_facts(router, Ed25519Listing::Missing)));
    facts
}

fn vote_facts(bytes: &[u8]) -> Vec<String> {
    let vote = parse_vote(bytes, &Limits::default()).unwrap().document;
    let mut facts = header_facts(&vote.header, &[]);
    facts.push(authority_fact(&vote.authority));
    facts.extend(vote.signatures.iter().map(signature_fact));
    facts.extend(vote.routers.iter().flat_map(|entry| router_facts(&entry.router, entry.ed25519)));
    facts
}

fn check(name: &str, bytes: &[u8]) {
    let kind = DocumentKind::of(bytes).unwrap();
    let ours = if kind == DocumentKind::Vote { vote_facts(bytes) } else { consensus_facts(bytes) };
    let theirs = theirs(kind, bytes);
    for (ours, theirs) in ours.iter().zip(&theirs) {
        assert_eq!(ours, theirs, "{name}");
    }
    assert_eq!(ours.len(), theirs.len(), "{name}");
}

#[test]
fn documents_of_the_real_network_are_read_alike() {
    if !has_stem() {
        return;
    }
    for (name, bytes) in real_folder("collector/consensuses") {
        if !name.contains("certs") {
            check(&name, &bytes);
        }
    }
    for (name, bytes) in real_folder("collector/votes") {
        check(&name, &bytes);
    }
}

#[test]
fn documents_of_a_private_network_are_read_alike() {
    if !has_stem() {
        return;
    }
    let is_of_one_round = |path: &str| path.contains("sample/") && path.contains("2026-11-20-13-20-20");
    for (path, bytes) in private_networks() {
        let is_status = path.contains("consensuses/") || path.contains("/votes/");
        if is_of_one_round(&path) && is_status {
            check(&path, &bytes);
        }
    }
}
