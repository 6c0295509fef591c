//! What stands on a relay's page: facts, tiles and tables as texts.

use std::collections::BTreeMap;

/// A page as a reader takes it in.
pub(crate) struct Read {
    html: String,
}

/// The text of a piece of HTML, without marks and with spaces made one.
fn text(html: &str) -> String {
    let mut out = String::new();
    for (place, part) in html.split('<').enumerate() {
        let shown = if place == 0 { part } else { part.split_once('>').map_or("", |(_, rest)| rest) };
        out.push_str(shown);
        out.push(if place == 0 || part.starts_with("small") || part.starts_with('/') {
            '\u{0}'
        } else {
            ' '
        });
    }
    let out = out.replace('\u{0}', "");
    let plain = out.replace("&#39;", "'").replace("&#34;", "\"").replace("&#60;", "<").replace("&#62;", ">");
    plain.replace("&nbsp;", " ").replace("&#38;", "&").split_whitespace().collect::<Vec<_>>().join(" ")
}

fn between<'a>(html: &'a str, open: &str, close: &str) -> Option<&'a str> {
    Some(html.split_once(open)?.1.split_once(close)?.0)
}

impl Read {
    pub(crate) fn new(html: String) -> Self {
        Self { html }
    }

    /// Labels and values of all facts.
    pub(crate) fn facts(&self) -> BTreeMap<String, String> {
        let facts = self.html.split("<div><dt>").skip(1);
        facts
            .map(|fact| {
                let (label, rest) = fact.split_once("</dt><dd>").unwrap();
                (text(label), text(rest.split_once("</dd>").unwrap().0))
            })
            .collect()
    }

    /// Labels, values with their units, and details of the tiles.
    pub(crate) fn tiles(&self) -> BTreeMap<String, (String, String)> {
        let tiles = self.html.split("<div class=\"tile\">").skip(1);
        tiles
            .map(|tile| {
                let label = text(between(tile, "<div class=\"k\">", "</div>").unwrap());
                let value = text(between(tile, "<p class=\"v\">", "</p>").unwrap());
                (label, (value, text(between(tile, "<p class=\"d\">", "</p>").unwrap())))
            })
            .collect()
    }

    /// Rows of the table in the region with a name: the texts of their cells, the head's first.
    pub(crate) fn rows(&self, region: &str) -> Vec<Vec<String>> {
        let open = format!("aria-label=\"{region}\"><table");
        let Some(table) = between(&self.html, &open, "</table>") else { return Vec::new() };
        let body = table.split_once("<tbody>").unwrap().1;
        let cells = |row: &str| -> Vec<String> {
            let starts = row.split("<t").skip(1).filter(|cell| cell.starts_with(['h', 'd']));
            starts.map(|cell| text(cell.split_once('>').unwrap().1)).collect()
        };
        body.split("<tr").skip(1).map(cells).collect()
    }

    /// The sentence above the drawing of a period.
    pub(crate) fn summary(&self, period: &str) -> Option<String> {
        let block = self.html.split_once(&format!("<summary>{period}</summary>"))?.1;
        Some(text(between(block, "<p class=\"small muted\">", "</p>")?))
    }

    /// Fingerprints of the relays in the table of related relays, in its order.
    pub(crate) fn related(&self, region: &str) -> Vec<String> {
        let open = format!("aria-label=\"{region}\"><table");
        let table = between(&self.html, &open, "</table>").unwrap_or_default();
        table.split("href=\"/relay/").skip(1).map(|link| link[..40].to_owned()).collect()
    }
}
