//! The gallery: every kind of chart, drawn from made-up data.

use super::{AboutText, Site, finish};
use crate::Page;
use crate::figures::Embedding;
use crate::frame::{Frame, Section};
use crate::html::Html;
use askama::Template;

#[derive(Template)]
#[template(path = "charts.html")]
struct ChartsPage<'a> {
    frame: Frame<'a>,
    figures: Vec<Html>,
}

pub(super) fn render(site: Site<'_>) -> Option<String> {
    let example = |(kind, figure): &(&str, allium_charts::Figure)| {
        Embedding::without_files(figure, format!("example-{kind}")).html(site)
    };
    finish(&ChartsPage {
        frame: Frame::new(site, &Page::Charts, "Charts", Section::None)
            .described("Every kind of chart of this site, with made-up data.")
            .crumb("About", &Page::About(AboutText::About))
            .here("Charts"),
        figures: allium_charts::examples().iter().map(example).collect(),
    })
}
