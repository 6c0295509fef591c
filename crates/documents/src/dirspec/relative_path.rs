//! Paths that come from outside: of an index, of an archive. They stay below where they are put.

use std::fmt;

/// Bytes of a path at most.
const MAX_PATH_BYTES: usize = 512;

/// Segments of a path at most.
const MAX_SEGMENTS: usize = 16;

/// A path of plain names with `/` between: no `..`, no start at a root, no hidden name, nothing but
/// letters, digits and `._-+=,`. It can be put behind any folder or address.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RelativePath(String);

impl RelativePath {
    /// Reads a path; `None` for one that could lead elsewhere.
    pub fn parse(text: &str) -> Option<Self> {
        let is_bounded = text.len() <= MAX_PATH_BYTES && text.split('/').count() <= MAX_SEGMENTS;
        (is_bounded && text.split('/').all(is_plain_name)).then(|| Self(text.to_owned()))
    }

    /// This path with a further name behind it.
    #[must_use]
    pub fn join(&self, name: &str) -> Option<Self> {
        Self::parse(&format!("{}/{name}", self.0))
    }

    /// The path as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The last name.
    pub fn file_name(&self) -> &str {
        self.0.rsplit('/').next().unwrap_or_default()
    }

    /// The path without its last name; empty for a single name.
    pub fn folder(&self) -> &str {
        self.0.rsplit_once('/').map_or("", |(folder, _)| folder)
    }
}

impl fmt::Display for RelativePath {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// A name that is a file's or folder's own.
fn is_plain_name(name: &str) -> bool {
    !name.is_empty()
        && !name.starts_with('.')
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-+=,".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_of_collector_are_taken() {
        for text in [
            "recent/relay-descriptors/consensuses/2026-03-22-05-00-00-consensus",
            "archive/relay-descriptors/consensuses/consensuses-2026-03.tar.xz",
            "index.json",
        ] {
            assert_eq!(RelativePath::parse(text).map(|path| path.to_string()).as_deref(), Some(text));
        }
    }

    #[test]
    fn tricks_are_refused() {
        for text in [
            "",
            "/",
            "/etc/passwd",
            "..",
            "a/../b",
            "a/..",
            "a//b",
            "a/",
            "./a",
            ".ssh/id",
            "a\\b",
            "C:/a",
            "a\0b",
            "a\nb",
            "%2e%2e/a",
            "a/b?c",
            "a#b",
            "ä",
        ] {
            assert_eq!(RelativePath::parse(text), None, "{text:?}");
        }
        assert_eq!(RelativePath::parse(&"a/".repeat(16)), None);
        assert_eq!(RelativePath::parse(&"a".repeat(513)), None);
    }

    #[test]
    fn a_path_has_a_folder_and_a_name() {
        let path = RelativePath::parse("recent/exit-lists/a").unwrap();
        assert_eq!((path.folder(), path.file_name()), ("recent/exit-lists", "a"));
        assert_eq!(RelativePath::parse("a").unwrap().folder(), "");
        assert_eq!(path.join("../b"), None);
    }
}
