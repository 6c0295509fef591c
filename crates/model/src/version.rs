//! Tor versions and what the authorities say of them.

use std::cmp::Ordering;
use std::fmt;

/// A Tor version such as `0.4.9.5` or `0.4.8.1-alpha` (version-spec): four numbers and a status tag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TorVersion {
    numbers: [u32; 4],
    tag: Box<str>,
}

impl TorVersion {
    /// Reads a version; missing trailing numbers count as 0. None when it does not start with a number.
    pub fn parse(text: &str) -> Option<Self> {
        let (numeric, tag) = text.split_once('-').unwrap_or((text, ""));
        let mut numbers = [0; 4];
        let mut parts = numeric.split('.');
        for number in &mut numbers {
            match parts.next() {
                Some(part) => *number = part.parse().ok()?,
                None => break,
            }
        }
        parts.next().is_none().then(|| Self { numbers, tag: tag.into() })
    }

    /// The release series: the first three numbers, such as `0.4.9`.
    pub fn series(&self) -> String {
        let [major, minor, micro, _] = self.numbers;
        format!("{major}.{minor}.{micro}")
    }
}

impl PartialOrd for TorVersion {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for TorVersion {
    /// By number; a tagged version (alpha, rc, dev) comes before the untagged one of the same number.
    fn cmp(&self, other: &Self) -> Ordering {
        let untagged = (self.tag.is_empty(), other.tag.is_empty());
        self.numbers.cmp(&other.numbers).then(untagged.0.cmp(&untagged.1)).then(self.tag.cmp(&other.tag))
    }
}

impl fmt::Display for TorVersion {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [major, minor, micro, patch] = self.numbers;
        write!(formatter, "{major}.{minor}.{micro}.{patch}")?;
        if self.tag.is_empty() { Ok(()) } else { write!(formatter, "-{}", self.tag) }
    }
}

/// What the recommended-versions lists say of a relay's version (Onionoo `version_status`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum VersionStatus {
    /// On the list.
    Recommended,
    /// Newer than every recommended version.
    Experimental,
    /// Newer than the recommended versions of its series.
    NewInSeries,
    /// Not on the list, with newer ones on it.
    Unrecommended,
    /// Older than every recommended version.
    Obsolete,
}

impl VersionStatus {
    /// Every status.
    pub const ALL: [Self; 5] =
        [Self::Recommended, Self::Experimental, Self::NewInSeries, Self::Unrecommended, Self::Obsolete];

    /// Onionoo's word for it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Recommended => "recommended",
            Self::Experimental => "experimental",
            Self::NewInSeries => "new in series",
            Self::Unrecommended => "unrecommended",
            Self::Obsolete => "obsolete",
        }
    }

    /// Reads Onionoo's word. Some sources put advice behind it on further lines; only the first counts.
    pub fn parse(text: &str) -> Option<Self> {
        let word = text.lines().next().unwrap_or_default().trim();
        Self::ALL.into_iter().find(|status| status.name() == word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_ordered_by_number_not_by_text() {
        let ordered = ["0.3.5.8", "0.4.8.9", "0.4.8.10", "0.4.9.1-alpha", "0.4.9.5-rc", "0.4.9.5", "1.0"];
        for pair in ordered.windows(2) {
            assert!(TorVersion::parse(pair[0]) < TorVersion::parse(pair[1]), "{pair:?}");
        }
        assert_eq!(TorVersion::parse("0.4.9.5-rc").unwrap().to_string(), "0.4.9.5-rc");
        assert_eq!(TorVersion::parse("0.4.9.5").unwrap().series(), "0.4.9");
    }

    #[test]
    fn what_is_no_version_is_none() {
        for text in ["", "x", "0.4.x", "0.4.8.1.2", "0..1", "99999999999"] {
            assert_eq!(TorVersion::parse(text), None, "{text}");
        }
    }

    #[test]
    fn advice_behind_the_status_word_is_ignored() {
        assert_eq!(VersionStatus::parse("obsolete\n-- update"), Some(VersionStatus::Obsolete));
        assert_eq!(VersionStatus::parse("shiny"), None);
    }
}
