//! One state that follows rounds and looks as they come, and says which events to write.
//!
//! Rounds are judged in the order of their time. The newest one may be judged again when more of its
//! documents are at hand; an older one that is filled in later changes no event. Looks are kept for so
//! long as a verdict may need them.

use super::bandwidth::measured;
use super::round::missed_rounds;
use super::{Judgement, ProbeRound, Round, ScannerPast, Verdict, advance, judge_probes, judge_round, merge};
use crate::directory::state::Expectation;
use allium_consensus::voting_groups;
use allium_model::{
    AuthorityProbe, AuthorityRecord, ConsensusSummary, Event, EventKind, EventSubject, Fingerprint,
    ProbeOutcome, Severity, Timestamp, VoteBook,
};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Rounds for which looks and consensuses are remembered.
const REMEMBERED_ROUNDS: i64 = 6;

/// Authorities that must show an old consensus before it is said that there is no newer one.
const MIN_WITNESSES: usize = 2;

/// Rounds counted as missed at most.
const MAX_MISSED: usize = 10_000;

/// What is followed, and what lasts so far.
#[derive(Debug, Clone)]
pub struct Watch {
    trusted: Vec<(Fingerprint, String)>,
    scanners: BTreeSet<Fingerprint>,
    past: ScannerPast,
    interval_seconds: i64,
    /// The newest round that was judged.
    current: Option<Timestamp>,
    /// Its consensus, else the newest one before.
    newest: Option<Arc<ConsensusSummary>>,
    /// The consensus before that of the newest round.
    previous: Option<Arc<ConsensusSummary>>,
    /// Starts of validity of consensuses that are known to have been made, ascending.
    consensuses: Vec<Timestamp>,
    probes: Vec<AuthorityProbe>,
    open: Vec<Event>,
    /// What happened in the newest round and was written already.
    happened: Vec<Event>,
}

impl Watch {
    /// Begins with the events that last so far and the identities that are known to measure.
    /// `trusted` are the identities trusted now, with their nicknames.
    pub fn new(
        trusted: Vec<(Fingerprint, String)>,
        events: &[Event],
        scanners: BTreeSet<Fingerprint>,
    ) -> Self {
        Self {
            trusted,
            scanners,
            past: ScannerPast::default(),
            interval_seconds: 3600,
            current: None,
            newest: None,
            previous: None,
            consensuses: Vec::new(),
            probes: Vec::new(),
            open: events.iter().filter(|event| event.until.is_none()).cloned().collect(),
            happened: Vec::new(),
        }
    }

    /// Goes on after probes and a consensus that an earlier process had judged.
    pub fn resume(&mut self, consensus: Option<Arc<ConsensusSummary>>, probes: &[AuthorityProbe]) {
        self.probes = probes.to_vec();
        if let Some(consensus) = consensus {
            self.current = Some(consensus.valid_after);
            self.learn(&consensus);
            self.newest = Some(consensus);
        }
    }

    /// Goes on after rounds that history knows, with which scanners are compared.
    pub fn remember(&mut self, rounds: &[AuthorityRecord]) {
        self.past.remember(rounds);
    }

    /// From now on these are trusted: the list is dated, and a process outlives its entries.
    pub fn trust(&mut self, trusted: Vec<(Fingerprint, String)>) {
        self.trusted = trusted;
    }

    /// The events that last now.
    pub fn open(&self) -> &[Event] {
        &self.open
    }

