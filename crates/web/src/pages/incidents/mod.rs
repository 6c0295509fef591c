//! Incidents: what is active, what was, and a page for each.

mod causes;
mod choice;
mod contacts;
mod impact;
mod incident;
mod list;
mod relays;
mod steps;
mod words;

use super::{Site, sheet};
use crate::{IncidentsPage, Page};
use allium_model::Incident;

/// The HTML of a page; none for an incident that is not known.
pub(super) fn render(site: Site<'_>, page: IncidentsPage) -> Option<String> {
    let book = site.edition.incidents.as_deref();
    match page {
        IncidentsPage::List(number) => {
            let sheet = list::sheet(site, book, number)?;
            sheet::render(site, &Page::Incidents(page), None, sheet)
        }
        IncidentsPage::Incident(id) => {
            let sheet = incident::sheet(site, book?.get(id)?);
            sheet::render(site, &Page::Incidents(page), Some(sheet::above_incidents()), sheet)
        }
    }
}

/// The page of the incidents that a reader chose, and whether the choice names something.
pub(crate) fn chosen_incidents_page<'q>(
    site: Site<'_>,
    pairs: impl Iterator<Item = (&'q str, &'q str)>,
) -> Option<(String, bool)> {
    let (sheet, is_right) = list::chosen(site, pairs);
    let page = Page::Incidents(IncidentsPage::List(1));
    Some((sheet::render(site, &page, None, sheet)?, is_right))
}

/// What an incident is called: what was observed, where, and how large.
pub(crate) fn incident_heading(site: Site<'_>, incident: &Incident) -> String {
    words::heading(site, incident)
}
