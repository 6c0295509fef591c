//! Faults that the documents of one voting round show.

use super::bandwidth::{judge_bandwidth_file, judge_scanner};
use super::changes::judge_changes;
use super::{Judgement, ScannerPast, Verdict, watch};
use crate::directory::state::settling_seconds;
use allium_consensus::SignatureProblem;
use allium_model::{
    ConsensusSignature, ConsensusSummary, EventKind, EventSubject, Fingerprint, Severity, Timestamp,
    VoteBook, VoteSummary,
};
use std::collections::BTreeSet;

/// Days before its end at which a certificate is worth a notice, a warning, and getting up for.
const CERTIFICATE_DAYS: [(i64, Severity); 3] =
    [(7, Severity::Critical), (14, Severity::Warning), (21, Severity::Notice)];

/// What a summary says of signatures that nobody checked.
const UNCHECKED: &str = "the signature was not checked";

/// What is at hand of one voting round.
#[derive(Debug, Clone, Copy)]
pub struct Round<'a> {
    /// When its consensus becomes valid.
    pub valid_after: Timestamp,
    /// Its consensus; `None` when none is at hand.
    pub consensus: Option<&'a ConsensusSummary>,
    /// The newest consensus before.
    pub previous: Option<&'a ConsensusSummary>,
    /// The votes of the round that are at hand; other votes are ignored.
    pub votes: &'a VoteBook,
    /// Identities that are trusted at the time of the round, with their nicknames.
    pub trusted: &'a [(Fingerprint, String)],
    /// Identities that have measured before. What an authority never did is no fault.
    pub scanners: &'a BTreeSet<Fingerprint>,
    /// What each scanner measured before.
    pub past: &'a ScannerPast,
    /// Rounds in succession without consensus, this one included; 0 when one was made, at hand or not.
    pub missed: u32,
}

impl<'a> Round<'a> {
    /// The vote of an authority for this round.
    pub(super) fn vote(&self, identity: Fingerprint) -> Option<(usize, &'a VoteSummary)> {
        let mut votes = self.votes.authorities().iter().enumerate();
        votes.find(|(_, vote)| vote.identity == identity && vote.valid_after == self.valid_after)
    }

    fn has_votes(&self) -> bool {
        self.votes.authorities().iter().any(|vote| vote.valid_after == self.valid_after)
    }

    /// How an authority is named: as the trusted list does, else by its identity.
    pub(super) fn name(&self, identity: Fingerprint) -> String {
        let trusted = self.trusted.iter().find(|(trusted, _)| *trusted == identity);
        trusted.map_or_else(|| identity.to_string(), |(_, nickname)| nickname.clone())
    }

    /// Whether the consensus counts a vote of this identity.
    fn is_counted(&self, identity: Fingerprint) -> bool {
        let mut listed = self.consensus.into_iter().flat_map(|consensus| &consensus.authorities);
        listed.any(|listed| listed.identity == identity && listed.vote_digest.is_some())
    }

    /// Around a change of keys two identities of one authority are trusted, and one of them takes part.
    fn takes_part_as_another(&self, identity: Fingerprint, nickname: &str) -> bool {
        let mut others = self.trusted.iter().filter(|(other, name)| *other != identity && name == nickname);
        others.any(|(other, _)| self.is_counted(*other) || self.vote(*other).is_some())
            && !self.is_counted(identity)
    }

    /// Authorities that are trusted; the identities of one nickname are one.
    fn trusted_authorities(&self) -> usize {
        self.trusted.iter().map(|(_, nickname)| nickname).collect::<BTreeSet<_>>().len()
    }

    pub(super) fn judgement(&self, kind: EventKind, subject: EventSubject, verdict: Verdict) -> Judgement {
        Judgement { kind, subject, since: self.valid_after, verdict }
    }
}

/// A verdict that holds when there is evidence, and is clear without.
pub(super) fn verdict(severity: Severity, evidence: Option<String>) -> Verdict {
    evidence.map_or(Verdict::Clear, |evidence| Verdict::Holds { severity, evidence })
}

/// What the documents of a round tell.
pub fn judge_round(round: &Round<'_>) -> Vec<Judgement> {
    let mut judgements = vec![consensus_missing(round)];
    if let Some(consensus) = round.consensus {
        judgements.extend(majority_missing(round, consensus));
        judgements.push(list_changed(round, consensus));
        judgements.extend(shared_random_missing(round, consensus));
        judgements.extend(judge_changes(round, consensus));
    }
    for (identity, nickname) in round.trusted {
        if !round.takes_part_as_another(*identity, nickname) {
            judgements.extend(judge_authority(round, *identity));
        }
    }
    judgements
}

