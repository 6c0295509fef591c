//! What every page has around its content: head, navigation, breadcrumbs, footer.

use crate::authorities_page::AuthoritiesPage;
use crate::feeds::Feed;
use crate::format;
use crate::link::Links;
use crate::list::ListSort;
use crate::pages::{AboutText, Site, Study, is_offered, is_open};
use crate::{AlertsPage, IncidentsPage, Mode, Page, assets};
use allium_alert::{Draft, Target};
use allium_model::{GroupKind, SourceState};
use allium_views::ListKind;

/// The entry of the main navigation that a page belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Section {
    Network,
    Reliability,
    Leaderboards,
    Relays,
    Operators,
    Families,
    Ases,
    Countries,
    Platforms,
    Authorities,
    None,
}

/// An entry of the main navigation.
pub(crate) struct NavEntry {
    pub(crate) label: &'static str,
    pub(crate) href: String,
    pub(crate) is_current: bool,
}

/// A link with its words.
pub(crate) struct Crumb {
    pub(crate) label: String,
    pub(crate) href: Option<String>,
}

/// The surroundings of a page.
pub(crate) struct Frame<'a> {
    pub(crate) title: String,
    pub(crate) description: String,
    pub(crate) canonical: Option<String>,
    pub(crate) is_indexed: bool,
    pub(crate) has_own_search: bool,
    pub(crate) section: Section,
    pub(crate) crumbs: Vec<Crumb>,
    /// Path and query of the page's data in the API, without format.
    pub(crate) api_path: Option<String>,
    /// Whom alerts can be asked for of.
    pub(crate) watched: Option<Target>,
    pub(crate) site: Site<'a>,
}

impl<'a> Frame<'a> {
    /// A frame for a page with a title; the rest is set by those who need it.
    pub(crate) fn new(site: Site<'a>, page: &Page, title: impl Into<String>, section: Section) -> Self {
        let canonical =
            site.settings.site_url.as_ref().map(|url| format!("{url}{}", site.links().page(page)));
        Self {
            title: title.into(),
            description: String::new(),
            canonical,
            is_indexed: true,
            has_own_search: false,
            section,
            crumbs: Vec::new(),
            api_path: None,
            watched: None,
            site,
        }
    }

    /// Adds a link to the breadcrumbs.
    pub(crate) fn crumb(mut self, label: impl Into<String>, page: &Page) -> Self {
        self.crumbs.push(Crumb { label: label.into(), href: Some(self.site.links().page(page)) });
        self
    }

    /// Ends the breadcrumbs with the page itself.
    pub(crate) fn here(mut self, label: impl Into<String>) -> Self {
        self.crumbs.push(Crumb { label: label.into(), href: None });
        self
    }

    /// Sets the one-sentence description for search engines.
    pub(crate) fn described(mut self, description: impl Into<String>) -> Self {
        self.description = description.into();
        self
    }

    /// Names whom alerts can be asked for of.
    pub(crate) fn watched(mut self, target: Option<Target>) -> Self {
        self.watched = target;
        self
    }

    /// Links to the forms of alerts, filled in, where there are any.
    pub(crate) fn alert_links(&self) -> Vec<(&'static str, String)> {
        let Some(target) = self.watched.clone().filter(|_| is_offered(self.site)) else { return Vec::new() };
        let query = Draft { target: Some(target), ..Draft::default() }.to_query();
        let link = |page| format!("{}?{query}", self.links().page(&Page::Alerts(page)));
        let alert = is_open(self.site).then(|| ("Alert me", link(AlertsPage::New)));
        alert.into_iter().chain([("Maintenance window", link(AlertsPage::Maintenance))]).collect()
    }

    /// Names the API resource with the same data.
    pub(crate) fn data_at(mut self, api_path: impl Into<String>) -> Self {
        self.api_path = Some(api_path.into());
        self
    }

