//! Rounds as those who read their documents have them, without the cost of signatures.
//!
//! The documents are written and read back as those of [`Directory::documents`] are; only the bytes of
//! signatures, which are taken to hold, and the digests of votes are invented.

use super::super::certificate::Term;
use super::super::conduct::Part;
use super::super::keys::{KeyError, object};
use super::super::round::{Round, Voter};
use super::Directory;
use super::bandwidth_file::FileOfRound;
use crate::time::clock::Hour;
use allium_consensus::{
    ConsensusFacts, VoteFacts, summarize_consensus, summarize_vote, unchecked_signatures,
};
use allium_documents::dirspec::{Flavor, parse_consensus, parse_vote};
use allium_documents::{DocumentError, Limits};
use allium_model::{
    ConsensusSignature, ConsensusSummary, Fingerprint, Timestamp, VoteBook, VoteEntry, VoteSummary,
};
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

/// What a round's documents say.
#[derive(Debug, Clone)]
pub struct RoundSummary {
    /// When its consensus becomes valid.
    pub valid_after: Timestamp,
    /// Its consensus; none when none was made.
    pub consensus: Option<ConsensusSummary>,
    /// Its votes.
    pub votes: VoteBook,
}

/// A round that cannot be summed up.
#[derive(Debug, thiserror::Error)]
pub enum SummaryError {
    /// No certificate can be made.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// What was written is not read back.
    #[error("a simulated document cannot be read: {0}")]
    Document(#[from] DocumentError),
}

/// Certificates by authority and start.
type Certificates = BTreeMap<(usize, Timestamp), String>;

impl Directory<'_> {
    /// What the documents of all rounds say, in order of time.
    pub fn round_summaries(&self) -> impl Iterator<Item = Result<RoundSummary, SummaryError>> {
        let mut certificates = Certificates::new();
        (0..self.simulation.clock.hours).map(move |hour| self.round_summary(hour, &mut certificates))
    }

    fn round_summary(
        &self,
        hour: Hour,
        certificates: &mut Certificates,
    ) -> Result<RoundSummary, SummaryError> {
        let valid_after = self.simulation.clock.time(hour);
        let round = self.round(hour);
        let mut votes = Vec::new();
        for voter in &round.voters {
            let term = self.term(voter.authority, valid_after);
            let certificate = self.kept_certificate(voter.authority, term, certificates)?;
            votes.push(self.vote_summary(&round, voter, certificate)?);
        }
        let has_consensus = self.simulation.consensuses.has(hour);
        let consensus = has_consensus.then(|| self.consensus_summary(&round)).transpose()?;
        Ok(RoundSummary { valid_after, consensus, votes: VoteBook::new(votes) })
    }

    fn kept_certificate<'c>(
        &self,
        authority: usize,
        term: Term,
        kept: &'c mut Certificates,
    ) -> Result<&'c str, KeyError> {
        match kept.entry((authority, term.published)) {
            Entry::Occupied(known) => Ok(known.into_mut()),
            Entry::Vacant(empty) => Ok(empty.insert(self.certificate(authority, term)?)),
        }
    }

    fn vote_summary(
        &self,
        round: &Round,
        voter: &Voter,
        certificate: &str,
    ) -> Result<(VoteSummary, Vec<(Fingerprint, VoteEntry)>), SummaryError> {
        let file = FileOfRound::of(self, round, voter);
        let text = self.vote_text(round, voter, &file, certificate) + &self.sign_nothing(round, voter);
        let parsed = parse_vote(text.as_bytes(), &Limits::default())?;
        let facts = VoteFacts { bytes: text.len() as u64, is_verified: true };
        Ok(summarize_vote(&parsed.document, facts))
    }

    fn consensus_summary(&self, round: &Round) -> Result<ConsensusSummary, SummaryError> {
        let digests = self.invented_digests(round);
        let signing = round.voters.iter().filter(|voter| voter.conduct.part == Part::Full);
        let signatures: Vec<String> = signing.map(|voter| self.sign_nothing(round, voter)).collect();
        let text =
            self.consensus_text(round, &digests, Flavor::Ns) + &signatures.join("directory-signature ");
        let parsed = parse_consensus(text.as_bytes(), &Limits::default())?;
        let valid = |signature| ConsensusSignature {
            is_verified: true,
            is_trusted: true,
            problem: None,
            ..signature
        };
        let facts = ConsensusFacts {
            bytes: text.len() as u64,
            signatures: unchecked_signatures(&parsed.document).into_iter().map(valid).collect(),
            ..ConsensusFacts::default()
        };
        Ok(summarize_consensus(&parsed.document, facts))
    }

    /// A signature in form, over nothing.
    fn sign_nothing(&self, round: &Round, voter: &Voter) -> String {
        let identity = self.authorities[voter.authority].identity;
        let term = self.term(voter.authority, self.simulation.clock.time(round.hour));
        let digest = self.signing_key(voter.authority, term).digest;
        format!("{identity} {digest}\n{}", object("SIGNATURE", &[0; 256]))
    }
}