fn judge_authority(round: &Round<'_>, identity: Fingerprint) -> Vec<Judgement> {
    let vote_missing = vote_missing(round, identity);
    let is_vote_missing =
        vote_missing.as_ref().is_some_and(|judgement| matches!(judgement.verdict, Verdict::Holds { .. }));
    let mut judgements: Vec<Judgement> = vote_missing.into_iter().collect();
    judgements.extend(judge_signature(round, identity, is_vote_missing));
    if let Some((column, vote)) = round.vote(identity) {
        judgements.extend(judge_bandwidth_file(round, vote));
        judgements.extend(judge_scanner(round, column, vote));
        judgements.extend(certificate_expiring(round, vote));
    }
    judgements
}

fn consensus_missing(round: &Round<'_>) -> Judgement {
    let verdict = match round.consensus {
        Some(_) => Verdict::Clear,
        None if round.missed == 0 => Verdict::Clear,
        None => watch::consensus_missing(round.missed as usize, round.valid_after),
    };
    round.judgement(EventKind::ConsensusMissing, EventSubject::Network, verdict)
}

/// Signatures that could not be checked may hold: as long as they could make a majority, nothing is said.
fn majority_missing(round: &Round<'_>, consensus: &ConsensusSummary) -> Option<Judgement> {
    let nickname = |signature: &ConsensusSignature| {
        let mut trusted = round.trusted.iter();
        trusted.find(|(identity, _)| *identity == signature.identity).map(|(_, nickname)| nickname)
    };
    let count = |counts: fn(&ConsensusSignature) -> bool| {
        let counted = consensus.signatures.iter().filter(|signature| counts(signature));
        counted.filter_map(nickname).collect::<BTreeSet<_>>().len()
    };
    let trusted = round.trusted_authorities();
    let signed = count(|signature| signature.is_verified);
    let is_missing = signed * 2 <= trusted;
    if is_missing && count(|signature| signature.is_verified || is_unchecked(signature)) * 2 > trusted {
        return None;
    }
    let evidence =
        is_missing.then(|| format!("{signed} of {trusted} trusted authorities signed the consensus validly"));
    let verdict = verdict(Severity::Critical, evidence);
    Some(round.judgement(EventKind::MajorityMissing, EventSubject::Network, verdict))
}

/// Whether nothing can be said of a signature, for lack of a certificate or because nobody looked.
fn is_unchecked(signature: &ConsensusSignature) -> bool {
    let unchecked = [SignatureProblem::NoCertificate.to_string(), UNCHECKED.to_owned()];
    !signature.is_verified && signature.problem.as_ref().is_some_and(|problem| unchecked.contains(problem))
}

/// A trusted authority that is not named has not voted, which is a fault of its own.
fn list_changed(round: &Round<'_>, consensus: &ConsensusSummary) -> Judgement {
    let is_trusted = |identity| round.trusted.iter().any(|(trusted, _)| *trusted == identity);
    let strangers: Vec<String> = consensus
        .authorities
        .iter()
        .filter(|authority| authority.vote_digest.is_some() && !is_trusted(authority.identity))
        .map(|authority| format!("{} ({})", allium_model::printable(&authority.nickname), authority.identity))
        .collect();
    let evidence = (!strangers.is_empty())
        .then(|| format!("the consensus names authorities that are not trusted: {}", strangers.join(", ")));
    round.judgement(
        EventKind::AuthorityListChanged,
        EventSubject::Network,
        verdict(Severity::Critical, evidence),
    )
}

/// A network that never had a value is still young; one that had it and lacks it now has a fault.
fn shared_random_missing(round: &Round<'_>, consensus: &ConsensusSummary) -> Option<Judgement> {
    let has_value = consensus.shared_random.current.is_some();
    let had_value = round.previous.is_some_and(|previous| {
        previous.shared_random.current.is_some() || previous.shared_random.previous.is_some()
    });
    if !has_value && !had_value {
        return None;
    }
    let evidence = (!has_value).then(|| "the consensus has no shared random value of this period".to_owned());
    Some(round.judgement(
        EventKind::SharedRandomMissing,
        EventSubject::Network,
        verdict(Severity::Warning, evidence),
    ))
}

/// With a consensus, it says whose votes were counted. Without one, the votes that others hold do.
fn vote_missing(round: &Round<'_>, identity: Fingerprint) -> Option<Judgement> {
    let vote = round.vote(identity);
    let name = round.name(identity);
    let evidence = match round.consensus {
        Some(_) => (!round.is_counted(identity)).then(|| match vote {
            Some(_) => format!("{name} voted, and the consensus does not count its vote"),
            None => format!("the consensus counts no vote of {name}"),
        }),
        None if !round.has_votes() => return None,
        None => vote.is_none().then(|| format!("no vote of {name} was to be had")),
    };
    let subject = EventSubject::Authority(identity);
    Some(round.judgement(EventKind::VoteMissing, subject, verdict(Severity::Warning, evidence)))
}

