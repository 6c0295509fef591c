//! Text that knows which of its pieces are ours.

use allium_model::printable;

/// A piece of text.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Piece {
    /// Written by Allium.
    Ours(String),
    /// Written by a relay, an authority or another person; without control and direction characters.
    Foreign(String),
}

impl Piece {
    /// What it says.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Ours(text) | Self::Foreign(text) => text,
        }
    }
}

/// Longest foreign piece in characters; what goes beyond is cut.
const LONGEST_FOREIGN: usize = 400;

/// A text in pieces. It holds no line breaks and no control characters.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Text(Vec<Piece>);

impl Text {
    /// A text of ours.
    pub fn ours(text: impl AsRef<str>) -> Self {
        Self::default().and(text)
    }

    /// Goes on with a text of ours.
    #[must_use]
    pub fn and(mut self, text: impl AsRef<str>) -> Self {
        self.0.push(Piece::Ours(printable(text.as_ref()).into_owned()));
        self
    }

    /// Goes on with a text that somebody else wrote.
    #[must_use]
    pub fn foreign(mut self, text: &str) -> Self {
        let shown = printable(text);
        let cut: String = shown.chars().take(LONGEST_FOREIGN).collect();
        let is_cut = cut.len() < shown.len();
        self.0.push(Piece::Foreign(if is_cut { format!("{cut}...") } else { cut }));
        self
    }

    /// Goes on with another text.
    #[must_use]
    pub fn then(mut self, text: Self) -> Self {
        self.0.extend(text.0);
        self
    }

    /// Its pieces.
    pub fn pieces(&self) -> &[Piece] {
        &self.0
    }

    /// All of it without any markup.
    pub fn plain(&self) -> String {
        self.0.iter().map(Piece::as_str).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn foreign_text_is_cut_and_without_control_characters() {
        let text = Text::ours("Relay ").foreign("a\r\nBcc: x\u{202e}").and(".");
        assert_eq!(text.plain(), "Relay a  Bcc: x.");
        let long = Text::default().foreign(&"é".repeat(500));
        assert_eq!(long.plain().chars().count(), 403);
    }
}
