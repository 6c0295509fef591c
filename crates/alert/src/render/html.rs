//! The HTML that Matrix takes (`formatted_body`, `org.matrix.custom.html`): a few elements, no attributes
//! but `href`.

use super::{Addresses, checked, parted};
use crate::{LineRole, Message, Text};
use std::fmt::Write as _;

/// A text in HTML, without a document around it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Html(String);

impl Html {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The message in the HTML of Matrix. The plain form belongs beside it, as `body`.
pub fn matrix_html(message: &Message, addresses: &impl Addresses) -> Html {
    let mut text = format!("<p><strong>{}</strong></p>", escape(&message.title));
    let mut is_list = false;
    for line in &message.lines {
        let is_item = line.role == LineRole::Item;
        if is_item != is_list {
            text.push_str(if is_item { "<ul>" } else { "</ul>" });
            is_list = is_item;
        }
        let body = escape(&line.text);
        // Writing to a string cannot fail.
        let _ = match line.role {
            LineRole::Heading => write!(text, "<p><strong>{body}</strong></p>"),
            LineRole::Item => write!(text, "<li>{body}</li>"),
            LineRole::Evidence | LineRole::Advice => write!(text, "<p>{body}</p>"),
            LineRole::Note => write!(text, "<p><em>{body}</em></p>"),
        };
    }
    if is_list {
        text.push_str("</ul>");
    }
    text.push_str(&links(message, addresses));
    Html(text)
}

fn links(message: &Message, addresses: &impl Addresses) -> String {
    let anchor = |link: &crate::Link| {
        let address = checked(addresses.address(&link.target))?.replace('&', "&amp;");
        Some(format!("<li><a href=\"{address}\">{}</a></li>", escape(&Text::ours(&link.label))))
    };
    let anchors: String = message.links.iter().filter_map(anchor).collect();
    if anchors.is_empty() { anchors } else { format!("<ul>{anchors}</ul>") }
}

/// Escapes markup. An `@` is written as a reference, so that no client makes a mention (`@room`) of it.
fn escape(text: &Text) -> String {
    let mut escaped = String::new();
    for character in parted(text).collect::<String>().chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            '@' => escaped.push_str("&#64;"),
            _ => escaped.push(character),
        }
    }
    escaped
}
