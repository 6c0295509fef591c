//! The newest round and what is remembered, brought forward by one round after the other.

use super::complete::complete;
use super::details::{FirstSeen, details_of};
use super::kept::KeptDocuments;
use super::newest::{Newer, Place};
use super::past::Past;
use super::published::Published;
use super::round::RoundBytes;
use super::verify::{Believed, Refusal, Verifier, VoteParts};
use super::watching::Watching;
use crate::network_record;
use crate::stopwatch::moment;
use allium_analysis::Snapshot;
use allium_consensus::{
    RoundFacts, TrustedAuthorities, authority_records, compare_flavors, hour_record, sha256,
};
use allium_documents::Limits;
use allium_model::{
    AuthorityProbe, ConsensusSummary, Fingerprint, HourRecord, Network, Timestamp, VoteBook, VoteSummary,
};
use allium_store::{Appended, StoreError};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Instant;

/// Rounds whose votes are kept whole.
const KEPT_ROUNDS: usize = 2;

/// Problems that are kept of one pass.
const MAX_PROBLEMS: usize = 20;

/// What became of a round.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Took {
    /// A consensus came into the past.
    Consensus(Timestamp),
    /// Only votes or certificates were of use.
    Other,
    /// Nothing was.
    Nothing,
}

/// Everything about the authorities that is in use.
#[derive(Debug)]
pub struct DirectoryState {
    pub(super) verifier: Verifier,
    pub(super) past: Past,
    pub(super) newer: Newer,
    pub(super) kept: Option<KeptDocuments>,
    /// Bandwidth files and extra-infos.
    pub(super) published: Published,
    /// Whether a signature of a trusted authority could not be checked for lack of a certificate.
    lacks_certificates: bool,
    /// What a consensus does not say of its relays.
    snapshot: Option<Arc<Snapshot>>,
    pub(super) votes: BTreeMap<Timestamp, BTreeMap<Fingerprint, VoteParts>>,
    watching: Watching,
    /// Where no Onionoo is asked: a details document of the newest consensus, until it is taken.
    details: Option<Details>,
    /// When the documents of a new consensus were at hand, until it is taken.
    arrived: Option<Instant>,
    problems: Vec<String>,
}

#[derive(Debug, Default)]
struct Details {
    first_seen: FirstSeen,
    newest: Option<Vec<u8>>,
}

impl DirectoryState {
    /// Nothing is known yet but what the past holds.
    pub fn new(trusted: TrustedAuthorities, limits: Limits, past: Past) -> Self {
        Self {
            verifier: Verifier::new(trusted, limits),
            past,
            newer: Newer::default(),
            kept: None,
            published: Published::default(),
            lacks_certificates: false,
            snapshot: None,
            votes: BTreeMap::new(),
            watching: Watching::default(),
            details: None,
            arrived: None,
            problems: Vec::new(),
        }
    }

    /// The same, which makes a details document of each new consensus.
    #[must_use]
    pub fn with_details(mut self) -> Self {
        self.details = Some(Details::default());
        self
    }

    /// The same, which keeps documents on disk.
    #[must_use]
    pub fn with_kept(mut self, kept: Option<KeptDocuments>) -> Self {
        self.kept = kept;
        self
    }

    /// From now on consensuses are completed by what this snapshot knows of their relays.
    pub fn know(&mut self, snapshot: Arc<Snapshot>) {
        self.snapshot = Some(snapshot);
    }

    /// The details document of the newest consensus, unless it was taken before.
    pub fn take_details(&mut self) -> Option<Vec<u8>> {
        self.details.as_mut()?.newest.take()
    }

    /// When the documents of the newest consensus were at hand, unless that was taken before.
    pub fn take_arrival(&mut self) -> Option<Instant> {
        self.arrived.take()
    }

    /// Who is trusted.
    pub fn trusted(&self) -> &TrustedAuthorities {
        self.verifier.trusted()
    }

    /// What is remembered.
    pub fn past(&self) -> &Past {
        &self.past
    }

    /// Whether certificates are to be asked for: none is known, or a signature could not be checked.
    pub fn lacks_certificates(&self) -> bool {
        self.lacks_certificates || !self.verifier.has_certificates()
    }

    /// The newest consensus that was believed.
    pub fn consensus(&self) -> Option<&Arc<ConsensusSummary>> {
        self.newer.consensus()
    }

    /// Whether the consensus before the newest is known.
    pub fn has_previous(&self) -> bool {
        self.newer.previous.is_some()
    }

    /// How much of a document is read.
    pub(super) fn limits(&self) -> &Limits {
        self.verifier.limits()
    }

    /// The verified votes of the newest round that has any.
    pub(super) fn newest_votes(&self) -> impl Iterator<Item = &VoteSummary> {
        self.votes.values().next_back().into_iter().flat_map(BTreeMap::values).map(|(summary, _)| summary)
    }

    /// What was wrong with documents since this was last asked.
    pub fn take_problems(&mut self) -> Vec<String> {
        std::mem::take(&mut self.problems)
    }

