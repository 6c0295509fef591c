//! Votes of the past: what they say of their authorities is added to the rows of the round.
//!
//! The votes of a round stand together in folders and archives. They are held until one of another round comes, and
//! compared with the flags that the history has of the hour then. Only those rows are written; a vote adds no relay.

use super::intake::{Intake, MAX_AHEAD_SECONDS, base_name};
use crate::failure::Failure;
use allium_consensus::{
    RoundFacts, VoteFacts, agreement_ratio, authority_records, sha256, summarize_vote, verify_vote,
};
use allium_documents::dirspec::parse_vote;
use allium_model::{
    AuthorityRecord, Fingerprint, FlagSet, TimeRange, Timestamp, VoteBook, VoteEntry, VoteSummary,
};
use allium_store::SeenDocument;
use std::collections::BTreeMap;

/// Votes of one round.
#[derive(Debug, Default)]
pub(super) struct VotesOfRound {
    valid_after: Option<Timestamp>,
    votes: BTreeMap<Fingerprint, (VoteSummary, Vec<(Fingerprint, VoteEntry)>)>,
    seen: Vec<SeenDocument>,
}

/// Votes of one round at most; tor has never had more than a dozen authorities.
const MAX_VOTES: usize = 64;

impl Intake<'_> {
    /// Takes a vote in, when it is signed by the trusted authority that it is of.
    pub(super) fn take_vote(&mut self, name: &str, plain: &[u8]) -> Result<(), Failure> {
        let digest = sha256(plain);
        if self.is_seen(&digest)? {
            return Ok(());
        }
        let parsed = match parse_vote(plain, &self.limits) {
            Ok(parsed) => parsed,
            Err(error) => {
                self.refuse(name, &error.to_string());
                return Ok(());
            }
        };
        let vote = &parsed.document;
        let valid_after = vote.header.valid_after;
        if valid_after.seconds_since(self.now) > MAX_AHEAD_SECONDS + 3600 {
            self.refuse(name, &format!("it is for {valid_after}, which is to come"));
            return Ok(());
        }
        let verification = verify_vote(plain, vote, &mut self.certificates, &self.trusted);
        if !verification.is_believed {
            let reason = verification.problems.first().map_or("its signature does not hold", String::as_str);
            self.refuse(name, &format!("the vote is not signed by a trusted authority: {reason}"));
            return Ok(());
        }
        self.warn(name, &parsed.warnings, &verification.problems);
        let parts = summarize_vote(vote, VoteFacts { bytes: plain.len() as u64, is_verified: true });
        if self.round.valid_after != Some(valid_after) || self.round.votes.len() >= MAX_VOTES {
            self.put_votes()?;
            self.round.valid_after = Some(valid_after);
        }
        self.round.votes.insert(parts.0.identity, parts);
        let (kind, name) = ("vote".to_owned(), base_name(name).to_owned());
        self.round.seen.push(SeenDocument { digest, kind, valid_after, name });
        Ok(())
    }

    /// Writes what the votes that are held say of their authorities.
    pub(super) fn put_votes(&mut self) -> Result<(), Failure> {
        let VotesOfRound { valid_after, votes, seen } = std::mem::take(&mut self.round);
        let Some(valid_after) = valid_after else { return Ok(()) };
        let range = TimeRange { from: valid_after, until: valid_after.plus_seconds(1) };
        let known = self.place.wait(self.store.authorities(range))?;
        let relays = self.place.wait(self.store.relays_at(valid_after))?.unwrap_or_default();
        let flags: Vec<(Fingerprint, FlagSet)> =
            relays.into_iter().map(|relay| (relay.fingerprint, relay.flags)).collect();
        let book = VoteBook::new(votes.into_values().collect());
        let expected: Vec<Fingerprint> =
            self.trusted.trusted_at(valid_after).map(|entry| entry.identity).collect();
        let records = records(valid_after, &book, &expected, &flags, &known);
        self.place.wait(self.store.put_authorities(&records))?;
        self.report.votes += book.authorities().len() as u64;
        // What could not be compared is read once more when its consensus is there.
        if flags.is_empty() { Ok(()) } else { self.see(seen) }
    }
}

/// What the votes add to the rows of a round; a vote that was seen before stays seen.
fn records(
    valid_after: Timestamp,
    book: &VoteBook,
    expected: &[Fingerprint],
    flags: &[(Fingerprint, FlagSet)],
    known: &[AuthorityRecord],
) -> Vec<AuthorityRecord> {
    let facts = RoundFacts { valid_after, consensus: None, flags: &[], votes: Some(book), expected };
    let mut records = authority_records(facts);
    for record in &mut records {
        let column = book.authorities().iter().position(|vote| vote.identity == record.identity);
        record.agreement_ratio =
            column.filter(|_| !flags.is_empty()).and_then(|column| agreement_ratio(book, column, flags));
        let was_seen =
            known.iter().any(|row| row.identity == record.identity && row.is_vote_seen == Some(true));
        record.is_vote_seen = record.is_vote_seen.map(|is_seen| is_seen || was_seen);
    }
    records
}
