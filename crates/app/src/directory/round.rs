//! The documents of one round, as bytes.

use allium_documents::dirspec::DocumentKind;

/// What is at hand of one round. Votes may be of other rounds; each says itself of which it is.
#[derive(Debug, Clone, Default)]
pub struct RoundBytes {
    /// The consensus of the ns flavour.
    pub consensus: Option<Vec<u8>>,
    /// The consensus of the microdesc flavour.
    pub microdesc: Option<Vec<u8>>,
    /// Votes.
    pub votes: Vec<Vec<u8>>,
    /// Key certificates.
    pub certificates: Vec<Vec<u8>>,
}

impl RoundBytes {
    /// Puts a document in its place, by its content; whether it has one. A mislabelled document goes where
    /// it belongs.
    pub fn put(&mut self, bytes: Vec<u8>) -> bool {
        match DocumentKind::of(&bytes) {
            Some(DocumentKind::Consensus) => self.consensus = Some(bytes),
            Some(DocumentKind::MicrodescConsensus) => self.microdesc = Some(bytes),
            Some(DocumentKind::Vote) => self.votes.push(bytes),
            Some(DocumentKind::Certificate) => self.certificates.push(bytes),
            _ => return false,
        }
        true
    }

    /// Whether nothing is at hand.
    pub fn is_empty(&self) -> bool {
        self.is_without_consensus() && self.votes.is_empty() && self.certificates.is_empty()
    }

    /// Whether there is a consensus of neither flavour.
    pub fn is_without_consensus(&self) -> bool {
        self.consensus.is_none() && self.microdesc.is_none()
    }
}
