//! A group of relays: an operator, family, AS, country, platform, version, flag or first-seen day.
//!
//! All kinds share one template: what it is, its tiles, what its relays add up to, and the relays. The
//! sentence, the notices and the facts are the kind's own.

pub(super) mod breakdown;
pub(super) mod facts;
pub(super) mod notices;
mod place;

use super::course::{self, GroupPeriod, Said};
use super::study::section::Section as Part;
use super::{Site, finish, group_health};
use crate::figures::{FigureKey, FigureName, Subject, embed};
use crate::frame::{Frame, Section};
use crate::html::Html;
use crate::list::{ListSort, page_of};
use crate::rows::{Pager, RelayTable, RoleShares, Tile, list_titles, status_look};
use crate::{MapMeasure, Page, PlacesPage, format};
use allium_alert::Target;
use allium_analysis::Aggregate;
use allium_model::{Flag, Group, GroupKey, GroupKind, OperatorKey, RelayPosition, Slug};
use allium_views::{ListKind, group_id, group_name};
use askama::Template;
use breakdown::Breakdown;
use notices::Notice;
use place::Place;

#[derive(Template)]
#[template(path = "group.html")]
struct GroupPage<'a> {
    frame: Frame<'a>,
    heading: String,
    id: Option<String>,
    sentence: String,
    badges: Vec<(String, &'static str)>,
    tiles: Vec<Tile>,
    notices: Vec<Notice>,
    shares: Option<RoleShares>,
    facts: Vec<(&'static str, String)>,
    breakdowns: Vec<Breakdown<'a>>,
    health: Option<Part>,
    place: Option<Place<'a>>,
    periods: Vec<GroupPeriod>,
    course: Vec<Said>,
    course_figure: Option<Html>,
    relays: RelayTable<'a>,
    count: String,
    pager: Option<Pager>,
    is_first_page: bool,
}

/// Longest heading of an operator without a domain, in characters; the page gives the whole contact.
const MAX_HEADING: usize = 60;

pub(super) fn render(site: Site<'_>, key: GroupKey, page: &Page, number: usize) -> Option<String> {
    let group = site.network().group(key)?;
    let members = page_of(group.members, number)?;
    finish(&build(site, group, members, page, number))
}

pub(super) fn render_slug(
    site: Site<'_>,
    kind: GroupKind,
    slug: &Slug,
    page: &Page,
    number: usize,
) -> Option<String> {
    let has_slug = |group: &Group<'_>| {
        allium_views::group_path_segment(site.snapshot(), *group).as_deref() == Some(slug.as_str())
    };
    let group = site.network().groups(kind).iter().find(has_slug)?;
    render(site, group.key, page, number)
}

/// The group as somebody asks for alerts of it; none for kinds that are not watched.
pub(super) fn target(site: Site<'_>, group: Group<'_>) -> Option<Target> {
    Some(match group.key {
        GroupKey::Family(id) => Target::Family(id),
        GroupKey::As(number) => Target::As(number),
        GroupKey::Country(code) => Target::Country(code),
        GroupKey::Operator(id) => match Page::domain_of(site.snapshot(), group) {
            Some(Page::OperatorDomain(domain)) => Target::Domain(domain),
            _ => Target::Operator(id),
        },
        _ => return None,
    })
}

/// Whether the relays of such a group have enough in common for a course over time.
fn has_course(kind: GroupKind) -> bool {
    matches!(kind, GroupKind::Family | GroupKind::As | GroupKind::Country)
}

