//! Tables of the pages about the network: rows of cells under heads, cards on phones.

use crate::html::Html;

/// A cell.
pub(in crate::pages) enum Cell {
    /// Words of our own or of documents.
    Text(String),
    /// Sentences, which take the whole width of a card on phones.
    Long(String),
    /// A number with what it needs to be read; `not known` in words.
    Number(String),
    /// What is already escaped.
    Html(Html),
    /// The same, which takes the whole width of a card on phones.
    Wide(Html),
    /// A name with its page.
    Link(Option<String>, String),
}

/// A head and whether numbers stand below it.
pub(in crate::pages) type Head = (&'static str, bool);

/// A table that is being written.
pub(in crate::pages) struct Table {
    heads: &'static [Head],
    html: Html,
    rows: usize,
}

impl Table {
    /// A table with a label for assistive technology.
    pub(in crate::pages) fn new(label: &str, heads: &'static [Head]) -> Self {
        let mut html = Html::with_capacity(4096);
        html.markup("<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"").text(label);
        html.markup("\"><table class=\"cards\"><thead><tr>");
        for (head, is_number) in heads {
            html.markup("<th scope=\"col\"").markup(if *is_number { " class=\"n\"" } else { "" });
            html.markup(">").text(head).markup("</th>");
        }
        html.markup("</tr></thead><tbody>");
        Self { heads, html, rows: 0 }
    }

    /// Adds a row; its first cell names it.
    pub(in crate::pages) fn row(&mut self, cells: Vec<Cell>) {
        self.html.markup("<tr>");
        for (place, (cell, (head, _))) in cells.into_iter().zip(self.heads).enumerate() {
            self.open(place, &cell, head);
            match &cell {
                // A cell that is empty for CSS too, which leaves it out of cards.
                Cell::Text(text) | Cell::Long(text) | Cell::Number(text) if text.is_empty() => &mut self.html,
                Cell::Text(text) | Cell::Long(text) | Cell::Number(text) => {
                    self.html.markup("<bdi>").text(text).markup("</bdi>")
                }
                Cell::Html(html) | Cell::Wide(html) => self.html.html(html),
                Cell::Link(href, name) => self.html.link(href.as_deref(), name),
            };
            self.html.markup(if place == 0 { "</th>" } else { "</td>" });
        }
        self.html.markup("</tr>");
        self.rows += 1;
    }

    fn open(&mut self, place: usize, cell: &Cell, head: &str) {
        if place == 0 {
            self.html.markup("<th scope=\"row\">");
            return;
        }
        let class = match cell {
            Cell::Number(_) => "<td class=\"n\"",
            Cell::Long(_) | Cell::Wide(_) => "<td class=\"t all\"",
            Cell::Text(_) | Cell::Html(_) | Cell::Link(..) => "<td",
        };
        self.html.markup(class).markup(" data-label=\"").text(head).markup("\">");
    }

    /// Adds rows.
    pub(in crate::pages) fn rows(mut self, rows: impl IntoIterator<Item = Vec<Cell>>) -> Self {
        rows.into_iter().for_each(|row| self.row(row));
        self
    }

    /// The table; words when it has no row.
    pub(in crate::pages) fn finish(mut self) -> Html {
        if self.rows == 0 {
            let mut none = Html::default();
            none.markup("<p class=\"muted\">None.</p>");
            return none;
        }
        self.html.markup("</tbody></table></div>");
        self.html
    }
}

/// A number cell.
pub(in crate::pages) fn number(text: impl Into<String>) -> Cell {
    Cell::Number(text.into())
}

/// A text cell.
pub(in crate::pages) fn text(text: impl Into<String>) -> Cell {
    Cell::Text(text.into())
}
