//! What is shown for a path that is no page, with what the reader may have meant.

use super::{Site, finish};
use crate::Page;
use crate::frame::{Frame, Section};
use crate::list::ListSort;
use allium_views::{ListKind, SearchHit, search};
use askama::Template;

#[derive(Template)]
#[template(path = "not_found.html")]
struct NotFoundPage<'a> {
    frame: Frame<'a>,
    suggestions: Vec<(String, String)>,
    links: Vec<(&'static str, String)>,
}

/// Suggestions that are listed.
const SUGGESTIONS: usize = 6;

/// The page for no path in particular, as a static site has it.
pub(super) fn render(site: Site<'_>) -> Option<String> {
    finish(&page(site, Vec::new()))
}

/// The page for a path; its last segment is searched for.
pub(crate) fn not_found_for(site: Site<'_>, path: &str) -> String {
    let words = path.trim_matches('/').rsplit('/').next().unwrap_or_default().trim_end_matches(".html");
    let words: String = words.chars().take(60).collect();
    let results = search(site.snapshot(), &words, SUGGESTIONS);
    let groups = results.groups.iter().flat_map(|(_, hits, _)| hits.iter().copied());
    let hits = groups.chain(results.relays.iter().copied()).take(SUGGESTIONS);
    finish(&page(site, hits.filter_map(|hit| named(site, hit)).collect())).unwrap_or_default()
}

fn page(site: Site<'_>, suggestions: Vec<(String, String)>) -> NotFoundPage<'_> {
    let mut frame = Frame::new(site, &Page::NotFound, "Page not found", Section::None);
    frame.is_indexed = false;
    frame.canonical = None;
    frame.has_own_search = true;
    let list = |kind| site.links().page(&Page::List(kind, ListSort::ConsensusWeight, 1));
    let links = vec![
        ("The network", site.links().page(&Page::NetworkOverview)),
        ("All relays", list(ListKind::Relays)),
        ("All operators", list(ListKind::Groups(allium_model::GroupKind::Operator))),
        ("About", site.links().to("/about/")),
    ];
    NotFoundPage { frame, suggestions, links }
}

/// A hit with its name and link.
pub(super) fn named(site: Site<'_>, hit: SearchHit) -> Option<(String, String)> {
    let network = site.network();
    match hit {
        SearchHit::Relay(position) => {
            let relay = network.relay(position);
            let name = allium_model::printable(network.text(relay.nickname)).into_owned();
            Some((name, site.links().page(&Page::Relay(relay.fingerprint))))
        }
        SearchHit::Group(kind, position) => {
            let group = network.groups(kind).get(position)?;
            let name = crate::format::shortened(&allium_views::group_name(site.snapshot(), group), 60);
            Some((name, site.group_link(group.key)?.to_owned()))
        }
    }
}
