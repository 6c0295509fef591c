//! Markdown (CommonMark), for services that read it.

use super::{Addresses, checked, parted};
use crate::{LineRole, Message, Text};
use std::fmt::Write as _;

/// A text in Markdown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Markdown(String);

impl Markdown {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The message in Markdown. Every sign of ASCII punctuation is escaped, ours as foreign ones, and `@` is
/// written as a reference, so that no service makes a mention or a link of anything but our links.
pub fn markdown(message: &Message, addresses: &impl Addresses) -> Markdown {
    let mut text = format!("**{}**\n\n", escape(&message.title));
    for line in &message.lines {
        let body = escape(&line.text);
        // Writing to a string cannot fail.
        let _ = match line.role {
            LineRole::Heading => writeln!(text, "\n**{body}**\n"),
            LineRole::Item => writeln!(text, "- {body}"),
            LineRole::Evidence | LineRole::Advice | LineRole::Note => writeln!(text, "\n{body}\n"),
        };
    }
    text.push('\n');
    for link in &message.links {
        if let Some(address) = checked(addresses.address(&link.target)) {
            let _ = writeln!(text, "- [{}]({address})", escape(&Text::ours(&link.label)));
        }
    }
    Markdown(text)
}

fn escape(text: &Text) -> String {
    let mut escaped = String::new();
    for character in parted(text).collect::<String>().chars() {
        match character {
            // A backslash before these does not keep services from linking what they find.
            '@' => escaped.push_str("&#64;"),
            ':' => escaped.push_str("&#58;"),
            '.' => escaped.push_str("&#46;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '&' => escaped.push_str("&amp;"),
            _ if character.is_ascii_punctuation() => escaped.extend(['\\', character]),
            _ => escaped.push(character),
        }
    }
    escaped
}
