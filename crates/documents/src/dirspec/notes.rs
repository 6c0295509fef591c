//! What a parser notices while it reads: unknown items and warnings, both bounded.

use super::{MAX_UNKNOWN_KEYWORDS, Parsed, Scanner};
use allium_model::{Warning, printable};
use std::collections::BTreeMap;
use std::fmt::Display;

/// Warnings of a document that are kept in full.
const MAX_WARNINGS: usize = 200;

/// Characters of a text of the document that are repeated in a warning.
const MAX_SHOWN_CHARS: usize = 80;

/// Where unknown keywords are counted once [`MAX_UNKNOWN_KEYWORDS`] are named. No keyword has a space.
const OTHER_KEYWORDS: &str = "other keywords";

/// Gathers unknown items and warnings of one document.
#[derive(Debug)]
pub struct Notes {
    document: &'static str,
    unknown_items: BTreeMap<String, u64>,
    warnings: Vec<Warning>,
    more_warnings: u64,
}

impl Notes {
    /// Notes on a document of this name, such as `vote`.
    pub const fn new(document: &'static str) -> Self {
        Self { document, unknown_items: BTreeMap::new(), warnings: Vec::new(), more_warnings: 0 }
    }

    /// Warns of bytes that no sound document has: NUL, and what is not UTF-8.
    pub fn warn_of_bytes(&mut self, scanner: &Scanner<'_>) {
        if let Some(at) = memchr::memchr(0, scanner.bytes()) {
            self.warn(format_args!("line {}", scanner.line_of(at)), "has a NUL byte");
        }
        if let Err(error) = std::str::from_utf8(scanner.bytes()) {
            let line = scanner.line_of(error.valid_up_to());
            self.warn(format_args!("line {line}"), "is not UTF-8; such lines are read up to the bad byte");
        }
    }

    /// Counts an item that the parser does not know.
    pub fn count_unknown(&mut self, keyword: &str) {
        let name = shown(keyword);
        let name =
            if self.unknown_items.len() >= MAX_UNKNOWN_KEYWORDS && !self.unknown_items.contains_key(&name) {
                OTHER_KEYWORDS.to_owned()
            } else {
                name
            };
        *self.unknown_items.entry(name).or_default() += 1;
    }

    /// Keeps a warning on an entry: a fingerprint, a keyword, a line.
    pub fn warn(&mut self, entry: impl Display, message: impl Into<String>) {
        if self.warnings.len() < MAX_WARNINGS {
            let (entry, message) = (shown(&entry.to_string()), message.into());
            self.warnings.push(Warning { document: self.document, entry, message });
        } else {
            self.more_warnings += 1;
        }
    }

    /// The document with what was noticed.
    pub fn finish<D>(mut self, document: D) -> Parsed<D> {
        if self.more_warnings > 0 {
            let message = format!("{} more warnings are left out", self.more_warnings);
            self.warnings.push(Warning { document: self.document, entry: "document".into(), message });
        }
        Parsed { document, unknown_items: self.unknown_items, warnings: self.warnings }
    }
}

/// A text of the document as warnings repeat it: short and without control characters.
pub(super) fn shown(text: &str) -> String {
    let short: String = text.chars().take(MAX_SHOWN_CHARS).collect();
    printable(&short).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Limits;

    #[test]
    fn keywords_and_warnings_are_bounded() {
        let mut notes = Notes::new("vote");
        for number in 0..1_000 {
            notes.count_unknown(&format!("k{number}"));
            notes.warn(number, "is odd");
        }
        let parsed = notes.finish(());
        assert_eq!(parsed.unknown_items.len(), MAX_UNKNOWN_KEYWORDS + 1);
        assert_eq!(parsed.unknown_items[OTHER_KEYWORDS], 1_000 - MAX_UNKNOWN_KEYWORDS as u64);
        assert_eq!(parsed.warnings.len(), MAX_WARNINGS + 1);
        assert_eq!(parsed.warnings[MAX_WARNINGS].message, "800 more warnings are left out");
    }

    #[test]
    fn bytes_that_do_not_belong_are_named_by_line() {
        let scanner = Scanner::new(b"a\nb \0\nc \xff\n", &Limits::default()).unwrap();
        let mut notes = Notes::new("vote");
        notes.warn_of_bytes(&scanner);
        let entries: Vec<_> = notes.finish(()).warnings.into_iter().map(|warning| warning.entry).collect();
        assert_eq!(entries, ["line 2", "line 3"]);
    }
}
