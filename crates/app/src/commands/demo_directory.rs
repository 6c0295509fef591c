//! The authorities of a simulated network as pages show them.
//!
//! The newest rounds go through the documents, parsers and checks of real ones; the months before them
//! come as records, which a test of the simulator compares with its documents.

use allium_analysis::directory::{ConsensusRelay, Directory, DirectoryInputs, TrustedAuthority};
use allium_consensus::{
    Certificates, ConsensusFacts, TrustedAuthorities, VoteFacts, hour_record, summarize_consensus,
    summarize_vote, verify_consensus, verify_vote,
};
use allium_documents::dirspec::{parse_certificates, parse_consensus, parse_vote};
use allium_documents::{DocumentError, Limits};
use allium_model::{
    AuthorityRecord, ConsensusSummary, Fingerprint, Network, NetworkRecord, Timestamp, VoteBook,
};
use allium_sim::{Directory as Simulated, DirectoryDocument, RoundExtent};
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

/// Seconds between two looks of the simulated monitor at the authorities.
const PROBED_EVERY_SECONDS: i64 = 1800;

/// What the simulated history says, hour by hour.
#[derive(Debug, Default)]
pub struct Past {
    pub network: Vec<NetworkRecord>,
    pub rounds: Vec<AuthorityRecord>,
}

/// A believed consensus in the forms that pages need.
struct Believed {
    summary: ConsensusSummary,
    relays: Vec<ConsensusRelay>,
}

/// The report on the simulated authorities.
pub fn directory(
    simulated: &Simulated<'_>,
    past: Past,
    network: &Network,
    limits: &Limits,
    now: Timestamp,
) -> Result<Directory, DocumentError> {
    let trusted = TrustedAuthorities::parse(&simulated.authority_lines()).unwrap_or_default();
    let mut certificates = certificates(simulated, limits)?;
    let mut made = past.network.iter().rev().map(|hour| hour.valid_after);
    let mut written = |extent| made.next().map_or_else(Vec::new, |round| documents(simulated, round, extent));
    let (documents, before) = (written(RoundExtent::Everything), written(RoundExtent::Consensuses));
    let consensus = believed(&documents, &certificates, &trusted, limits)?;
    let previous = believed(&before, &certificates, &trusted, limits)?;
    let votes = votes(&documents, &mut certificates, &trusted, limits)?;
    let start = simulated.rounds().next().unwrap_or(now);
    let (summary, relays) = consensus.map(|believed| (believed.summary, believed.relays)).unzip();
    let trusted: Vec<TrustedAuthority> = trusted.entries().iter().map(trusted_authority).collect();
    Ok(Directory::new(DirectoryInputs {
        judged_at: now,
        consensus: summary.map(Arc::new),
        previous: previous.map(|believed| Arc::new(believed.summary)),
        relays: Arc::new(relays.unwrap_or_default()),
        votes: Arc::new(votes),
        network: past.network,
        rounds: past.rounds,
        gaps: simulated.gaps(),
        probes: simulated.probes(start, PROBED_EVERY_SECONDS).filter(|probe| probe.at <= now).collect(),
        events: simulated.events(),
        versions: versions(&trusted, network),
        trusted,
        requests: Vec::new(),
    }))
}

fn documents(simulated: &Simulated<'_>, round: Timestamp, extent: RoundExtent) -> Vec<DirectoryDocument> {
    // The keys are compiled in and tested; without them there would be no documents to show.
    simulated.documents(round, extent).unwrap_or_default()
}

fn certificates(simulated: &Simulated<'_>, limits: &Limits) -> Result<Certificates, DocumentError> {
    let mut certificates = Certificates::default();
    for document in simulated.certificates().unwrap_or_default() {
        for certificate in &parse_certificates(document.text.as_bytes(), limits)?.document {
            // One that does not hold leaves its signatures unverified, which pages then say.
            let _ = certificates.add(certificate);
        }
    }
    Ok(certificates)
}

/// The consensus of microdescriptors among some documents, when it is believed.
fn believed(
    documents: &[DirectoryDocument],
    certificates: &Certificates,
    trusted: &TrustedAuthorities,
    limits: &Limits,
) -> Result<Option<Believed>, DocumentError> {
    let Some(document) = documents.iter().find(|document| document.path.starts_with("microdescs/")) else {
        return Ok(None);
    };
    let bytes = document.text.as_bytes();
    let parsed = parse_consensus(bytes, limits)?;
    let verification = verify_consensus(bytes, &parsed.document, certificates, trusted);
    let facts = ConsensusFacts {
        bytes: bytes.len() as u64,
        unknown_items: parsed.unknown_items.values().sum(),
        signatures: verification.summary(),
    };
    let record = hour_record(&parsed.document, verification.trusted() as u32, Vec::new());
    let relays = record.relays.iter().map(ConsensusRelay::from).collect();
    let summary = summarize_consensus(&parsed.document, facts);
    Ok(verification.is_believed.then_some(Believed { summary, relays }))
}

fn votes(
    documents: &[DirectoryDocument],
    certificates: &mut Certificates,
    trusted: &TrustedAuthorities,
    limits: &Limits,
) -> Result<VoteBook, DocumentError> {
    let mut votes = Vec::new();
    for document in documents.iter().filter(|document| document.path.starts_with("votes/")) {
        let bytes = document.text.as_bytes();
        let vote = parse_vote(bytes, limits)?.document;
        let is_verified = verify_vote(bytes, &vote, certificates, trusted).is_believed;
        votes.push(summarize_vote(&vote, VoteFacts { bytes: bytes.len() as u64, is_verified }));
    }
    Ok(VoteBook::new(votes))
}

fn trusted_authority(authority: &allium_consensus::TrustedAuthority) -> TrustedAuthority {
    let address = authority.address.as_ref();
    TrustedAuthority {
        nickname: authority.nickname.clone(),
        identity: authority.identity,
        dir_address: address.map(|at| SocketAddr::new(IpAddr::V4(at.address), at.dir_port)),
        or_port: address.and_then(|at| at.or_port),
        ipv6_address: address.and_then(|at| at.ipv6).map(|ipv6| IpAddr::V6(*ipv6.ip())),
        relay: authority.relay,
    }
}

/// Versions of tor that the relays of the authorities run.
fn versions(trusted: &[TrustedAuthority], network: &Network) -> Vec<(Fingerprint, String)> {
    let version = |authority: &TrustedAuthority| {
        let relay = network.relay(network.find(authority.relay?)?);
        Some((relay.fingerprint, network.text(relay.version?).to_owned()))
    };
    trusted.iter().filter_map(version).collect()
}