    pub(super) fn note(&mut self, problem: impl Into<String>) {
        let problem = problem.into();
        tracing::warn!("{problem}");
        if self.problems.len() < MAX_PROBLEMS {
            self.problems.push(problem);
        }
    }

    /// Takes in what is at hand of a round. Documents that are not believed are noted and go no further.
    ///
    /// # Errors
    /// When the past cannot take it in; then it should be offered again.
    pub async fn take(&mut self, round: &RoundBytes, now: Timestamp) -> Result<Took, StoreError> {
        let arrived = moment();
        let verified = tokio::task::block_in_place(|| self.verify_side(round, now));
        let mut took = if verified > 0 { Took::Other } else { Took::Nothing };
        let believed = tokio::task::block_in_place(|| self.believed(round, now));
        if !round.is_without_consensus() {
            self.lacks_certificates = believed.lacks_certificates;
        }
        for refusal in believed.refusals {
            self.note(refusal);
        }
        if let Some(consensus) = believed.consensus {
            let valid_after = consensus.summary.valid_after;
            self.take_consensus(consensus).await?;
            self.arrived = Some(arrived);
            took = Took::Consensus(valid_after);
        } else if verified > 0 {
            self.put_newest_authorities().await?;
        }
        self.judge_failed_rounds(now).await?;
        Ok(took)
    }

    /// Certificates and votes; how many were of use.
    fn verify_side(&mut self, round: &RoundBytes, now: Timestamp) -> usize {
        let mut used = 0;
        let known = self.verifier.certificates();
        for bytes in &round.certificates {
            match self.verifier.add_certificates(bytes) {
                Ok(added) => used += added,
                Err(refusal) => self.note(refusal.to_string()),
            }
        }
        for bytes in &round.votes {
            match self.verifier.vote(bytes, now) {
                Ok(parts) => {
                    used += 1;
                    self.keep_vote(parts);
                }
                Err(refusal) => self.note(refusal.to_string()),
            }
        }
        if let Some(kept) = self.kept.as_ref().filter(|_| self.verifier.certificates() > known) {
            kept.keep_certificates(&self.verifier.certificate_texts(now));
        }
        used
    }

    fn keep_vote(&mut self, parts: VoteParts) {
        let (valid_after, identity) = (parts.0.valid_after, parts.0.identity);
        self.votes.entry(valid_after).or_default().insert(identity, parts);
        while self.votes.len() > KEPT_ROUNDS {
            self.votes.pop_first();
        }
    }

