//! The search of a site of files. Its results are made by the script of the search; without scripts
//! the page says what else there is. A server answers searches itself and has no such page.

use super::{AboutText, Site, finish};
use crate::frame::{Frame, Section};
use crate::list::ListSort;
use crate::rows::list_titles;
use crate::{Mode, Page};
use allium_views::ListKind;
use askama::Template;

#[derive(Template)]
#[template(path = "file_search.html")]
struct FileSearchPage<'a> {
    frame: Frame<'a>,
    about: String,
    lists: Vec<(&'static str, String)>,
}

pub(super) fn render(site: Site<'_>) -> Option<String> {
    if site.settings.mode == Mode::Served {
        return None;
    }
    let mut frame = Frame::new(site, &Page::Search, "Search", Section::None).here("Search");
    frame.canonical = None;
    frame.is_indexed = false;
    frame.has_own_search = true;
    let list = |kind| {
        let page = Page::List(kind, ListSort::ConsensusWeight, 1);
        (list_titles(kind).0, site.links().page(&page))
    };
    finish(&FileSearchPage {
        about: site.links().page(&Page::About(AboutText::Search)),
        lists: ListKind::ALL.map(list).into(),
        frame,
    })
}
