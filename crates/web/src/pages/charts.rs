//! The gallery: every kind of chart, drawn from made-up data. Maps are large and have a page of their own.

use super::{AboutText, Site, finish};
use crate::Page;
use crate::figures::Embedding;
use crate::frame::{Frame, Section};
use crate::html::Html;
use askama::Template;

/// A page of the gallery.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Gallery {
    /// Everything but maps.
    Charts,
    /// Maps.
    Maps,
}

impl Gallery {
    /// Every page.
    pub const ALL: [Self; 2] = [Self::Charts, Self::Maps];

    /// The path.
    pub const fn path(self) -> &'static str {
        match self {
            Self::Charts => "/about/charts/",
            Self::Maps => "/about/charts/maps/",
        }
    }

    const fn title(self) -> &'static str {
        match self {
            Self::Charts => "Charts",
            Self::Maps => "Maps",
        }
    }

    /// Whether the page shows the example of a kind.
    fn shows(self, kind: &str) -> bool {
        (self == Self::Maps) == kind.starts_with("map")
    }
}

#[derive(Template)]
#[template(path = "charts.html")]
struct ChartsPage<'a> {
    frame: Frame<'a>,
    title: &'static str,
    figures: Vec<Html>,
    other: (&'static str, String),
}

pub(super) fn render(site: Site<'_>, gallery: Gallery) -> Option<String> {
    let page = Page::Charts(gallery);
    let mut frame = Frame::new(site, &page, gallery.title(), Section::None)
        .described("Every kind of chart of this site, with made-up data.")
        .crumb("About", &Page::About(AboutText::About));
    let other = match gallery {
        Gallery::Charts => Gallery::Maps,
        Gallery::Maps => Gallery::Charts,
    };
    if gallery == Gallery::Maps {
        frame = frame.crumb("Charts", &Page::Charts(Gallery::Charts));
    }
    let examples = allium_charts::examples();
    let shown = examples.iter().filter(|(kind, _)| gallery.shows(kind));
    let embedded =
        shown.map(|(kind, figure)| Embedding::without_files(figure, format!("example-{kind}")).html(site));
    finish(&ChartsPage {
        frame: frame.here(gallery.title()),
        title: gallery.title(),
        figures: embedded.collect(),
        other: (other.title(), site.links().page(&Page::Charts(other))),
    })
}
