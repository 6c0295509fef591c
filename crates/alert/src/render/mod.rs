//! A message in the form of a channel.
//!
//! Each form has a type of its own, so that a text that was escaped for one medium cannot be sent over
//! another. Addresses come from [`Addresses`], which the caller makes from the site's pages; a link without
//! an address is left out.

mod header;
mod html;
mod markdown;
mod plain;
mod slack;

pub use header::{HeaderText, subject};
pub use html::{Html, matrix_html};
pub use markdown::{Markdown, markdown};
pub use plain::{Plain, plain};
pub use slack::{Mrkdwn, slack};

use crate::{LinkTarget, Piece, Text};
use std::borrow::Cow;

/// Makes addresses of pages.
pub trait Addresses {
    /// The address of a page with scheme and host; none when there is no such page.
    fn address(&self, target: &LinkTarget) -> Option<String>;
}

/// No site: messages without links.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct NoAddresses;

impl Addresses for NoAddresses {
    fn address(&self, _: &LinkTarget) -> Option<String> {
        None
    }
}

/// Parts a sign from what would give it a meaning: U+2060, word joiner, which is not shown.
const JOINER: char = '\u{2060}';

/// The pieces of a text, with foreign ones parted where a reader's program would make a link or a mention of
/// them by itself: `https://`, `name.example`, `user@host`, `#room`.
fn parted(text: &Text) -> impl Iterator<Item = Cow<'_, str>> {
    text.pieces().iter().map(|piece| match piece {
        Piece::Ours(text) => Cow::Borrowed(text.as_str()),
        Piece::Foreign(text) => Cow::Owned(part(text)),
    })
}

fn part(text: &str) -> String {
    let mut parted = String::with_capacity(text.len());
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        parted.push(character);
        let is_start = match (character, characters.peek()) {
            ('@' | '#', _) | (':', Some('/')) => true,
            ('.', Some(next)) => next.is_alphabetic(),
            _ => false,
        };
        if is_start {
            parted.push(JOINER);
        }
    }
    parted
}

/// An address that may stand in markup of any kind: http or https, in ASCII, without quotes, brackets, white
/// space or control characters.
fn checked(address: Option<String>) -> Option<String> {
    let is_plain = |byte: u8| byte.is_ascii_graphic() && !b"\"'<>()[]{}|\\^`*".contains(&byte);
    address.filter(|address| {
        let has_scheme = ["https://", "http://"].iter().any(|scheme| address.starts_with(scheme));
        has_scheme && address.len() <= 2048 && address.bytes().all(is_plain)
    })
}
