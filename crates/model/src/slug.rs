//! Path segments that come from documents.
//!
//! A name that a document carries becomes part of a URL or a file name only through these checks.

use std::fmt;

/// A checked path segment: 1 to 64 of `a-z`, `0-9`, `.` and `-`, without a leading dot.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Slug(Box<str>);

/// Whether a text may stand as a path segment as it is.
pub fn is_slug(text: &str) -> bool {
    (1..=64).contains(&text.len())
        && !text.starts_with('.')
        && text.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'.' | b'-'))
}

impl Slug {
    /// The slug of a name: its lower-case form where that is one, else none (the thing then has no page).
    pub fn of(name: &str) -> Option<Self> {
        let lower = name.to_ascii_lowercase();
        is_slug(&lower).then(|| Self(lower.into()))
    }

    /// The checked text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Slug {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_could_leave_their_folder_have_no_slug() {
        for name in ["", ".", "..", ".git", "a/b", "a\\b", "a b", "a%2f", "é", "a\0", &"a".repeat(65)] {
            assert_eq!(Slug::of(name), None, "{name:?}");
        }
        assert_eq!(Slug::of("GNU-kFreeBSD").unwrap().as_str(), "gnu-kfreebsd");
    }
}
