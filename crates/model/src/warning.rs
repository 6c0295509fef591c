//! What was wrong in a document without making it useless.

use std::fmt;

/// A fault of one entry of a document: the entry is left out or mended, the rest is used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning {
    /// The document's name, such as `details`.
    pub document: &'static str,
    /// What names the entry: a fingerprint, or its position when it has none.
    pub entry: String,
    /// What is wrong, in one lower-case sentence.
    pub message: String,
}

impl fmt::Display for Warning {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}: {}", self.document, self.entry, self.message)
    }
}
