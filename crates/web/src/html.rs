//! HTML that is already escaped, and the one place beside the templates where text becomes HTML.
//!
//! Whatever comes from documents goes through [`Html::text`] or [`Html::link`]; [`Html::markup`] is for
//! literals of our own and [`Html::drawing`] for drawings, which are escaped where they are made. A template prints an [`Html`] as it is, so nothing is escaped twice.

use askama::filters::{Escaper, Html as HtmlEscaper, HtmlSafe};
use std::fmt::{self, Write};

/// A piece of escaped HTML.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Html(String);

impl Html {
    /// An empty piece with room for so many bytes.
    pub(crate) fn with_capacity(bytes: usize) -> Self {
        Self(String::with_capacity(bytes))
    }

    /// Adds markup or words of our own.
    pub(crate) fn markup(&mut self, markup: &'static str) -> &mut Self {
        self.0.push_str(markup);
        self
    }

    /// Adds a text, escaped.
    pub(crate) fn text(&mut self, text: &str) -> &mut Self {
        // Writing into a string cannot fail.
        let _ = HtmlEscaper.write_escaped_str(&mut self.0, text);
        self
    }

    /// Adds a name of any script, set apart from the direction of what surrounds it, as a link where
    /// there is a page for it.
    pub(crate) fn link(&mut self, href: Option<&str>, name: &str) -> &mut Self {
        match href {
            Some(href) => {
                self.markup("<a href=\"").text(href).markup("\"><bdi>").text(name).markup("</bdi></a>")
            }
            None => self.markup("<bdi>").text(name).markup("</bdi>"),
        }
    }

    /// Adds a piece that is already escaped.
    pub(crate) fn html(&mut self, html: &Self) -> &mut Self {
        self.0.push_str(&html.0);
        self
    }

    /// Adds a drawing of the charts crate, which escapes its own texts.
    pub(crate) fn drawing(&mut self, svg: &str) -> &mut Self {
        self.0.push_str(svg);
        self
    }

    /// The escaped HTML.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// Length in bytes.
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }
}

impl fmt::Display for Html {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl askama::FastWritable for Html {
    fn write_into(&self, dest: &mut dyn Write, _: &dyn askama::Values) -> askama::Result<()> {
        Ok(dest.write_str(&self.0)?)
    }
}

impl HtmlSafe for Html {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_links_are_escaped_once() {
        let mut html = Html::default();
        html.link(Some("/as/\"x"), "<b>&amp;'");
        assert_eq!(html.as_str(), "<a href=\"/as/&#34;x\"><bdi>&#60;b&#62;&#38;amp;&#39;</bdi></a>");
    }

    #[test]
    fn names_without_a_page_are_no_links() {
        let mut html = Html::default();
        html.link(None, "a");
        assert_eq!(html.as_str(), "<bdi>a</bdi>");
    }
}
