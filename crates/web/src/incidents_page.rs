//! The pages of incidents. Their paths are made and read back here.

use crate::Edition;
use crate::list::page_count;
use allium_model::IncidentId;

/// A page of incidents. Page numbers count from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum IncidentsPage {
    /// What is active, and what was.
    List(usize),
    /// One incident.
    Incident(IncidentId),
}

/// Incidents whose pages are written into a site of files: the newest.
const MOST_WRITTEN: usize = 500;

impl IncidentsPage {
    /// The path, from the root and with a slash before it.
    pub(crate) fn path(&self) -> String {
        match self {
            Self::List(1) => "/incidents/".into(),
            Self::List(page) => format!("/incidents/page-{page}/"),
            Self::Incident(id) => format!("/incidents/{id}/"),
        }
    }

    /// Reads a path; none when it is no page of incidents.
    pub(crate) fn parse(path: &str) -> Option<Self> {
        let rest = path.strip_prefix("/incidents/")?;
        if rest.is_empty() {
            return Some(Self::List(1));
        }
        let name = rest.strip_suffix('/')?;
        let page = match name.strip_prefix("page-") {
            Some(number) => Self::List(number.parse().ok().filter(|page| *page > 1)?),
            None => Self::Incident(name.parse().ok()?),
        };
        (page.path() == path).then_some(page)
    }

    /// Every page of incidents in a site of files.
    pub(crate) fn all(edition: &Edition) -> Vec<Self> {
        let incidents = edition.incidents.as_deref().map_or(&[][..], |book| book.all());
        let written = &incidents[..incidents.len().min(MOST_WRITTEN)];
        let lists = (1..=page_count(written.len())).map(Self::List);
        lists.chain(written.iter().map(|incident| Self::Incident(incident.id))).collect()
    }

    /// The name in metrics and the access log.
    pub(crate) const fn route_name(self) -> &'static str {
        match self {
            Self::List(_) => "incidents",
            Self::Incident(_) => "incident",
        }
    }
}

/// Incidents that pages of an edition list: all of a server, the written ones of files.
pub(crate) const fn listed(settings: &crate::Settings) -> usize {
    match settings.mode {
        crate::Mode::Served => usize::MAX,
        crate::Mode::Files => MOST_WRITTEN,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Page;

    #[test]
    fn paths_are_read_back() {
        let id = "2026022213-group-outage-1".parse().unwrap();
        for page in [IncidentsPage::List(1), IncidentsPage::List(3), IncidentsPage::Incident(id)] {
            assert_eq!(Page::parse(&page.path()), Some(Page::Incidents(page)), "{}", page.path());
        }
    }

    #[test]
    fn other_paths_are_no_page() {
        for path in [
            "/incidents",
            "/incidents/x/",
            "/incidents/page-1/",
            "/incidents/page-02/",
            "/incidents/2026022213-group-outage-01/",
            "/incidents/2026022213-group-outage-1/x/",
            "/incidents/../",
        ] {
            assert_eq!(IncidentsPage::parse(path), None, "{path}");
        }
    }
}
