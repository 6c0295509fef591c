//! The network overview: counts, capacity, spread and software of the whole network.

use super::front::{TopList, tiles, top_list};
use super::{Site, finish};
use crate::figures::{FigureKey, FigureName, Subject, embed};
use crate::frame::{Frame, Section};
use crate::html::Html;
use crate::list::ListSort;
use crate::rows::{RoleShares, Tile};
use crate::{Page, format};
use allium_model::{AroiState, Flag, GroupKey, GroupKind, Role, VersionStatus};
use allium_views::ListKind;
use askama::Template;

#[derive(Template)]
#[template(path = "network.html")]
struct NetworkPage<'a> {
    frame: Frame<'a>,
    sentence: String,
    tiles: Vec<Tile>,
    shares: Option<RoleShares>,
    flags: Vec<FlagRow<'a>>,
    spreads: Vec<Spread>,
    cards: Vec<Card>,
    toplists: Vec<TopList<'a>>,
    growth: Option<Html>,
}

/// A flag, its page, its relays and their share of all in percent.
type FlagRow<'a> = (&'static str, Option<&'a str>, String, String);

/// Concentration of one kind.
struct Spread {
    title: &'static str,
    href: String,
    groups: String,
    effective: String,
    largest: String,
    ten: String,
    gini: String,
}

