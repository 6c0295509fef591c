//! The newest consensus.

use super::{Content, head, params, quality, thresholds, trends};
use crate::format;
use crate::pages::Site;
use crate::pages::study::section::Section;
use crate::rows::Tile;
use allium_analysis::directory::Directory;
use allium_model::ConsensusSummary;

pub(super) fn content(site: Site<'_>, directory: &Directory) -> Content {
    let Some(consensus) = directory.inputs.consensus.as_deref() else {
        return without_consensus(site, directory);
    };
    let mut sections = vec![
        head::header(consensus),
        quality::section(site, directory, consensus),
        head::flags(site, directory, consensus),
    ];
    sections.extend(trends::sections(site, directory));
    sections.extend([
        thresholds::section(site, directory),
        head::signatures(site, directory, consensus),
        head::versions(consensus),
        head::protocols(consensus),
        params::section(site, directory, consensus),
        params::bandwidth_weights(consensus),
        head::shared_random(consensus),
    ]);
    Content {
        title: "Consensus",
        sentence: format!(
            "What the directory authorities agreed on at {}: the list of relays that clients use until {} at the latest.",
            format::minute(consensus.valid_after),
            format::minute(consensus.valid_until),
        ),
        tiles: tiles(directory, consensus),
        sections,
    }
}

fn without_consensus(site: Site<'_>, directory: &Directory) -> Content {
    let mut sections = vec![Section::new("No consensus at hand").text(
        "Votes or history were read, and no consensus that could be believed. What follows comes from them.",
    )];
    sections.extend(trends::sections(site, directory));
    sections.push(thresholds::section(site, directory));
    Content {
        title: "Consensus",
        sentence: "No consensus that could be believed is at hand.".into(),
        tiles: Vec::new(),
        sections,
    }
}

fn tiles(directory: &Directory, consensus: &ConsensusSummary) -> Vec<Tile> {
    let trusted = directory.inputs.trusted.len();
    let of_trusted = |word: &str| {
        if trusted == 0 { "no trusted list at hand".into() } else { format!("of {trusted} {word}") }
    };
    let verified =
        consensus.signatures.iter().filter(|signature| signature.is_verified && signature.is_trusted).count();
    let votes = consensus.authorities.iter().filter(|authority| authority.vote_digest.is_some()).count();
    let unmeasured = consensus.unmeasured_relays as usize;
    vec![
        Tile::new("Relays", format::count(consensus.relays as usize), "", in_numbers(consensus)),
        Tile::new("Votes counted", votes.to_string(), "", of_trusted("trusted authorities")),
        Tile::new("Signatures that hold", verified.to_string(), "", of_trusted("trusted authorities")),
        Tile::new("Method", consensus.method.to_string(), "", "of computing it (dir-spec)"),
        Tile::new(
            "Not measured",
            format::percent_of(unmeasured, consensus.relays as usize),
            "%",
            format!("{} without enough measurements", format::counted(unmeasured, "relay", "relays")),
        ),
        Tile::new("Size", format!("{:.2}", consensus.bytes as f64 / 1e6), "MB", consensus.flavor),
    ]
}

fn in_numbers(consensus: &ConsensusSummary) -> String {
    let count = |flag| format::count(consensus.flag_count(flag) as usize);
    format!("{} guards, {} exits", count(allium_model::Flag::Guard), count(allium_model::Flag::Exit))
}
