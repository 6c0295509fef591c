//! Operating systems of the running relays.

use super::Content;
use super::reliability::{group_cell, operator_cell};
use super::section::Section;
use super::table::{Head, Table, number};
use crate::figures::FigureName;
use crate::format;
use crate::pages::{Method, Site};
use crate::rows::Tile;
use allium_analysis::platforms::{
    HERO_FEWEST_RELAYS, HERO_RELAYS, PlatformHero, PlatformReport, PlatformShare, Shares,
};
use allium_model::GroupKind;

const HEADS: &[Head] = &[
    ("System", false),
    ("Relays", true),
    ("Relays, %", true),
    ("Weight, %", true),
    ("Capacity, %", true),
    ("Operators", true),
];
const HERO_HEADS: &[Head] =
    &[("Operator", false), ("Not on Linux", true), ("Relays", true), ("Share, %", true)];

/// So many heroes are listed.
const MOST_HEROES: usize = 10;

pub(super) fn content(site: Site<'_>) -> Content {
    let report = PlatformReport::new(site.snapshot());
    Content {
        title: "Platform diversity",
        description: "Operating systems of Tor relays: shares, Shannon index, and who runs something else than Linux.",
        sentence: format!(
            "Relays that are not on Linux are {} % of the running relays and contribute {} % of the advertised bandwidth and {} % of the consensus weight.",
            format::percent(report.not_linux.relay_fraction),
            format::percent(report.not_linux.capacity_fraction),
            format::percent(report.not_linux.weight_fraction),
        ),
        tiles: tiles(&report),
        form: None,
        sections: vec![systems(site, &report), heroes(site, &report)],
    }
}

fn tiles(report: &PlatformReport) -> Vec<Tile> {
    let bits = |value: f64| format!("{value:.3}");
    let shannon = &report.shannon;
    vec![
        Tile::new(
            "Systems",
            format::count(report.platforms.len()),
            "",
            format!("{} relays name none", format::count(report.unknown.relays)),
        ),
        Tile::new(
            "Shannon index by relays",
            bits(shannon.relays),
            "bits",
            format!("of at most {:.3}", (report.platforms.len().max(1) as f64).log2()),
        ),
        Tile::new("By weight", bits(shannon.weight), "bits", "consensus weight"),
        Tile::new("By capacity", bits(shannon.capacity), "bits", "advertised bandwidth"),
        Tile::new(
            "Not on Linux",
            format::count(report.not_linux.relays),
            "relays",
            format!("{} % of weight", format::percent(report.not_linux.weight_fraction)),
        ),
    ]
}

fn systems(site: Site<'_>, report: &PlatformReport) -> Section {
    let shares = |shares: &Shares| {
        [shares.relay_fraction, shares.weight_fraction, shares.capacity_fraction]
            .map(|share| number(format::percent(share)))
    };
    let row = |platform: &PlatformShare| {
        let mut cells = vec![
            group_cell(site, GroupKind::Platform, platform.platform),
            number(format::count(platform.shares.relays)),
        ];
        cells.extend(shares(&platform.shares));
        cells.push(number(format::count(platform.operators)));
        cells
    };
    Section::new("Systems")
        .figure(site, FigureName::PlatformShares)
        .table(Table::new("Operating systems", HEADS).rows(report.platforms.iter().map(row)))
        .remark("Running relays by the system that their platform line names. Capacity is advertised bandwidth, a claim of the relays.")
        .method(site, Method::PlatformDiversity)
}

fn heroes(site: Site<'_>, report: &PlatformReport) -> Section {
    let row = |hero: &PlatformHero| {
        vec![
            operator_cell(site, hero.operator),
            number(format::count(hero.other_relays)),
            number(format::count(hero.relays)),
            number(format::percent_of(hero.other_relays, hero.relays)),
        ]
    };
    Section::new("Platform heroes")
        .text(format!(
            "Operators with at least {HERO_RELAYS} running relays that are not on Linux, or with half of at least {HERO_FEWEST_RELAYS} relays. There {}; at most the first {MOST_HEROES} by number are listed.",
            if report.heroes.len() == 1 { "is 1".into() } else { format!("are {}", format::count(report.heroes.len())) },
        ))
        .figure(site, FigureName::PlatformHeroes)
        .table(Table::new("Platform heroes", HERO_HEADS).rows(report.heroes.iter().take(MOST_HEROES).map(row)))
        .method(site, Method::PlatformDiversity)
}
