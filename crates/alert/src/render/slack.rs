//! Slack's mrkdwn, which compatible services read as well.
//!
//! `&`, `<` and `>` are escaped as Slack asks for, which also takes links and mentions (`<!channel>`,
//! `<@U1>`) their meaning. The signs of markup in foreign text get an invisible joiner before them, and so
//! does `@` and what services would make a link of by themselves.

use super::{Addresses, JOINER, checked};
use crate::{LineRole, Message, Piece, Text};
use std::fmt::Write as _;

/// A text in mrkdwn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mrkdwn(String);

impl Mrkdwn {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The message in mrkdwn.
pub fn slack(message: &Message, addresses: &impl Addresses) -> Mrkdwn {
    let mut text = format!("*{}*\n", escape(&message.title));
    for line in &message.lines {
        let body = escape(&line.text);
        // Writing to a string cannot fail.
        let _ = match line.role {
            LineRole::Heading => writeln!(text, "*{body}*"),
            LineRole::Item => writeln!(text, "\u{2022} {body}"),
            LineRole::Evidence | LineRole::Advice => writeln!(text, "{body}"),
            LineRole::Note => writeln!(text, "_{body}_"),
        };
    }
    for link in &message.links {
        if let Some(address) = checked(addresses.address(&link.target)) {
            let _ =
                writeln!(text, "<{}|{}>", address.replace('&', "&amp;"), escape(&Text::ours(&link.label)));
        }
    }
    Mrkdwn(text)
}

fn escape(text: &Text) -> String {
    let mut escaped = String::new();
    for piece in text.pieces() {
        let is_foreign = matches!(piece, Piece::Foreign(_));
        for character in piece.as_str().chars() {
            match character {
                '&' => escaped.push_str("&amp;"),
                '<' => escaped.push_str("&lt;"),
                '>' => escaped.push_str("&gt;"),
                '*' | '_' | '~' | '`' | '@' | '#' | ':' | '.' | '/' if is_foreign => {
                    escaped.extend([JOINER, character, JOINER]);
                }
                _ => escaped.push(character),
            }
        }
    }
    escaped
}
