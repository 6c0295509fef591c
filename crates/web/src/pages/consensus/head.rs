//! Head and foot of the consensus: times, flags, signatures, versions, protocols, shared random.

use super::words::short_identity;
use crate::format;
use crate::pages::study::section::{Section, Width};
use crate::pages::study::table::{Cell, Head, Table, number, text};
use crate::pages::{Method, Site};
use allium_analysis::directory::{Directory, votes_on};
use allium_model::{ConsensusSummary, Flag, GroupKey};

const FACT: [Head; 2] = [("Item", false), ("Value", false)];

fn facts(label: &str, rows: impl IntoIterator<Item = (String, String)>) -> Table {
    Table::new(label, &FACT).rows(rows.into_iter().map(|(item, value)| vec![text(item), text(value)]))
}

/// Times, method and delays.
pub(super) fn header(consensus: &ConsensusSummary) -> Section {
    // In groups, so that it breaks on a phone.
    let hex = consensus.digest_hex();
    let digest = hex.as_bytes().chunks(8).map(String::from_utf8_lossy).collect::<Vec<_>>().join(" ");
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
    Section::new("Header")
        .width(Width::Half)
        .table(facts("Header of the consensus", rows.map(|(item, value)| (item.to_owned(), value))))
        .remark("Weights are units of choice between relays, not bandwidth: the authorities scale what they measure.")
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
    [("Authority", false), ("Identity", false), ("Vote counted", false), ("Signature", false)];

/// Who signed, and what came of it.
pub(super) fn signatures(site: Site<'_>, directory: &Directory, consensus: &ConsensusSummary) -> Section {
    let mut rows: Vec<Vec<Cell>> = Vec::new();
    for authority in &directory.report.authorities {
        let identity = authority.identity;
        let is_counted =
            consensus.authorities.iter().any(|one| one.identity == identity && one.vote_digest.is_some());
        let signature = consensus.signatures.iter().find(|signature| signature.identity == identity);
        let words = match signature {
            None => "not there".to_owned(),
            Some(signature) => match (&signature.problem, signature.is_verified, signature.is_trusted) {
                (Some(problem), ..) => problem.clone(),
                (None, true, true) => "holds".into(),
                (None, true, false) => "holds, of an identity that is not trusted".into(),
                (None, false, _) => "not checked".into(),
            },
        };
        rows.push(vec![
            text(authority.nickname.clone()),
            text(short_identity(identity)),
            text(if is_counted { "yes" } else { "no" }),
            text(words),
        ]);
    }
    Section::new("Votes and signatures")
        .width(Width::Half)
        .method(site, Method::ConsensusSignatures)
        .table(Table::new("Votes and signatures by authority", &SIGNATURE_HEADS).rows(rows))
}

/// Recommended versions.
pub(super) fn versions(consensus: &ConsensusSummary) -> Section {
    let list = |versions: &[String]| {
        if versions.is_empty() { "none stated".to_owned() } else { versions.join(", ") }
    };
    let rows = [
        ("For clients".to_owned(), list(&consensus.client_versions)),
        ("For relays".to_owned(), list(&consensus.server_versions)),
    ];
    Section::new("Recommended versions").width(Width::Half).table(facts("Recommended versions of tor", rows))
}

/// Required and recommended protocols.
pub(super) fn protocols(consensus: &ConsensusSummary) -> Section {
    let rows =
        consensus.protocols.iter().map(|(name, protocols)| (name.replace('-', " "), protocols.clone()));
    Section::new("Protocols").width(Width::Half).table(facts("Required and recommended protocols", rows))
}

/// The shared random values.
pub(super) fn shared_random(consensus: &ConsensusSummary) -> Section {
    let value = |value: &Option<(u32, String)>| match value {
        Some((reveals, value)) => format!("{value} (from {reveals} reveals)"),
        None => "not there".to_owned(),
    };
    let rows = [
        ("Of this period".to_owned(), value(&consensus.shared_random.current)),
        ("Of the period before".to_owned(), value(&consensus.shared_random.previous)),
    ];
    Section::new("Shared random value")
        .width(Width::Half)
        .table(facts("Shared random values", rows))
        .remark("Onion services find their directories with it. It changes once a day.")
}
