//! How the newest consensus came about: the schedule of dir-spec and what was seen of it
//! (`docs/methods/consensus-formation.md`).
//!
//! Votes carry the time at which their authority made them. When votes and signatures reached the
//! other authorities is not published anywhere; those steps are said to be unobservable.

use super::DirectoryInputs;
use allium_model::Timestamp;
use std::fmt::Write as _;

/// A step of a voting round (dir-spec, "voting").
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Authorities make their votes and send them to each other.
    Votes,
    /// They ask for votes that they still lack.
    FetchVotes,
    /// They compute the consensus and send their signatures.
    Signatures,
    /// They ask for signatures that they still lack.
    FetchSignatures,
    /// The consensus is published.
    Valid,
    /// The next consensus is due.
    Fresh,
    /// The consensus may no longer be used.
    Expired,
}

/// What is known of a step.
#[derive(Debug, Clone, PartialEq)]
pub struct FormationStep {
    /// The step.
    pub step: Step,
    /// When it is scheduled.
    pub scheduled: Timestamp,
    /// What was seen, in one plain sentence; `None` for what nobody outside can see.
    pub observed: Option<String>,
}

/// The steps of the newest consensus; empty without one.
pub fn formation(inputs: &DirectoryInputs) -> Vec<FormationStep> {
    let Some(consensus) = inputs.consensus.as_deref() else { return Vec::new() };
    let (vote, dist) = (i64::from(consensus.vote_delay_seconds), i64::from(consensus.dist_delay_seconds));
    let before = |seconds: i64| consensus.valid_after.plus_seconds(-seconds);
    let step = |step, scheduled, observed| FormationStep { step, scheduled, observed };
    vec![
        step(Step::Votes, before(vote + dist), votes_seen(inputs)),
        step(Step::FetchVotes, before(dist + vote / 2), None),
        step(Step::Signatures, before(dist), None),
        step(Step::FetchSignatures, before(dist / 2), None),
        step(Step::Valid, consensus.valid_after, Some(published(inputs))),
        step(Step::Fresh, consensus.fresh_until, None),
        step(Step::Expired, consensus.valid_until, None),
    ]
}

fn votes_seen(inputs: &DirectoryInputs) -> Option<String> {
    let votes = inputs.votes.authorities();
    let published = votes.iter().map(|vote| vote.published);
    let (first, last) = (published.clone().min()?, published.max()?);
    let count = votes.len();
    let noun = if count == 1 { "vote" } else { "votes" };
    let clock = |time: Timestamp| time.to_string()[11..].to_owned();
    Some(if first == last {
        format!("{count} {noun} seen, made at {} UTC by their own time", clock(first))
    } else {
        format!("{count} {noun} seen, made from {} to {} UTC by their own times", clock(first), clock(last))
    })
}

fn published(inputs: &DirectoryInputs) -> String {
    let Some(consensus) = inputs.consensus.as_deref() else { return String::new() };
    let signed = consensus.signatures.iter().filter(|s| s.is_verified && s.is_trusted).count();
    let mut text = format!(
        "counts {} of {} votes, carries {signed} trusted signatures that hold",
        super::authority::counted(consensus).count(),
        inputs.trusted.len().max(super::authority::counted(consensus).count()),
    );
    let serving = inputs.probes.iter().filter(|p| p.consensus_valid_after == Some(consensus.valid_after));
    if let Some(first) = serving.map(|probe| probe.at).min() {
        let seconds = first.seconds_since(consensus.valid_after);
        let _ = write!(text, "; our probes first met it {seconds} s after its start of validity");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::super::example;
    use super::*;

    #[test]
    fn the_schedule_follows_the_delays_and_what_cannot_be_seen_is_not_told() {
        let steps = formation(&example::inputs());
        let clock: Vec<String> =
            steps.iter().map(|step| step.scheduled.to_string()[11..16].to_owned()).collect();
        assert_eq!(clock, ["12:50", "12:52", "12:55", "12:57", "13:00", "14:00", "16:00"]);
        let seen: Vec<bool> = steps.iter().map(|step| step.observed.is_some()).collect();
        assert_eq!(seen, [true, false, false, false, true, false, false]);
        assert_eq!(
            steps[0].observed.as_deref(),
            Some("9 votes seen, made from 12:49:59 to 12:50:00 UTC by their own times")
        );
        assert_eq!(
            steps[4].observed.as_deref(),
            Some(
                "counts 9 of 9 votes, carries 8 trusted signatures that hold; our probes first met it 1200 s after its start of validity"
            )
        );
    }
}
