//! What each fuzz target does with its bytes.
//!
//! Whatever they hold, nothing may panic and no limit may be passed; the results
//! are dropped. The replay test of `allium-documents` includes this file, so that
//! fuzzing and replaying cannot drift apart.

use allium_documents::dirspec::{
    DocumentKind, ExtraInfo, ServerDescriptor, parse_bandwidth_file, parse_certificates,
    parse_collector_index, parse_consensus, parse_consensus_diff, parse_detached_signatures, parse_exit_list,
    parse_extra_infos, parse_microdescriptors, parse_server_descriptors, parse_vote,
};
use allium_documents::onionoo::{
    BuildInputs, build_network, read_bandwidth_table, read_clients, read_uptime_table, read_weights_table,
};
use allium_documents::{ContactInfo, Limits, decompress as decompress_document, find_email, read_aroi};

/// Small, so that a bomb is noticed by its refusal and not by the machine.
const LIMITS: Limits = Limits {
    max_document_bytes: 1 << 20,
    max_relays: 1000,
    max_text_bytes: 1 << 10,
    max_line_bytes: 1 << 12,
    max_object_bytes: 1 << 12,
    max_family_members: 100,
    max_window_bytes: 1 << 23,
};

/// A details document, built into a network.
pub fn onionoo_details(bytes: &[u8]) {
    drop(build_network(bytes, &BuildInputs { limits: LIMITS, ..BuildInputs::default() }));
}

/// An uptime document, with every history checked.
pub fn onionoo_uptime(bytes: &[u8]) {
    drop(read_uptime_table(bytes, &LIMITS));
}

/// A bandwidth document, with every history and overload checked.
pub fn onionoo_bandwidth(bytes: &[u8]) {
    drop(read_bandwidth_table(bytes, &LIMITS));
}

/// A weights document, with every history checked.
pub fn onionoo_weights(bytes: &[u8]) {
    drop(read_weights_table(bytes, &LIMITS));
}

/// A clients document, added up over its bridges.
pub fn onionoo_clients(bytes: &[u8]) {
    drop(read_clients(bytes, &LIMITS));
}

/// A contact line: its fields, its claim to a domain and its e-mail address.
pub fn contact_info(bytes: &[u8]) {
    let contact = String::from_utf8_lossy(bytes);
    drop((ContactInfo::parse(&contact).claim(), find_email(&contact)));
}

/// The results of an AROI validator.
pub fn aroi(bytes: &[u8]) {
    drop(read_aroi(bytes, &LIMITS));
}

/// A document in any compression; what comes out keeps to the limit.
pub fn decompress(bytes: &[u8]) {
    if let Ok(document) = decompress_document(bytes, &LIMITS) {
        assert!(document.len() <= LIMITS.max_document_bytes.max(bytes.len()));
    }
}

/// A bandwidth file.
pub fn bandwidth_file(bytes: &[u8]) {
    let Ok(parsed) = parse_bandwidth_file(bytes, &LIMITS) else { return };
    for relay in parsed.document.relays {
        let _ = (relay.pairs().count(), relay.errors(), relay.measured_at());
    }
}

/// The index of a CollecTor service, whose paths stay below it.
pub fn collector_index(bytes: &[u8]) {
    let Ok(parsed) = parse_collector_index(bytes, &LIMITS) else { return };
    for file in parsed.document.files {
        assert!(file.path.as_str().split('/').all(|name| !name.is_empty() && !name.starts_with('.')));
    }
}

/// An exit list.
pub fn exit_list(bytes: &[u8]) {
    drop(parse_exit_list(bytes, &LIMITS));
}

/// Extra-info documents.
pub fn extra_info(bytes: &[u8]) {
    let Ok(parsed) = parse_extra_infos(bytes, &LIMITS) else { return };
    drop(parsed.document.iter().map(ExtraInfo::digest).collect::<Vec<_>>());
}

/// Microdescriptors.
pub fn microdescriptor(bytes: &[u8]) {
    drop(parse_microdescriptors(bytes, &LIMITS));
}

/// Server descriptors.
pub fn server_descriptor(bytes: &[u8]) {
    let Ok(parsed) = parse_server_descriptors(bytes, &LIMITS) else { return };
    drop(parsed.document.iter().map(ServerDescriptor::digest).collect::<Vec<_>>());
}

/// A consensus diff, applied to a base; whatever the digests say, the limit holds.
pub fn consensus_diff(bytes: &[u8]) {
    let split = bytes.iter().position(|byte| *byte == 0).unwrap_or(bytes.len());
    let (diff, base) = bytes.split_at(split);
    let Ok(diff) = parse_consensus_diff(diff, &LIMITS) else { return };
    if let Ok(result) = diff.apply(base.get(1..).unwrap_or_default(), &LIMITS) {
        assert!(result.len() <= LIMITS.max_document_bytes);
    }
}
/// A consensus of either flavour. What was read keeps to the limits and lies within the input.
pub fn consensus(bytes: &[u8]) {
    if let Ok(parsed) = parse_consensus(bytes, &LIMITS) {
        assert!(parsed.document.routers.len() <= LIMITS.max_relays);
        assert!(parsed.document.signed.len() <= bytes.len());
        assert!(matches!(
            DocumentKind::of(bytes),
            None | Some(DocumentKind::Consensus | DocumentKind::MicrodescConsensus)
        ));
    }
}

/// A vote, and the certificate in it.
pub fn vote(bytes: &[u8]) {
    if let Ok(parsed) = parse_vote(bytes, &LIMITS) {
        assert!(parsed.document.routers.len() <= LIMITS.max_relays);
        if let Some(certificate) = parsed.document.certificate {
            certificates(certificate.as_bytes());
        }
    }
}

/// A file of key certificates.
pub fn certificates(bytes: &[u8]) {
    if let Ok(parsed) = parse_certificates(bytes, &LIMITS) {
        for certificate in &parsed.document {
            // An old document may write `opt` before it.
            assert!(certificate.text.contains("dir-key-certificate-version"));
        }
    }
}

/// Detached signatures.
pub fn detached_signatures(bytes: &[u8]) {
    drop(parse_detached_signatures(bytes, &LIMITS));
}
