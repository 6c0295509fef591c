//! The documents that can be collected, as a closed list.

use std::fmt;

/// A document of Onionoo, or the results of the AROI validator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Document {
    /// Onionoo details: every relay with its attributes. The one document nothing works without.
    Details,
    /// Onionoo summary: nickname, fingerprint, addresses and whether it runs.
    Summary,
    /// Onionoo uptime histories.
    Uptime,
    /// Onionoo bandwidth histories.
    Bandwidth,
    /// Onionoo consensus weight histories.
    Weights,
    /// Onionoo client number histories of bridges.
    Clients,
    /// Proof results of the AROI validator.
    Aroi,
}

impl Document {
    /// Every document, those of Onionoo first.
    pub const ALL: [Self; 7] = [
        Self::Details,
        Self::Summary,
        Self::Uptime,
        Self::Bandwidth,
        Self::Weights,
        Self::Clients,
        Self::Aroi,
    ];

    /// The name as Onionoo's URLs and as files have it, without an extension: `details`.
    pub const fn stem(self) -> &'static str {
        match self {
            Self::Details => "details",
            Self::Summary => "summary",
            Self::Uptime => "uptime",
            Self::Bandwidth => "bandwidth",
            Self::Weights => "weights",
            Self::Clients => "clients",
            Self::Aroi => "aroi",
        }
    }

    /// The document of a [`stem`](Self::stem).
    pub fn from_stem(stem: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|document| document.stem() == stem)
    }

    /// Whether a source without this document is of no use.
    pub const fn is_required(self) -> bool {
        matches!(self, Self::Details)
    }
}

impl fmt::Display for Document {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.stem())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_document_is_found_by_its_stem() {
        for document in Document::ALL {
            assert_eq!(Document::from_stem(document.stem()), Some(document));
        }
        assert_eq!(Document::from_stem("Details"), None);
    }
}
