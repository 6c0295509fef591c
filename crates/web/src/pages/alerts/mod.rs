//! Pages of alerts.

use super::Site;
use crate::{IncidentsPage, Page};

/// An entry of the tabs that pages of incidents and alerts share.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tab {
    Incidents,
}

/// The tabs.
pub(super) fn tabs(site: Site<'_>, current: Tab) -> Vec<(&'static str, String, bool)> {
    let entry = |words, page: &Page, tab| (words, site.links().page(page), tab == current);
    vec![entry("Incidents", &Page::Incidents(IncidentsPage::List(1)), Tab::Incidents)]
}
