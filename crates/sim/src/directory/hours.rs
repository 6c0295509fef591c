//! Rounds as records of history, without the way through documents.

use super::Directory;
use super::conduct::{BandwidthFile, Part, fresh_file_seconds_before, vote_seconds_before};
use super::round::{Decision, Round};
use super::sight::bit;
use super::text::METHOD;
use crate::time::clock::Hour;
use allium_model::{
    AuthorityRecord, Flag, HourRecord, NetworkRecord, RecordSource, RelayRecord, TimeRange, Timestamp,
};
use sha2::{Digest, Sha256};

impl Directory<'_> {
    /// The records of all consensuses, in order of time.
    pub fn hours(&self) -> impl Iterator<Item = HourRecord<'_>> {
        self.rounds().filter_map(|valid_after| self.hour(valid_after))
    }

    /// The record of the consensus that is valid from `valid_after` on; none when there is none.
    pub fn hour(&self, valid_after: Timestamp) -> Option<HourRecord<'_>> {
        let hour = self.hour_of(valid_after)?;
        let has_consensus = self.simulation.consensuses.has(hour);
        has_consensus.then(|| self.hour_record(&self.round(hour)))
    }

    /// What the authorities did in rounds that made no consensus, in order of time.
    pub fn failed_rounds(&self) -> Vec<AuthorityRecord> {
        let missing = self.simulation.consensuses.missing();
        missing.iter().flat_map(|hour| self.authority_records(&self.round(*hour))).collect()
    }

    /// The stretches without a consensus.
    pub fn gaps(&self) -> Vec<TimeRange> {
        let clock = self.simulation.clock;
        let mut gaps: Vec<TimeRange> = Vec::new();
        for hour in self.simulation.consensuses.missing() {
            let (from, until) = (clock.time(*hour), clock.time(*hour + 1));
            match gaps.last_mut().filter(|gap| gap.until == from) {
                Some(gap) => gap.until = until,
                None => gaps.push(TimeRange { from, until }),
            }
        }
        gaps
    }

    fn hour_record(&self, round: &Round) -> HourRecord<'_> {
        let relay = |decision: &Decision| RelayRecord {
            fingerprint: self.simulation.world.relays[decision.position as usize].fingerprint,
            flags: decision.flag_set(),
            weight: Some(decision.weight),
            is_measured: Some(decision.is_measured),
            attributes: self.attributes(decision.position as usize, round.hour),
        };
        HourRecord {
            valid_after: self.simulation.clock.time(round.hour),
            source: RecordSource::Consensus,
            digest: self.record_digest(round.hour),
            relays: round.decisions.iter().map(relay).collect(),
            network: self.network_record(round),
            authorities: self.authority_records(round),
        }
    }

    /// Stands for the digest of the consensus, which is not written for a record.
    pub(super) fn record_digest(&self, hour: Hour) -> [u8; 32] {
        let seed = self.simulation.options.seed.to_be_bytes();
        Sha256::new().chain_update(seed).chain_update(hour.to_be_bytes()).finalize().into()
    }

    fn network_record(&self, round: &Round) -> NetworkRecord {
        let weight_of = |is_counted: &dyn Fn(&Decision) -> bool| {
            let counted = round.decisions.iter().filter(|decision| is_counted(decision));
            counted.map(|decision| u64::from(decision.weight)).sum()
        };
        let has = |decision: &Decision, flag: Flag| decision.flags & bit(flag) != 0;
        let signing = round.voters.iter().filter(|voter| voter.conduct.part == Part::Full);
        NetworkRecord {
            valid_after: self.simulation.clock.time(round.hour),
            relays: round.decisions.len() as u32,
            flag_counts: round.flag_counts(),
            weight: weight_of(&|_| true),
            exit_weight: weight_of(&|decision| has(decision, Flag::Exit) && !has(decision, Flag::BadExit)),
            guard_weight: weight_of(&|decision| has(decision, Flag::Guard)),
            measured_relays: round.decisions.iter().filter(|decision| decision.is_measured).count() as u32,
            method: METHOD,
            authorities: round.voters.len() as u32,
            signatures: signing.count() as u32,
            ..NetworkRecord::default()
        }
    }

    fn authority_records(&self, round: &Round) -> Vec<AuthorityRecord> {
        (0..self.authorities.len()).map(|authority| self.authority_record(round, authority)).collect()
    }

    fn authority_record(&self, round: &Round, authority: usize) -> AuthorityRecord {
        let valid_after = self.simulation.clock.time(round.hour);
        let has_consensus = self.simulation.consensuses.has(round.hour);
        let at = round.voters.iter().position(|voter| voter.authority == authority);
        let voter = at.map(|at| &round.voters[at]);
        let outcome = at.map(|at| &round.outcomes[at]);
        let who = &self.authorities[authority];
        let file = voter.map(|voter| voter.conduct.file);
        AuthorityRecord {
            identity: who.identity,
            valid_after,
            is_counted: has_consensus.then_some(voter.is_some()),
            is_signed: has_consensus.then(|| voter.is_some_and(|voter| voter.conduct.part == Part::Full)),
            is_vote_seen: Some(voter.is_some()),
            relays: outcome.map(|outcome| outcome.relays),
            running_relays: outcome.map(|outcome| outcome.running_relays),
            measured_relays: outcome.map(|outcome| outcome.measured_relays),
            measured_sum_kilobytes_per_second: outcome.map(|outcome| outcome.measured_sum),
            bandwidth_file_age_seconds: file.and_then(|file| file_age_seconds(file, authority)),
            has_bandwidth_file: file.map(|file| matches!(file, BandwidthFile::Fresh(_))),
            agreement_ratio: at
                .filter(|_| has_consensus)
                .map(|at| round.agreement_ratio(at, who.habits.duties.judges)),
            certificate_expires: voter.map(|_| self.term(authority, valid_after).expires),
        }
    }
}

/// Age of a file when the vote was published; of one that votes do not use it is not known.
fn file_age_seconds(file: BandwidthFile, authority: usize) -> Option<u32> {
    match file {
        BandwidthFile::Fresh(_) => {
            let seconds = fresh_file_seconds_before(authority) - vote_seconds_before(authority);
            Some(seconds as u32)
        }
        BandwidthFile::Never | BandwidthFile::Missing | BandwidthFile::Stale(_) => None,
    }
}