/// An authority that did not vote does not sign either as a rule, and that is one fault.
fn judge_signature(round: &Round<'_>, identity: Fingerprint, is_vote_missing: bool) -> Vec<Judgement> {
    let Some(consensus) = round.consensus else { return Vec::new() };
    let own: Vec<&ConsensusSignature> =
        consensus.signatures.iter().filter(|signature| signature.identity == identity).collect();
    let missing = (own.is_empty() && !is_vote_missing)
        .then(|| format!("{} voted, and its signature is not on the consensus", round.name(identity)));
    let subject = EventSubject::Authority(identity);
    let missing = round.judgement(EventKind::SignatureMissing, subject, verdict(Severity::Warning, missing));
    if own.iter().any(|signature| is_unchecked(signature)) {
        return vec![missing];
    }
    let is_invalid = !own.is_empty() && !own.iter().any(|signature| signature.is_verified);
    let invalid = is_invalid.then(|| {
        let problem =
            own.iter().find_map(|signature| signature.problem.as_deref()).unwrap_or("no reason known");
        format!(
            "the signature of {} is not valid: {}",
            round.name(identity),
            allium_model::printable(problem)
        )
    });
    let invalid = round.judgement(EventKind::SignatureInvalid, subject, verdict(Severity::Critical, invalid));
    vec![missing, invalid]
}

fn certificate_expiring(round: &Round<'_>, vote: &VoteSummary) -> Option<Judgement> {
    let expires = vote.certificate_expires?;
    let days = expires.days_since(round.valid_after);
    let severity =
        CERTIFICATE_DAYS.into_iter().find(|(limit, _)| days < *limit).map(|(_, severity)| severity);
    let verb = if expires <= round.valid_after { "expired" } else { "expires" };
    let evidence =
        severity.map(|_| format!("the certificate of {} {verb} on {expires}", round.name(vote.identity)));
    let subject = EventSubject::Authority(vote.identity);
    let verdict = verdict(severity.unwrap_or(Severity::Notice), evidence);
    Some(round.judgement(EventKind::CertificateExpiring, subject, verdict))
}

