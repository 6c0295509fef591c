//! An operator: what it is, how it is, what to do, the evidence, and its relays.
//!
//! The first page has everything, the others more relays. The same sections without the relays are the
//! report for paper, which only a server has.

mod advice;
mod bandwidth;
mod comparison;
mod faults;
mod reliability;
mod words;

use super::group::breakdown::Breakdown;
use super::group::notices::Notice;
use super::group::{self, breakdown, facts};
use super::study::section::Section as Part;
use super::{Site, finish, group_health};
use crate::frame::{Frame, Section};
use crate::html::Html;
use crate::list::ListSort;
use crate::rows::{Pager, RelayTable, RoleShares, Tile, list_titles};
use crate::{Page, format};
use advice::Advice;
use allium_analysis::Aggregate;
use allium_analysis::operator::OperatorReport;
use allium_model::{AroiState, Domain, Group, GroupKey, GroupKind, OperatorId, RelayPosition, printable};
use allium_views::{ListKind, group_id};
use askama::Template;
use bandwidth::Bandwidth;
use comparison::Comparison;
use faults::Faults;
use reliability::Reliability;
use std::borrow::Cow;

/// Relays on a page: the first page has much beside them.
const PAGE_ROWS: usize = 100;

/// Pages of an operator with so many relays.
pub(crate) fn page_count(relays: usize) -> usize {
    relays.div_ceil(PAGE_ROWS).max(1)
}

/// A name of our own making and where it leads.
struct Link {
    name: String,
    href: String,
}

/// What a relay is called among the others of its operator: by its nickname, and where another one has the
/// same by the beginning of its fingerprint too.
fn called(site: Site<'_>, position: RelayPosition) -> String {
    let network = site.network();
    let relay = network.relay(position);
    let nickname = printable(network.text(relay.nickname));
    let operator = network.groups(GroupKind::Operator).of_relay(position);
    let others = operator.map_or(&[][..], |operator| operator.members).iter();
    let alike = others.filter(|other| network.relay(**other).nickname == relay.nickname).count();
    if alike <= 1 {
        return nickname.into_owned();
    }
    let fingerprint = relay.fingerprint.to_string();
    format!("{nickname} {}", fingerprint.get(..6).unwrap_or_default())
}

/// What page and report have in common.
struct Sections<'a> {
    insight: String,
    advice: Vec<Advice>,
    health: Option<Part>,
    reliability: Reliability,
    bandwidth: Bandwidth,
    comparison: Comparison,
    faults: Faults,
    breakdowns: Vec<Breakdown<'a>>,
    shares: Option<RoleShares>,
    facts: Vec<(&'static str, String)>,
    contact: Option<Cow<'a, str>>,
    figures: Vec<Html>,
}

#[derive(Template)]
#[template(path = "operator.html")]
struct OperatorPage<'a> {
    frame: Frame<'a>,
    heading: String,
    id: String,
    sentence: String,
    badges: Vec<(String, &'static str)>,
    tiles: Vec<Tile>,
    notices: Vec<Notice>,
    sections: Option<Sections<'a>>,
    tables: Vec<RelayTable<'a>>,
    count: String,
    pager: Option<Pager>,
    print: Option<String>,
    is_print: bool,
}

pub(super) fn render(site: Site<'_>, id: OperatorId, page: &Page, number: usize) -> Option<String> {
    let group = site.network().group(GroupKey::Operator(id))?;
    let first = number.checked_sub(1)? * PAGE_ROWS;
    let members = group.members.get(first..group.members.len().min(first + PAGE_ROWS))?;
    if number > page_count(group.members.len()) {
        return None;
    }
    finish(&build(site, group, Some(members), page, number)?)
}

pub(super) fn render_domain(site: Site<'_>, domain: &Domain, page: &Page) -> Option<String> {
    let id = OperatorId::of_domain(domain.as_str());
    let group = site.network().group(GroupKey::Operator(id))?;
    let is_verified = Page::domain_of(site.snapshot(), group).is_some_and(|verified| verified == *page);
    is_verified.then(|| render(site, id, page, 1)).flatten()
}

