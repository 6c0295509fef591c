//! The front page: search first, then the network at a glance.

use super::{Site, Study, finish};
use crate::frame::{Frame, Section};
use crate::list::ListSort;
use crate::places_page::{MapMeasure, PlacesPage};
use crate::rows::{RoleShares, Tile, TopRow, list_titles, top_row};
use crate::{Page, format};
use allium_model::{GroupKind, VersionStatus};
use allium_views::ListKind;
use askama::Template;

#[derive(Template)]
#[template(path = "front.html")]
struct FrontPage<'a> {
    frame: Frame<'a>,
    examples: Vec<(String, &'a str)>,
    tiles: Vec<Tile>,
    shares: Option<RoleShares>,
    toplists: Vec<TopList<'a>>,
    facts: Vec<(&'static str, String, String)>,
    closer: Vec<(&'static str, &'static str, String)>,
}

/// The first rows of a list.
pub(super) struct TopList<'a> {
    pub(super) title: &'static str,
    pub(super) all: String,
    pub(super) href: String,
    pub(super) rows: Vec<TopRow<'a>>,
}

pub(super) fn render(site: Site<'_>) -> Option<String> {
    let mut frame = Frame::new(site, &Page::Front, "The Tor network, observed", Section::None)
        .described("Every relay, operator and network of the Tor network, measured and explained.")
        .data_at("/api/v1/network");
    frame.has_own_search = true;
    finish(&FrontPage {
        frame,
        examples: examples(site),
        tiles: tiles(site),
        shares: RoleShares::of(&site.snapshot().report.totals),
        toplists: [GroupKind::Country, GroupKind::As, GroupKind::Operator]
            .map(|kind| top_list(site, kind, 5))
            .into(),
        facts: facts(site),
        closer: closer(site),
    })
}

/// The first rows of the list of a kind, by consensus weight.
pub(super) fn top_list(site: Site<'_>, kind: GroupKind, rows: usize) -> TopList<'_> {
    let reports = site.snapshot().report.groups(kind);
    let largest = reports
        .order
        .first()
        .map_or(0.0, |first| reports.groups[first.index()].aggregate.consensus_weight_fraction.total);
    let row = |position: &_| top_row(site, kind, *position, largest);
    let (title, one, many) = list_titles(ListKind::Groups(kind));
    TopList {
        title,
        all: format!("All {}", format::counted(reports.order.len(), one, many)),
        href: site.links().page(&Page::List(ListKind::Groups(kind), ListSort::ConsensusWeight, 1)),
        rows: reports.order.iter().take(rows).filter_map(row).collect(),
    }
}

/// Things to click on: the largest of some kinds.
fn examples(site: Site<'_>) -> Vec<(String, &str)> {
    let largest = |kind: GroupKind| {
        let position = *site.snapshot().report.groups(kind).order.first()?;
        let group = site.network().groups(kind).get(position)?;
        let name = match kind {
            GroupKind::As => allium_views::group_id(site.snapshot(), group),
            _ => allium_views::group_name(site.snapshot(), group),
        };
        Some((format::shortened(&name, 30), site.group_link(group.key)?))
    };
    [GroupKind::Operator, GroupKind::As, GroupKind::Country, GroupKind::Version]
        .into_iter()
        .filter_map(largest)
        .collect()
}

pub(super) fn tiles(site: Site<'_>) -> Vec<Tile> {
    let report = &site.snapshot().report;
    let sum = &report.totals;
    let observed = format::bandwidth(sum.observed_bandwidth.total);
    let exit = format::bandwidth(sum.observed_bandwidth.exit);
    let half = half_of_weight(site);
    vec![
        Tile::new(
            "Relays running",
            format::count(sum.relays.total),
            "",
            format!("{} offline, seen in 7 days", format::count(sum.offline_relays)),
        ),
        Tile::new(
            "Observed bandwidth",
            observed.number,
            observed.unit,
            format!("{} {} of it at exits", exit.number, exit.unit),
        ),
        Tile::new(
            "Exits",
            format::count(sum.relays.exit),
            "",
            format!("{} % of weight", format::percent(sum.consensus_weight_fraction.exit)),
        ),
        Tile::new(
            "With Guard flag",
            format::count(sum.relays.guard + sum.guard_and_exit_relays),
            "",
            format!("{} also exits", format::count(sum.guard_and_exit_relays)),
        ),
        Tile::new(
            "Operators",
            format::count(sum.operators),
            "",
            format!("{} with a verified domain", format::count(report.overview.verified_operators)),
        ),
        Tile::new(
            "Half the weight",
            format::count(half),
            if half == 1 { "AS" } else { "ASes" },
            format!("of {}", format::count(sum.ases)),
        ),
    ]
}

/// The smallest number of ASes that together hold half of the consensus weight.
fn half_of_weight(site: Site<'_>) -> usize {
    let spread = &site.snapshot().report.groups(GroupKind::As).concentration;
    (1..=spread.groups()).find(|count| spread.top_share(*count) >= 0.5).unwrap_or(spread.groups())
}

/// What a reader may want to know next: label, value and where it comes from.
fn facts(site: Site<'_>) -> Vec<(&'static str, String, String)> {
    let report = &site.snapshot().report;
    let overview = &report.overview;
    let relays = report.totals.relays.total;
    let method = |slug: &str| site.links().to(format_args!("/methods/{slug}/"));
    let list = |kind, sort| site.links().page(&Page::List(kind, sort, 1));
    let first_seen = list(ListKind::Groups(GroupKind::FirstSeen), ListSort::FirstSeen);
    let versions = list(ListKind::Groups(GroupKind::Version), ListSort::ConsensusWeight);
    vec![
        (
            "First seen in the last 24 hours",
            format::counted(overview.new_relays.day, "relay", "relays"),
            first_seen.clone(),
        ),
        (
            "First seen in the last 7 days",
            format::counted(overview.new_relays.week, "relay", "relays"),
            first_seen,
        ),
        (
            "On an obsolete version",
            format!("{} %", format::percent_of(overview.version_status(VersionStatus::Obsolete), relays)),
            versions,
        ),
        (
            "Reachable over IPv6",
            format!("{} %", format::percent_of(report.totals.ipv6_relays, relays)),
            method("ipv6"),
        ),
        (
            "Without a contact",
            format!("{} %", format::percent_of(overview.no_contact, relays)),
            method("operator"),
        ),
        (
            "In a family with others",
            format!("{} %", format::percent_of(overview.family_relays, relays)),
            method("family"),
        ),
    ]
}

/// Pages about the whole network, each with what it answers.
fn closer(site: Site<'_>) -> Vec<(&'static str, &'static str, String)> {
    let pages = [
        ("Reliability", "how much of the time relays are there", Page::Study(Study::Reliability)),
        ("Leaderboards", "who gives most, in nineteen ways", Page::Leaderboards),
        (
            "Map",
            "where relays, weight and uptime are",
            Page::Places(PlacesPage::Geography(MapMeasure::Relays)),
        ),
        (
            "Networks compared",
            "which ASes are reliable, and which hold too much",
            Page::Places(PlacesPage::AsIntelligence(1)),
        ),
        ("Findings", "what is true of uptime, and what is said of it", Page::Study(Study::Findings)),
        ("Charts by choice", "metric, time and form as you want them", Page::Study(Study::Visual)),
    ];
    pages.into_iter().map(|(title, answers, page)| (title, answers, site.links().page(&page))).collect()
}
