//! What each scanner measured in the rounds before, so that it can be compared with itself.

use super::bandwidth::MAX_SCANNER_RATIO;
use crate::directory::scanners::{OWN_PAST_SECONDS, ratio_to_own_median};
use allium_model::{AuthorityRecord, Fingerprint, Timestamp};
use std::collections::BTreeMap;

/// Rounds of a scanner that are remembered at most: 30 days of hours, and somewhat more.
const MAX_ROUNDS: usize = 1000;

/// What a scanner measured in one round.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Measured {
    /// Relays with a measurement; more than 0.
    pub(super) relays: u32,
    /// Sum of the measurements.
    pub(super) sum_kilobytes_per_second: u64,
}

/// The rounds of the last 30 days in which each scanner measured.
#[derive(Debug, Clone, Default)]
pub struct ScannerPast(BTreeMap<Fingerprint, BTreeMap<Timestamp, Measured>>);

impl ScannerPast {
    /// Takes in what history knows of authorities, in any order.
    pub fn remember(&mut self, rounds: &[AuthorityRecord]) {
        for round in rounds {
            let relays = round.measured_relays.filter(|relays| *relays > 0);
            if let (Some(relays), Some(sum)) = (relays, round.measured_sum_kilobytes_per_second) {
                let measured = Measured { relays, sum_kilobytes_per_second: sum };
                self.note(round.identity, round.valid_after, measured);
            }
        }
    }

    /// Takes in one round.
    pub(super) fn note(&mut self, identity: Fingerprint, valid_after: Timestamp, measured: Measured) {
        let rounds = self.0.entry(identity).or_default();
        rounds.insert(valid_after, measured);
        while rounds.len() > MAX_ROUNDS {
            rounds.pop_first();
        }
    }

    /// A round of a scanner against the median of its 30 days before; `None` with fewer than 24 rounds.
    pub(super) fn compare(
        &self,
        identity: Fingerprint,
        valid_after: Timestamp,
        now: Measured,
    ) -> Option<OwnRatios> {
        let span = valid_after.plus_seconds(-OWN_PAST_SECONDS)..valid_after;
        let past = || self.0.get(&identity).into_iter().flat_map(|rounds| rounds.range(span.clone()));
        let relays = past().map(|(_, measured)| f64::from(measured.relays)).collect();
        let sums = past().map(|(_, measured)| measured.sum_kilobytes_per_second as f64).collect();
        Some(OwnRatios {
            relays: ratio_to_own_median(relays, f64::from(now.relays))?,
            sum: ratio_to_own_median(sums, now.sum_kilobytes_per_second as f64)?,
        })
    }
}

/// A round of a scanner divided by the median of its own past.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct OwnRatios {
    relays: f64,
    sum: f64,
}

impl OwnRatios {
    /// How the scanner is unlike itself, in words that follow its name; `None` when it is not. More relays
    /// than before are no fault.
    pub(super) fn unlike(self) -> Option<String> {
        let least = 1.0 / MAX_SCANNER_RATIO;
        if !(least..=MAX_SCANNER_RATIO).contains(&self.sum) {
            return Some(format!("measures in sum {:.2} times the median of its own last 30 days", self.sum));
        }
        let is_less = self.relays < least;
        is_less.then(|| {
            format!("measures {:.2} times as many relays as the median of its own last 30 days", self.relays)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCANNER: Fingerprint = Fingerprint([1; 20]);
    const NOW: Timestamp = Timestamp(1_000 * 3600);

    fn measured(relays: u32, sum: u64) -> Measured {
        Measured { relays, sum_kilobytes_per_second: sum }
    }

    /// So many hours of 100 relays and 5,000 kB/s.
    fn past(hours: i64) -> ScannerPast {
        let mut past = ScannerPast::default();
        for hour in 1..=hours {
            past.note(SCANNER, NOW.plus_seconds(-hour * 3600), measured(100, 5000));
        }
        past
    }

    #[test]
    fn a_hand_worked_comparison() {
        let compare = |relays, sum| past(24).compare(SCANNER, NOW, measured(relays, sum)).unwrap().unlike();
        assert_eq!(compare(100, 5000), None);
        assert_eq!(compare(100, 10_000), None, "twice is not more than twice");
        assert_eq!(compare(300, 9_000), None, "more relays are no fault");
        let sum = "measures in sum 3.00 times the median of its own last 30 days";
        assert_eq!(compare(100, 15_000).as_deref(), Some(sum));
        let relays = "measures 0.40 times as many relays as the median of its own last 30 days";
        assert_eq!(compare(40, 4_000).as_deref(), Some(relays));
    }

    #[test]
    fn a_day_of_own_past_is_needed_and_30_days_are_the_most() {
        assert!(past(23).compare(SCANNER, NOW, measured(100, 5000)).is_none());
        let later = NOW.plus_seconds(OWN_PAST_SECONDS);
        assert!(past(48).compare(SCANNER, later, measured(100, 5000)).is_none());
        assert!(past(48).compare(Fingerprint([2; 20]), NOW, measured(100, 5000)).is_none());
    }

    #[test]
    fn the_past_has_bounds() {
        let mut past = past(24);
        for round in 0..2000 {
            past.note(SCANNER, NOW.plus_seconds(round * 10), measured(1, 1));
        }
        assert_eq!(past.0[&SCANNER].len(), MAX_ROUNDS);
    }
}