fn build<'a>(
    site: Site<'a>,
    group: Group<'a>,
    members: &[RelayPosition],
    page: &Page,
    number: usize,
) -> GroupPage<'a> {
    let snapshot = site.snapshot();
    let kind = group.key.kind();
    let sum = &snapshot.group_report(kind, group.position).aggregate;
    let heading = heading(site, group);
    let list = ListKind::Groups(kind);
    let mut frame = Frame::new(site, page, title(kind, &heading, number), section(kind))
        .crumb(list_titles(list).0, &Page::List(list, ListSort::ConsensusWeight, 1))
        .here(heading.clone())
        .described(format!(
            "{heading}: {} of the Tor network.",
            format::counted(sum.relays.total, "running relay", "running relays")
        ));
    if let Some(path) = api_path(site, group) {
        frame = frame.data_at(path);
    }
    let is_first_page = number == 1;
    let frame = frame.watched(target(site, group).filter(|_| is_first_page));
    GroupPage {
        id: (!matches!(
            kind,
            GroupKind::Platform | GroupKind::Version | GroupKind::Flag | GroupKind::FirstSeen | GroupKind::As
        ))
        .then(|| group_id(snapshot, group).into_owned()),
        sentence: sentence(site, group, sum),
        badges: badges(site, group, sum),
        tiles: tiles(site, group, sum),
        notices: if is_first_page { notices::all(site, group) } else { Vec::new() },
        shares: RoleShares::of(sum).filter(|_| is_first_page),
        facts: if is_first_page { facts::all(group, sum) } else { Vec::new() },
        health: if is_first_page { group_health::of_group(site, group) } else { None },
        place: if is_first_page { place::section(site, group, sum) } else { None },
        course_figure: (is_first_page && kind == GroupKind::Family)
            .then(|| Subject::of_group(snapshot, group))
            .flatten()
            .and_then(|subject| embed(site, &FigureKey { subject, name: FigureName::UptimeSixMonths })),
        periods: if is_first_page { course::periods(site, group) } else { Vec::new() },
        course: if is_first_page && has_course(kind) {
            course::said(&course::of_members(site, group.members))
        } else {
            Vec::new()
        },
        breakdowns: if is_first_page { breakdown::all(site, group) } else { Vec::new() },
        relays: RelayTable::new(site, "Relays", members, Some(kind)),
        count: format::count(group.members.len()),
        pager: Pager::new(group.members.len(), number, |number| {
            let page = Page::of_group(snapshot, group.key, number);
            page.map(|page| site.links().page(&page)).unwrap_or_default()
        }),
        is_first_page,
        heading,
        frame,
    }
}

fn section(kind: GroupKind) -> Section {
    match kind {
        GroupKind::Operator => Section::Operators,
        GroupKind::Family => Section::Families,
        GroupKind::Country => Section::Countries,
        GroupKind::As => Section::Ases,
        GroupKind::Platform | GroupKind::Version => Section::Platforms,
        GroupKind::Flag | GroupKind::FirstSeen => Section::Relays,
    }
}

pub(super) fn title(kind: GroupKind, heading: &str, number: usize) -> String {
    let kind = match kind {
        GroupKind::Operator => "Tor relay operator",
        GroupKind::Family => "Tor relay family",
        GroupKind::Country => "Tor relays by country",
        GroupKind::As => "Tor relays by AS",
        GroupKind::Platform => "Tor relays by platform",
        GroupKind::Version => "Tor relays by version",
        GroupKind::Flag => "Tor relays by flag",
        GroupKind::FirstSeen => "Tor relays by first day",
    };
    let page = if number == 1 { String::new() } else { format!(", page {number}") };
    format!("{} - {kind}{page}", format::shortened(heading, 60))
}

pub(super) fn heading(site: Site<'_>, group: Group<'_>) -> String {
    let name = group_name(site.snapshot(), group);
    match group.key {
        GroupKey::As(number) => format!("{number} {name}"),
        GroupKey::Version(_) => format!("Tor {name}"),
        GroupKey::FirstSeen(_) => format!("First seen on {name}"),
        GroupKey::Operator(_) => format::shortened(&name, MAX_HEADING),
        _ => name.into_owned(),
    }
}

pub(super) fn api_path(site: Site<'_>, group: Group<'_>) -> Option<String> {
    let list = ListKind::Groups(group.key.kind()).name();
    let segment = allium_views::group_path_segment(site.snapshot(), group)?;
    let id = group_id(site.snapshot(), group);
    let id = if segment.eq_ignore_ascii_case(&id) { id.into_owned() } else { segment };
    (group.key.kind() != GroupKind::FirstSeen).then(|| format!("/api/v1/{list}/{id}"))
}