/// The report for paper, where there is a server.
pub(super) fn render_report(site: Site<'_>, id: OperatorId) -> Option<String> {
    let is_served = site.settings.mode == crate::Mode::Served;
    let group = site.network().group(GroupKey::Operator(id)).filter(|_| is_served)?;
    finish(&build(site, group, None, &Page::OperatorReport(id), 1)?)
}

fn build<'a>(
    site: Site<'a>,
    group: Group<'a>,
    members: Option<&[RelayPosition]>,
    page: &Page,
    number: usize,
) -> Option<OperatorPage<'a>> {
    let sum = &site.snapshot().group_report(GroupKind::Operator, group.position).aggregate;
    let report = OperatorReport::of(site.snapshot(), group.position)?;
    let is_print = members.is_none();
    Some(OperatorPage {
        heading: group::heading(site, group),
        id: group_id(site.snapshot(), group).into_owned(),
        sentence: group::sentence(site, group, sum),
        badges: badges(site, group, sum, &report),
        tiles: tiles(sum, &report),
        notices: group::notices::all(site, group).into_iter().filter(|_| number == 1).collect(),
        sections: (number == 1).then(|| sections(site, group, sum, &report)),
        tables: members.map_or_else(Vec::new, |members| tables(site, group, members, number)),
        count: format::count(group.members.len()),
        pager: pager(site, group, number).filter(|_| !is_print),
        print: print_link(site, group.key).filter(|_| !is_print && number == 1),
        frame: frame(site, group, sum, page, number),
        is_print,
    })
}

fn frame<'a>(site: Site<'a>, group: Group<'a>, sum: &Aggregate, page: &Page, number: usize) -> Frame<'a> {
    let heading = group::heading(site, group);
    let list = ListKind::Groups(GroupKind::Operator);
    let relays = format::counted(sum.relays.total, "running relay", "running relays");
    let title = group::title(GroupKind::Operator, &heading, number);
    let mut frame = Frame::new(site, page, title, Section::Operators)
        .crumb(list_titles(list).0, &Page::List(list, ListSort::ConsensusWeight, 1))
        .here(heading.clone())
        .described(format!("{heading}: {relays} of the Tor network."))
        .watched(group::target(site, group).filter(|_| number == 1));
    if let Some(path) = group::api_path(site, group) {
        let is_report = matches!(page, Page::OperatorReport(_)) || number == 1;
        frame = frame.data_at(if is_report { format!("{path}/report") } else { path });
    }
    if let Some(domain) = Page::domain_of(site.snapshot(), group).filter(|_| number == 1) {
        frame.canonical =
            site.settings.site_url.as_ref().map(|url| format!("{url}{}", site.links().page(&domain)));
    }
    frame
}

/// The pager of the relays; none when there is only one page.
fn pager(site: Site<'_>, group: Group<'_>, number: usize) -> Option<Pager> {
    Pager::of_rows(PAGE_ROWS, group.members.len(), number, |number| {
        let page = Page::of_group(site.snapshot(), group.key, number);
        page.map(|page| site.links().page(&page)).unwrap_or_default()
    })
}

/// The link to the report for paper, where it is served.
fn print_link(site: Site<'_>, key: GroupKey) -> Option<String> {
    let GroupKey::Operator(id) = key else { return None };
    let is_served = site.settings.mode == crate::Mode::Served;
    is_served.then(|| site.links().page(&Page::OperatorReport(id)))
}

fn badges(
    site: Site<'_>,
    group: Group<'_>,
    sum: &Aggregate,
    report: &OperatorReport,
) -> Vec<(String, &'static str)> {
    let mut badges = group::badges(site, group, sum);
    badges.extend(report.score.class.map(|class| (class.name().to_owned(), "")));
    badges
}