/// Rounds after `newest` that should have a consensus at `now`, ascending and at most `limit`. Publication is
/// granted [`settling_seconds`].
pub fn missed_rounds(
    newest: Timestamp,
    interval_seconds: i64,
    now: Timestamp,
    limit: usize,
) -> Vec<Timestamp> {
    let interval = interval_seconds.max(1);
    let due = |round: &i64| round + settling_seconds(interval) <= now.0;
    let rounds = (1..).map(|step| newest.0.saturating_add(interval.saturating_mul(step)));
    rounds.take_while(due).take(limit).map(Timestamp).collect()
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{NOW, Scene, identity};
    use super::*;

    #[test]
    fn a_sound_round_has_no_fault() {
        Scene::sound().check(&[]);
    }

    #[test]
    fn a_missing_vote_is_one_fault_with_or_without_a_signature() {
        let mut scene = Scene::sound();
        scene.drop_vote("cedar");
        scene.drop_signature("cedar");
        scene.check(&[(EventKind::VoteMissing, "cedar")]);
        let mut scene = Scene::sound();
        scene.drop_vote("cedar");
        scene.check(&[(EventKind::VoteMissing, "cedar")]);
    }

    #[test]
    fn a_vote_that_came_too_late_is_missing() {
        let mut scene = Scene::sound();
        let consensus = scene.consensus.as_mut().unwrap();
        consensus.authorities.retain(|authority| authority.identity != identity("elm"));
        let judgements = scene.judge();
        let evidence = judgements.iter().find_map(|judgement| match &judgement.verdict {
            Verdict::Holds { evidence, .. } => Some(evidence.as_str()),
            _ => None,
        });
        assert_eq!(evidence, Some("elm voted, and the consensus does not count its vote"));
    }

    #[test]
    fn a_counted_vote_that_we_could_not_fetch_is_no_fault() {
        let mut scene = Scene::sound();
        scene.votes.retain(|(vote, _)| vote.nickname != "cedar");
        scene.check(&[]);
    }

    #[test]
    fn a_voter_that_does_not_sign_is_found() {
        let mut scene = Scene::sound();
        scene.drop_signature("cedar");
        scene.check(&[(EventKind::SignatureMissing, "cedar")]);
    }

    #[test]
    fn a_signature_that_does_not_hold_is_found_and_a_missing_majority_too() {
        let mut scene = Scene::sound();
        for signature in &mut scene.consensus.as_mut().unwrap().signatures[..3] {
            signature.is_verified = false;
            signature.problem = Some("it is not over this document".into());
        }
        scene.check(&[
            (EventKind::MajorityMissing, "network"),
            (EventKind::SignatureInvalid, "alder"),
            (EventKind::SignatureInvalid, "birch"),
            (EventKind::SignatureInvalid, "cedar"),
        ]);
    }

    #[test]
    fn signatures_that_could_not_be_checked_accuse_nobody() {
        for problem in [SignatureProblem::NoCertificate.to_string(), UNCHECKED.to_owned()] {
            let mut scene = Scene::sound();
            for signature in &mut scene.consensus.as_mut().unwrap().signatures {
                (signature.is_verified, signature.problem) = (false, Some(problem.clone()));
            }
            scene.check(&[]);
        }
    }

    #[test]
    fn an_authority_that_changes_its_keys_takes_part_once() {
        let trusted = [(identity("alder"), "alder".to_owned()), (identity("nobody"), "alder".to_owned())];
        let scene = Scene::sound();
        let round = Round {
            valid_after: NOW,
            consensus: scene.consensus.as_ref(),
            previous: None,
            votes: &VoteBook::default(),
            trusted: &trusted,
            scanners: &scene.scanners,
            past: &scene.past,
            missed: 0,
        };
        let missing = judge_round(&round).into_iter().filter(|judgement| {
            judgement.kind == EventKind::VoteMissing && judgement.verdict != Verdict::Clear
        });
        assert_eq!(missing.count(), 0);
    }

    #[test]
    fn without_a_consensus_the_votes_tell_who_was_missing() {
        let mut scene = Scene::sound();
        for name in ["cedar", "douglas", "elm"] {
            scene.drop_vote(name);
        }
        scene.consensus = None;
        scene.missed = 1;
        scene.check(&[
            (EventKind::ConsensusMissing, "network"),
            (EventKind::VoteMissing, "cedar"),
            (EventKind::VoteMissing, "douglas"),
            (EventKind::VoteMissing, "elm"),
        ]);
    }

    #[test]
    fn without_consensus_and_votes_nobody_is_accused() {
        let mut scene = Scene::sound();
        (scene.consensus, scene.missed) = (None, 3);
        scene.votes.clear();
        let judgements = scene.judge();
        assert_eq!(judgements.len(), 1);
        assert!(matches!(judgements[0].verdict, Verdict::Holds { severity: Severity::Critical, .. }));
    }

    #[test]
    fn a_stranger_in_the_list_is_found() {
        let mut scene = Scene::sound();
        let consensus = scene.consensus.as_mut().unwrap();
        let mut stranger = consensus.authorities[0].clone();
        stranger.identity = identity("nobody");
        consensus.authorities.push(stranger);
        scene.check(&[(EventKind::AuthorityListChanged, "network")]);
    }

    #[test]
    fn a_shared_random_value_is_missing_only_where_there_was_one() {
        let mut scene = Scene::sound();
        scene.consensus.as_mut().unwrap().shared_random.current = None;
        scene.check(&[(EventKind::SharedRandomMissing, "network")]);
        let mut scene = Scene::sound();
        scene.consensus.as_mut().unwrap().shared_random.current = None;
        scene.previous.as_mut().unwrap().shared_random.current = None;
        scene.check(&[]);
    }

    #[test]
    fn certificates_are_judged_by_the_days_left() {
        let judge = |days: i64| {
            let mut scene = Scene::sound();
            scene.vote("elm").certificate_expires = Some(NOW.plus_seconds(days * 86_400));
            let found = scene.judge().into_iter().find_map(|judgement| match judgement.verdict {
                Verdict::Holds { severity, .. } => Some((judgement.kind, severity)),
                _ => None,
            });
            found.map(|(kind, severity)| {
                assert_eq!(kind, EventKind::CertificateExpiring);
                severity
            })
        };
        assert_eq!(judge(21), None);
        assert_eq!(judge(20), Some(Severity::Notice));
        assert_eq!(judge(13), Some(Severity::Warning));
        assert_eq!(judge(6), Some(Severity::Critical));
        assert_eq!(judge(-3), Some(Severity::Critical));
    }

    #[test]
    fn rounds_are_missed_once_they_should_have_been_published() {
        let missed = |now: i64| missed_rounds(Timestamp(0), 3600, Timestamp(now), 10);
        assert_eq!(missed(3600 + 359), []);
        assert_eq!(missed(3600 + 360), [Timestamp(3600)]);
        assert_eq!(missed(3 * 3600), [Timestamp(3600), Timestamp(7200)]);
        assert_eq!(missed(1_000_000).len(), 10);
    }
}