pub(super) fn sentence(site: Site<'_>, group: Group<'_>, sum: &Aggregate) -> String {
    let network = site.network();
    let relays = format::counted(sum.relays.total, "running relay", "running relays");
    let spread = format!(
        "in {} and {}",
        format::counted(sum.countries, "country", "countries"),
        format::counted(sum.ases, "AS", "ASes")
    );
    match group.key {
        GroupKey::Operator(_) => match network.operator(group.position) {
            OperatorKey::VerifiedDomain(_) => {
                format!("Operator of {relays} {spread}, whose domain names these relays back.")
            }
            OperatorKey::ClaimedDomain(_) => {
                format!("Relays that name this domain: {relays} {spread}. The claim was not checked.")
            }
            OperatorKey::Contact(_) => format!("Relays with this contact text: {relays} {spread}."),
        },
        GroupKey::Family(_) => {
            format!("Family of {relays} {spread}, connected by mutual listing or a shared family id.")
        }
        GroupKey::Country(_) => format!(
            "{relays} in {}, run by {}.",
            format::counted(sum.ases, "AS", "ASes"),
            format::counted(sum.operators, "operator", "operators")
        ),
        GroupKey::As(_) => format!(
            "{relays} in {}, run by {}.",
            format::counted(sum.countries, "country", "countries"),
            format::counted(sum.operators, "operator", "operators")
        ),
        GroupKey::Platform(_) => format!("{relays} on this operating system, {spread}."),
        GroupKey::Version(_) => format!("{relays} on this version, {spread}."),
        GroupKey::Flag(text) => {
            let meaning = network
                .text(text)
                .parse::<Flag>()
                .map_or("Allium does not know this flag yet.", Flag::meaning);
            format!("{meaning} {relays} have it now.")
        }
        GroupKey::FirstSeen(_) => {
            format!("{relays} of those still listed were first in a consensus on this day.")
        }
    }
}

pub(super) fn badges(site: Site<'_>, group: Group<'_>, sum: &Aggregate) -> Vec<(String, &'static str)> {
    let report = &site.snapshot().report;
    let network = site.network();
    match group.key {
        GroupKey::Operator(_) => match network.operator(group.position) {
            OperatorKey::VerifiedDomain(_) => vec![("Domain verified".into(), "good")],
            OperatorKey::ClaimedDomain(_) => vec![("Domain configured, unchecked".into(), "")],
            OperatorKey::Contact(_) => vec![("Grouped by contact text".into(), "")],
        },
        GroupKey::Country(_) => {
            report.country_tier(sum).map(|tier| (format!("Tier: {}", tier.name()), "")).into_iter().collect()
        }
        GroupKey::As(_) => vec![(format!("Rarity: {}", report.as_rarity(sum).name()), "")],
        GroupKey::Version(_) => {
            let status = group.members.first().and_then(|member| network.relay(*member).version_status);
            status.map(|status| (status.name().to_owned(), status_look(status))).into_iter().collect()
        }
        _ => Vec::new(),
    }
}

fn tiles(site: Site<'_>, group: Group<'_>, sum: &Aggregate) -> Vec<Tile> {
    let kind = group.key.kind();
    let report = site.snapshot().group_report(kind, group.position);
    let observed = format::bandwidth(sum.observed_bandwidth.total);
    let advertised = format::bandwidth(sum.advertised_bandwidth.total);
    let of_kind = format!(
        "rank {} of {}",
        format::count(report.rank),
        format::count(site.snapshot().report.groups(kind).running)
    );
    let offline = match sum.offline_relays {
        0 => "none offline".to_owned(),
        offline => format!("{} offline", format::count(offline)),
    };
    let exits = format!(
        "{} of {}",
        format::counted(sum.relays.exit, "exit", "exits"),
        format::counted(sum.relays.total, "relay", "relays")
    );
    let guards = format::counted(sum.relays.guard + sum.guard_and_exit_relays, "guard", "guards");
    vec![
        Tile::new("Relays running", format::count(sum.relays.total), "", offline),
        Tile::new("Consensus weight", format::percent(sum.consensus_weight_fraction.total), "%", of_kind),
        Tile::new(
            "Observed bandwidth",
            observed.number,
            observed.unit,
            format!("advertises {} {}", advertised.number, advertised.unit),
        ),
        Tile::new("Chosen as exit", format::percent(sum.exit_probability), "%", exits),
        Tile::new("Chosen as guard", format::percent(sum.guard_probability), "%", guards),
    ]
}
