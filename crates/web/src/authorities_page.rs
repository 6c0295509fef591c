//! The pages of the directory authorities. Their paths are made and read back here.

use crate::Edition;
use crate::list::page_count;
use allium_analysis::directory::Directory;
use allium_model::{Event, EventKind, EventSubject, Severity, Slug};

/// A page of the directory authorities. Page numbers count from 1.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum AuthoritiesPage {
    /// How they are.
    Dashboard,
    /// The same, where the Python Allium had it.
    OldAddress,
    /// How the consensus came about, and who agrees with whom.
    Voting,
    /// The bandwidth scanners compared.
    Scanners,
    /// The check list.
    Checks,
    /// What happened.
    Events(EventFilter, usize),
    /// One authority, by its nickname.
    Authority(Slug),
}

/// Which events a page lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EventFilter {
    /// All.
    All,
    /// Those of a kind.
    Kind(EventKind),
    /// Those of a severity.
    Severity(Severity),
}

/// The severities, the worst first.
pub(crate) const SEVERITIES: [Severity; 3] = [Severity::Critical, Severity::Warning, Severity::Notice];

/// Names below `/authorities/` that no authority may take.
const RESERVED: [&str; 4] = ["voting", "scanners", "checks", "events"];

impl EventFilter {
    /// Its name in addresses; none for all events.
    pub(crate) const fn slug(self) -> Option<&'static str> {
        match self {
            Self::All => None,
            Self::Kind(kind) => Some(kind.name()),
            Self::Severity(severity) => Some(severity.name()),
        }
    }

    fn of_slug(slug: &str) -> Option<Self> {
        let severity = SEVERITIES.into_iter().find(|severity| severity.name() == slug);
        severity.map(Self::Severity).or_else(|| EventKind::from_name(slug).map(Self::Kind))
    }

    /// Whether the page lists an event. Events of relays are not among those of the authorities.
    pub(crate) fn takes(self, event: &Event) -> bool {
        !matches!(event.subject, EventSubject::Relay(_))
            && match self {
                Self::All => true,
                Self::Kind(kind) => event.kind == kind,
                Self::Severity(severity) => event.severity == severity,
            }
    }
}

impl AuthoritiesPage {
    /// The path, from the root and with a slash before it.
    pub(crate) fn path(&self) -> String {
        match self {
            Self::Dashboard => "/authorities/".into(),
            Self::OldAddress => "/misc/authorities.html".into(),
            Self::Voting => "/authorities/voting/".into(),
            Self::Scanners => "/authorities/scanners/".into(),
            Self::Checks => "/authorities/checks/".into(),
            Self::Events(filter, page) => {
                let filter = filter.slug().map_or_else(String::new, |slug| format!("{slug}/"));
                let page = if *page == 1 { String::new() } else { format!("page-{page}/") };
                format!("/authorities/events/{filter}{page}")
            }
            Self::Authority(nickname) => format!("/authorities/{nickname}/"),
        }
    }

    /// Reads a path; none when it is no page of the authorities.
    pub(crate) fn parse(path: &str) -> Option<Self> {
        if path == "/misc/authorities.html" {
            return Some(Self::OldAddress);
        }
        let rest = path.strip_prefix("/authorities/")?;
        let segments: Vec<&str> = rest.split_terminator('/').collect();
        let page = match segments.as_slice() {
            [] => Self::Dashboard,
            ["voting"] => Self::Voting,
            ["scanners"] => Self::Scanners,
            ["checks"] => Self::Checks,
            ["events"] => Self::Events(EventFilter::All, 1),
            ["events", name] => match EventFilter::of_slug(name) {
                Some(filter) => Self::Events(filter, 1),
                None => Self::Events(EventFilter::All, page_number(name)?),
            },
            ["events", filter, page] => Self::Events(EventFilter::of_slug(filter)?, page_number(page)?),
            [name] => Self::of_nickname(name)?,
            _ => return None,
        };
        (page.path() == path).then_some(page)
    }

    /// The page of an authority; none when its nickname may not stand in a path.
    pub(crate) fn of_nickname(nickname: &str) -> Option<Self> {
        let slug = Slug::of(nickname)?;
        (!RESERVED.contains(&slug.as_str())).then_some(Self::Authority(slug))
    }

    /// Every page of the authorities in a site of files.
    pub(crate) fn all(edition: &Edition) -> Vec<Self> {
        let mut all = vec![Self::Dashboard, Self::OldAddress, Self::Voting, Self::Scanners, Self::Checks];
        let directory = edition.directory.as_deref();
        let nicknames = directory.into_iter().flat_map(|directory| &directory.report.authorities);
        all.extend(nicknames.filter_map(|authority| Self::of_nickname(&authority.nickname)));
        all.extend(event_filters().flat_map(|filter| event_pages(directory, filter)));
        all.sort_by_cached_key(Self::path);
        all.dedup();
        all
    }

    /// The name in metrics and the access log.
    pub(crate) const fn route_name(&self) -> &'static str {
        match self {
            Self::Authority(_) => "authority",
            _ => "authorities",
        }
    }
}

/// Every filter of events.
pub(crate) fn event_filters() -> impl Iterator<Item = EventFilter> {
    let kinds = EventKind::ALL.map(EventFilter::Kind);
    [EventFilter::All].into_iter().chain(SEVERITIES.map(EventFilter::Severity)).chain(kinds)
}

fn event_pages(directory: Option<&Directory>, filter: EventFilter) -> impl Iterator<Item = AuthoritiesPage> {
    let events = directory.into_iter().flat_map(|directory| &directory.inputs.events);
    let count = events.filter(|event| filter.takes(event)).count();
    let least = usize::from(filter == EventFilter::All);
    let pages = if count == 0 { least } else { page_count(count) };
    (1..=pages).map(move |page| AuthoritiesPage::Events(filter, page))
}

fn page_number(text: &str) -> Option<usize> {
    text.strip_prefix("page-")?.parse().ok().filter(|page| *page > 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Page;

    #[test]
    fn paths_are_read_back() {
        let events =
            event_filters().flat_map(|filter| [1, 2].map(|page| AuthoritiesPage::Events(filter, page)));
        let authority = AuthoritiesPage::of_nickname("moria1").unwrap();
        for page in [
            AuthoritiesPage::Dashboard,
            AuthoritiesPage::OldAddress,
            AuthoritiesPage::Voting,
            AuthoritiesPage::Scanners,
            AuthoritiesPage::Checks,
            authority,
        ]
        .into_iter()
        .chain(events)
        {
            assert_eq!(AuthoritiesPage::parse(&page.path()), Some(page.clone()), "{}", page.path());
            assert_eq!(Page::parse(&page.path()), Some(Page::Authorities(page)));
        }
    }

    #[test]
    fn other_paths_are_no_page() {
        for path in [
            "/authorities",
            "/authorities/Moria1/",
            "/authorities/events/page-1/",
            "/authorities/events/page-02/",
            "/authorities/events/x/",
            "/authorities/events/notice/x/",
            "/authorities/../",
            "/authorities//",
            "/authorities/moria1/x/",
        ] {
            assert_eq!(AuthoritiesPage::parse(path), None, "{path}");
        }
    }

    #[test]
    fn an_authority_cannot_take_the_name_of_a_page() {
        assert_eq!(AuthoritiesPage::of_nickname("Events"), None);
        assert_eq!(AuthoritiesPage::of_nickname("../x"), None);
    }
}
