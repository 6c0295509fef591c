//! The shared random value: which phase its protocol is in, and who takes part
//! (`docs/methods/shared-random.md`; srv-spec, section 3).
//!
//! A run of the protocol has 24 rounds, 12 to commit and 12 to reveal, and begins at 00:00 UTC when
//! rounds are hourly. Which phase a round belongs to follows from its start of validity.

use super::DirectoryInputs;
use allium_model::{Fingerprint, Timestamp};

/// Rounds of a phase.
const PHASE_ROUNDS: i64 = 12;

/// The phase of the protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Authorities commit themselves to values.
    Commit,
    /// They reveal them.
    Reveal,
}

impl Phase {
    /// The word.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Commit => "commit",
            Self::Reveal => "reveal",
        }
    }
}

/// The state of the shared random value.
#[derive(Debug, Clone, PartialEq)]
pub struct SharedRandomState {
    /// Phase of the newest round.
    pub phase: Phase,
    /// Round within the phase, 1 to 12.
    pub round: u32,
    /// Start of validity of the first round of the next phase.
    pub next_phase: Timestamp,
    /// Whether the consensus has this period's value.
    pub has_current: bool,
    /// Whether the consensus has the value of the period before.
    pub has_previous: bool,
    /// Votes that take part.
    pub participants: u32,
    /// For each vote: its authority, commitments and reveals that it has seen.
    pub seen: Vec<(Fingerprint, u32, u32)>,
    /// Groups of authorities that have seen each other's commitments, the largest first.
    pub groups: Vec<Vec<Fingerprint>>,
}

/// The state by the newest consensus and its votes; `None` without a consensus.
pub fn shared_random(inputs: &DirectoryInputs) -> Option<SharedRandomState> {
    let consensus = inputs.consensus.as_deref()?;
    let interval = inputs.interval_seconds();
    let number = consensus.valid_after.0.div_euclid(interval).rem_euclid(2 * PHASE_ROUNDS);
    let votes = || inputs.votes.authorities().iter().filter(|vote| vote.is_in_shared_random);
    Some(SharedRandomState {
        phase: if number < PHASE_ROUNDS { Phase::Commit } else { Phase::Reveal },
        round: (number % PHASE_ROUNDS) as u32 + 1,
        next_phase: consensus.valid_after.plus_seconds((PHASE_ROUNDS - number % PHASE_ROUNDS) * interval),
        has_current: consensus.shared_random.current.is_some(),
        has_previous: consensus.shared_random.previous.is_some(),
        participants: votes().count() as u32,
        seen: votes()
            .map(|vote| {
                let (commits, reveals) = (&vote.shared_random_commits, &vote.shared_random_reveals);
                (vote.identity, commits.len() as u32, reveals.len() as u32)
            })
            .collect(),
        groups: groups(votes().map(|vote| (vote.identity, vote.shared_random_commits.as_slice()))),
    })
}

/// Groups of authorities that are linked by a commitment that one of them has seen of another.
fn groups<'a>(
    votes: impl Iterator<Item = (Fingerprint, &'a [Fingerprint])> + Clone,
) -> Vec<Vec<Fingerprint>> {
    let voters: Vec<Fingerprint> = votes.clone().map(|(identity, _)| identity).collect();
    let mut groups: Vec<Vec<Fingerprint>> = Vec::new();
    for (identity, commits) in votes {
        let mut joined = vec![identity];
        joined.extend(commits.iter().filter(|other| voters.contains(other)));
        groups.retain_mut(|group| {
            let is_apart = group.iter().all(|member| !joined.contains(member));
            if !is_apart {
                joined.append(group);
            }
            is_apart
        });
        joined.sort_unstable();
        joined.dedup();
        groups.push(joined);
    }
    groups.sort_by_key(|group| (std::cmp::Reverse(group.len()), group.first().copied()));
    groups
}

#[cfg(test)]
mod tests {
    use super::*;

    fn identity(number: u8) -> Fingerprint {
        Fingerprint([number; 20])
    }

    #[test]
    fn authorities_that_never_heard_of_each_other_are_apart() {
        let votes = [
            (identity(1), vec![identity(1), identity(2)]),
            (identity(2), vec![identity(2)]),
            (identity(3), vec![identity(3), identity(9)]),
        ];
        let found = groups(votes.iter().map(|(identity, seen)| (*identity, seen.as_slice())));
        assert_eq!(found, [vec![identity(1), identity(2)], vec![identity(3)]]);
    }
}
