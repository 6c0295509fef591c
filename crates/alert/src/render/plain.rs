//! Plain text, as the body of an e-mail and in logs.

use super::{Addresses, checked, parted};
use crate::{LineRole, Message};
use std::fmt::Write as _;

/// Plain text; lines end with a line feed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plain(String);

impl Plain {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The message as plain text. No line of foreign text begins a line of its own: each follows our words, a
/// dash or two spaces.
pub fn plain(message: &Message, addresses: &impl Addresses) -> Plain {
    let mut text = format!("{}\n", parted(&message.title).collect::<String>());
    let mut last = None;
    for line in &message.lines {
        if last != Some(line.role) && line.role != LineRole::Item {
            text.push('\n');
        }
        let mark = if line.role == LineRole::Item { "  - " } else { "  " };
        let mark = if line.role == LineRole::Heading { "" } else { mark };
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{mark}{}", parted(&line.text).collect::<String>());
        last = Some(line.role);
    }
    text.push('\n');
    for link in &message.links {
        if let Some(address) = checked(addresses.address(&link.target)) {
            let _ = writeln!(text, "{}: {address}", link.label);
        }
    }
    Plain(text)
}