    /// Judges a round: its consensus, or `None` when it is known that none was made, and the votes that are
    /// at hand. Answers with the events to write; none for a round that is older than the newest one.
    pub fn round(
        &mut self,
        valid_after: Timestamp,
        consensus: Option<Arc<ConsensusSummary>>,
        votes: &VoteBook,
    ) -> Vec<Event> {
        if self.current.is_some_and(|current| valid_after < current) {
            return Vec::new();
        }
        if self.current != Some(valid_after) {
            self.current = Some(valid_after);
            self.previous.clone_from(&self.newest);
            self.happened.clear();
        }
        // That we have no consensus is no fault when authorities serve one.
        let is_made = consensus.is_some() || self.consensuses.binary_search(&valid_after).is_ok();
        let missed = self.missed(valid_after, !is_made);
        let judgements = judge_round(&Round {
            valid_after,
            consensus: consensus.as_deref(),
            previous: self.previous.as_deref(),
            votes,
            trusted: &self.trusted,
            scanners: &self.scanners,
            past: &self.past,
            missed,
        });
        self.learn_scanners(valid_after, votes);
        if let Some(consensus) = consensus {
            self.learn(&consensus);
            self.newest = Some(consensus);
        }
        self.write(&judgements)
    }

    /// Judges looks at authorities, all of one moment. Answers with the events to write.
    pub fn look(&mut self, probes: &[AuthorityProbe]) -> Vec<Event> {
        let Some(at) = probes.iter().map(|probe| probe.at).max() else { return Vec::new() };
        for served in probes.iter().filter_map(|probe| probe.consensus_valid_after) {
            self.know(served);
        }
        self.probes.extend_from_slice(probes);
        self.forget(at);
        let mut judgements: Vec<Judgement> = Vec::new();
        for (identity, name) in &self.trusted {
            let own: Vec<AuthorityProbe> =
                self.probes.iter().filter(|probe| probe.identity == *identity).cloned().collect();
            let expectation = self.expectation();
            let round = ProbeRound { identity: *identity, name, probes: &own, expectation };
            judgements.extend(judge_probes(&round));
        }
        judgements.extend(self.judge_served(probes, at));
        judgements.extend(self.judge_apart(probes));
        self.write(&judgements)
    }

