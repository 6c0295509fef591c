//! The pages of the consensus: what the newest one says, what changed since the one before, and the
//! votes replayed.

mod diff;
mod head;
mod overview;
mod params;
mod quality;
mod replay;
mod thresholds;
mod trends;
mod two_hours;
mod words;

pub(crate) use two_hours::{Chosen, compared};
pub(super) use words::{amount, requirement_label, span};

use super::study::section::Section;
use super::{Site, finish};
use crate::Page;
use crate::authorities_page::AuthoritiesPage;
use crate::consensus_page::ConsensusPage;
use crate::frame::{Frame, Section as NavSection};
use crate::rows::Tile;
use askama::Template;

/// What a page of the consensus shows.
struct Content {
    title: &'static str,
    /// What there is to know at once, with its time.
    sentence: String,
    tiles: Vec<Tile>,
    sections: Vec<Section>,
}

#[derive(Template)]
#[template(path = "consensus.html")]
struct ConsensusTemplate<'a> {
    frame: Frame<'a>,
    content: Content,
    tabs: Vec<(&'static str, String, bool)>,
}

pub(super) fn render(site: Site<'_>, page: ConsensusPage) -> Option<String> {
    let directory = site.edition.directory.as_deref();
    let content = match directory {
        None => without_documents(page),
        Some(directory) => match page {
            ConsensusPage::Overview => overview::content(site, directory),
            ConsensusPage::Diff => diff::content(site, directory),
            ConsensusPage::Replay => replay::content(site, directory),
        },
    };
    page_of(site, page, content, None)
}

/// The page of the difference between two hours that a reader chose, and whether there is one.
pub(crate) fn chosen_diff_page(site: Site<'_>, chosen: &Chosen) -> Option<(String, bool)> {
    let (content, is_there) = two_hours::content(site, chosen);
    Some((page_of(site, ConsensusPage::Diff, content, Some(chosen))?, is_there))
}

fn page_of(
    site: Site<'_>,
    page: ConsensusPage,
    mut content: Content,
    chosen: Option<&Chosen>,
) -> Option<String> {
    if page == ConsensusPage::Diff {
        content.sections.extend(two_hours::form(site));
    }
    let mut frame = frame(site, page, &content);
    if let Some(Chosen::Hours(from, to)) = chosen {
        let (from, to) = (from.to_rfc3339(), to.to_rfc3339());
        frame = frame.data_at(format!("/api/v1/consensus/diff?from={from}&to={to}"));
    }
    finish(&ConsensusTemplate { frame, tabs: tabs(site, page), content })
}

fn frame<'a>(site: Site<'a>, page: ConsensusPage, content: &Content) -> Frame<'a> {
    let (description, api_path) = match page {
        ConsensusPage::Overview => (
            "The newest consensus of the directory authorities: flags, bars, parameters.",
            "/api/v1/consensus",
        ),
        ConsensusPage::Diff => {
            ("What changed from one consensus to the next: relays, flags, weights.", "/api/v1/consensus/diff")
        }
        ConsensusPage::Replay => (
            "Flags computed from the votes of the directory authorities against the flags in them.",
            "/api/v1/consensus/replay",
        ),
    };
    let mut frame = Frame::new(site, &Page::Consensus(page), content.title, NavSection::Authorities)
        .described(description);
    if page != ConsensusPage::Overview {
        frame = frame.crumb("Consensus", &Page::Consensus(ConsensusPage::Overview));
    }
    let frame = frame.here(page.label());
    if site.edition.directory.is_some() { frame.data_at(api_path) } else { frame }
}

fn tabs(site: Site<'_>, current: ConsensusPage) -> Vec<(&'static str, String, bool)> {
    let tab =
        |page: ConsensusPage| (page.label(), site.links().page(&Page::Consensus(page)), page == current);
    let authorities = Page::Authorities(AuthoritiesPage::Dashboard);
    let authorities = ("Authorities", site.links().page(&authorities), false);
    ConsensusPage::ALL.map(tab).into_iter().chain([authorities]).collect()
}

fn without_documents(page: ConsensusPage) -> Content {
    Content {
        title: page.label(),
        sentence: "No consensus and no votes were read.".into(),
        tiles: Vec::new(),
        sections: vec![
            Section::new("Nothing to show yet")
                .text("This page is made from the consensus and the votes of the directory authorities. No source of them is configured, or none has answered yet."),
        ],
    }
}
