//! Consensuses, votes and certificates as tor-netdoc reads them: where it accepts a document, every
//! field must be the same here.
//!
//! tor-netdoc is strict and refuses many old documents whole; those are compared with stem.

#![expect(clippy::unwrap_used, clippy::print_stderr, reason = "what tests share fails as tests do")]

#[path = "../../documents/tests/support/mod.rs"]
mod support;

use allium_documents::Limits;
use allium_documents::dirspec::{
    Certificate, Consensus, DirSource, Ed25519Listing, Flavor, Router, SharedRandomValue, Signature,
    StatusHeader, Vote, VoteRouter, parse_certificates, parse_consensus, parse_vote,
};
use allium_model::Timestamp;
use data_encoding::{BASE64, BASE64_NOPAD, HEXUPPER};
use std::fmt::Display;
use std::time::{SystemTime, UNIX_EPOCH};
use support::{private_networks, real_folder};
use tor_netdoc::doc::authcert::AuthCertUnverified;
use tor_netdoc::doc::netstatus::{self, md, plain, vote};
use tor_netdoc::parse2::{NetdocParseable, NetdocParseableUnverified, ParseInput, parse_netdoc};

/// A document by tor-netdoc; `None`, with the reason, when it is refused.
fn theirs<D: NetdocParseable>(name: &str, text: &str) -> Option<D> {
    let mut input = ParseInput::new(text, name);
    input.retain_unknown_values();
    match parse_netdoc(&input) {
        Ok(document) => Some(document),
        Err(error) => {
            eprintln!("tor-netdoc refuses {name}: {error}");
            None
        }
    }
}

fn text(bytes: &[u8]) -> &str {
    let text = std::str::from_utf8(bytes).unwrap();
    // Annotations are not part of the documents that tor-netdoc reads.
    if text.starts_with('@') { text.split_once('\n').unwrap().1 } else { text }
}

fn seconds(time: SystemTime) -> Timestamp {
    Timestamp(time.duration_since(UNIX_EPOCH).unwrap().as_secs() as i64)
}

fn joined<T: Display>(values: impl IntoIterator<Item = T>) -> String {
    values.into_iter().map(|value| value.to_string()).collect::<Vec<_>>().join(" ")
}

fn sorted<T: Display>(pairs: impl IntoIterator<Item = (impl Display, T)>) -> Vec<String> {
    let mut words: Vec<_> = pairs.into_iter().map(|(key, value)| format!("{key}={value}")).collect();
    words.sort();
    words
}

/// The words of a list whose order has no meaning.
fn in_order(text: &str) -> String {
    let mut words: Vec<_> = text.split(' ').collect();
    words.sort_unstable();
    words.join(" ")
}

/// What both sides say of a relay, one line for each item.
fn our_lines(router: &Router<'_>) -> Vec<String> {
    let mut flags: Vec<_> = router.flags.iter().map(allium_model::Flag::name).collect();
    flags.extend(&router.unknown_flags);
    flags.sort_unstable();
    let weight = &router.weight;
    let numbers = [
        ("Bandwidth", weight.bandwidth),
        ("GuardFraction", weight.guard_fraction_percent.map(u32::from)),
        ("Measured", weight.measured),
        ("MeasuredButAuthority", weight.measured_but_authority),
        ("Unmeasured", weight.is_unmeasured.then_some(1)),
    ];
    let known = numbers.iter().filter_map(|(key, value)| Some((key, (*value)?)));
    vec![
        format!("r {} {}", router.nickname, BASE64_NOPAD.encode(&router.fingerprint.0)),
        format!("{} {} {}", router.address, router.or_port, router.dir_port),
        format!("a {}", router.or_addresses.join(" ")),
        format!("s {}", flags.join(" ")),
        // tor-netdoc writes 0.5.0 as 0.5.0.0.
        format!(
            "v {}",
            router
                .version
                .map(|text| text.parse::<netstatus::SoftwareVersion>().unwrap().to_string())
                .unwrap_or_default()
        ),
        format!("pr {}", in_order(router.protocols.unwrap_or_default())),
        format!("w {}", joined(sorted(known))),
    ]
}