    /// What a sound authority shows.
    pub fn expectation(&self) -> Expectation<'_> {
        Expectation { consensuses: &self.consensuses, interval_seconds: self.interval_seconds }
    }

    /// Whether the consensus of the current round is served: by one authority is enough, and that it is not
    /// needs more than one witness.
    fn judge_served(&self, probes: &[AuthorityProbe], at: Timestamp) -> Option<Judgement> {
        let newest = *self.consensuses.last()?;
        let missed = missed_rounds(newest, self.interval_seconds, at, MAX_MISSED);
        let (kind, subject) = (EventKind::ConsensusMissing, EventSubject::Network);
        let Some(first) = missed.first() else {
            // A look that was made before a round was due says nothing of it, where documents do already.
            let is_behind = self.current.is_some_and(|current| current > newest);
            let clear = Judgement { kind, subject, since: newest, verdict: Verdict::Clear };
            return (!is_behind).then_some(clear);
        };
        let witnesses = probes
            .iter()
            .filter(|probe| probe.outcome == ProbeOutcome::Answered && probe.consensus_valid_after.is_some());
        if witnesses.count() < MIN_WITNESSES {
            return None;
        }
        let verdict = consensus_missing(missed.len(), missed.last().copied().unwrap_or(*first));
        Some(Judgement { kind, subject, since: *first, verdict })
    }

    /// Whether the consensuses of the newest round that authorities serve count votes in common.
    fn judge_apart(&self, probes: &[AuthorityProbe]) -> Option<Judgement> {
        let newest = probes.iter().filter_map(|probe| probe.consensus_valid_after).max()?;
        let of_round = probes.iter().filter(|probe| probe.consensus_valid_after == Some(newest));
        let groups = voting_groups(of_round.map(|probe| probe.voters.as_slice()));
        let name = |identity: &Fingerprint| {
            let known = self.trusted.iter().find(|(trusted, _)| trusted == identity);
            known.map_or_else(|| identity.to_string(), |(_, name)| name.clone())
        };
        let names: Vec<String> =
            groups.iter().map(|group| group.voters.iter().map(name).collect::<Vec<_>>().join(", ")).collect();
        let verdict = match names.len() {
            0 => return None,
            1 => Verdict::Clear,
            _ => Verdict::Holds {
                severity: Severity::Critical,
                evidence: format!("groups that count no vote of each other: {}", names.join("; ")),
            },
        };
        let (kind, subject) = (EventKind::AuthoritiesApart, EventSubject::Network);
        Some(Judgement { kind, subject, since: newest, verdict })
    }

    fn missed(&self, valid_after: Timestamp, is_missing: bool) -> u32 {
        if !is_missing {
            return 0;
        }
        let newest = self.consensuses.last().copied();
        let rounds = newest.map_or(1, |newest| valid_after.seconds_since(newest) / self.interval_seconds);
        u32::try_from(rounds).unwrap_or_default().max(1)
    }

    fn learn(&mut self, consensus: &ConsensusSummary) {
        self.know(consensus.valid_after);
        let interval = consensus.fresh_until.seconds_since(consensus.valid_after);
        if (1..=86_400).contains(&interval) {
            self.interval_seconds = interval;
        }
    }

    fn learn_scanners(&mut self, valid_after: Timestamp, votes: &VoteBook) {
        let of_round = votes.authorities().iter().enumerate();
        for (column, vote) in of_round.filter(|(_, vote)| vote.valid_after == valid_after) {
            if let Some(measured) = measured(votes, column) {
                self.scanners.insert(vote.identity);
                self.past.note(vote.identity, valid_after, measured);
            }
        }
    }

    fn know(&mut self, valid_after: Timestamp) {
        if let Err(place) = self.consensuses.binary_search(&valid_after) {
            self.consensuses.insert(place, valid_after);
        }
    }

    fn forget(&mut self, now: Timestamp) {
        let oldest = now.plus_seconds(-REMEMBERED_ROUNDS * self.interval_seconds);
        self.probes.retain(|probe| probe.at >= oldest);
        // The newest consensus stays, however old it is.
        let keep = self.consensuses.len().saturating_sub(1);
        let old = self.consensuses[..keep].partition_point(|valid_after| *valid_after < oldest);
        self.consensuses.drain(..old);
    }

    fn write(&mut self, judgements: &[Judgement]) -> Vec<Event> {
        let mut written = advance(&self.open, judgements);
        written.retain(|event| !self.happened.contains(event));
        merge(&mut self.open, written.clone());
        let (lasting, over) = std::mem::take(&mut self.open).into_iter().partition(|it| it.until.is_none());
        self.open = lasting;
        self.happened.extend::<Vec<Event>>(over);
        written
    }
}

