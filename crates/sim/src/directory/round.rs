//! One round: who votes, what each votes, and what comes of it.
//!
//! Nothing here is text. Votes are computed entry by entry where they are needed, the decisions once; the
//! documents, the records of history and the tests read both from here.

use super::Directory;
use super::ballot::{Ballot, without_middle_only};
use super::conduct::{Conduct, Part};
use super::sight::{Sight, bit};
use super::threshold::Thresholds;
use crate::time::clock::Hour;
use allium_model::{Flag, FlagSet};

/// An authority that votes in a round.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Voter {
    /// Position in the list of authorities.
    pub(crate) authority: usize,
    pub(crate) conduct: Conduct,
    pub(crate) thresholds: Thresholds,
    /// Its number among the authorities that measure, in all rounds the same.
    pub(crate) scanner: Option<usize>,
}

/// What a round decides on a relay that it lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Decision {
    /// Position of the relay.
    pub(crate) position: u32,
    /// In bits.
    pub(crate) flags: u16,
    /// In units of 1,000 bytes per second.
    pub(crate) weight: u32,
    pub(crate) is_measured: bool,
}

/// What an authority's vote comes to, beside the decisions.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Outcome {
    pub(crate) relays: u32,
    pub(crate) running_relays: u32,
    pub(crate) measured_relays: u32,
    pub(crate) measured_sum: u64,
    /// Relays with a flag in the vote only, and in the consensus only, by flag.
    differing: [[u32; 2]; Flag::ALL.len()],
}

/// A round.
#[derive(Debug)]
pub(crate) struct Round {
    pub(crate) hour: Hour,
    pub(crate) sights: Vec<Sight>,
    pub(crate) voters: Vec<Voter>,
    /// What the votes decide, in the order of fingerprints; made even where it was not published.
    pub(crate) decisions: Vec<Decision>,
    /// In the order of the voters.
    pub(crate) outcomes: Vec<Outcome>,
    flag_counts: [u32; Flag::ALL.len()],
}

/// Weight at which unmeasured relays are capped.
const MAX_UNMEASURED: u32 = 20;
/// Fewest measurements that make a relay measured, and fewest authorities that measure for the cap.
const MIN_MEASUREMENTS: usize = 3;
/// Flags that are not decisions on quality, and are left out of the agreement.
const NOT_COMPARED: [Flag; 3] = [Flag::StaleDesc, Flag::Sybil, Flag::NoEdConsensus];

impl Directory<'_> {
    pub(crate) fn round(&self, hour: Hour) -> Round {
        let sights = self.sights(hour);
        let thresholds = Thresholds::of(&sights);
        let voters = self.voters(hour, thresholds);
        let mut round = Round {
            hour,
            decisions: Vec::with_capacity(sights.len()),
            outcomes: vec![Outcome::default(); voters.len()],
            flag_counts: [0; Flag::ALL.len()],
            sights,
            voters,
        };
        let mut tally = Tally::of(self, &round);
        for at in 0..round.sights.len() {
            tally.take(self, &mut round, at);
        }
        round
    }

    fn voters(&self, hour: Hour, thresholds: Thresholds) -> Vec<Voter> {
        let mut scanners = 0;
        let mut voters = Vec::with_capacity(self.authorities.len());
        for (authority, who) in self.authorities.iter().enumerate() {
            let scanner = who.habits.duties.scans.then_some(scanners);
            scanners += usize::from(scanner.is_some());
            let conduct = self.conduct(authority, hour);
            let thresholds = thresholds.of_authority(self.rank(authority));
            if conduct.part != Part::Absent {
                voters.push(Voter { authority, conduct, thresholds, scanner });
            }
        }
        voters
    }

    /// Numbers and biases of the authorities that measure when nothing befalls them.
    pub(crate) fn scanners(&self) -> Vec<(usize, f64)> {
        let scanning = self.authorities.iter().filter(|authority| authority.habits.duties.scans);
        scanning.enumerate().map(|(number, authority)| (number, authority.habits.bias)).collect()
    }
}

