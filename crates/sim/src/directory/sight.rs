//! A relay in an hour, before any authority has looked at it.

use super::Directory;
use super::weights::Weight;
use crate::dice::{Subject, hash_at};
use crate::time::clock::Hour;
use crate::world::relay::{Judgement, Relay};
use allium_model::Flag;

/// What is true of a relay in an hour.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sight {
    pub(crate) position: u32,
    /// Since its last start; none while it is away.
    pub(crate) uptime_hours: Option<Hour>,
    pub(crate) weight: Weight,
    pub(crate) advertised_kilobytes_per_second: u32,
    /// Flags that follow from what it is and not from what was recorded, in bits.
    pub(crate) nature: u16,
    pub(crate) judgement: Option<Judgement>,
    /// Position of the one authority that does not reach it, if there is one.
    pub(crate) missed_by: Option<usize>,
    mtbf_hours: f64,
    wfu_ratio: f64,
    known_hours: f64,
}

/// Hours for which a relay that is away stays in votes, as its descriptor does.
const LISTED_AWAY_HOURS: Hour = 18;
/// Age from which on a descriptor is stale: 18 hours.
const STALE_SECONDS: i64 = 18 * 3600;
/// Hours for which an authority misses a relay that the others reach.
const MISSED_HOURS: Hour = 5;
/// One in so many such stretches is missed by one of them.
const MISSED_ONE_IN: u64 = 44;
/// How far the records of two authorities lie apart: share of the time between failures.
const MTBF_STEP: f64 = 0.01;
/// The same of the share of time online.
const WFU_STEP: f64 = 0.0003;

/// The bit of a flag.
pub(crate) const fn bit(flag: Flag) -> u16 {
    1 << flag as u16
}

impl Sight {
    /// Weighted mean time between failures as the authority `rank` steps from the middle one has it.
    pub(crate) fn mtbf_seconds(&self, rank: f64) -> u32 {
        (self.mtbf_hours * 3600.0 * (1.0 + MTBF_STEP * rank)) as u32
    }

    /// Weighted share of time online in millionths, likewise.
    pub(crate) fn wfu_millionths(&self, rank: f64) -> u32 {
        ((self.wfu_ratio + WFU_STEP * rank).clamp(0.0, 1.0) * 1e6).round() as u32
    }

    /// Weighted time known.
    pub(crate) fn known_seconds(&self) -> u32 {
        (self.known_hours * 3600.0) as u32
    }

    /// What a measuring authority believes of its bandwidth; nothing of a relay that was not measured.
    pub(crate) fn credible_kilobytes_per_second(&self) -> u32 {
        if self.weight.is_measured { self.weight.kilobytes_per_second } else { 0 }
    }

    /// Whether its policy lets web traffic out.
    pub(crate) fn is_exit(&self) -> bool {
        self.nature & bit(Flag::Exit) != 0
    }
}

impl Directory<'_> {
    /// The relays that votes of an hour list, ascending by fingerprint.
    pub(crate) fn sights(&self, hour: Hour) -> Vec<Sight> {
        (0..self.memories.len()).filter_map(|position| self.sight(position, hour)).collect()
    }

    /// What the scanners find; of an authority's relay it does not become the weight.
    fn weight(&self, position: usize, hour: Hour) -> Weight {
        let relay = &self.simulation.world.relays[position];
        if relay.is_authority {
            let kilobytes_per_second = relay.credible_kilobytes_per_second() as u32;
            return Weight { kilobytes_per_second, is_measured: true };
        }
        self.weights.at(position, hour)
    }

    /// The authority that misses a relay for some hours which the others reach.
    fn missed_by(&self, position: usize, hour: Hour) -> Option<usize> {
        let place = [position as u64, u64::from(hour / MISSED_HOURS), 0];
        let hash = hash_at(self.simulation.options.seed, Subject::Reachability, place);
        let authority = (hash >> 32) as usize % self.authorities.len();
        hash.is_multiple_of(MISSED_ONE_IN).then_some(authority)
    }

    fn sight(&self, position: usize, hour: Hour) -> Option<Sight> {
        let record =
            self.memories[position].at(hour).filter(|record| record.away_hours <= LISTED_AWAY_HOURS)?;
        let relay = &self.simulation.world.relays[position];
        let descriptor_seconds =
            self.simulation.clock.time(hour).seconds_since(self.published(position, hour));
        Some(Sight {
            position: position as u32,
            uptime_hours: record.uptime_hours,
            weight: self.weight(position, hour),
            advertised_kilobytes_per_second: (relay.bandwidth.advertised() / 1000) as u32,
            nature: nature(relay, descriptor_seconds > STALE_SECONDS),
            judgement: relay.judgement,
            missed_by: self.missed_by(position, hour).filter(|_| !relay.is_authority),
            mtbf_hours: record.mtbf_hours,
            wfu_ratio: record.wfu_ratio,
            known_hours: record.known_hours,
        })
    }
}

fn nature(relay: &Relay, is_stale: bool) -> u16 {
    let has = |is_so: bool, flag: Flag| if is_so { bit(flag) } else { 0 };
    has(relay.is_authority, Flag::Authority)
        | has(relay.exit_policy.is_some(), Flag::Exit)
        | has(is_stale, Flag::StaleDesc)
        | has(relay.is_directory, Flag::V2Dir)
        | bit(Flag::Valid)
}
