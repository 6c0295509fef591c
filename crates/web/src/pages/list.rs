//! Lists of everything of a kind, page by page, in every order that has a meaning.

use super::{Site, finish};
use crate::frame::{Frame, Section};
use crate::list::{ListSort, PAGE_ROWS, page_of};
use crate::prepared::{GroupRows, shows_operators, shows_since, shows_spread};
use crate::rows::{Pager, RelayTable, list_titles};
use crate::{MapMeasure, Page, PlacesPage, format};
use allium_model::GroupKind;
use allium_views::ListKind;
use askama::Template;

/// A link to another order.
struct SortLink {
    label: &'static str,
    href: String,
    is_current: bool,
}

#[derive(Template)]
#[template(path = "relays.html")]
struct RelaysPage<'a> {
    frame: Frame<'a>,
    sentence: String,
    sorts: Vec<SortLink>,
    table: RelayTable<'a>,
    pager: Option<Pager>,
}

#[derive(Template)]
#[template(path = "groups.html")]
struct GroupsPage<'a> {
    frame: Frame<'a>,
    title: &'static str,
    sentence: String,
    rest: Option<String>,
    /// A page that compares the groups, with its words.
    compared: Option<(&'static str, String)>,
    sorts: Vec<SortLink>,
    rows: GroupRows<'a>,
    shows_operators: bool,
    shows_spread: bool,
    shows_since: bool,
    pager: Option<Pager>,
}

pub(super) fn render(
    site: Site<'_>,
    kind: ListKind,
    sort: ListSort,
    page: &Page,
    number: usize,
) -> Option<String> {
    if !sort.has_meaning(kind) {
        return None;
    }
    match kind {
        ListKind::Relays => render_relays(site, sort, page, number),
        ListKind::Groups(of) => render_groups(site, of, sort, page, number),
    }
}

fn render_relays(site: Site<'_>, sort: ListSort, page: &Page, number: usize) -> Option<String> {
    let kind = ListKind::Relays;
    let order = site.prepared().relay_order(sort);
    let mut table = RelayTable::new(site, "Relays", page_of(order, number)?, None);
    table.first_rank = Some(first_rank(number));
    finish(&RelaysPage {
        frame: frame(site, kind, sort, page, number),
        sentence: relays_sentence(site, sort),
        sorts: sorts(site, kind, sort),
        table,
        pager: pager(site, kind, sort, order.len(), number),
    })
}

fn render_groups(
    site: Site<'_>,
    of: GroupKind,
    sort: ListSort,
    page: &Page,
    number: usize,
) -> Option<String> {
    let kind = ListKind::Groups(of);
    let prepared = site.prepared();
    let order = prepared.group_order(of, sort);
    let rows =
        GroupRows { prepared, kind: of, groups: page_of(order, number)?, first_rank: first_rank(number) };
    finish(&GroupsPage {
        frame: frame(site, kind, sort, page, number),
        title: list_titles(kind).0,
        sentence: groups_sentence(site, of, sort),
        rest: rest_sentence(site, of),
        compared: compared(site, of),
        sorts: sorts(site, kind, sort),
        rows,
        shows_operators: shows_operators(of),
        shows_spread: shows_spread(of),
        shows_since: shows_since(of),
        pager: pager(site, kind, sort, order.len(), number),
    })
}

/// Where the groups of a kind are compared; ASes and countries are.
fn compared(site: Site<'_>, of: GroupKind) -> Option<(&'static str, String)> {
    let (words, page) = match of {
        GroupKind::As => ("Uptime, change and concentration compared", PlacesPage::AsIntelligence(1)),
        GroupKind::Country => ("World map, tiers and regions", PlacesPage::Geography(MapMeasure::Relays)),
        _ => return None,
    };
    Some((words, site.links().page(&Page::Places(page))))
}

fn first_rank(number: usize) -> usize {
    (number - 1) * PAGE_ROWS + 1
}

fn pager(site: Site<'_>, kind: ListKind, sort: ListSort, rows: usize, number: usize) -> Option<Pager> {
    Pager::new(rows, number, |number| site.links().page(&Page::List(kind, sort, number)))
}

fn frame<'a>(site: Site<'a>, kind: ListKind, sort: ListSort, page: &Page, number: usize) -> Frame<'a> {
    let (title, _, many) = list_titles(kind);
    let page_words = if number == 1 { String::new() } else { format!(", page {number}") };
    let full_title = format!("{title} by {}{page_words}", sort.label());
    let offset = (number - 1) * PAGE_ROWS;
    let mut frame = Frame::new(site, page, full_title, section(kind))
        .described(format!("All {many} of the Tor network, sorted by {}.", sort.label()))
        .here(title);
    if !matches!(kind, ListKind::Groups(GroupKind::FirstSeen)) {
        frame = frame.data_at(format!(
            "/api/v1/{}?limit={PAGE_ROWS}&offset={offset}{}",
            kind.name(),
            api_sort(kind, sort)
        ));
    }
    frame
}

