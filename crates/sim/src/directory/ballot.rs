//! What one authority says of one relay: tor's rules of flags on its own records and measurements.

use super::conduct::BandwidthFile;
use super::sight::{Sight, bit};
use super::threshold::{GUARANTEED_MTBF_SECONDS, Thresholds};
use super::{Directory, round::Voter};
use crate::time::clock::Hour;
use crate::world::relay::Judgement;
use allium_model::Flag;

/// A relay's entry in a vote.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Ballot {
    /// In bits.
    pub(crate) flags: u16,
    pub(crate) mtbf_seconds: u32,
    pub(crate) wfu_millionths: u32,
    pub(crate) known_seconds: u32,
    /// What the scanner measured, in kB/s; of an authority's relay it does not count.
    pub(crate) measured: Option<u32>,
}

/// Hours since the start for HSDir.
const HSDIR_HOURS: Hour = 96;
/// What MiddleOnly takes away.
const NOT_IN_THE_MIDDLE: u16 = bit(Flag::Exit) | bit(Flag::Guard) | bit(Flag::HSDir) | bit(Flag::V2Dir);

impl Directory<'_> {
    /// The entry of a relay in the vote of `voter`; `factor` is how its measurement lies to the weight.
    pub(crate) fn ballot(&self, voter: &Voter, sight: &Sight, factor: f64) -> Ballot {
        let rank = self.rank(voter.authority + sight.position as usize);
        let measured = self.measured(voter, sight, factor);
        let mut ballot = Ballot {
            flags: sight.nature,
            mtbf_seconds: sight.mtbf_seconds(rank),
            wfu_millionths: sight.wfu_millionths(rank),
            known_seconds: sight.known_seconds(),
            measured,
        };
        let credible = match measured {
            Some(measured) => measured,
            None if voter.conduct.measures() => 0,
            None => sight.advertised_kilobytes_per_second,
        };
        let is_reached = sight.uptime_hours.is_some() && sight.missed_by != Some(voter.authority);
        ballot.flags |= earned(&ballot, credible, sight, is_reached, &voter.thresholds);
        if self.authorities[voter.authority].habits.duties.judges {
            ballot.flags = judged(ballot.flags, sight.judgement);
        }
        ballot
    }

    /// How many steps from the middle the number stands in the order of the authorities, which turns
    /// from relay to relay: half of them are at or above the middle.
    pub(crate) fn rank(&self, number: usize) -> f64 {
        let count = self.authorities.len();
        (number % count) as f64 - ((count - 1) / 2) as f64
    }

    fn measured(&self, voter: &Voter, sight: &Sight, factor: f64) -> Option<u32> {
        let BandwidthFile::Fresh(skew) = voter.conduct.file else { return None };
        let is_measured = sight.weight.is_measured
            || self.weights.is_measured_by(sight.position as usize, voter.scanner.unwrap_or(usize::MAX));
        let value = f64::from(sight.weight.kilobytes_per_second) * factor * skew;
        is_measured.then_some(value.round().max(1.0) as u32)
    }
}

/// The flags that follow from records and bandwidth.
fn earned(ballot: &Ballot, credible: u32, sight: &Sight, is_reached: bool, thresholds: &Thresholds) -> u16 {
    let is_fast = credible >= thresholds.fast_kilobytes_per_second;
    let is_stable = ballot.mtbf_seconds >= thresholds.stable_mtbf_seconds.min(GUARANTEED_MTBF_SECONDS);
    let is_directory = sight.nature & bit(Flag::V2Dir) != 0;
    let is_usable = is_fast && is_stable && is_directory;
    let is_guard = is_usable
        && credible >= thresholds.guard_kilobytes_per_second()
        && ballot.wfu_millionths >= thresholds.guard_wfu_millionths
        && ballot.known_seconds >= thresholds.guard_known_seconds;
    let is_hsdir =
        is_usable && is_reached && sight.uptime_hours.is_some_and(|uptime_hours| uptime_hours >= HSDIR_HOURS);
    let has = |is_so: bool, flag: Flag| if is_so { bit(flag) } else { 0 };
    has(is_fast, Flag::Fast)
        | has(is_stable, Flag::Stable)
        | has(is_guard, Flag::Guard)
        | has(is_hsdir, Flag::HSDir)
        | has(is_reached, Flag::Running)
}

/// The flags after an authority that judges relays has done so.
fn judged(flags: u16, judgement: Option<Judgement>) -> u16 {
    match judgement {
        Some(Judgement::BadExit) => flags | bit(Flag::BadExit),
        Some(Judgement::MiddleOnly) => {
            flags & !NOT_IN_THE_MIDDLE | bit(Flag::BadExit) | bit(Flag::MiddleOnly)
        }
        Some(Judgement::StaleDesc) | None => flags,
    }
}

/// What the consensus takes from a relay with MiddleOnly (consensus method 32).
pub(crate) fn without_middle_only(flags: u16) -> u16 {
    if flags & bit(Flag::MiddleOnly) == 0 { flags } else { judged(flags, Some(Judgement::MiddleOnly)) }
}