/// That no consensus was made in so many rounds, the last one named.
pub(super) fn consensus_missing(missed: usize, last: Timestamp) -> Verdict {
    let (severity, evidence) = match missed {
        0 | 1 => (Severity::Notice, format!("no consensus was made for {last}")),
        2 => (Severity::Warning, format!("no consensus was made in 2 rounds, the last {last}")),
        _ => (Severity::Critical, format!("no consensus was made in {missed} rounds, the last {last}")),
    };
    Verdict::Holds { severity, evidence }
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{NOW, Scene, identity};
    use super::*;

    fn watch() -> Watch {
        let trusted =
            ["alder", "birch", "cedar", "douglas", "elm"].map(|name| (identity(name), name.to_owned()));
        let mut watch = Watch::new(trusted.into(), &[], BTreeSet::new());
        watch.resume(Scene::sound().consensus.map(Arc::new), &[]);
        watch
    }

    /// A look at three authorities which all serve the consensus of `served` and vote for the current round.
    fn look(minutes: i64, served: Timestamp) -> Vec<AuthorityProbe> {
        let at = NOW.plus_seconds(minutes * 60);
        let round = Timestamp((at.0 - 360) - (at.0 - 360).rem_euclid(3600));
        let probe = |name| AuthorityProbe {
            identity: identity(name),
            at,
            outcome: ProbeOutcome::Answered,
            connect_ms: Some(1),
            answer_ms: Some(2),
            consensus_valid_after: Some(served),
            vote_valid_after: Some(round),
            clock_skew_seconds: Some(0),
            voters: ["alder", "birch", "cedar", "douglas", "elm"].map(identity).into(),
            problem: None,
        };
        ["alder", "birch", "cedar"].map(probe).into()
    }

    fn kinds(events: &[Event]) -> Vec<EventKind> {
        events.iter().map(|event| event.kind).collect()
    }

    #[test]
    fn a_sound_hour_writes_nothing() {
        let mut watch = watch();
        for minutes in (0..60).step_by(5) {
            assert_eq!(watch.look(&look(minutes, NOW)), []);
        }
        assert_eq!(watch.open(), []);
    }

    #[test]
    fn a_consensus_that_nobody_serves_is_missing_and_nobody_is_blamed() {
        let mut watch = watch();
        let mut written = Vec::new();
        for minutes in (0..=200).step_by(5) {
            written.extend(watch.look(&look(minutes, NOW)));
        }
        assert!(written.iter().all(|event| event.kind == EventKind::ConsensusMissing), "{written:?}");
        assert_eq!(watch.open()[0].from, NOW.plus_seconds(3600));
        assert_eq!(watch.open()[0].severity, Severity::Critical);
        let made = NOW.plus_seconds(4 * 3600);
        let closed = watch.look(&look(250, made));
        assert_eq!((kinds(&closed), closed[0].until), (vec![EventKind::ConsensusMissing], Some(made)));
        assert_eq!(watch.open(), []);
    }

    #[test]
    fn a_consensus_that_is_served_and_not_at_hand_is_not_missing() {
        let mut watch = watch();
        let next = NOW.plus_seconds(3600);
        watch.look(&look(70, next));
        assert_eq!(watch.round(next, None, &VoteBook::default()), []);
        assert_eq!(watch.open(), []);
    }

    #[test]
    fn authorities_that_count_no_common_vote_are_apart() {
        let mut watch = watch();
        let mut probes = look(5, NOW);
        for probe in &mut probes[..2] {
            probe.voters = vec![identity("alder"), identity("birch")];
        }
        probes[2].voters = vec![identity("cedar"), identity("douglas"), identity("elm")];
        let events = watch.look(&probes);
        assert_eq!(kinds(&events), [EventKind::AuthoritiesApart]);
        assert_eq!(
            events[0].evidence,
            "groups that count no vote of each other: cedar, douglas, elm; alder, birch"
        );
        // Those whose list could not be read say nothing.
        for probe in &mut probes {
            probe.voters.clear();
        }
        assert_eq!(watch.look(&probes), []);
        let closed = watch.look(&look(15, NOW));
        assert_eq!((kinds(&closed), watch.open().len()), (vec![EventKind::AuthoritiesApart], 0));
    }

    #[test]
    fn a_new_list_of_trust_holds_from_the_next_round_on() {
        let mut watch = watch();
        watch.trust(vec![(identity("alder"), "alder".into())]);
        let mut probes = look(5, NOW);
        for probe in &mut probes[1..] {
            (probe.outcome, probe.consensus_valid_after) = (ProbeOutcome::Refused, None);
        }
        assert_eq!(watch.look(&probes), [], "nobody misses those who are trusted no more");
    }

    #[test]
    fn one_witness_is_not_enough() {
        let mut watch = watch();
        let mut probes = look(70, NOW);
        for probe in &mut probes[1..] {
            probe.outcome = ProbeOutcome::Refused;
            probe.consensus_valid_after = None;
        }
        assert_eq!(watch.look(&probes), []);
    }

    #[test]
    fn looks_and_documents_speak_of_the_same_missing_consensus() {
        let mut watch = watch();
        assert_eq!(kinds(&watch.look(&look(70, NOW))), [EventKind::ConsensusMissing]);
        let missing = watch.round(NOW.plus_seconds(3600), None, &VoteBook::default());
        assert_eq!(missing, []);
        assert_eq!(watch.open().len(), 1);
        // One that began before the round was due comes late, and takes nothing back.
        assert_eq!(watch.look(&look(65, NOW)), []);
        let mut next = Scene::sound().consensus.unwrap();
        next.valid_after = NOW.plus_seconds(2 * 3600);
        next.fresh_until = NOW.plus_seconds(3 * 3600);
        let closed = watch.round(next.valid_after, Some(Arc::new(next)), &VoteBook::default());
        assert_eq!(kinds(&closed), [EventKind::ConsensusMissing]);
        assert_eq!(watch.open(), []);
    }

    #[test]
    fn a_round_is_judged_again_when_its_votes_come_and_not_after_a_later_one() {
        let mut watch = watch();
        let mut scene = Scene::sound();
        scene.skew("birch", 10);
        let (consensus, votes) = (scene.consensus.map(Arc::new), VoteBook::new(scene.votes));
        assert_eq!(watch.round(NOW, consensus.clone(), &VoteBook::default()), []);
        assert_eq!(kinds(&watch.round(NOW, consensus.clone(), &votes)), [EventKind::ScannerSkewed]);
        assert_eq!(watch.round(NOW, consensus, &votes), []);
        let older = watch.round(NOW.plus_seconds(-3600), None, &VoteBook::default());
        assert_eq!((older.len(), watch.open().len()), (0, 1));
    }

    #[test]
    fn a_scanner_is_compared_with_what_history_knows_and_with_what_came_since() {
        let record = |hour: i64| AuthorityRecord {
            identity: identity("birch"),
            valid_after: NOW.plus_seconds((hour - 40) * 3600),
            is_counted: Some(true),
            is_signed: Some(true),
            is_vote_seen: Some(true),
            relays: Some(6),
            running_relays: Some(6),
            measured_relays: Some(6),
            measured_sum_kilobytes_per_second: Some(2100),
            bandwidth_file_age_seconds: None,
            has_bandwidth_file: Some(true),
            agreement_ratio: None,
            certificate_expires: None,
        };
        let mut watch = watch();
        watch.remember(&(0..23).map(record).collect::<Vec<_>>());
        let mut rounds = (0..2).map(|hour| {
            let mut scene = Scene::sound();
            let valid_after = NOW.plus_seconds(hour * 3600);
            for (vote, _) in &mut scene.votes {
                vote.valid_after = valid_after;
            }
            // Everybody measures three times as much at once, so nobody is off the others.
            for name in ["alder", "birch", "cedar", "douglas", "elm"].into_iter().filter(|_| hour == 1) {
                scene.skew(name, 3);
            }
            let mut consensus = scene.consensus.unwrap();
            consensus.valid_after = valid_after;
            watch.round(valid_after, Some(Arc::new(consensus)), &VoteBook::new(scene.votes))
        });
        assert_eq!(rounds.next(), Some(Vec::new()));
        let written = rounds.next().unwrap();
        assert_eq!(kinds(&written), [EventKind::ScannerSkewed]);
        assert_eq!(written[0].subject, EventSubject::Authority(identity("birch")));
    }

    #[test]
    fn what_was_open_before_a_restart_is_closed_after_it() {
        let mut before = watch();
        let mut gone = look(5, NOW);
        gone[0].outcome = ProbeOutcome::Refused;
        let mut again = look(10, NOW);
        again[0].outcome = ProbeOutcome::Refused;
        before.look(&gone);
        assert_eq!(kinds(&before.look(&again)), [EventKind::AuthorityOffline]);
        let mut after = Watch::new(before.trusted.clone(), before.open(), BTreeSet::new());
        after.resume(Scene::sound().consensus.map(Arc::new), &[]);
        let closed = after.look(&look(15, NOW));
        assert_eq!(kinds(&closed), [EventKind::AuthorityOffline]);
        assert!(closed[0].until.is_some());
    }
}