fn tiles(sum: &Aggregate, report: &OperatorReport) -> Vec<Tile> {
    let observed = format::bandwidth(sum.observed_bandwidth.total);
    let advertised = format::bandwidth(sum.advertised_bandwidth.total);
    let offline = match sum.offline_relays {
        0 => "none offline".to_owned(),
        offline => format!("{} offline", format::count(offline)),
    };
    let choice = format!(
        "exit {} %, guard {} %",
        format::percent(sum.exit_probability),
        format::percent(sum.guard_probability)
    );
    vec![
        comparison::score_tile(report),
        Tile::new("Relays running", format::count(sum.relays.total), "", offline),
        Tile::new("Consensus weight", format::percent(sum.consensus_weight_fraction.total), "%", choice),
        Tile::new(
            "Observed bandwidth",
            observed.number,
            observed.unit,
            format!("advertises {} {}", advertised.number, advertised.unit),
        ),
        Tile::new(
            "Countries",
            format::count(sum.countries),
            "",
            format!("in {}", format::counted(sum.ases, "AS", "ASes")),
        ),
        comparison::rank_tile(report),
        reliability::issue_tile(report),
    ]
}

fn sections<'a>(site: Site<'a>, group: Group<'a>, sum: &Aggregate, report: &OperatorReport) -> Sections<'a> {
    Sections {
        insight: words::insight(report),
        advice: advice::all(site, report),
        health: group_health::of_group(site, group),
        reliability: Reliability::of(site, group, report),
        bandwidth: Bandwidth::of(site, group, report),
        comparison: Comparison::of(site, group, report),
        faults: Faults::of(site, report),
        breakdowns: breakdown::all(site, group),
        shares: RoleShares::of(sum),
        facts: facts::all(group, sum),
        contact: contact(site, group),
        figures: reliability::figures(site, group),
    }
}

/// The relays of the page, apart by what became of their claims where there are any, and those that claim
/// the domain without being counted.
fn tables<'a>(
    site: Site<'a>,
    group: Group<'a>,
    members: &[RelayPosition],
    number: usize,
) -> Vec<RelayTable<'a>> {
    let network = site.network();
    let of = |state: fn(AroiState) -> bool| -> Vec<RelayPosition> {
        members.iter().copied().filter(|position| state(network.relay(*position).aroi)).collect()
    };
    let parts = [
        ("Relays with a verified domain", of(|state| state == AroiState::Valid)),
        (
            "Relays with a claim that is not verified",
            of(|state| matches!(state, AroiState::Invalid | AroiState::Unchecked)),
        ),
        ("Relays without a claim", of(|state| state == AroiState::NotConfigured)),
    ];
    let is_in_use = !parts[0].1.is_empty() || !parts[1].1.is_empty();
    let of_kind = Some(GroupKind::Operator);
    let mut tables: Vec<RelayTable<'a>> = if is_in_use {
        let full = parts.iter().filter(|(_, relays)| !relays.is_empty());
        full.map(|(label, relays)| RelayTable::new(site, *label, relays, of_kind)).collect()
    } else {
        vec![RelayTable::new(site, "Relays", members, of_kind)]
    };
    if let GroupKey::Operator(id) = group.key
        && number == 1
    {
        tables.extend(claims(site, id));
    }
    tables
}

/// The contact text of an operator's largest relay, whole.
fn contact<'a>(site: Site<'a>, group: Group<'_>) -> Option<Cow<'a, str>> {
    let first = group.members.first()?;
    site.network().optional_text(site.network().relay(*first).contact).map(printable)
}

/// Claims that are listed on a domain's page.
const CLAIM_ROWS: usize = 50;

/// The relays that claim a domain and are not counted to its operator.
fn claims(site: Site<'_>, id: OperatorId) -> Option<RelayTable<'_>> {
    let claims = site.network().claims(id);
    let shown = &claims[..claims.len().min(CLAIM_ROWS)];
    let label = format!(
        "{} that claim this domain and are not counted",
        format::counted(claims.len(), "relay", "relays")
    );
    (!claims.is_empty()).then(|| RelayTable::new(site, printable(&label), shown, None))
}
