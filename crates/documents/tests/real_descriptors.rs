//! Descriptors, bandwidth files and exit lists of the real network, and of a private one.
//!
//! They lie beside the workspace and are not part of it; without them nothing is tested here.

#![expect(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "what tests share fails as tests do, and says when it cannot run"
)]

use allium_documents::dirspec::{
    BandwidthFile, HistoryKind, PolicyAction, StatisticsKind, parse_bandwidth_file, parse_consensus,
    parse_exit_list, parse_extra_infos, parse_microdescriptors, parse_server_descriptors,
};
use allium_documents::{Limits, decompress};
use std::collections::{BTreeMap, HashSet};
use std::io::Read;
use std::path::{Path, PathBuf};

fn shared(path: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data").join(path);
    if !path.exists() {
        eprintln!("skipped: {} is not there", path.display());
        return None;
    }
    Some(path)
}

/// The plain bytes of a shared file.
fn read(path: &str) -> Option<Vec<u8>> {
    let bytes = std::fs::read(shared(path)?).unwrap();
    Some(decompress(&bytes, &Limits::default()).unwrap().into_owned())
}

#[test]
fn every_microdescriptor_of_a_day_is_named_by_its_consensuses() {
    let Some(file) = read("collector/microdescs/2019-12-15-microdescs.zst") else { return };
    let limits = Limits::default();
    let mut named = HashSet::new();
    for hour in ["2019-12-14-21-00-00", "2019-12-15-13-00-00"] {
        let consensus = read(&format!("collector/consensuses/{hour}-consensus-microdesc.zst")).unwrap();
        let parsed = parse_consensus(&consensus, &limits).unwrap().document;
        named.extend(parsed.routers.iter().filter_map(|router| router.microdescriptor_digest));
    }
    let parsed = parse_microdescriptors(&file, &limits).unwrap();
    assert!(parsed.document.len() > 6_000, "{}", parsed.document.len());
    assert!(parsed.warnings.is_empty() && parsed.unknown_items.is_empty(), "{:?}", parsed.unknown_items);
    let strangers = parsed.document.iter().filter(|one| !named.contains(&one.digest)).count();
    assert_eq!(strangers, 0, "of {}", parsed.document.len());
    assert!(parsed.document.iter().all(|one| !one.identities.is_empty() && one.onion_key.is_some()));
}

#[test]
fn all_server_descriptors_are_read_and_match_the_consensus() {
    let Some(file) = read("collector/server-descriptors/2020-02-29-10-05-00-server-descriptors.zst") else {
        return;
    };
    let parsed = parse_server_descriptors(&file, &Limits::default()).unwrap();
    let descriptors = &parsed.document;
    assert_eq!(descriptors.len(), 587);
    assert!(parsed.warnings.is_empty(), "{:?}", parsed.warnings);
    assert!(parsed.unknown_items.is_empty(), "{:?}", parsed.unknown_items);
    for one in descriptors {
        assert!(one.bandwidth.is_some() && one.published.is_some() && one.signature.is_some());
        assert!(one.signing_key.is_some() && one.platform.is_some() && one.extra_info_digest.is_some());
        let last = one.exit_policy.last().unwrap();
        assert!(last.1 == "*:*", "{}: {last:?}", one.nickname);
    }
    let exits = descriptors.iter().filter(|one| one.exit_policy[0].0 == PolicyAction::Accept).count();
    assert!(exits > 0);
    let consensus = read("collector/consensuses/2020-02-29-11-00-00-consensus.zst").unwrap();
    let routers = parse_consensus(&consensus, &Limits::default()).unwrap().document.routers;
    let by_digest: BTreeMap<_, _> =
        routers.iter().filter_map(|router| Some((router.descriptor_digest?, router))).collect();
    let found: Vec<_> =
        descriptors.iter().filter_map(|one| Some((one, by_digest.get(&one.digest()?)?))).collect();
    // The others are in later consensuses, or in none.
    assert_eq!(found.len(), 381);
    for (descriptor, router) in found {
        assert_eq!((descriptor.fingerprint, descriptor.nickname), (router.fingerprint, router.nickname));
        assert_eq!((descriptor.address, descriptor.or_port), (router.address, router.or_port));
    }
}

#[test]
fn extra_infos_have_their_histories() {
    let Some(file) = read("collector/extra-infos/2016-10-02-08-05-00-extra-infos.zst") else { return };
    let parsed = parse_extra_infos(&file, &Limits::default()).unwrap();
    assert!(parsed.document.len() > 5);
    assert!(parsed.warnings.is_empty(), "{:?}", parsed.warnings);
    assert!(parsed.unknown_items.is_empty(), "{:?}", parsed.unknown_items);
    assert!(parsed.document.iter().all(|info| info.signature.is_some() && info.digest().is_some()));
    let first = &parsed.document[0];
    assert_eq!(first.history(HistoryKind::Write).unwrap().values.len(), 6);
    let requests = parsed.document.iter().find_map(|info| info.span(StatisticsKind::Dirreq)).unwrap();
    assert_eq!(requests.interval_seconds, 86_400);
}

