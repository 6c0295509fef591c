//! Lists of facts.

use crate::html::Html;
use allium_model::printable;

/// Facts as a list of labels and values.
pub(in crate::pages) fn list<L: AsRef<str>>(facts: impl IntoIterator<Item = (L, String)>) -> Html {
    written("facts", facts)
}

/// Facts whose values are long: they begin beside their label and go on below each other.
pub(in crate::pages) fn long<L: AsRef<str>>(facts: impl IntoIterator<Item = (L, String)>) -> Html {
    written("facts long", facts)
}

fn written<L: AsRef<str>>(class: &'static str, facts: impl IntoIterator<Item = (L, String)>) -> Html {
    let mut html = Html::with_capacity(1024);
    html.markup("<dl class=\"").markup(class).markup("\">");
    for (label, value) in facts {
        html.markup("<div><dt>").text(label.as_ref()).markup("</dt><dd><bdi>").text(&printable(&value));
        html.markup("</bdi></dd></div>");
    }
    html.markup("</dl>");
    html
}
