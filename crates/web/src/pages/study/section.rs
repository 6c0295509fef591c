//! A section of a page: words, figures and tables under a heading.

use super::table::Table;
use crate::figures::{Embedding, FigureKey, FigureName, Subject, embed};
use crate::html::Html;
use crate::pages::{Method, Site};
use allium_charts::Figure;

/// How much of the width of the page a section takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::pages) enum Width {
    Whole,
    Half,
}

/// A section.
pub(in crate::pages) struct Section {
    pub(in crate::pages) title: String,
    width: Width,
    /// What is between heading and end.
    pub(in crate::pages) body: Html,
    /// The page that explains it, with its words.
    pub(in crate::pages) method: Option<(String, &'static str)>,
}

impl Section {
    pub(in crate::pages) fn new(title: impl Into<String>) -> Self {
        Self { title: title.into(), width: Width::Whole, body: Html::default(), method: None }
    }

    pub(in crate::pages) fn width(mut self, width: Width) -> Self {
        self.width = width;
        self
    }

    /// The class of the width.
    pub(in crate::pages) const fn class(&self) -> &'static str {
        match self.width {
            Width::Whole => "c12",
            Width::Half => "c6",
        }
    }

    /// Adds a paragraph.
    pub(in crate::pages) fn text(mut self, words: impl AsRef<str>) -> Self {
        self.body.markup("<p>").text(words.as_ref()).markup("</p>");
        self
    }

    /// Adds a remark in small letters.
    pub(in crate::pages) fn remark(mut self, words: impl AsRef<str>) -> Self {
        self.body.markup("<p class=\"small muted\">").text(words.as_ref()).markup("</p>");
        self
    }

    /// Adds facts: labels and values.
    pub(in crate::pages) fn facts(mut self, facts: &[(&str, String)]) -> Self {
        self.body.markup("<dl class=\"facts\">");
        for (label, value) in facts {
            self.body.markup("<div><dt>").text(label).markup("</dt><dd>").text(value).markup("</dd></div>");
        }
        self.body.markup("</dl>");
        self
    }

    /// Adds a figure of the network; words when its data are not at hand.
    pub(in crate::pages) fn figure(mut self, site: Site<'_>, name: FigureName) -> Self {
        match embed(site, &FigureKey { subject: Subject::Network, name }) {
            Some(figure) => self.body.html(&figure),
            None => self.body.markup(NO_DATA),
        };
        self
    }

    /// Adds a figure that only this page has.
    pub(in crate::pages) fn drawn(
        mut self,
        site: Site<'_>,
        figure: Option<&Figure>,
        id: &'static str,
    ) -> Self {
        match figure.filter(|figure| !figure.is_empty()) {
            Some(figure) => self.body.html(&Embedding::without_files(figure, id).html(site)),
            None => self.body.markup(NO_DATA),
        };
        self
    }

    /// Adds a figure that only this page has, folded away below its summary.
    pub(in crate::pages) fn folded(
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

    /// Adds a piece of the page, folded away below its summary.
    pub(in crate::pages) fn folded_html(mut self, summary: &str, html: &Html, is_open: bool) -> Self {
        self.body.markup(if is_open { "<details open><summary>" } else { "<details><summary>" });
        self.body.text(summary).markup("</summary>").html(html).markup("</details>");
        self
    }

    /// Adds a piece of the page.
    pub(in crate::pages) fn html(mut self, html: &Html) -> Self {
        self.body.html(html);
        self
    }

    /// Adds a table.
    pub(in crate::pages) fn table(mut self, table: Table) -> Self {
        self.body.html(&table.finish());
        self
    }

    /// Adds a link.
    pub(in crate::pages) fn link(mut self, href: &str, words: &str) -> Self {
        self.body
            .markup("<p class=\"small\"><a href=\"")
            .text(href)
            .markup("\">")
            .text(words)
            .markup("</a></p>");
        self
    }

    /// Names the method.
    pub(in crate::pages) fn method(mut self, site: Site<'_>, method: Method) -> Self {
        let href = site.links().page(&crate::Page::Method(method));
        self.method = Some((href, "How this is computed"));
        self
    }
}

const NO_DATA: &str =
    "<p class=\"muted\">Not known: the document that tells this was not read, or has nothing of it.</p>";
