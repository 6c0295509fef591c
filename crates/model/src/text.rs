//! Interned texts: nicknames, contacts, platforms and host names repeat thousands of times, so a
//! snapshot keeps each once and relays hold 4-byte ids.
//!
//! What relays publish is hostile. [`printable`] takes away what may never reach a page, a log or a
//! terminal; escaping for a given medium is that medium's own task.

use std::borrow::Cow;
use std::collections::HashMap;

/// An interned text of one [`TextTable`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TextId(u32);

/// The texts of one snapshot, each once.
#[derive(Debug, Default)]
pub struct TextTable {
    bytes: String,
    ends: Vec<u32>,
    ids: HashMap<Box<str>, TextId, foldhash::fast::RandomState>,
}

impl TextTable {
    /// The id of a text, made when the text is new.
    pub fn intern(&mut self, text: &str) -> TextId {
        if let Some(id) = self.ids.get(text) {
            return *id;
        }
        let id = TextId(self.ends.len() as u32);
        self.bytes.push_str(text);
        self.ends.push(self.bytes.len() as u32);
        self.ids.insert(text.into(), id);
        id
    }

    /// The id of a text that the table already holds.
    pub fn find(&self, text: &str) -> Option<TextId> {
        self.ids.get(text).copied()
    }

    /// The text of an id of this table; empty for an id of another.
    pub fn get(&self, id: TextId) -> &str {
        let index = id.0 as usize;
        let start = index.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        let end = self.ends.get(index).copied().unwrap_or(start);
        self.bytes.get(start as usize..end as usize).unwrap_or_default()
    }

    /// Number of distinct texts.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether nothing was interned yet.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }
}

/// Whether a character may be shown: no control characters, no line or direction controls, no
/// invisible separators that make one text look like another.
fn is_shown(character: char) -> bool {
    !character.is_control()
        && !matches!(character,
            '\u{061c}' | '\u{e0000}'..='\u{e007f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}')
}

/// A text of a relay without control and direction characters; line breaks and tabs become spaces.
pub fn printable(text: &str) -> Cow<'_, str> {
    if text.chars().all(is_shown) {
        return Cow::Borrowed(text);
    }
    let spaced =
        text.chars().map(|character| if matches!(character, '\n' | '\r' | '\t') { ' ' } else { character });
    Cow::Owned(spaced.filter(|character| is_shown(*character)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_texts_share_an_id() {
        let mut table = TextTable::default();
        let (linux, empty, again) = (table.intern("Linux"), table.intern(""), table.intern("Linux"));
        assert_eq!(linux, again);
        assert_eq!((table.get(linux), table.get(empty), table.len()), ("Linux", "", 2));
        assert_eq!(table.find("FreeBSD"), None);
    }

    #[test]
    fn control_and_direction_characters_are_dropped() {
        assert_eq!(printable("a\u{1b}[31mred\u{202e}b\nc\0"), "a[31mredb c");
        assert_eq!(
            printable("a\u{61c}b\u{e0001}\u{e0061}\u{e007f}c\u{2061}\u{2062}\u{2063}\u{2064}d"),
            "abcd"
        );
        assert!(matches!(printable("plain é"), Cow::Borrowed(_)));
    }
}