impl Round {
    /// The entries of a vote, in the order of fingerprints.
    pub(crate) fn ballots<'r>(
        &'r self,
        directory: &'r Directory<'_>,
        voter: &'r Voter,
    ) -> impl Iterator<Item = (&'r Sight, Ballot)> {
        let scanners = directory.scanners();
        let mut factors = Vec::with_capacity(scanners.len());
        self.sights.iter().map(move |sight| {
            directory.weights.factors(sight.position as usize, self.hour, &scanners, &mut factors);
            let factor = voter.scanner.map_or(1.0, |scanner| factors[scanner]);
            (sight, directory.ballot(voter, sight, factor))
        })
    }

    /// The share of a voter's decisions on flags that the consensus shares: the mean over the flags it
    /// votes on, of the relays that carry the flag in the vote or the consensus.
    pub(crate) fn agreement_ratio(&self, voter: usize, judges: bool) -> f64 {
        let outcome = &self.outcomes[voter];
        let is_judged = |flag: &Flag| matches!(flag, Flag::BadExit | Flag::MiddleOnly);
        let compared =
            Flag::ALL.into_iter().filter(|flag| !NOT_COMPARED.contains(flag) && (judges || !is_judged(flag)));
        let (mut sum, mut flags) = (0.0, 0.0);
        for flag in compared {
            let [vote_only, consensus_only] = outcome.differing[flag as usize];
            let either = self.flag_counts[flag as usize] + vote_only;
            if either > 0 {
                sum += f64::from(either - vote_only - consensus_only) / f64::from(either);
                flags += 1.0;
            }
        }
        if flags > 0.0 { sum / flags } else { 1.0 }
    }

    /// Relays in the consensus with each flag.
    pub(crate) fn flag_counts(&self) -> [u32; Flag::ALL.len()] {
        self.flag_counts
    }
}

impl Decision {
    /// The flags as a set.
    pub(crate) fn flag_set(self) -> FlagSet {
        Flag::ALL.into_iter().filter(|flag| self.flags & bit(*flag) != 0).collect()
    }
}

/// What is needed to count the votes on one relay after the other.
struct Tally {
    scanners: Vec<(usize, f64)>,
    factors: Vec<f64>,
    ballots: Vec<Ballot>,
    measured: Vec<u32>,
    /// Most votes on a flag that are no majority: half of the voters that vote on it.
    half_of_voters: [u32; Flag::ALL.len()],
    /// Whether enough authorities measure for unmeasured relays to be capped.
    caps_unmeasured: bool,
}

impl Tally {
    fn of(directory: &Directory<'_>, round: &Round) -> Self {
        let voters = round.voters.len() as u32;
        let judges = |voter: &&Voter| directory.authorities[voter.authority].habits.duties.judges;
        let judging = round.voters.iter().filter(judges).count() as u32;
        let mut half_of_voters = [voters / 2; Flag::ALL.len()];
        for flag in [Flag::BadExit, Flag::MiddleOnly] {
            half_of_voters[flag as usize] = judging / 2;
        }
        let measuring = round.voters.iter().filter(|voter| voter.conduct.measures()).count();
        Self {
            scanners: directory.scanners(),
            factors: Vec::new(),
            ballots: Vec::new(),
            measured: Vec::new(),
            half_of_voters,
            caps_unmeasured: measuring >= MIN_MEASUREMENTS,
        }
    }

    fn take(&mut self, directory: &Directory<'_>, round: &mut Round, at: usize) {
        let sight = round.sights[at];
        directory.weights.factors(sight.position as usize, round.hour, &self.scanners, &mut self.factors);
        self.ballots.clear();
        for voter in &round.voters {
            let factor = voter.scanner.map_or(1.0, |scanner| self.factors[scanner]);
            self.ballots.push(directory.ballot(voter, &sight, factor));
        }
        let decision = self.decision(&sight);
        let flags = decision.map_or(0, |decision| decision.flags);
        for flag in bits(flags) {
            round.flag_counts[flag] += 1;
        }
        for (outcome, ballot) in round.outcomes.iter_mut().zip(&self.ballots) {
            outcome.count(ballot, flags);
        }
        round.decisions.extend(decision);
    }

