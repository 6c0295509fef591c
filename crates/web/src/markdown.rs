//! Our own Markdown documents as HTML. They are part of the program, so they are trusted; links
//! between pages get the base path.

use crate::link::Links;
use pulldown_cmark::{CowStr, Event, Options, Parser, Tag, TagEnd, html};

/// A document: its title and the HTML of the rest.
pub(crate) struct Document {
    pub(crate) title: &'static str,
    pub(crate) summary: &'static str,
    pub(crate) html: String,
}

/// Reads a document whose first line is its title and whose first paragraph is its summary.
pub(crate) fn document(source: &'static str, links: Links<'_>) -> Document {
    let (title, body) = split_title(source);
    let parser = Parser::new_ext(body, Options::ENABLE_TABLES).map(|event| place(event, links));
    let mut html = String::with_capacity(body.len() * 2);
    html::push_html(&mut html, parser);
    Document { title, summary: summary(body), html }
}

/// The title in a document's first line, and the rest.
pub(crate) fn split_title(source: &'static str) -> (&'static str, &'static str) {
    let (first, body) = source.split_once('\n').unwrap_or((source, ""));
    (first.trim_start_matches('#').trim(), body)
}

/// The first paragraph, which says in a sentence what the document is about.
pub(crate) fn summary(body: &'static str) -> &'static str {
    body.trim_start().split("\n\n").next().unwrap_or_default()
}

/// Puts links below the base path, and tables into a box that scrolls on its own.
fn place<'a>(event: Event<'a>, links: Links<'_>) -> Event<'a> {
    match event {
        Event::Start(Tag::Link { link_type, dest_url, title, id }) if dest_url.starts_with('/') => {
            let dest_url = CowStr::from(links.to(dest_url));
            Event::Start(Tag::Link { link_type, dest_url, title, id })
        }
        Event::Start(Tag::Table(_)) => Event::Html(CowStr::Borrowed(
            "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Table\"><table>",
        )),
        Event::End(TagEnd::Table) => Event::Html(CowStr::Borrowed("</tbody></table></div>")),
        Event::Start(Tag::CodeBlock(_)) => Event::Html(CowStr::Borrowed("<pre tabindex=\"0\"><code>")),
        Event::End(TagEnd::CodeBlock) => Event::Html(CowStr::Borrowed("</code></pre>")),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_get_the_base_path_and_the_title_is_apart() {
        let document =
            document("# Title\n\nA sentence.\n\nSee [role](/methods/role/).\n", Links { base_path: "/tor" });
        assert_eq!((document.title, document.summary), ("Title", "A sentence."));
        assert!(document.html.contains("<a href=\"/tor/methods/role/\">role</a>"), "{}", document.html);
    }
}