    /// The consensus of a round: of the ns flavour, else of the other, with what is wrong with either.
    fn believed<'b>(&self, round: &'b RoundBytes, now: Timestamp) -> Offered<'b> {
        let (mut refusals, mut lacks_certificates) = (Vec::new(), false);
        let mut check = |bytes: &'b Option<Vec<u8>>| -> Option<Believed<'b>> {
            let result = self.verifier.consensus(bytes.as_deref()?, now);
            lacks_certificates |= match &result {
                Ok(believed) => believed.lacks_certificates,
                Err(refusal) => refusal.lacks_certificates(),
            };
            result.map_err(|refusal: Refusal| refusals.push(refusal.to_string())).ok()
        };
        let (ns, microdesc) = (check(&round.consensus), check(&round.microdesc));
        if let (Some(ns), Some(microdesc)) = (&ns, &microdesc)
            && ns.summary.valid_after == microdesc.summary.valid_after
        {
            let differences = compare_flavors(&ns.consensus, &microdesc.consensus);
            refusals.extend(differences.first().map(|first| {
                let (count, time) = (differences.len(), ns.summary.valid_after);
                format!("the two consensuses of {time} differ in {count} places: {first}")
            }));
        }
        let is_newer = |ns: &Believed<'_>| {
            microdesc.as_ref().is_none_or(|other| ns.summary.valid_after >= other.summary.valid_after)
        };
        let consensus = if ns.as_ref().is_some_and(is_newer) { ns } else { microdesc };
        refusals.extend(consensus.iter().flat_map(|consensus| consensus.problems.iter().cloned()));
        Offered { consensus, refusals, lacks_certificates }
    }

    async fn take_consensus(&mut self, believed: Believed<'_>) -> Result<(), StoreError> {
        let valid_after = believed.summary.valid_after;
        let snapshot = self.snapshot.clone();
        let network = snapshot.as_ref().map(|snapshot| &snapshot.network);
        let record = tokio::task::block_in_place(|| self.record(&believed, network));
        let appended = self.past.append(&record).await?;
        if appended == Appended::Known {
            self.past.put_authorities(&record.authorities).await?;
        }
        tracing::info!(%valid_after, relays = believed.summary.relays, ?appended, "a consensus was taken in");
        match self.newer.place(valid_after) {
            Place::Newest => {
                tokio::task::block_in_place(|| {
                    self.bring_forward(&believed);
                    self.kept.iter().for_each(|kept| kept.keep_newest(believed.bytes));
                });
                self.judge_round(valid_after).await?;
            }
            Place::Resumed => {
                self.newer.set_resumed(false);
                self.judge_round(valid_after).await?;
            }
            Place::Before => tokio::task::block_in_place(|| {
                self.newer.put_previous(&believed);
                self.kept.iter().for_each(|kept| kept.keep_before(believed.bytes));
            }),
            Place::Past => {}
        }
        Ok(())
    }

    fn record<'b>(&self, believed: &Believed<'b>, network: Option<&'b Network>) -> HourRecord<'b> {
        let valid_after = believed.summary.valid_after;
        let flags = believed.flags();
        let votes = self.book(valid_after);
        let expected: Vec<Fingerprint> =
            self.trusted().trusted_at(valid_after).map(|entry| entry.identity).collect();
        let authorities = authority_records(RoundFacts {
            valid_after,
            consensus: Some(&believed.summary),
            flags: &flags,
            votes: votes.as_ref(),
            expected: &expected,
        });
        let mut record = hour_record(&believed.consensus, believed.signatures, authorities);
        if let Some(network) = network {
            complete(&mut record, network);
        }
        record
    }

    pub(super) fn bring_forward(&mut self, believed: &Believed<'_>) {
        self.newer.bring_forward(believed);
        if let Some(details) = &mut self.details {
            details.newest = Some(details_of(&believed.consensus, &mut details.first_seen));
        }
    }

    /// Faults that the newest round shows go into the past.
    async fn judge_round(&mut self, valid_after: Timestamp) -> Result<(), StoreError> {
        let consensus = self.consensus().filter(|newest| newest.valid_after == valid_after).cloned();
        let votes = self.book(valid_after).unwrap_or_default();
        let trusted = self.verifier.trusted();
        let watch = self.watching.open(trusted, valid_after, &self.past).await?;
        let events = watch.round(valid_after, consensus, &votes);
        self.past.put_events(&events).await
    }

    /// Rounds after the newest consensus with votes and without a consensus, once one was due.
    async fn judge_failed_rounds(&mut self, now: Timestamp) -> Result<(), StoreError> {
        let Some(newest) = self.consensus().cloned() else { return Ok(()) };
        let length = newest.fresh_until.seconds_since(newest.valid_after).max(1);
        let due = now.plus_seconds(-length / 10);
        let rounds = self.votes.keys().copied();
        let failed: Vec<Timestamp> =
            rounds.filter(|round| newest.valid_after < *round && *round <= due).collect();
        for valid_after in failed {
            let expected: Vec<Fingerprint> =
                self.trusted().trusted_at(valid_after).map(|entry| entry.identity).collect();
            let votes = self.book(valid_after);
            let facts = RoundFacts {
                valid_after,
                consensus: None,
                flags: &[],
                votes: votes.as_ref(),
                expected: &expected,
            };
            self.past.put_authorities(&authority_records(facts)).await?;
            self.judge_round(valid_after).await?;
        }
        Ok(())
    }

    /// Votes that came after their consensus change what is known of their authorities.
    async fn put_newest_authorities(&mut self) -> Result<(), StoreError> {
        let Some(newest) = self.newer.newest.clone() else { return Ok(()) };
        let valid_after = newest.summary.valid_after;
        let Some(votes) = self.book(valid_after) else { return Ok(()) };
        let expected: Vec<Fingerprint> =
            self.trusted().trusted_at(valid_after).map(|entry| entry.identity).collect();
        let records = authority_records(RoundFacts {
            valid_after,
            consensus: Some(&newest.summary),
            flags: &newest.flags,
            votes: Some(&votes),
            expected: &expected,
        });
        self.past.put_authorities(&records).await
    }

    /// The votes for a round; `None` when there are none.
    pub(super) fn book(&self, valid_after: Timestamp) -> Option<VoteBook> {
        let votes = self.votes.get(&valid_after)?;
        Some(VoteBook::new(votes.values().cloned().collect()))
    }

    /// Takes in a snapshot where nobody brings documents of the authorities.
    ///
    /// # Errors
    /// When the past cannot take it in.
    pub async fn remember(&mut self, network: &Network) -> Result<Appended, StoreError> {
        // Nobody signs snapshots: of two of one time the first counts.
        let digest = sha256(&network.published().0.to_be_bytes());
        let record = tokio::task::block_in_place(|| network_record::record(network, digest));
        self.past.append(&record).await
    }

    /// Takes in own probes.
    pub async fn take_probes(&mut self, probes: &[AuthorityProbe]) -> Result<(), StoreError> {
        self.past.put_probes(probes).await?;
        let Some(at) = probes.iter().map(|probe| probe.at).max() else { return Ok(()) };
        let watch = self.watching.open(self.verifier.trusted(), at, &self.past).await?;
        let events = watch.look(probes);
        self.past.put_events(&events).await
    }
}

/// What a round offered.
struct Offered<'b> {
    consensus: Option<Believed<'b>>,
    refusals: Vec<String>,
    lacks_certificates: bool,
}
