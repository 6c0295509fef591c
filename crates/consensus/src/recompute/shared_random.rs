//! Shared random values (srv-spec): the value that a majority of the authorities has.

use super::median::most_frequent_sorted;
use allium_documents::dirspec::{SharedRandomValue, Vote};

/// Rounds of one run of the protocol: twelve to commit and twelve to reveal.
const ROUNDS_OF_A_RUN: i64 = 24;

/// How many authorities must say the same value.
pub(super) struct Agreement {
    needed: usize,
}

impl Agreement {
    /// `authorities` exist; a value in the first round of a run is fresh and also takes `super_majority`.
    pub(super) fn new(votes: &[&Vote<'_>], authorities: usize, super_majority: i32) -> Self {
        let majority = authorities / 2 + 1;
        let super_majority = usize::try_from(super_majority).unwrap_or(0);
        let is_fresh = votes.first().is_some_and(|vote| is_first_of_run(vote));
        Self { needed: if is_fresh { majority.max(super_majority) } else { majority } }
    }

    /// The value that enough of the votes say; votes that do not take part do not count.
    pub(super) fn value<'a>(
        &self,
        votes: &[&Vote<'a>],
        value: impl Fn(&Vote<'a>) -> Option<SharedRandomValue<'a>>,
    ) -> Option<SharedRandomValue<'a>> {
        let voters = votes.iter().filter(|vote| vote.is_in_shared_random);
        let mut values: Vec<SharedRandomValue<'_>> = voters.filter_map(|vote| value(vote)).collect();
        values.sort_by_key(|value| value.value);
        let count = |text: &str| values.iter().filter(|value| value.value == text).count();
        let most = most_frequent_sorted(values.clone(), |a, b| a.value == b.value)?;
        (count(most.value) >= self.needed).then_some(most)
    }
}

/// Whether a run of the protocol begins with the consensus of a vote.
fn is_first_of_run(vote: &Vote<'_>) -> bool {
    let interval_seconds = vote.header.fresh_until.seconds_since(vote.header.valid_after).max(1);
    (vote.header.valid_after.0 / interval_seconds) % ROUNDS_OF_A_RUN == 0
}