    pub(crate) fn links(&self) -> Links<'a> {
        self.site.links()
    }

    pub(crate) fn style_sheet(&self) -> String {
        self.links().to(assets::STYLE_SHEET.path())
    }

    pub(crate) fn icon(&self) -> String {
        self.links().to(assets::ICON.path())
    }

    /// The scripts that add to the page; it is complete without them.
    pub(crate) fn scripts(&self) -> Vec<String> {
        // What follows the network looks at the page before the other script adds to its figures.
        let of_mode = if self.is_served() { assets::LIVE_SCRIPT } else { assets::SEARCH_SCRIPT };
        let scripts = [of_mode, assets::CHART_SCRIPT];
        scripts.into_iter().map(|script| self.links().to(script.path())).collect()
    }

    pub(crate) fn is_served(&self) -> bool {
        self.site.settings.mode == Mode::Served
    }

    pub(crate) fn simulated_about(&self) -> Option<String> {
        self.site.settings.simulated.then(|| self.links().to("/methods/simulated-network/"))
    }

    /// How fast time goes by in a simulated network where it does not stand still.
    pub(crate) fn simulated_pace(&self) -> Option<String> {
        let seconds = self.site.edition.hour_seconds?.get();
        let seconds = if seconds == 1 { "second".to_owned() } else { format!("{seconds} seconds") };
        Some(format!("An hour goes by every {seconds}."))
    }

    pub(crate) fn nav(&self) -> Vec<NavEntry> {
        let list = |kind| Page::List(ListKind::Groups(kind), ListSort::ConsensusWeight, 1);
        let entries = [
            ("Network", Page::NetworkOverview, Section::Network),
            ("Reliability", Page::Study(Study::Reliability), Section::Reliability),
            ("Leaderboards", Page::Leaderboards, Section::Leaderboards),
            ("Relays", Page::List(ListKind::Relays, ListSort::ConsensusWeight, 1), Section::Relays),
            ("Operators", list(GroupKind::Operator), Section::Operators),
            ("Families", list(GroupKind::Family), Section::Families),
            ("Networks (AS)", list(GroupKind::As), Section::Ases),
            ("Countries", list(GroupKind::Country), Section::Countries),
            ("Platforms", list(GroupKind::Platform), Section::Platforms),
            ("Authorities", Page::Authorities(AuthoritiesPage::Dashboard), Section::Authorities),
        ];
        let entry = |(label, page, section): (&'static str, Page, Section)| NavEntry {
            label,
            href: self.links().page(&page),
            is_current: section == self.section,
        };
        entries.into_iter().map(entry).collect()
    }

    pub(crate) fn home(&self) -> String {
        self.links().page(&Page::Front)
    }

    pub(crate) fn search_action(&self) -> String {
        self.links().to("/search")
    }

    pub(crate) fn search_about(&self) -> String {
        self.links().page(&Page::About(AboutText::Search))
    }

    pub(crate) fn data_time(&self) -> String {
        format::minute(self.site.snapshot().network.published())
    }

    pub(crate) fn data_time_rfc3339(&self) -> String {
        self.site.snapshot().network.published().to_rfc3339()
    }

    /// When newer data should be there, where pages are made anew when they come: the latest time at which
    /// a source that works has them (`docs/methods/source-freshness.md`).
    pub(crate) fn newer_due(&self) -> Option<String> {
        let due = self.site.snapshot().network.published().plus_seconds(SourceState::FRESH_SECONDS);
        self.is_served().then(|| format::minute(due))
    }

    pub(crate) fn state(&self) -> SourceState {
        self.site.edition.state()
    }

    /// What a reader must know before reading a number: that the data are old.
    pub(crate) fn staleness(&self) -> Option<&'static str> {
        match self.state() {
            SourceState::Fresh | SourceState::Unknown => None,
            SourceState::Degraded => Some(
                "The newest document is late. Numbers below are from the time given at the foot of this page.",
            ),
            SourceState::Stale => Some("No new document has come for hours. Numbers below are old."),
            SourceState::Critical => {
                Some("No new document has come for many hours. Numbers below are old and may no longer hold.")
            }
        }
    }

    pub(crate) fn page_link(&self, page: &Page) -> String {
        self.links().page(page)
    }

    pub(crate) fn sources(&self) -> String {
        self.links().page(&Page::Sources)
    }

    pub(crate) fn incidents(&self) -> String {
        self.links().page(&Page::Incidents(IncidentsPage::List(1)))
    }

    /// The feed of incidents, where there is one.
    pub(crate) fn feed(&self) -> Option<String> {
        let has_feed = self.site.settings.site_url.is_some() && self.site.edition.incidents.is_some();
        has_feed.then(|| self.links().to(Feed::Atom.path()))
    }

    pub(crate) fn methods(&self) -> String {
        self.links().page(&Page::Methods)
    }

    pub(crate) fn about(&self) -> String {
        self.links().page(&Page::About(AboutText::About))
    }

    /// Links to the page's data as JSON and CSV, where a server answers them.
    pub(crate) fn data_links(&self) -> Option<(String, String)> {
        let path = self.api_path.as_ref().filter(|_| self.is_served())?;
        let separator = if path.contains('?') { '&' } else { '?' };
        Some((self.links().to(path), self.links().to(format_args!("{path}{separator}format=csv"))))
    }
}
