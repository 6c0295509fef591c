//! A section of a page: words, figures and tables under a heading.

use super::table::Table;
use crate::figures::{Embedding, FigureKey, FigureName, Subject, embed};
use crate::html::Html;
use crate::pages::{Method, Site};
use allium_charts::Figure;

/// How much of the width of the page a section takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Width {
    Whole,
    Half,
}

/// A section.
pub(super) struct Section {
    pub(super) title: String,
    width: Width,
    /// What is between heading and end.
    pub(super) body: Html,
    /// The page that explains it, with its words.
    pub(super) method: Option<(String, &'static str)>,
}

impl Section {
    pub(super) fn new(title: impl Into<String>) -> Self {
        Self { title: title.into(), width: Width::Whole, body: Html::default(), method: None }
    }

    pub(super) fn width(mut self, width: Width) -> Self {
        self.width = width;
        self
    }

    /// The class of the width.
    pub(super) const fn class(&self) -> &'static str {
        match self.width {
            Width::Whole => "c12",
            Width::Half => "c6",
        }
    }

    /// Adds a paragraph.
    pub(super) fn text(mut self, words: impl AsRef<str>) -> Self {
        self.body.markup("<p>").text(words.as_ref()).markup("</p>");
        self
    }

    /// Adds a remark in small letters.
    pub(super) fn remark(mut self, words: impl AsRef<str>) -> Self {
        self.body.markup("<p class=\"small muted\">").text(words.as_ref()).markup("</p>");
        self
    }

    /// Adds a figure of the network; words when its data are not at hand.
    pub(super) fn figure(mut self, site: Site<'_>, name: FigureName) -> Self {
        match embed(site, &FigureKey { subject: Subject::Network, name }) {
            Some(figure) => self.body.html(&figure),
            None => self.body.markup(NO_DATA),
        };
        self
    }

    /// Adds a figure that only this page has.
    pub(super) fn drawn(mut self, site: Site<'_>, figure: Option<&Figure>, id: &'static str) -> Self {
        match figure.filter(|figure| !figure.is_empty()) {
            Some(figure) => self.body.html(&Embedding::without_files(figure, id).html(site)),
            None => self.body.markup(NO_DATA),
        };
        self
    }

    /// Adds a figure that only this page has, folded away below its summary.
    pub(super) fn folded(
        mut self,
        site: Site<'_>,
        summary: &str,
        figure: Option<&Figure>,
        id: &str,
        is_open: bool,
    ) -> Self {
        self.body.markup(if is_open { "<details open><summary>" } else { "<details><summary>" });
        self.body.text(summary).markup("</summary>");
        match figure {
            Some(figure) => self.body.html(&Embedding::without_files(figure, id).html(site)),
            None => self.body.markup(NO_DATA),
        };
        self.body.markup("</details>");
        self
    }

    /// Adds a table.
    pub(super) fn table(mut self, table: Table) -> Self {
        self.body.html(&table.finish());
        self
    }

    /// Adds a link.
    pub(super) fn link(mut self, href: &str, words: &str) -> Self {
        self.body
            .markup("<p class=\"small\"><a href=\"")
            .text(href)
            .markup("\">")
            .text(words)
            .markup("</a></p>");
        self
    }

    /// Names the method.
    pub(super) fn method(mut self, site: Site<'_>, method: Method) -> Self {
        let href = site.links().page(&crate::Page::Method(method));
        self.method = Some((href, "How this is computed"));
        self
    }
}

const NO_DATA: &str =
    "<p class=\"muted\">Not known: the document that tells this was not read, or has nothing of it.</p>";
