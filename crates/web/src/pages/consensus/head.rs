//! Head and foot of the consensus: times, flags, signatures, versions, protocols, shared random.

use crate::format;
use crate::pages::authorities::{authority_cell, badge_cell};
use crate::pages::study::facts;
use crate::pages::study::section::{Section, Width};
use crate::pages::study::table::{Cell, Head, Table, number, text};
use crate::pages::{Method, Site};
use allium_analysis::directory::{Directory, votes_on};
use allium_model::{ConsensusSignature, ConsensusSummary, Flag, GroupKey, printable};

/// Times, method and delays.
pub(super) fn header(consensus: &ConsensusSummary) -> Section {
    // In groups, so that it breaks on a phone.
    let grouped =
        |hex: String| hex.as_bytes().chunks(8).map(String::from_utf8_lossy).collect::<Vec<_>>().join(" ");
    let digest = consensus.digest_hex().map_or_else(|| "not computed".to_owned(), grouped);
    let rows = [
        ("Valid after", format::minute(consensus.valid_after)),
        ("Fresh until", format::minute(consensus.fresh_until)),
        ("Valid until", format::minute(consensus.valid_until)),
        ("Time for votes", format!("{} s", consensus.vote_delay_seconds)),
        ("Time for signatures", format!("{} s", consensus.dist_delay_seconds)),
        ("Consensus method", consensus.method.to_string()),
        ("Flavour", consensus.flavor.to_owned()),
        ("Sum of weights", format::count(consensus.total_weight as usize)),
        ("Lines with unknown keywords", format::count(consensus.unknown_items as usize)),
        ("SHA3-256 of the signed part", digest),
    ];
    Section::new("Header").width(Width::Half).html(&facts::list(rows)).remark(
        "Weights are units of choice between relays, not bandwidth: the authorities scale what they measure.",
    )
}

const FLAG_HEADS: [Head; 5] =
    [("Flag", false), ("Relays", true), ("Share, %", true), ("Vote on it", true), ("What it says", false)];

/// How many relays carry each flag.
pub(super) fn flags(site: Site<'_>, directory: &Directory, consensus: &ConsensusSummary) -> Section {
    let votes = directory.inputs.votes.authorities();
    let row = |flag: Flag| {
        let relays = consensus.flag_count(flag) as usize;
        let href =
            site.network().find_text(flag.name()).and_then(|name| site.group_link(GroupKey::Flag(name)));
        let voters = votes.iter().filter(|vote| votes_on(vote, flag)).count();
        vec![
            Cell::Link(href.map(str::to_owned), flag.name().to_owned()),
            number(format::count(relays)),
            number(format::percent_of(relays, consensus.relays as usize)),
            number(if votes.is_empty() {
                "not known".into()
            } else {
                format!("{voters} of {}", votes.len())
            }),
            Cell::Long(flag.meaning().to_owned()),
        ]
    };
    let known = Flag::ALL.into_iter().filter(|flag| is_known(consensus, *flag));
    let unknown: Vec<&str> = consensus
        .known_flags
        .iter()
        .map(String::as_str)
        .filter(|name| name.parse::<Flag>().is_err())
        .collect();
    let section = Section::new("Flag distribution")
        .table(Table::new("Relays by flag", &FLAG_HEADS).rows(known.map(row)))
        .remark(
            "Every relay in a consensus is running and valid, so those are 100 %. Sybil is in votes only: such relays \
             lose Running. NoEdConsensus is made while the consensus is computed and voted on by nobody. A flag is \
             given when more than half of the authorities that vote on it give it.",
        );
    if unknown.is_empty() { section } else { section.text(format!("Also known: {}.", unknown.join(", "))) }
}

fn is_known(consensus: &ConsensusSummary, flag: Flag) -> bool {
    consensus.known_flags.iter().any(|known| known == flag.name()) || consensus.flag_count(flag) > 0
}

const SIGNATURE_HEADS: [Head; 4] =
    [("Authority", false), ("Identity", false), ("Vote", false), ("Signature", false)];

/// Who signed, and what came of it.
pub(super) fn signatures(site: Site<'_>, directory: &Directory, consensus: &ConsensusSummary) -> Section {
    let mut rows: Vec<Vec<Cell>> = Vec::new();
    for authority in &directory.report.authorities {
        let identity = authority.identity;
        let is_counted =
            consensus.authorities.iter().any(|one| one.identity == identity && one.vote_digest.is_some());
        let signature = consensus.signatures.iter().find(|signature| signature.identity == identity);
        rows.push(vec![
            authority_cell(site, &authority.nickname),
            Cell::Long(identity.to_string()),
            if is_counted { badge_cell("good", "counted") } else { badge_cell("fair", "not counted") },
            signature_cell(signature),
        ]);
    }
    Section::new("Votes and signatures")
        .method(site, Method::ConsensusSignatures)
        .table(Table::new("Votes and signatures by authority", &SIGNATURE_HEADS).rows(rows))
}

/// What came of a signature, if there is one.
fn signature_cell(signature: Option<&ConsensusSignature>) -> Cell {
    let Some(signature) = signature else { return badge_cell("fair", "not there") };
    match (&signature.problem, signature.is_verified, signature.is_trusted) {
        (Some(problem), ..) => Cell::Long(printable(problem).into_owned()),
        (None, true, true) => badge_cell("good", "holds"),
        (None, true, false) => badge_cell("poor", "holds, not trusted"),
        (None, false, _) => text("not checked"),
    }
}

/// Recommended versions.
pub(super) fn versions(consensus: &ConsensusSummary) -> Section {
    let list = |versions: &[String]| {
        if versions.is_empty() { "none stated".to_owned() } else { versions.join(", ") }
    };
    let rows =
        [("For clients", list(&consensus.client_versions)), ("For relays", list(&consensus.server_versions))];
    Section::new("Recommended versions of tor").html(&facts::long(rows))
}

/// Required and recommended protocols.
pub(super) fn protocols(consensus: &ConsensusSummary) -> Section {
    let rows = consensus.protocols.iter().map(|(name, protocols)| (protocol_label(name), protocols.clone()));
    Section::new("Protocols").html(&facts::long(rows))
}

/// `required-relay-protocols` as `Required of relays`.
fn protocol_label(name: &str) -> String {
    match name {
        "recommended-client-protocols" => "Recommended to clients".into(),
        "recommended-relay-protocols" => "Recommended to relays".into(),
        "required-client-protocols" => "Required of clients".into(),
        "required-relay-protocols" => "Required of relays".into(),
        other => other.replace('-', " "),
    }
}

/// The shared random values.
pub(super) fn shared_random(consensus: &ConsensusSummary) -> Section {
    let value = |value: &Option<(u32, String)>| match value {
        Some((reveals, value)) => format!("{value} (from {reveals} reveals)"),
        None => "not there".to_owned(),
    };
    let rows = [
        ("Of this period", value(&consensus.shared_random.current)),
        ("Of the period before", value(&consensus.shared_random.previous)),
    ];
    Section::new("Shared random value")
        .html(&facts::long(rows))
        .remark("Onion services find their directories with it. It changes once a day.")
}
