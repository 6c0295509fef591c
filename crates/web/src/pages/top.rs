//! The 500 relays with the highest observed bandwidth.

use super::{Site, finish};
use crate::Page;
use crate::frame::{Frame, Section};
use crate::list::{ListSort, PAGE_ROWS, page_of};
use crate::rows::{Pager, RelayTable};
use allium_views::ListKind;
use askama::Template;

#[derive(Template)]
#[template(path = "top.html")]
struct TopPage<'a> {
    frame: Frame<'a>,
    table: RelayTable<'a>,
    pager: Option<Pager>,
}

/// Number of relays that count as top.
const TOP: usize = 500;

pub(super) fn render(site: Site<'_>, page: &Page, number: usize) -> Option<String> {
    let order = site.prepared().relay_order(ListSort::Bandwidth);
    let top = &order[..order.len().min(TOP)];
    let mut table = RelayTable::new(site, "Top relays", page_of(top, number)?, None);
    table.first_rank = Some((number - 1) * PAGE_ROWS + 1);
    let frame = Frame::new(site, page, "Top 500 relays by observed bandwidth", Section::Relays)
        .described("The 500 Tor relays with the highest observed bandwidth.")
        .crumb("Relays", &Page::List(ListKind::Relays, ListSort::ConsensusWeight, 1))
        .here("Top 500")
        .data_at(format!("/api/v1/relays?running=true&sort=-observed_bandwidth_bytes_per_second&limit={PAGE_ROWS}&offset={}", (number - 1) * PAGE_ROWS));
    let pager = Pager::new(top.len(), number, |number| site.links().page(&Page::TopRelays(number)));
    finish(&TopPage { frame, table, pager })
}