/// A card of facts with the method behind it.
struct Card {
    title: &'static str,
    facts: Vec<(&'static str, String)>,
    method: String,
    method_name: &'static str,
}

pub(super) fn render(site: Site<'_>) -> Option<String> {
    let report = &site.snapshot().report;
    let frame = Frame::new(site, &Page::NetworkOverview, "The network", Section::Network)
        .described("The Tor network as a whole: relays, capacity, concentration, software.")
        .here("Network")
        .data_at("/api/v1/network");
    finish(&NetworkPage {
        frame,
        sentence: sentence(site),
        tiles: tiles(site),
        shares: RoleShares::of(&report.totals),
        flags: flags(site),
        spreads: spreads(site),
        cards: cards(site),
        growth: embed(site, &FigureKey { subject: Subject::Network, name: FigureName::FirstSeen }),
        toplists: [
            GroupKind::Country,
            GroupKind::As,
            GroupKind::Operator,
            GroupKind::Family,
            GroupKind::Platform,
            GroupKind::Version,
        ]
        .map(|kind| top_list(site, kind, 8))
        .into(),
    })
}

fn sentence(site: Site<'_>) -> String {
    let sum = &site.snapshot().report.totals;
    format!(
        "{} in {} and {}, run by {}, half of them known for more than {}.",
        format::counted(sum.relays.total, "running relay", "running relays"),
        format::counted(sum.countries, "country", "countries"),
        format::counted(sum.ases, "AS", "ASes"),
        format::counted(sum.operators, "operator", "operators"),
        site.snapshot()
            .report
            .overview
            .median_age_days
            .map_or_else(|| "-".into(), |days| format::duration((days * 86_400.0) as i64)),
    )
}

fn flags(site: Site<'_>) -> Vec<FlagRow<'_>> {
    let overview = &site.snapshot().report.overview;
    let relays = site.snapshot().report.totals.relays.total;
    let row = |flag: Flag| {
        let count = overview.flag(flag);
        let href =
            site.network().find_text(flag.name()).and_then(|text| site.group_link(GroupKey::Flag(text)));
        (flag.name(), href.filter(|_| count > 0), format::count(count), format::percent_of(count, relays))
    };
    Flag::ALL.into_iter().map(row).collect()
}

fn spreads(site: Site<'_>) -> Vec<Spread> {
    let kinds = [
        (GroupKind::Operator, "Operators"),
        (GroupKind::Family, "Families"),
        (GroupKind::As, "Networks (AS)"),
        (GroupKind::Country, "Countries"),
        (GroupKind::Platform, "Platforms"),
        (GroupKind::Version, "Versions"),
    ];
    let spread = |(kind, title): (GroupKind, &'static str)| {
        let measured = &site.snapshot().report.groups(kind).concentration;
        Spread {
            title,
            href: site.links().page(&Page::List(ListKind::Groups(kind), ListSort::ConsensusWeight, 1)),
            groups: format::count(measured.groups()),
            effective: measured
                .effective_number()
                .map_or_else(|| "-".into(), |number| format!("{number:.1}")),
            largest: format::percent(measured.top_share(1)),
            ten: format::percent(measured.top_share(10)),
            gini: format!("{:.2}", measured.gini),
        }
    };
    kinds.into_iter().map(spread).collect()
}

fn cards(site: Site<'_>) -> Vec<Card> {
    vec![
        relays_card(site),
        capacity_card(site),
        software_card(site),
        operators_card(site),
        exits_card(site),
        families_card(site),
    ]
}

fn card(
    site: Site<'_>,
    title: &'static str,
    slug: &str,
    method_name: &'static str,
    facts: Vec<(&'static str, String)>,
) -> Card {
    Card { title, facts, method: site.links().to(format_args!("/methods/{slug}/")), method_name }
}

fn part(part: usize, whole: usize) -> String {
    format!("{} ({} %)", format::count(part), format::percent_of(part, whole))
}

fn shown_bandwidth(bytes_per_second: u64) -> String {
    let shown = format::bandwidth(bytes_per_second);
    format!("{} {}", shown.number, shown.unit)
}

fn relays_card(site: Site<'_>) -> Card {
    let report = &site.snapshot().report;
    let (sum, overview) = (&report.totals, &report.overview);
    let relays = sum.relays.total;
    let facts = vec![
        ("Running", format::count(relays)),
        ("Exits", part(sum.relays.exit, relays)),
        ("Guards", part(sum.relays.guard, relays)),
        ("Middles", part(sum.relays.middle, relays)),
        ("Guards and exits at once", part(sum.guard_and_exit_relays, relays)),
        ("Measured", part(sum.measured_relays, relays)),
        ("With IPv6", part(sum.ipv6_relays, relays)),
        ("Offline, seen in 7 days", format::count(sum.offline_relays)),
        ("First seen in 24 hours", format::count(overview.new_relays.day)),
        ("First seen in 30 days", format::count(overview.new_relays.month)),
        ("First seen in a year", format::count(overview.new_relays.year)),
        ("Reported overload in 72 hours", part(overview.overloaded_relays, relays)),
    ];
    card(site, "Relays", "running-network", "Which relays count", facts)
}

fn capacity_card(site: Site<'_>) -> Card {
    let sum = &site.snapshot().report.totals;
    let mut facts = vec![
        ("Observed", shown_bandwidth(sum.observed_bandwidth.total)),
        ("Advertised", shown_bandwidth(sum.advertised_bandwidth.total)),
    ];
    let labels = ["Observed, exits", "Observed, guards", "Observed, middles"];
    facts.extend(
        Role::ALL
            .iter()
            .zip(labels)
            .map(|(role, label)| (label, shown_bandwidth(sum.observed_bandwidth.of(*role)))),
    );
    let means = ["Mean of exits", "Mean of guards", "Mean of middles"];
    let mean = |role: &Role| match sum.relays.of(*role) {
        0 => "-".to_owned(),
        relays => shown_bandwidth(sum.observed_bandwidth.of(*role) / relays as u64),
    };
    facts.extend(Role::ALL.iter().zip(means).map(|(role, label)| (label, mean(role))));
    let median = site
        .snapshot()
        .report
        .observed_ladder
        .quantile(0.5)
        .map_or_else(|| "-".into(), |value| shown_bandwidth(value as u64));
    facts.push(("Median relay", median));
    card(site, "Bandwidth", "bandwidth", "What these claims are worth", facts)
}

fn software_card(site: Site<'_>) -> Card {
    let report = &site.snapshot().report;
    let relays = report.totals.relays.total;
    let labels = ["Recommended", "Experimental", "New in series", "Unrecommended", "Obsolete"];
    let statuses = VersionStatus::ALL.into_iter().zip(labels);
    let mut facts: Vec<_> = statuses
        .map(|(status, label)| (label, part(report.overview.version_status(status), relays)))
        .collect();
    facts.push(("Status not known", part(report.overview.version_status_unknown, relays)));
    facts.push(("Different versions", format::count(report.totals.versions)));
    facts.push(("Operating systems", format::count(report.totals.platforms)));
    card(site, "Software", "version-status", "How versions are judged", facts)
}

fn operators_card(site: Site<'_>) -> Card {
    let report = &site.snapshot().report;
    let relays = report.totals.relays.total;
    let overview = &report.overview;
    let facts = vec![
        ("Operators", format::count(report.totals.operators)),
        ("With a verified domain", format::count(overview.verified_operators)),
        ("Relays with a right proof", part(overview.aroi_state(AroiState::Valid), relays)),
        ("Relays with a wrong proof", part(overview.aroi_state(AroiState::Invalid), relays)),
        ("Relays with an unchecked claim", part(overview.aroi_state(AroiState::Unchecked), relays)),
        ("Relays without a contact", part(overview.no_contact, relays)),
        ("Their share of weight", format!("{} %", format::percent(overview.no_contact_weight_fraction))),
    ];
    card(site, "Operators", "operator", "What makes an operator", facts)
}

fn exits_card(site: Site<'_>) -> Card {
    let report = &site.snapshot().report;
    let exits = report.totals.relays.exit;
    let policies = &report.overview.exit_policies;
    let facts = vec![
        ("Exits", format::count(exits)),
        ("Every port", part(policies.every_port, exits)),
        ("Ports 80 and 443, not every port", part(policies.web, exits)),
        ("Not both of 80 and 443", part(policies.other, exits)),
        ("IPv6 exits", part(policies.ipv6, exits)),
        ("BadExit", format::count(report.overview.flag(Flag::BadExit))),
    ];
    card(site, "Exit policies", "exit-policy", "How policies are read", facts)
}

fn families_card(site: Site<'_>) -> Card {
    let report = &site.snapshot().report;
    let relays = report.totals.relays.total;
    let overview = &report.overview;
    let facts = vec![
        ("Families", format::count(report.totals.families)),
        ("Relays in a family", part(overview.family_relays, relays)),
        ("Relays with a family id", part(overview.family_id_relays, relays)),
        ("Relays with one-sided listings", part(overview.one_sided_family_relays, relays)),
    ];
    card(site, "Families", "family", "What makes a family", facts)
}