/// The same of any of the three kinds of entries of tor-netdoc, which are different types.
macro_rules! their_lines {
    ($status:expr, $weights:expr) => {{
        let status = $status;
        let mut flags: Vec<_> = status.flags.known.iter().map(|flag| flag.to_string()).collect();
        flags.extend(status.flags.unknown.as_ref().into_retained().unwrap().iter().cloned());
        flags.sort();
        let weights = $weights.iter().flat_map(|weights| weights.iter());
        vec![
            format!("r {} {}", status.r.nickname, BASE64_NOPAD.encode(status.r.identity.0.as_bytes())),
            format!("{} {} {}", status.r.ip, status.r.or_port, status.r.dir_port),
            format!("a {}", joined(&status.a)),
            format!("s {}", flags.join(" ")),
            format!("v {}", status.version.as_ref().map(ToString::to_string).unwrap_or_default()),
            format!("pr {}", in_order(&status.protos.to_string())),
            format!("w {}", joined(sorted(weights))),
        ]
    }};
}

/// The heads of the three kinds of documents likewise.
macro_rules! check_header {
    ($ours:expr, $preamble:expr) => {{
        let (ours, theirs): (&StatusHeader<'_>, _) = (&$ours, &$preamble);
        let lifetime = &theirs.lifetime;
        assert_eq!(ours.valid_after, seconds(lifetime.valid_after.0));
        assert_eq!(ours.fresh_until, seconds(lifetime.fresh_until.0));
        assert_eq!(ours.valid_until, seconds(lifetime.valid_until.0));
        let delay = (ours.voting_delay.vote_seconds, ours.voting_delay.dist_seconds);
        assert_eq!(Some(delay), theirs.voting_delay);
        assert_eq!(sorted(ours.params.iter().copied()), sorted(theirs.params.iter()));
        let mut flags: Vec<_> = theirs.known_flags.known.iter().map(|flag| flag.to_string()).collect();
        flags.extend(theirs.known_flags.unknown.as_ref().into_retained().unwrap().iter().cloned());
        flags.sort();
        assert_eq!(ours.known_flags, flags);
        check_protocols(ours, &theirs.proto_statuses);
    }};
}

fn check_protocols(ours: &StatusHeader<'_>, theirs: &netstatus::ProtoStatuses) {
    let pairs = [
        (ours.recommended_client_protocols, theirs.client().recommended_protocols()),
        (ours.required_client_protocols, theirs.client().required_protocols()),
        (ours.recommended_relay_protocols, theirs.relay().recommended_protocols()),
        (ours.required_relay_protocols, theirs.relay().required_protocols()),
    ];
    for (ours, theirs) in pairs {
        assert_eq!(in_order(ours.unwrap_or_default()), in_order(&theirs.to_string()));
    }
}

fn check_random(ours: Option<SharedRandomValue<'_>>, theirs: Option<&netstatus::SharedRandStatus>) {
    let ours = ours.map(|value| (value.reveals, value.value.to_owned()));
    let theirs = theirs.map(|value| {
        let bytes: [u8; 32] = value.value.into();
        (u32::from(value.n_reveals), BASE64.encode(&bytes))
    });
    assert_eq!(ours, theirs);
}

fn check_source(ours: &DirSource<'_>, theirs: &netstatus::DirSource) {
    assert_eq!(ours.nickname, theirs.nickname.to_string());
    assert_eq!(ours.identity.0, theirs.identity.0.to_bytes());
    assert_eq!(ours.hostname, theirs.hostname.to_string());
    assert_eq!(ours.address, theirs.ip.to_string());
    assert_eq!((ours.dir_port, ours.or_port), (theirs.dir_port, theirs.or_port));
}

fn check_authorities(ours: &[DirSource<'_>], theirs: &netstatus::ConsensusAuthoritySection) {
    assert_eq!(ours.len(), theirs.authorities.len() + theirs.superseded_keys.len());
    let current = ours.iter().filter(|authority| authority.vote_digest.is_some());
    for (ours, theirs) in current.zip(&theirs.authorities) {
        check_source(ours, &theirs.dir_source);
        assert_eq!(ours.contact, Some(theirs.contact.to_string().as_str()));
        assert_eq!(ours.vote_digest, Some(HEXUPPER.encode(&theirs.vote_digest.0).as_str()));
    }
}

fn check_signatures(ours: &[Signature<'_>], theirs: &[netstatus::Signature]) {
    assert_eq!(ours.len(), theirs.len());
    for (ours, theirs) in ours.iter().zip(theirs) {
        assert_eq!(ours.algorithm, theirs.digest_algo.algorithm().to_string());
        assert_eq!(ours.identity.0, theirs.key_ids.id_fingerprint.to_bytes());
        assert_eq!(ours.signing_key_digest.0, theirs.key_ids.sk_fingerprint.to_bytes());
        assert_eq!(ours.bytes, theirs.signature);
    }
}

/// What both flavours of a consensus carry alike.
macro_rules! check_consensus {
    ($ours:expr, $theirs:expr, $signatures:expr) => {{
        let (ours, theirs) = ($ours, &$theirs);
        check_header!(ours.header, theirs.preamble);
        let random = &theirs.preamble.shared_rand;
        check_random(ours.header.shared_random_previous, random.shared_rand_previous_value.as_ref());
        check_random(ours.header.shared_random_current, random.shared_rand_current_value.as_ref());
        assert_eq!(ours.method, theirs.preamble.consensus_method.0);
        check_authorities(&ours.authorities, &theirs.authority);
        let weights = &theirs.footer.consensus.bandwidth_weights;
        assert_eq!(sorted(ours.bandwidth_weights.iter().copied()), sorted(weights.iter()));
        check_signatures(&ours.signatures, &$signatures.sigs.directory_signature);
        assert_eq!(ours.routers.len(), theirs.routers.len());
        for (ours, theirs) in ours.routers.iter().zip(&theirs.routers) {
            let weights = theirs.weight.params().into_retained().unwrap();
            assert_eq!(our_lines(ours), their_lines!(theirs, weights));
        }
    }};
}

fn check_microdesc(name: &str, bytes: &[u8], ours: &Consensus<'_>) -> bool {
    let Some(parsed) = theirs::<md::NetworkStatusUnverified>(name, text(bytes)) else { return false };
    let (theirs, signatures) = parsed.inspect_unverified();
    check_consensus!(ours, theirs, signatures);
    for (ours, theirs) in ours.routers.iter().zip(&theirs.routers) {
        assert_eq!(ours.microdescriptor_digest, Some(theirs.m.0));
        assert_eq!(ours.descriptor_digest, None);
    }
    true
}

fn check_plain(name: &str, bytes: &[u8], ours: &Consensus<'_>) -> bool {
    let Some(parsed) = theirs::<plain::NetworkStatusUnverified>(name, text(bytes)) else { return false };
    let (theirs, signatures) = parsed.inspect_unverified();
    check_consensus!(ours, theirs, signatures);
    for (ours, theirs) in ours.routers.iter().zip(&theirs.routers) {
        assert_eq!(ours.descriptor_digest, Some(theirs.r.doc_digest.0));
        let policy = theirs.port_policy.as_ref().map(ToString::to_string);
        assert_eq!(ours.exit_ports, policy.as_deref());
    }
    true
}

fn check_vote_router(ours: &VoteRouter<'_>, theirs: &vote::RouterStatus) {
    assert_eq!(our_lines(&ours.router), their_lines!(theirs, theirs.weight.w));
    assert_eq!(ours.router.descriptor_digest, Some(theirs.r.doc_digest.0));
    assert_eq!(ours.router.published, seconds(theirs.r.publication.0));
    assert_eq!(ours.ed25519, Ed25519Listing::Key(&theirs.ed25519_id.pk.to_string()));
    let stats = ours.stats.unwrap();
    let stat = |key: &str| **theirs.stats.get(key).unwrap();
    assert!((stats.wfu_ratio - stat("wfu")).abs() < 1e-12);
    assert!((stats.time_known_seconds as f64 - stat("tk")).abs() < 0.5);
    assert!((stats.mtbf_seconds as f64 - stat("mtbf")).abs() < 0.5);
    let digests = theirs.m.iter().map(|line| joined(&line.digests));
    assert!(ours.microdescriptors.iter().map(|line| line.digests).eq(digests));
}

fn check_vote(name: &str, bytes: &[u8], ours: &Vote<'_>) -> bool {
    let Some(parsed) = theirs::<vote::NetworkStatusUnverified>(name, text(bytes)) else { return false };
    let (theirs, signatures) = parsed.inspect_unverified();
    check_header!(ours.header, theirs.preamble);
    assert_eq!(ours.published, seconds(theirs.preamble.published.0.0));
    let authority = &theirs.authority.authority;
    check_source(&ours.authority, &authority.dir_source);
    assert_eq!(ours.authority.contact, Some(authority.contact.to_string().as_str()));
    assert_eq!(ours.is_in_shared_random, authority.shared_rand_participate.is_some());
    assert_eq!(ours.shared_random_commits.len(), authority.shared_rand_commit.len());
    check_random(ours.header.shared_random_current, authority.shared_rand.shared_rand_current_value.as_ref());
    let certificate: &str = theirs.authority.cert.raw_unverified().as_ref();
    assert_eq!(ours.certificate, Some(certificate));
    check_signatures(&ours.signatures, std::slice::from_ref(&signatures.sigs.directory_signature));
    assert_eq!(ours.routers.len(), theirs.routers.len());
    for (ours, theirs) in ours.routers.iter().zip(&theirs.routers) {
        check_vote_router(ours, theirs);
    }
    true
}

fn check_certificate(name: &str, ours: &Certificate<'_>) -> bool {
    let Some(parsed) = theirs::<AuthCertUnverified>(name, ours.text) else { return false };
    let (theirs, signatures) = parsed.inspect_unverified();
    assert_eq!(ours.fingerprint.0, theirs.fingerprint.0.to_bytes());
    assert_eq!(ours.address.map(str::to_owned), theirs.dir_address.map(|address| address.to_string()));
    assert_eq!(ours.published, seconds(theirs.dir_key_published.0));
    assert_eq!(ours.expires, seconds(theirs.dir_key_expires.0));
    assert_eq!(ours.identity_key, theirs.dir_identity_key.to_der());
    assert_eq!(ours.signing_key, theirs.dir_signing_key.to_der());
    assert_eq!(ours.crosscert.as_deref(), Some(&theirs.dir_key_crosscert.signature.0[..]));
    assert_eq!(ours.certification, signatures.sigs.dir_key_certification.signature);
    true
}

fn check_consensus(name: &str, bytes: &[u8]) -> bool {
    let ours = parse_consensus(bytes, &Limits::default()).unwrap().document;
    match ours.flavor {
        Flavor::Microdesc => check_microdesc(name, bytes, &ours),
        Flavor::Ns => check_plain(name, bytes, &ours),
    }
}

#[test]
fn consensuses_of_the_real_network_are_read_alike() {
    let documents = real_folder("collector/consensuses");
    let mut accepted = Vec::new();
    for (name, bytes) in &documents {
        if !name.contains("certs") && check_consensus(name, bytes) {
            accepted.push(name.as_str());
        }
    }
    let is_there = |name: &&str| name.starts_with("2026-03-22");
    assert!(documents.is_empty() || accepted.iter().any(is_there), "{accepted:?}");
}

#[test]
fn certificates_of_the_real_network_are_read_alike() {
    let mut accepted = 0;
    let mut all = 0;
    for (name, bytes) in real_folder("collector/consensuses") {
        if name.contains("certs") {
            let certificates = parse_certificates(&bytes, &Limits::default()).unwrap().document;
            all += certificates.len();
            accepted +=
                certificates.iter().filter(|certificate| check_certificate(&name, certificate)).count();
        }
    }
    assert_eq!(accepted, all);
}

#[test]
fn documents_of_private_networks_are_read_alike() {
    let (mut all, mut accepted) = ([0; 3], [0; 3]);
    for (path, bytes) in private_networks() {
        let (kind, is_accepted) = if path.contains("consensuses/") {
            (0, check_consensus(&path, &bytes))
        } else if path.contains("/votes/") {
            let ours = parse_vote(&bytes, &Limits::default()).unwrap().document;
            (1, check_vote(&path, &bytes, &ours))
        } else if path.contains("/certs/") {
            let ours = parse_certificates(&bytes, &Limits::default()).unwrap().document;
            (2, ours.iter().all(|certificate| check_certificate(&path, certificate)))
        } else {
            continue;
        };
        all[kind] += 1;
        accepted[kind] += usize::from(is_accepted);
    }
    println!("{accepted:?} of {all:?} consensuses, votes and certificates");
    assert_eq!(accepted, all);
}
