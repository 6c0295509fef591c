//! Incidents as feeds: Atom (RFC 4287) and RSS 2.0.
//!
//! Ids are the addresses of the incidents' pages, which hold for ever, so there is no feed without a
//! configured address of the site. Times are those of the data: the same history gives the same feed.

use crate::html::Html;
use crate::incident_book::updated;
use crate::pages::{Site, incident_heading};
use crate::{IncidentsPage, Page};
use allium_alert::cause_name;
use allium_model::{Ending, Incident, IncidentState, Timestamp, printable};
use std::cmp::Reverse;
use std::time::{Duration, UNIX_EPOCH};

/// A form of feed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Feed {
    Atom,
    Rss,
}

/// Most entries of a feed: those that changed last.
const MOST: usize = 50;

impl Feed {
    /// Both.
    pub(crate) const ALL: [Self; 2] = [Self::Atom, Self::Rss];

    /// The path, from the root and with a slash before it.
    pub(crate) const fn path(self) -> &'static str {
        match self {
            Self::Atom => "/incidents/feed.atom",
            Self::Rss => "/incidents/feed.rss",
        }
    }

    pub(crate) const fn media_type(self) -> &'static str {
        match self {
            Self::Atom => "application/atom+xml; charset=utf-8",
            Self::Rss => "application/rss+xml; charset=utf-8",
        }
    }

    /// The feed; none without an address of the site, or where incidents are not looked for.
    pub(crate) fn write(self, site: Site<'_>) -> Option<String> {
        let book = site.edition.incidents.as_deref()?;
        let root = format!("{}{}", site.settings.site_url.as_deref()?, site.settings.base_path);
        let mut entries: Vec<&Incident> = book.all().iter().filter(|one| is_told(one)).collect();
        entries.sort_by_key(|incident| Reverse(updated(incident)));
        entries.truncate(MOST);
        let newest = entries.first().map(|incident| updated(incident));
        let head = Head {
            title: if site.settings.simulated {
                "SIMULATED: incidents of an invented network"
            } else {
                "Incidents of the Tor network"
            },
            updated: newest.or(book.watched_from()).unwrap_or_else(|| site.network().published()),
            root,
        };
        let entries = entries.into_iter().map(|incident| entry(site, &head, incident));
        Some(match self {
            Self::Atom => atom(&head, entries),
            Self::Rss => rss(&head, entries),
        })
    }
}

/// Nobody is told of what one consensus shows, and what was never confirmed is not told of later.
fn is_told(incident: &Incident) -> bool {
    incident.state != IncidentState::Unverified && incident.ending != Some(Ending::NotConfirmed)
}

struct Head {
    title: &'static str,
    updated: Timestamp,
    root: String,
}

struct Entry<'a> {
    incident: &'a Incident,
    link: String,
    title: String,
    text: String,
}

fn entry<'a>(site: Site<'_>, head: &Head, incident: &'a Incident) -> Entry<'a> {
    let path = Page::Incidents(IncidentsPage::Incident(incident.id)).path();
    let state = incident.state.name();
    let title = format!("{} ({state}, {})", incident_heading(site, incident), incident.severity.name());
    Entry { incident, link: format!("{}{path}", head.root), title, text: text(incident) }
}

fn text(incident: &Incident) -> String {
    let text = printable(&incident.evidence).into_owned();
    if !incident.hit.relays.is_empty() {
        let percent = 100.0 * incident.hit.impact.weight_ratio;
        let best = incident.causes.first().map_or_else(
            || "No common cause was found.".to_owned(),
            |cause| format!("Best explanation: {}.", cause_name(&cause.group).plain()),
        );
        let relays = incident.hit.relays.len();
        return format!("{text} {relays} relays, {percent:.2} % of consensus weight. {best}");
    }
    text
}

fn atom<'a>(head: &Head, entries: impl Iterator<Item = Entry<'a>>) -> String {
    let mut xml = Html::with_capacity(32 << 10);
    xml.markup(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\">\n<title>",
    );
    xml.text(head.title).markup("</title>\n<id>").text(&head.root).markup("/incidents/</id>\n<updated>");
    xml.text(&head.updated.to_rfc3339()).markup("</updated>\n<author><name>Allium</name></author>\n");
    xml.markup("<link rel=\"self\" href=\"").text(&head.root).markup(Feed::Atom.path());
    xml.markup("\"/>\n<link href=\"").text(&head.root).markup("/incidents/\"/>\n");
    for entry in entries {
        let incident = entry.incident;
        xml.markup("<entry><id>").text(&entry.link).markup("</id><title>").text(&entry.title);
        xml.markup("</title><updated>").text(&updated(incident).to_rfc3339()).markup("</updated><published>");
        xml.text(&incident.id.from.to_rfc3339()).markup("</published><link href=\"").text(&entry.link);
        xml.markup("\"/>");
        for term in [incident.class().name(), incident.id.kind.name(), incident.severity.name()] {
            xml.markup("<category term=\"").text(term).markup("\"/>");
        }
        xml.markup("<summary>").text(&entry.text).markup("</summary></entry>\n");
    }
    xml.markup("</feed>\n");
    xml.to_string()
}

fn rss<'a>(head: &Head, entries: impl Iterator<Item = Entry<'a>>) -> String {
    let mut xml = Html::with_capacity(32 << 10);
    xml.markup("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<rss version=\"2.0\"><channel>\n<title>");
    xml.text(head.title)
        .markup("</title>\n<link>")
        .text(&head.root)
        .markup("/incidents/</link>\n<description>");
    xml.markup("What was observed, whom it hit, and what explains it.</description>\n<lastBuildDate>");
    xml.text(&http_date(head.updated)).markup("</lastBuildDate>\n");
    for entry in entries {
        xml.markup("<item><guid isPermaLink=\"true\">").text(&entry.link).markup("</guid><title>");
        xml.text(&entry.title).markup("</title><link>").text(&entry.link).markup("</link><pubDate>");
        xml.text(&http_date(entry.incident.id.from)).markup("</pubDate><category>");
        xml.text(entry.incident.class().name()).markup("</category><description>");
        // A reader of RSS takes a description for HTML, so the text is escaped once more.
        let mut inner = Html::default();
        inner.text(&entry.text);
        xml.text(inner.as_str()).markup("</description></item>\n");
    }
    xml.markup("</channel></rss>\n");
    xml.to_string()
}

/// The form of RFC 822 that RSS wants, which is that of HTTP too.
fn http_date(time: Timestamp) -> String {
    httpdate::fmt_http_date(UNIX_EPOCH + Duration::from_secs(time.0.max(0).unsigned_abs()))
}
