//! The relays with the flag Authority, as the relay documents know them.

use crate::pages::study::section::Section;
use crate::pages::study::table::{Cell, Head, Table, number, text};
use crate::pages::{Method, Site};
use crate::rows::country_of;
use crate::{Page, format};
use allium_model::{Flag, GroupKey, Period, Relay, RelayPosition, printable};

const HEADS: &[Head] = &[
    ("Relay", false),
    ("Country", false),
    ("AS", false),
    ("Uptime 1 month", true),
    ("Uptime 1 year", true),
    ("Version", false),
    ("First seen", false),
];

/// Most rows; a hostile document could name many.
const MOST: usize = 50;

/// The section. Serge, the bridge authority, has the flag and does not vote.
pub(super) fn section(site: Site<'_>) -> Section {
    let network = site.network();
    let all = (0..network.relays().len() as u32).map(RelayPosition);
    let authorities = all.filter(|at| network.relay(*at).flags.contains(Flag::Authority));
    let mut relays: Vec<RelayPosition> = authorities.take(MOST).collect();
    relays.sort_by_key(|at| network.text(network.relay(*at).nickname).to_lowercase());
    let rows = relays.into_iter().map(|at| row(site, at, network.relay(at)));
    Section::new("Their relays")
        .table(Table::new("Relays with the flag Authority", HEADS).rows(rows))
        .remark("Relays with the flag Authority in the relay documents. The bridge authority has the flag too and does not vote.")
        .method(site, Method::Uptime)
}

fn row(site: Site<'_>, at: RelayPosition, relay: &Relay) -> Vec<Cell> {
    let network = site.network();
    let uptime = |period| {
        let uptime = site.snapshot().report.uptime.relay(at, period);
        number(
            uptime.map_or_else(|| "not known".into(), |uptime| format!("{} %", format::uptime(uptime.ratio))),
        )
    };
    let named = |named: Option<crate::rows::Named<'_>>| match named {
        Some(named) => Cell::Link(named.href.map(str::to_owned), named.name.into_owned()),
        None => text("not known"),
    };
    let asn = relay.asn.map(|asn| {
        let href = site.group_link(GroupKey::As(asn)).map(str::to_owned);
        Cell::Link(href, asn.to_string())
    });
    vec![
        Cell::Link(
            Some(site.links().page(&Page::Relay(relay.fingerprint))),
            printable(network.text(relay.nickname)).into_owned(),
        ),
        named(country_of(site, relay)),
        asn.unwrap_or_else(|| text("not known")),
        uptime(Period::OneMonth),
        uptime(Period::OneYear),
        text(version(site, relay)),
        text(relay.first_seen.date().to_string()),
    ]
}

fn version(site: Site<'_>, relay: &Relay) -> String {
    let version = site.network().optional_text(relay.version);
    version.map_or_else(|| "not known".into(), |version| printable(version).into_owned())
}
