//! Results of a search. Only a server can answer one.

use super::{Site, finish};
use crate::frame::{Frame, Section};
use crate::rows::{RelayTable, list_titles};
use crate::{Page, format};
use allium_model::{GroupKind, GroupPosition, RelayPosition};
use allium_views::{ListKind, SearchHit, SearchResults, group_id, group_name};
use askama::Template;

#[derive(Template)]
#[template(path = "search.html")]
struct SearchPage<'a> {
    frame: Frame<'a>,
    query: String,
    action: String,
    sentence: String,
    groups: Vec<GroupHits<'a>>,
    relays: Option<RelayTable<'a>>,
    relays_total: String,
    more_relays: Option<String>,
}

/// What was found of one kind.
struct GroupHits<'a> {
    title: &'static str,
    total: String,
    hits: Vec<Hit<'a>>,
    more: Option<String>,
}

struct Hit<'a> {
    name: String,
    href: Option<&'a str>,
    id: Option<String>,
    detail: String,
}

/// Most results of a kind.
pub(crate) const SEARCH_ROWS: usize = 50;

/// The page for what was asked and what was found.
pub(crate) fn search_page(site: Site<'_>, query: &str, results: &SearchResults) -> String {
    let query: String = allium_model::printable(query).chars().take(100).collect();
    let mut frame = Frame::new(site, &Page::NotFound, "Search", Section::None).here("Search");
    frame.canonical = None;
    frame.is_indexed = false;
    frame.has_own_search = true;
    let relays: Vec<RelayPosition> = results.relays.iter().copied().filter_map(relay_of).collect();
    let more = results.relays_total - relays.len();
    let page = SearchPage {
        action: site.links().to("/search"),
        sentence: sentence(&query, results),
        groups: results
            .groups
            .iter()
            .map(|(kind, hits, total)| group_hits(site, *kind, hits, *total))
            .collect(),
        relays_total: format::count(results.relays_total),
        more_relays: (more > 0)
            .then(|| format!("and {} more; a longer word finds fewer", format::count(more))),
        relays: (!relays.is_empty()).then(|| RelayTable::new(site, "Relays", &relays, None)),
        query,
        frame,
    };
    finish(&page).unwrap_or_default()
}

fn relay_of(hit: SearchHit) -> Option<RelayPosition> {
    match hit {
        SearchHit::Relay(position) => Some(position),
        SearchHit::Group(..) => None,
    }
}

fn sentence(query: &str, results: &SearchResults) -> String {
    let total = results.relays_total + results.groups.iter().map(|(_, _, total)| total).sum::<usize>();
    match (query.is_empty(), total) {
        (true, _) => "Search for a nickname, a fingerprint or its beginning, an address or CIDR block, an AS, a country, a contact, a domain, a platform, a flag or a version.".into(),
        (false, 0) => "Nothing fits. Try the beginning of a fingerprint, a part of a nickname, an address, or AS and a number.".into(),
        (false, total) => format!("{} found.", format::counted(total, "thing", "things")),
    }
}

fn group_hits<'a>(site: Site<'a>, kind: GroupKind, hits: &[SearchHit], total: usize) -> GroupHits<'a> {
    let positions = hits.iter().filter_map(|hit| match hit {
        SearchHit::Group(_, position) => Some(*position),
        SearchHit::Relay(_) => None,
    });
    let more = total - hits.len();
    GroupHits {
        title: list_titles(ListKind::Groups(kind)).0,
        total: format::count(total),
        hits: positions.filter_map(|position| hit(site, kind, position)).collect(),
        more: (more > 0).then(|| format!("and {} more", format::count(more))),
    }
}

fn hit(site: Site<'_>, kind: GroupKind, position: GroupPosition) -> Option<Hit<'_>> {
    let snapshot = site.snapshot();
    let group = snapshot.network.groups(kind).get(position)?;
    let sum = &snapshot.group_report(kind, position).aggregate;
    let shows_id = matches!(kind, GroupKind::As | GroupKind::Country | GroupKind::Family);
    Some(Hit {
        name: format::shortened(&group_name(snapshot, group), 80),
        href: site.group_link(group.key),
        id: shows_id.then(|| group_id(snapshot, group).into_owned()),
        detail: format!(
            "{}, {} % of the weight",
            format::counted(sum.relays.total, "running relay", "running relays"),
            format::percent(sum.consensus_weight_fraction.total)
        ),
    })
}
