//! Which flags the votes give a relay.

use super::collate::Listed;
use allium_documents::dirspec::Vote;
use allium_model::Flag;

/// The known flags with who votes on them.
pub(super) struct Tally<'a> {
    /// Every flag of `known-flags`, in its order.
    names: Vec<&'a str>,
    /// Of each flag the number of votes that know it.
    voters: Vec<usize>,
    /// Of each vote, the place of each of our flags in `names`, if the vote knows it.
    places: Vec<[Option<usize>; Flag::ALL.len()]>,
    /// Of each vote, the flags that we have no name for, with their places.
    unknown: Vec<Vec<(&'a str, usize)>>,
}

impl<'a> Tally<'a> {
    pub(super) fn new(votes: &[&Vote<'a>], names: &[&'a str]) -> Self {
        let mut tally = Self {
            names: names.to_vec(),
            voters: vec![0; names.len()],
            places: Vec::with_capacity(votes.len()),
            unknown: Vec::with_capacity(votes.len()),
        };
        for vote in votes {
            tally.add_voter(vote);
        }
        tally
    }

    fn add_voter(&mut self, vote: &Vote<'a>) {
        let mut places = [None; Flag::ALL.len()];
        let mut unknown = Vec::new();
        for name in &vote.header.known_flags {
            let Ok(place) = self.names.binary_search(name) else { continue };
            self.voters[place] += 1;
            match name.parse::<Flag>() {
                Ok(flag) => places[flag as usize] = Some(place),
                Err(_) => unknown.push((*name, place)),
            }
        }
        self.places.push(places);
        self.unknown.push(unknown);
    }

    /// The flags of a relay in their order: those that more than half of the votes give which know the
    /// flag. `NoEdConsensus` says that the votes do not agree on a key.
    pub(super) fn flags(&self, listed: &Listed<'_, 'a>) -> Vec<&'a str> {
        let mut counts = vec![0; self.names.len()];
        for (vote, entry) in &listed.entries {
            let known = entry.router.flags.iter().filter_map(|flag| self.places[*vote][flag as usize]);
            let unknown =
                entry.router.unknown_flags.iter().filter_map(|name| self.place_of_unknown(*vote, name));
            known.chain(unknown).for_each(|place| counts[place] += 1);
        }
        let has = |place: &usize| match self.names[*place] {
            "NoEdConsensus" => !listed.has_ed25519_consensus,
            _ => counts[*place] > self.voters[*place] / 2,
        };
        (0..self.names.len()).filter(has).map(|place| self.names[place]).collect()
    }

    fn place_of_unknown(&self, vote: usize, name: &str) -> Option<usize> {
        self.unknown[vote].iter().find(|(other, _)| *other == name).map(|(_, place)| *place)
    }
}
