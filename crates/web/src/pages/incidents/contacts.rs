//! The contacts that operators of those hit publish, to be copied. Nothing is sent to them from here.

use crate::format;
use crate::html::Html;
use crate::pages::Site;
use crate::pages::study::section::Section;
use allium_model::{GroupKind, GroupPosition, Incident, RelayPosition, printable};
use allium_views::group_name;
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// Most operators whose contact a page shows.
const MOST: usize = 10;

/// The section; none when no relay hit has a contact that is known now.
pub(super) fn section(site: Site<'_>, incident: &Incident) -> Option<Section> {
    let operators = operators(site, incident);
    if operators.is_empty() {
        return None;
    }
    let mut html = Html::with_capacity(4096);
    for (operator, relays) in operators.iter().take(MOST) {
        contact(&mut html, site, *operator, relays);
    }
    let section = Section::new("Contacts that their operators publish")
        .text("Nothing is sent to them from here. Who writes to them should say what was observed and when.");
    let section = section.html(&html);
    Some(match operators.len().saturating_sub(MOST) {
        0 => section,
        more => section
            .remark(format!("and {} with fewer relays", format::counted(more, "operator", "operators"))),
    })
}

/// Operators of those hit as far as the network knows them now, those with the most relays first.
fn operators(site: Site<'_>, incident: &Incident) -> Vec<(GroupPosition, Vec<RelayPosition>)> {
    let network = site.network();
    let groups = network.groups(GroupKind::Operator);
    let mut hit: BTreeMap<GroupPosition, Vec<RelayPosition>> = BTreeMap::new();
    for relay in &incident.hit.relays {
        let Some(position) = network.find(relay.fingerprint) else { continue };
        let has_contact = network.relay(position).contact.is_some();
        if let Some(group) = groups.of_relay(position).filter(|_| has_contact) {
            hit.entry(group.position).or_default().push(position);
        }
    }
    let mut operators: Vec<_> = hit.into_iter().collect();
    operators.sort_by_key(|(_, relays)| Reverse(relays.len()));
    operators
}

fn contact(html: &mut Html, site: Site<'_>, operator: GroupPosition, relays: &[RelayPosition]) {
    let network = site.network();
    let Some(group) = network.groups(GroupKind::Operator).get(operator) else { return };
    let first = relays.first().and_then(|position| network.optional_text(network.relay(*position).contact));
    let Some(text) = first else { return };
    let name = format::shortened(&group_name(site.snapshot(), group), 60);
    html.markup("<h3>").link(site.group_link(group.key), &name).markup(" <span class=\"count\">");
    html.text(&format::counted(relays.len(), "relay hit", "relays hit")).markup("</span></h3>");
    html.markup("<pre class=\"policy\" tabindex=\"0\" aria-label=\"Contact as published\"><bdi>");
    html.text(&printable(text)).markup("</bdi></pre>");
}
