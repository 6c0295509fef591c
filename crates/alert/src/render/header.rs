//! A line of an e-mail header.

use crate::{Message, MessageEvent};

/// A text that may stand in a header: one line, without control characters, at most 200 characters. It may
/// hold characters beyond ASCII; encoding them is the mailer's work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeaderText(String);

/// Longest text in characters.
const LONGEST: usize = 200;

impl HeaderText {
    /// The text without line breaks and control characters, cut where it is too long.
    pub fn new(text: &str) -> Self {
        let words: Vec<&str> = text.split(|c: char| c.is_whitespace() || c.is_control()).collect();
        let line = words.into_iter().filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
        let line = allium_model::printable(&line).into_owned();
        if line.chars().count() <= LONGEST {
            return Self(line);
        }
        Self(line.chars().take(LONGEST - 3).collect::<String>() + "...")
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The subject of an e-mail: `[Allium warning] 3 relays absent`.
pub fn subject(message: &Message) -> HeaderText {
    let word = match message.event {
        MessageEvent::Resolved => "resolved",
        _ => message.severity.name(),
    };
    HeaderText::new(&format!("[Allium {word}] {}", message.title.plain()))
}