/// The same order as a parameter of the API.
fn api_sort(kind: ListKind, sort: ListSort) -> &'static str {
    match sort {
        ListSort::ConsensusWeight | ListSort::Name => "",
        ListSort::Bandwidth => "&sort=-observed_bandwidth_bytes_per_second",
        ListSort::ExitBandwidth => "&sort=-exit_observed_bandwidth_bytes_per_second",
        ListSort::GuardBandwidth => "&sort=-guard_observed_bandwidth_bytes_per_second",
        ListSort::MiddleBandwidth => "&sort=-middle_observed_bandwidth_bytes_per_second",
        ListSort::ExitConsensusWeight => "&sort=-exit_consensus_weight_fraction",
        ListSort::GuardConsensusWeight => "&sort=-guard_consensus_weight_fraction",
        ListSort::MiddleConsensusWeight => "&sort=-middle_consensus_weight_fraction",
        ListSort::RelayCount => "&sort=-relays",
        ListSort::ExitCount => "&sort=-exit_relays",
        ListSort::GuardCount => "&sort=-guard_relays",
        ListSort::MiddleCount => "&sort=-middle_relays",
        ListSort::UniqueCountryCount => "&sort=-countries",
        ListSort::UniqueAsCount => "&sort=-ases",
        ListSort::UniqueContactCount => "&sort=-operators",
        ListSort::UniqueFamilyCount => "&sort=-families",
        ListSort::Uptime if kind == ListKind::Relays => "&sort=-uptime_ratio_1_month",
        ListSort::Uptime => "&sort=-uptime_ratio_6_months",
        ListSort::FirstSeen => "&sort=first_seen",
    }
}

fn section(kind: ListKind) -> Section {
    match kind {
        ListKind::Relays | ListKind::Groups(GroupKind::Flag | GroupKind::FirstSeen) => Section::Relays,
        ListKind::Groups(GroupKind::Operator) => Section::Operators,
        ListKind::Groups(GroupKind::Family) => Section::Families,
        ListKind::Groups(GroupKind::Country) => Section::Countries,
        ListKind::Groups(GroupKind::As) => Section::Ases,
        ListKind::Groups(GroupKind::Platform | GroupKind::Version) => Section::Platforms,
    }
}

fn sorts(site: Site<'_>, kind: ListKind, current: ListSort) -> Vec<SortLink> {
    let link = |sort: ListSort| SortLink {
        label: sort.label(),
        href: site.links().page(&Page::List(kind, sort, 1)),
        is_current: sort == current,
    };
    ListSort::of(kind).map(link).collect()
}

fn relays_sentence(site: Site<'_>, sort: ListSort) -> String {
    let sum = &site.snapshot().report.totals;
    format!(
        "{} and {} that were seen in the last seven days, sorted by {}.",
        format::counted(sum.relays.total, "running relay", "running relays"),
        format::count(sum.offline_relays),
        sort.label()
    )
}

fn groups_sentence(site: Site<'_>, kind: GroupKind, sort: ListSort) -> String {
    let (_, one, many) = list_titles(ListKind::Groups(kind));
    let count = format::counted(site.network().groups(kind).len(), one, many);
    let spread = &site.snapshot().report.groups(kind).concentration;
    let of_weight = match kind {
        GroupKind::Flag | GroupKind::FirstSeen => String::new(),
        _ => format!(
            " The largest holds {} % of the consensus weight, the ten largest {} %.",
            format::percent(spread.top_share(1)),
            format::percent(spread.top_share(10))
        ),
    };
    format!("{count}, sorted by {}.{of_weight}", sort.label())
}

/// What is in no group, in one sentence.
fn rest_sentence(site: Site<'_>, kind: GroupKind) -> Option<String> {
    let rest = &site.snapshot().report.groups(kind).rest;
    if rest.relays.total == 0 {
        return None;
    }
    let relays = format::counted(rest.relays.total, "running relay", "running relays");
    let share = format::percent(rest.consensus_weight_fraction.total);
    let why = match kind {
        GroupKind::Operator => "give no contact",
        GroupKind::Family => "are in no family with others",
        GroupKind::Country => "are in a country that is not known",
        GroupKind::As => "are in an AS that is not known",
        GroupKind::Platform => "name no operating system",
        GroupKind::Version => "name no version",
        GroupKind::Flag => "have no flag",
        GroupKind::FirstSeen => return None,
    };
    Some(format!("{relays} with {share} % of the weight {why} and are in no row."))
}
