//! Lists of facts.

use crate::html::Html;
use allium_model::printable;

/// Facts as a list of labels and values.
pub(super) fn list<L: AsRef<str>>(facts: impl IntoIterator<Item = (L, String)>) -> Html {
    let mut html = Html::with_capacity(1024);
    html.markup("<dl class=\"facts\">");
    for (label, value) in facts {
        html.markup("<div><dt>").text(label.as_ref()).markup("</dt><dd><bdi>").text(&printable(&value));
        html.markup("</bdi></dd></div>");
    }
    html.markup("</dl>");
    html
}
