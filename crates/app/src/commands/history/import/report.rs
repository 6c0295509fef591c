//! What came of an import, as numbers with their names.

use super::super::status::Facts;

/// What an import did.
#[derive(Debug, Clone, Default)]
pub struct Report {
    /// Records that are new in the history.
    pub added: u64,
    /// Records that took the place of one from a worse source.
    pub replaced: u64,
    /// Documents that were there before.
    pub known: u64,
    /// Documents beside which an equal or better one stands, or whose day has daily values only.
    pub superseded: u64,
    /// Votes whose facts are in the history.
    pub votes: u64,
    /// Certificates that hold.
    pub certificates: u64,
    /// Documents that are not for the history.
    pub other: u64,
    /// Things that were noticed about documents: by the parsers, and about signatures of those that were believed.
    pub warnings: u64,
    /// Documents that could not be used.
    pub refused: u64,
}

impl Report {
    /// Whether nothing was found.
    pub fn is_empty(&self) -> bool {
        self.added + self.replaced + self.known + self.superseded + self.votes + self.certificates == 0
    }

    /// The numbers with their names.
    pub fn facts(&self) -> Facts {
        vec![
            ("added", self.added.into()),
            ("replaced", self.replaced.into()),
            ("known", self.known.into()),
            ("superseded", self.superseded.into()),
            ("votes", self.votes.into()),
            ("certificates", self.certificates.into()),
            ("other_documents", self.other.into()),
            ("warnings", self.warnings.into()),
            ("refused", self.refused.into()),
        ]
    }
}
