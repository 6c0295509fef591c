//! Pages about the whole network: what was measured, in figures and tables, with its method.
//!
//! They are built of the same parts (a sentence, readings, sections), so one template serves all.

mod achievements;
mod efficiency;
pub(super) mod facts;
mod findings;
mod growth;
mod platforms;
mod reliability;
mod roles;
pub(super) mod section;
pub(super) mod table;
mod visual;
mod weights;

pub(crate) use visual::visual_page;

use super::{Site, finish};
use crate::Page;
use crate::frame::{Frame, Section as NavSection};
use crate::html::Html;
use crate::rows::Tile;
use askama::Template;
use section::Section;

/// The closed list of pages about the whole network.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Study {
    /// Uptime of the network, its relays and operators.
    Reliability,
    /// What an earlier study claimed, measured.
    Findings,
    /// Operating systems.
    Platforms,
    /// Weight in parts.
    Weights,
    /// Roles by country, system and size of operator.
    Roles,
    /// Weight of operators for their bandwidth.
    Efficiency,
    /// When the relays of today appeared.
    Growth,
    /// The first of each leaderboard.
    Achievements,
    /// Metric, time range and display by choice.
    Visual,
}

impl Study {
    /// Every page, in the order of their navigation.
    pub const ALL: [Self; 9] = [
        Self::Reliability,
        Self::Findings,
        Self::Platforms,
        Self::Weights,
        Self::Roles,
        Self::Efficiency,
        Self::Growth,
        Self::Achievements,
        Self::Visual,
    ];

    /// The path of the page.
    pub const fn path(self) -> &'static str {
        match self {
            Self::Reliability => "/reliability/",
            Self::Findings => "/findings/",
            Self::Platforms => "/platform-diversity/",
            Self::Weights => "/weights/",
            Self::Roles => "/roles/",
            Self::Efficiency => "/efficiency/",
            Self::Growth => "/growth/",
            Self::Achievements => "/achievements/",
            Self::Visual => "/visual/",
        }
    }

    /// The page with a path.
    pub fn of_path(path: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|study| study.path() == path)
    }

    /// The title.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Reliability => "Reliability",
            Self::Findings => "Findings",
            Self::Platforms => "Platform diversity",
            Self::Weights => "Weight",
            Self::Roles => "Roles",
            Self::Efficiency => "Efficiency",
            Self::Growth => "Growth",
            Self::Achievements => "Achievements",
            Self::Visual => "Visual",
        }
    }
}

/// A page of the navigation within the pages about the network.
pub(super) type Tab = (&'static str, String, bool);

/// What a page about the network shows.
struct Content {
    /// The heading.
    title: &'static str,
    /// A sentence for search engines.
    description: &'static str,
    /// What there is to know at once: numbers, their population and time.
    sentence: String,
    tiles: Vec<Tile>,
    /// Choices of the reader.
    form: Option<Html>,
    sections: Vec<Section>,
}

#[derive(Template)]
#[template(path = "study.html")]
struct StudyPage<'a> {
    frame: Frame<'a>,
    content: Content,
    tabs: Vec<Tab>,
}

pub(super) fn render(site: Site<'_>, study: Study) -> Option<String> {
    let content = match study {
        Study::Reliability => reliability::content(site),
        Study::Findings => findings::content(site),
        Study::Platforms => platforms::content(site),
        Study::Weights => weights::content(site),
        Study::Roles => roles::content(site),
        Study::Efficiency => efficiency::content(site),
        Study::Growth => growth::content(site),
        Study::Achievements => achievements::content(site),
        Study::Visual => visual::content(site),
    };
    page(site, study, content)
}

fn page(site: Site<'_>, study: Study, content: Content) -> Option<String> {
    finish(&page_parts(site, study, content))
}

fn page_parts(site: Site<'_>, study: Study, content: Content) -> StudyPage<'_> {
    let nav = if study == Study::Reliability { NavSection::Reliability } else { NavSection::Network };
    let frame = Frame::new(site, &Page::Study(study), content.title, nav)
        .described(content.description)
        .crumb("Network", &Page::NetworkOverview)
        .here(study.title());
    StudyPage { frame, content, tabs: tabs(site, Some(study)) }
}

/// The pages about the network: title, link, and whether it is the one in view. None is the overview.
pub(super) fn tabs(site: Site<'_>, current: Option<Study>) -> Vec<Tab> {
    let overview = ("Overview", site.links().page(&Page::NetworkOverview), current.is_none());
    let tab = |study: Study| (study.title(), site.links().page(&Page::Study(study)), current == Some(study));
    std::iter::once(overview).chain(Study::ALL.map(tab)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_read_back_and_are_no_other_page() {
        for study in Study::ALL {
            assert_eq!(Study::of_path(study.path()), Some(study));
            assert_eq!(Page::parse(study.path()), Some(Page::Study(study)));
        }
    }
}