#[test]
fn bandwidth_files_of_all_versions_are_read_whole() {
    for (name, version, headers, relays) in [
        ("bandwidth_file_v1.0", None, 0, None),
        ("bandwidth_file_v1.2", Some("1.2.0"), 12, None),
        ("bandwidth_file_v1.4", Some("1.4.0"), 25, None),
        ("20190325_130909.v3bw", Some("1.2.0"), 23, Some(15)),
    ] {
        let Some(bytes) = read(&format!("collector/bandwidths/{name}.zst")) else { return };
        let parsed = parse_bandwidth_file(&bytes, &Limits::default()).unwrap();
        assert!(parsed.warnings.is_empty(), "{name}: {:?}", parsed.warnings);
        let file = &parsed.document;
        let lines = bytes.windows(8).filter(|window| window == b"node_id=").count();
        assert_eq!(file.relays.len(), lines, "{name}");
        assert_eq!((file.version, file.headers.len()), (version, headers), "{name}");
        assert!(relays.is_none_or(|relays| relays == file.relays.len()), "{name}");
        assert!(file.relays.iter().all(|relay| relay.measured_at().is_some()), "{name}");
        assert_eq!(file.relays.iter().all(|relay| relay.is_voted), relays.is_none(), "{name}");
        if let Some(newest) = file.header_time("latest_bandwidth") {
            assert_eq!(newest, file.timestamp, "{name}");
        }
    }
}

#[test]
fn an_exit_list_has_its_exits() {
    let Some(bytes) = read("collector/exit-lists/2016-09-20-13-02-00.zst") else { return };
    let parsed = parse_exit_list(&bytes, &Limits::default()).unwrap();
    assert!(parsed.warnings.is_empty() && parsed.unknown_items.is_empty());
    let exits = &parsed.document.exits;
    assert_eq!(exits.len(), bytes.windows(9).filter(|window| window == b"ExitNode ").count());
    assert!(exits.iter().all(|exit| !exit.addresses.is_empty() && exit.published.is_some()));
}

/// Files of the private network whose paths hold this text, with their names.
fn private(folder: &str) -> Option<Vec<(String, Vec<u8>)>> {
    let bytes = std::fs::read(shared("tornet/samples.tar.zst")?).unwrap();
    let plain = decompress(&bytes, &Limits::default()).unwrap();
    let mut archive = tar::Archive::new(&*plain);
    let mut files = Vec::new();
    for entry in archive.entries().unwrap() {
        let mut entry = entry.unwrap();
        let name = entry.path().unwrap().display().to_string();
        if entry.header().entry_type().is_file() && name.contains(folder) {
            let mut bytes = Vec::new();
            entry.read_to_end(&mut bytes).unwrap();
            files.push((name, bytes));
        }
    }
    assert!(!files.is_empty(), "no {folder}");
    Some(files)
}

#[test]
fn every_bandwidth_file_of_the_private_network_is_read() {
    let Some(files) = private("/bandwidths/") else { return };
    for (name, bytes) in &files {
        let parsed = parse_bandwidth_file(bytes, &Limits::default()).unwrap();
        assert!(parsed.warnings.is_empty(), "{name}: {:?}", parsed.warnings);
        assert!([13, 21].contains(&parsed.document.relays.len()), "{name}");
        check_headers(&parsed.document);
    }
}

fn check_headers(file: &BandwidthFile<'_>) {
    assert_eq!((file.version, file.header("software")), (Some("1.4.0"), Some("tor-testnet")));
    assert_eq!(file.header_time("file_created"), Some(file.timestamp));
    assert_eq!(file.header_number("number_eligible_relays"), Some(file.relays.len() as u64));
}

#[test]
fn every_descriptor_of_the_private_network_is_read() {
    let Some(files) = private("/server-descriptors/") else { return };
    let mut family_certificates = 0;
    for (name, bytes) in &files {
        let parsed = parse_server_descriptors(bytes, &Limits::default()).unwrap();
        assert!(parsed.warnings.is_empty() && parsed.unknown_items.is_empty(), "{name}: {parsed:?}");
        for one in &parsed.document {
            family_certificates += one.family_certificates.len();
            let digest = data_encoding::HEXLOWER.encode(&one.digest().unwrap());
            assert!(parsed.document.len() > 1 || name.to_lowercase().contains(&digest), "{name}: {digest}");
        }
    }
    assert!(family_certificates > 0);
    let Some(files) = private("/extra-infos/") else { return };
    for (name, bytes) in &files {
        let parsed = parse_extra_infos(bytes, &Limits::default()).unwrap();
        assert!(parsed.warnings.is_empty() && parsed.unknown_items.is_empty(), "{name}: {parsed:?}");
    }
}
