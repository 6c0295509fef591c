//! The visual language, with live examples of its parts.

use super::{AboutText, Site, finish};
use crate::Page;
use crate::frame::{Frame, Section};
use crate::rows::{RelayTable, RoleShares, Tile};
use askama::Template;

#[derive(Template)]
#[template(path = "design.html")]
struct DesignPage<'a> {
    frame: Frame<'a>,
    tiles: Vec<Tile>,
    shares: Option<RoleShares>,
    table: RelayTable<'a>,
}

/// Relays of the example table.
const EXAMPLE_ROWS: usize = 4;

pub(super) fn render(site: Site<'_>) -> Option<String> {
    let order = site.network().default_order();
    let example = &order[..order.len().min(EXAMPLE_ROWS)];
    finish(&DesignPage {
        frame: Frame::new(site, &Page::Design, "Design", Section::None)
            .described("The visual language of Allium with live examples.")
            .crumb("About", &Page::About(AboutText::About))
            .here("Design"),
        tiles: super::front::tiles(site),
        shares: RoleShares::of(&site.snapshot().report.totals),
        table: RelayTable::new(site, "Example of a table", example, None),
    })
}
