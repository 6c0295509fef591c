//! The relays that an incident hit, at their last known values.

use crate::html::Html;
use crate::pages::Site;
use crate::pages::study::section::Section;
use crate::pages::study::table::{Cell, Head, Table, number, text};
use crate::{Mode, Page, format};
use allium_model::{GroupKey, HitRelay, Incident, country_name, printable};
use std::cmp::Reverse;

const HEADS: &[Head] =
    &[("Relay", false), ("Role", false), ("Country", false), ("Weight", true), ("Now", false)];

/// Most relays that a page shows.
const MOST: usize = 200;

/// Those hit, the heaviest first; none for what hits no relay.
pub(super) fn section(site: Site<'_>, incident: &Incident) -> Option<Section> {
    let mut relays: Vec<&HitRelay> = incident.hit.relays.iter().collect();
    if relays.is_empty() {
        return None;
    }
    relays.sort_by_key(|relay| (Reverse(relay.weight), relay.fingerprint));
    let rows = relays.iter().take(MOST).map(|relay| row(site, relay));
    let table = Table::new("Relays that were hit", HEADS).rows(rows);
    let title = format!("Relays that were hit: {}", format::count(relays.len()));
    let section = Section::new(title).table(table);
    let section = match relays.len().saturating_sub(MOST) {
        0 => section,
        more => section.remark(format!("and {} with less weight", format::counted(more, "relay", "relays"))),
    };
    Some(section.html(&files(site, incident)))
}

fn row(site: Site<'_>, relay: &HitRelay) -> Vec<Cell> {
    let found = site.network().find(relay.fingerprint).map(|position| site.network().relay(position));
    let name = found.map_or_else(
        || relay.fingerprint.to_string(),
        |found| printable(site.network().text(found.nickname)).into_owned(),
    );
    let href = found.map(|_| site.links().page(&Page::Relay(relay.fingerprint)));
    let country = relay.country.map_or("not known", |code| country_name(code).unwrap_or("not known"));
    let place = relay.country.and_then(|code| site.group_link(GroupKey::Country(code)));
    vec![
        Cell::Link(href, name),
        text(relay.role.name()),
        Cell::Link(place.map(str::to_owned), country.to_owned()),
        number(relay.weight.map_or_else(|| "not known".into(), |weight| format::count(weight as usize))),
        text(relay.returned.map_or_else(|| "away".into(), |at| format!("back since {}", format::minute(at)))),
    ]
}

/// Where all of it can be had, where a server can answer.
fn files(site: Site<'_>, incident: &Incident) -> Html {
    let mut html = Html::default();
    if site.settings.mode == Mode::Files {
        return html;
    }
    let path = site.links().to(format_args!("/api/v1/incidents/{}", incident.id));
    html.markup("<ul class=\"links\"><li><a href=\"").text(&path);
    html.markup("\">All of it as JSON</a></li><li><a href=\"").text(&path);
    html.markup("?format=csv\">Relays as CSV</a></li></ul>");
    html
}