    /// What the ballots decide; nothing on a relay that is not running for most.
    fn decision(&mut self, sight: &Sight) -> Option<Decision> {
        let flags = without_middle_only(self.majority());
        let (weight, is_measured) = self.weight(sight);
        let is_listed = flags & bit(Flag::Running) != 0;
        is_listed.then_some(Decision { position: sight.position, flags, weight, is_measured })
    }

    fn majority(&self) -> u16 {
        let Some(first) = self.ballots.first() else { return 0 };
        let either = self.ballots.iter().fold(0, |flags, ballot| flags | ballot.flags);
        let all = self.ballots.iter().fold(first.flags, |flags, ballot| flags & ballot.flags);
        let most = bits(either & !all).filter(|flag| {
            let votes = self.ballots.iter().filter(|ballot| ballot.flags >> flag & 1 != 0).count();
            votes as u32 > self.half_of_voters[*flag]
        });
        most.fold(all, |flags, flag| flags | 1 << flag)
    }

    /// The weight, and whether it is measured: the low median of the measurements, else of what the
    /// relay says, capped where enough authorities measure.
    fn weight(&mut self, sight: &Sight) -> (u32, bool) {
        self.measured.clear();
        if sight.nature & bit(Flag::Authority) == 0 {
            self.measured.extend(self.ballots.iter().filter_map(|ballot| ballot.measured));
        }
        if self.measured.len() < MIN_MEASUREMENTS {
            let cap = if self.caps_unmeasured { MAX_UNMEASURED } else { u32::MAX };
            return (sight.advertised_kilobytes_per_second.min(cap), false);
        }
        self.measured.sort_unstable();
        (self.measured[(self.measured.len() - 1) / 2], true)
    }
}

impl Outcome {
    fn count(&mut self, ballot: &Ballot, consensus_flags: u16) {
        self.relays += 1;
        self.running_relays += u32::from(ballot.flags & bit(Flag::Running) != 0);
        if let Some(measured) = ballot.measured {
            self.measured_relays += 1;
            self.measured_sum += u64::from(measured);
        }
        for flag in bits(ballot.flags & !consensus_flags) {
            self.differing[flag][0] += 1;
        }
        for flag in bits(consensus_flags & !ballot.flags) {
            self.differing[flag][1] += 1;
        }
    }
}

/// The positions of the bits that are set.
fn bits(mut flags: u16) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let bit = flags.trailing_zeros() as usize;
        flags &= flags.wrapping_sub(1);
        (bit < 16).then_some(bit)
    })
}

#[cfg(test)]
mod tests {
    use super::super::DirectoryOptions;
    use crate::{SimOptions, Simulation};
    use allium_model::{FlagSet, Timestamp};
    use std::collections::HashMap;

    #[test]
    fn the_newest_consensus_says_what_the_details_document_says() {
        let options = SimOptions { relays: 1000, days: 60, seed: 1, end: Timestamp(1_771_765_200) };
        let simulation = Simulation::run(&options);
        let directory = simulation.directory(&DirectoryOptions::default()).unwrap();
        let round = directory.round(simulation.clock.last_hour());
        let details: HashMap<u32, (FlagSet, u64)> = (0_u32..)
            .zip(simulation.world.relays.iter().zip(&simulation.endings))
            .filter(|(_, (_, ending))| ending.running)
            .map(|(position, (relay, ending))| (position, (ending.flags, relay.bandwidth.weight)))
            .collect();
        assert_eq!(round.decisions.len(), details.len());
        let mut differing = Vec::new();
        for decision in &round.decisions {
            let (flags, weight) = details[&decision.position];
            assert_eq!(u64::from(decision.weight), weight, "{}", decision.position);
            if decision.flag_set() != flags {
                differing.push((decision.flag_set(), flags));
            }
        }
        assert!(differing.len() * 50 < details.len(), "{differing:?}");
    }
}
