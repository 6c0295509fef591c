//! The pages of the directory authorities: how they are, how they vote, what they measure, the check
//! list, what happened, and one page each.

mod authority;
mod checks;
mod dashboard;
mod event_choice;
mod events;
mod keys;
mod loss;
mod published;
mod relays;
mod scanners;
mod scores;
mod states;
mod tiles;
mod voting;
pub(in crate::pages) mod words;

pub(crate) use event_choice::EventChoice;
pub(super) use words::{authority_cell, authority_link, badge_cell, percent};

use super::study::facts;
use super::study::section::Section;
use super::{Site, finish};
use crate::authorities_page::{AuthoritiesPage, EventFilter};
use crate::frame::{Frame, Section as NavSection};
use crate::html::Html;
use crate::rows::{Pager, Tile};
use crate::{Page, format};
use allium_analysis::directory::Directory;
use askama::Template;

/// What a page of the authorities shows.
struct Content {
    title: String,
    /// A sentence for search engines.
    description: &'static str,
    /// What there is to know at once, with its time.
    sentence: String,
    badges: Option<Html>,
    /// Class, words, text.
    notes: Vec<(&'static str, String, String)>,
    tiles: Vec<Tile>,
    sections: Vec<Section>,
    pager: Option<Pager>,
    /// The resource of the API with the same data.
    api_path: Option<&'static str>,
}

impl Content {
    /// A page with a title and nothing else yet.
    fn new(title: impl Into<String>, description: &'static str, sentence: String) -> Self {
        Self {
            title: title.into(),
            description,
            sentence,
            badges: None,
            notes: Vec::new(),
            tiles: Vec::new(),
            sections: Vec::new(),
            pager: None,
            api_path: None,
        }
    }
}

#[derive(Template)]
#[template(path = "authorities.html")]
struct AuthoritiesTemplate<'a> {
    frame: Frame<'a>,
    content: Content,
    tabs: Vec<(&'static str, String, bool)>,
}

/// The HTML of a page; none for an authority that nobody names.
pub(super) fn render(site: Site<'_>, page: &Page, authorities: &AuthoritiesPage) -> Option<String> {
    let directory = site.edition.directory.as_deref();
    let content = match (authorities, directory) {
        (AuthoritiesPage::Authority(nickname), directory) => {
            authority::content(site, directory?, nickname.as_str())?
        }
        (AuthoritiesPage::Events(filter, number), Some(directory)) => {
            events::content(site, directory, *filter, *number)?
        }
        (AuthoritiesPage::Events(_, 2..), None) => return None,
        (_, None) => without_documents(site),
        (AuthoritiesPage::Dashboard | AuthoritiesPage::OldAddress, Some(directory)) => {
            dashboard::content(site, directory)
        }
        (AuthoritiesPage::Voting, Some(directory)) => voting::content(site, directory),
        (AuthoritiesPage::Scanners, Some(directory)) => scanners::content(site, directory),
        (AuthoritiesPage::Checks, Some(directory)) => checks::content(site, directory),
    };
    page_of(site, page, authorities, content)
}

/// The page of the events that a reader chose, and whether the choice names something. None without
/// documents of the authorities.
pub(crate) fn chosen_events_page(
    site: Site<'_>,
    filter: EventFilter,
    choice: Result<EventChoice, String>,
) -> Option<(String, bool)> {
    let directory = site.edition.directory.as_deref()?;
    let (content, is_right) = events::chosen(site, directory, filter, choice);
    let authorities = AuthoritiesPage::Events(filter, 1);
    let html = page_of(site, &Page::Authorities(authorities.clone()), &authorities, content)?;
    Some((html, is_right))
}

fn page_of(site: Site<'_>, page: &Page, authorities: &AuthoritiesPage, content: Content) -> Option<String> {
    finish(&AuthoritiesTemplate {
        frame: frame(site, page, authorities, &content),
        tabs: tabs(site, authorities),
        content,
    })
}

fn frame<'a>(site: Site<'a>, page: &Page, authorities: &AuthoritiesPage, content: &Content) -> Frame<'a> {
    let dashboard = Page::Authorities(AuthoritiesPage::Dashboard);
    let is_dashboard = matches!(authorities, AuthoritiesPage::Dashboard | AuthoritiesPage::OldAddress);
    let canonical = if is_dashboard { &dashboard } else { page };
    let mut frame = Frame::new(site, canonical, content.title.clone(), NavSection::Authorities)
        .described(content.description);
    if !is_dashboard {
        frame = frame.crumb("Directory authorities", &dashboard);
    }
    frame = frame.here(content.title.clone());
    match content.api_path {
        Some(path) => frame.data_at(path),
        None => frame,
    }
}

fn tabs(site: Site<'_>, current: &AuthoritiesPage) -> Vec<(&'static str, String, bool)> {
    let entries = [
        ("Overview", AuthoritiesPage::Dashboard),
        ("Voting", AuthoritiesPage::Voting),
        ("Scanners", AuthoritiesPage::Scanners),
        ("Checks", AuthoritiesPage::Checks),
        ("Events", AuthoritiesPage::Events(EventFilter::All, 1)),
    ];
    let is_current = |page: &AuthoritiesPage| match (page, current) {
        (AuthoritiesPage::Dashboard, AuthoritiesPage::OldAddress)
        | (AuthoritiesPage::Events(..), AuthoritiesPage::Events(..)) => true,
        _ => page == current,
    };
    let entry = |(title, page): (&'static str, AuthoritiesPage)| {
        let is_current = is_current(&page);
        (title, site.links().page(&Page::Authorities(page)), is_current)
    };
    let consensus = Page::Consensus(crate::consensus_page::ConsensusPage::Overview);
    let consensus = ("Consensus", site.links().page(&consensus), false);
    entries.map(entry).into_iter().chain([consensus]).collect()
}

/// What is said when no document of the authorities is at hand: what the relay documents know of them.
fn without_documents(site: Site<'_>) -> Content {
    let sentence = "No consensus and no vote was read, so only what the relay documents say of the authorities is known. A server that reads CollecTor or the authorities themselves shows their votes, signatures and measurements here.";
    Content {
        sections: vec![relays::section(site)],
        ..Content::new(
            "Directory authorities",
            "The directory authorities of the Tor network.",
            sentence.into(),
        )
    }
}

/// The time of the data of the authorities, in words.
fn data_time(directory: &Directory) -> String {
    directory.inputs.data_time().map_or_else(|| "an unknown time".into(), format::minute)
}
