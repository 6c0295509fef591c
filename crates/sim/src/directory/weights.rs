//! Consensus weights by hour, and what each scanner measures for them.
//!
//! The weight of a relay follows that of its days, with small changes every few hours, and ends at that
//! of the details document, which it keeps in a future. Measurements lie around it so that their low median is the weight: what the
//! consensus makes of a full set of votes is then what the other documents say.

use crate::dice::{Subject, hash_at, unit_at};
use crate::simulation::Simulation;
use crate::time::clock::Hour;
use crate::traffic::days::Days;
use crate::traffic::pattern::Pattern;

/// The weights of all relays on all days.
#[derive(Debug)]
pub(crate) struct Weights {
    seed: u64,
    anchor: Hour,
    days: Days,
    /// Relay by relay, day by day; 0 for a day on which the relay was not measured.
    by_day: Box<[u32]>,
}

/// A relay's weight in an hour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Weight {
    /// In units of 1,000 bytes per second.
    pub(crate) kilobytes_per_second: u32,
    pub(crate) is_measured: bool,
}

/// Hours between two changes of a relay's weight.
const CHANGE_HOURS: Hour = 7;
/// Largest change, as a share.
const CHANGE: f64 = 0.04;
/// Hours between two measurements of a relay by a scanner.
const MEASURE_HOURS: Hour = 31;
/// Largest distance of a measurement from the scanner's habit, as a logarithm.
const SPREAD: f64 = 0.15;

impl Weights {
    pub(crate) fn of(simulation: &Simulation) -> Self {
        let (days, pattern) = (Days::new(simulation.clock), Pattern::new(simulation.clock));
        let mut by_day = Vec::with_capacity(days.count() * simulation.world.relays.len());
        for position in 0..simulation.world.relays.len() {
            let carried = simulation.carried(days, &pattern, position);
            by_day.extend(carried.days.iter().enumerate().map(|(day, carried)| {
                let is_measured = simulation.is_measured(days, position, day);
                if is_measured { carried.weight as u32 } else { 0 }
            }));
        }
        let (seed, anchor) = (simulation.options.seed, simulation.clock.anchor_hour());
        Self { seed, anchor, days, by_day: by_day.into() }
    }

    /// The weight that the scanners would agree on.
    pub(crate) fn at(&self, position: usize, hour: Hour) -> Weight {
        let of_day = self.by_day[position * self.days.count() + self.days.position(hour)];
        if of_day == 0 {
            let unmeasured = crate::world::bandwidth::UNMEASURED_WEIGHT as u32;
            return Weight { kilobytes_per_second: unmeasured, is_measured: false };
        }
        let place = |number: u64| [position as u64, number, 0];
        let shift = hash_at(self.seed, Subject::Measurements, place(u64::MAX)) % u64::from(CHANGE_HOURS);
        let change = (u64::from(self.anchor.saturating_sub(hour)) + shift) / u64::from(CHANGE_HOURS);
        let share = match change {
            0 => 0.0,
            _ => CHANGE * (2.0 * unit_at(self.seed, Subject::Measurements, place(change)) - 1.0),
        };
        let weight = (f64::from(of_day) * (1.0 + share)).round().max(1.0);
        Weight { kilobytes_per_second: weight as u32, is_measured: true }
    }

    /// How far each of some scanners lies from the one in the middle, as factors; `scanners` are their
    /// numbers and biases.
    pub(crate) fn factors(
        &self,
        position: usize,
        hour: Hour,
        scanners: &[(usize, f64)],
        factors: &mut Vec<f64>,
    ) {
        factors.clear();
        factors.extend(scanners.iter().map(|(number, bias)| {
            let turn = (u64::from(hour) + hash_shift(position, *number)) / u64::from(MEASURE_HOURS);
            let place = [position as u64, *number as u64 + 1, turn];
            bias + SPREAD * (2.0 * unit_at(self.seed, Subject::Measurements, place) - 1.0)
        }));
        let Some(middle) = low_median(factors) else { return };
        for factor in factors {
            *factor = near_exp(*factor - middle);
        }
    }

    /// Whether a scanner measured a relay that too few measured.
    pub(crate) fn is_measured_by(&self, position: usize, scanner: usize) -> bool {
        scanner < 2 && hash_at(self.seed, Subject::Measurements, [position as u64, 0, 1]).is_multiple_of(3)
    }
}

fn hash_shift(position: usize, scanner: usize) -> u64 {
    (position as u64 * 7 + scanner as u64 * 5) % u64::from(MEASURE_HOURS)
}

/// e to a power near 0; exactly 1 at 0.
fn near_exp(power: f64) -> f64 {
    1.0 + power * (1.0 + power * (0.5 + power / 6.0))
}

/// The middle value, the lower one of two.
fn low_median(values: &[f64]) -> Option<f64> {
    let mut sorted: [f64; 16] = [f64::INFINITY; 16];
    let count = values.len().min(sorted.len());
    sorted[..count].copy_from_slice(&values[..count]);
    sorted[..count].sort_unstable_by(f64::total_cmp);
    sorted[..count].get(count.checked_sub(1)? / 2).copied()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SimOptions;
    use allium_model::Timestamp;

    fn simulation() -> Simulation {
        Simulation::run(&SimOptions { relays: 100, days: 30, seed: 4, end: Timestamp(1_771_765_200) })
    }

    #[test]
    fn weights_end_at_those_of_the_details_document() {
        let simulation = simulation();
        let weights = Weights::of(&simulation);
        for (position, relay) in simulation.world.relays.iter().enumerate() {
            let weight = weights.at(position, simulation.clock.last_hour());
            let expected = (relay.bandwidth.weight as u32, relay.bandwidth.measured);
            assert_eq!((weight.kilobytes_per_second, weight.is_measured), expected);
        }
    }

    #[test]
    fn measured_weights_change_every_few_hours() {
        let simulation = simulation();
        let weights = Weights::of(&simulation);
        let is_measured = |position: &usize| weights.at(*position, 0).is_measured;
        let position = (0..100).find(is_measured).unwrap();
        let at = |hour| weights.at(position, hour).kilobytes_per_second;
        let changes = (1..720).filter(|hour| at(*hour) != at(*hour - 1)).count();
        assert!((60..200).contains(&changes), "{changes}");
    }

    #[test]
    fn the_low_median_of_the_measurements_is_the_weight() {
        let weights = Weights::of(&simulation());
        let scanners = [(0, 0.02), (1, -0.05), (2, 0.06), (4, -0.02), (5, 0.0), (7, 0.11)];
        let mut factors = Vec::new();
        for position in 0..100 {
            weights.factors(position, 77, &scanners, &mut factors);
            assert_eq!(low_median(&factors), Some(1.0));
            assert!(factors.iter().all(|factor| (0.6..1.7).contains(factor)));
        }
    }
}
