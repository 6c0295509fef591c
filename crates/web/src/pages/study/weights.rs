//! Consensus weight in parts.

use super::Content;
use super::section::{Section, Width};
use crate::figures::FigureName;
use crate::figures::network::weights::{WeightBy, parts};
use crate::format;
use crate::pages::{Method, Site};
use crate::rows::Tile;
use allium_model::{Flag, GroupKind};

pub(super) fn content(site: Site<'_>) -> Content {
    let sum = &site.snapshot().report.totals;
    let part = |title: &str, name, width, method| {
        Section::new(title).width(width).figure(site, name).method(site, method)
    };
    Content {
        title: "Consensus weight",
        description: "Who holds the consensus weight of the Tor network: roles, operators, networks, countries, authorities.",
        sentence: format!(
            "Consensus weight says how often clients choose a relay. It is measured by the directory authorities and has no unit; shares here are of the {} running relays.",
            format::count(sum.relays.total)
        ),
        tiles: tiles(site),
        form: None,
        sections: vec![
            part("By role", FigureName::WeightRoles, Width::Half, Method::Role),
            part("Authorities and others", FigureName::WeightAuthorities, Width::Half, Method::ConsensusWeightShare)
                .text(authorities(site))
                .remark("Relays with the flag Authority are the directory authorities themselves. They have nearly no weight, so that clients leave them to their task."),
            part("By operator", FigureName::WeightOperators, Width::Half, Method::Operator),
            part("By AS", FigureName::WeightAses, Width::Half, Method::Concentration),
            part("By country", FigureName::WeightCountries, Width::Half, Method::Concentration),
        ],
    }
}

fn tiles(site: Site<'_>) -> Vec<Tile> {
    let tile = |kind, label: &'static str| {
        let spread = &site.snapshot().report.groups(kind).concentration;
        let effective = spread.effective_number().map_or_else(|| "-".into(), |number| format!("{number:.1}"));
        Tile::new(
            label,
            format!("{} %", format::percent(spread.top_share(1))),
            "",
            format!("largest of {}, as if {effective} equal ones", format::count(spread.groups())),
        )
    };
    vec![
        tile(GroupKind::Operator, "Largest operator"),
        tile(GroupKind::As, "Largest AS"),
        tile(GroupKind::Country, "Largest country"),
        tile(GroupKind::Family, "Largest family"),
    ]
}

/// How little weight the directory authorities have.
fn authorities(site: Site<'_>) -> String {
    let parts = parts(site.snapshot(), WeightBy::Authority);
    let share = parts.first().map_or(0.0, |(_, share)| *share);
    let relays = site.network().relays().iter().filter(|relay| relay.running);
    let count = relays.filter(|relay| relay.flags.contains(Flag::Authority)).count();
    format!(
        "{} with {} % of the weight.",
        format::counted(count, "directory authority", "directory authorities"),
        format::percent(share)
    )
}
