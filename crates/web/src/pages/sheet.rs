//! What pages of incidents and alerts have in common: a head, notes, tiles and sections.

use super::study::section::Section;
use super::{Method, Site, finish};
use crate::frame::{Frame, Section as NavSection};
use crate::html::Html;
use crate::rows::{Pager, Tile};
use crate::{IncidentsPage, Page};
use askama::Template;

/// What such a page shows.
#[derive(Default)]
pub(super) struct Sheet {
    pub(super) title: String,
    /// A sentence for search engines.
    pub(super) description: String,
    /// What there is to know at once.
    pub(super) sentence: String,
    pub(super) badges: Option<Html>,
    /// Class, words, text.
    pub(super) notes: Vec<(&'static str, String, String)>,
    pub(super) tiles: Vec<Tile>,
    pub(super) sections: Vec<Section>,
    pub(super) pager: Option<Pager>,
    pub(super) tabs: Vec<(&'static str, String, bool)>,
    /// The resource of the API with the same data.
    pub(super) api_path: Option<String>,
    /// Whether search engines may list it.
    pub(super) visibility: Visibility,
}

/// Whether a page is for search engines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Visibility {
    /// It is.
    #[default]
    Listed,
    /// It is a form, or what a reader chose.
    Unlisted,
}

#[derive(Template)]
#[template(path = "sheet.html")]
struct SheetTemplate<'a> {
    frame: Frame<'a>,
    sheet: Sheet,
}

/// The HTML of a sheet; `above` is the page that it lies below.
pub(super) fn render(
    site: Site<'_>,
    page: &Page,
    above: Option<(&str, Page)>,
    sheet: Sheet,
) -> Option<String> {
    let mut frame =
        Frame::new(site, page, sheet.title.clone(), NavSection::None).described(sheet.description.clone());
    if let Some((words, above)) = above {
        frame = frame.crumb(words, &above);
    }
    frame = frame.here(sheet.title.clone());
    frame.is_indexed = sheet.visibility == Visibility::Listed;
    if !frame.is_indexed {
        frame.canonical = None;
    }
    if let Some(path) = &sheet.api_path {
        frame = frame.data_at(path.clone());
    }
    finish(&SheetTemplate { frame, sheet })
}

/// The page of all incidents, with its words.
pub(super) const fn above_incidents() -> (&'static str, Page) {
    ("Incidents", Page::Incidents(IncidentsPage::List(1)))
}

impl Section {
    /// Names the method of a slug, where there is one.
    pub(super) fn method_of(self, site: Site<'_>, slug: &str) -> Self {
        match Method::ALL.into_iter().find(|method| method.slug() == slug) {
            Some(method) => self.method(site, method),
            None => self,
        }
    }
}
