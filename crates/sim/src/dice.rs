//! Seeded randomness.
//!
//! Every subject (a relay's outages, an operator's style) draws from its own stream of the seed, so
//! that a change in one place moves nothing else. The generator is ChaCha8, whose output does not
//! depend on the platform.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rand_distr::StandardNormal;

/// What a stream of randomness is for.
#[derive(Debug, Clone, Copy)]
#[repr(u64)]
pub(crate) enum Subject {
    Operators,
    Networks,
    Style,
    Fleet,
    Relay,
    Outages,
    Incidents,
    Consensuses,
    Traffic,
    Bridges,
    AuthorityFaults,
    Measurements,
    Reachability,
    Descriptors,
    SharedRandom,
    Votes,
    LabelledFaults,
}

/// One stream of randomness.
#[derive(Debug, Clone)]
pub(crate) struct Dice(ChaCha8Rng);

impl Dice {
    /// The stream of the `number`-th thing of a subject.
    pub(crate) fn new(seed: u64, subject: Subject, number: usize) -> Self {
        let mut generator = ChaCha8Rng::seed_from_u64(seed);
        generator.set_stream((subject as u64) << 40 | number as u64);
        Self(generator)
    }

    /// A number from 0 up to 1, 1 excluded.
    pub(crate) fn unit(&mut self) -> f64 {
        self.0.random::<f64>()
    }

    /// A whole number below `limit`, 0 when there is none.
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        if limit == 0 { 0 } else { (self.unit() * limit as f64) as usize }
    }

    /// A whole number from `low` to `high`, both included.
    pub(crate) fn between(&mut self, low: u32, high: u32) -> u32 {
        low + self.below(high.saturating_sub(low) as usize + 1) as u32
    }

    /// True with probability `share`.
    pub(crate) fn chance(&mut self, share: f64) -> bool {
        self.unit() < share
    }

    /// One of several equally likely things.
    pub(crate) fn pick<'t, T>(&mut self, things: &'t [T]) -> &'t T {
        &things[self.below(things.len())]
    }

    /// One of several things by weight.
    pub(crate) fn weighted<'t, T>(&mut self, things: &'t [T], weight: impl Fn(&T) -> f64) -> &'t T {
        let total: f64 = things.iter().map(&weight).sum();
        let mut left = self.unit() * total;
        for thing in things {
            left -= weight(thing);
            if left < 0.0 {
                return thing;
            }
        }
        &things[things.len() - 1]
    }

    /// A log-normal number with this median.
    pub(crate) fn log_normal(&mut self, median: f64, sigma: f64) -> f64 {
        let normal: f64 = self.0.sample(StandardNormal);
        median * (sigma * normal).exp()
    }

    /// An exponential number with this mean.
    pub(crate) fn exponential(&mut self, mean: f64) -> f64 {
        -mean * (1.0 - self.unit()).ln()
    }

    /// Random bytes.
    pub(crate) fn bytes<const N: usize>(&mut self) -> [u8; N] {
        self.0.random()
    }
}

/// A number from 0 up to 1 that depends on its arguments alone. For what is asked in any order and
/// very often, where a stream of its own would cost too much.
pub(crate) fn unit_at(seed: u64, subject: Subject, place: [u64; 3]) -> f64 {
    (hash_at(seed, subject, place) >> 11) as f64 / (1_u64 << 53) as f64
}

/// A number of 64 bits that depends on its arguments alone (SplitMix64 over each of them in turn).
pub(crate) fn hash_at(seed: u64, subject: Subject, place: [u64; 3]) -> u64 {
    place.into_iter().fold(mixed(seed ^ mixed(subject as u64)), |state, number| mixed(state ^ mixed(number)))
}

fn mixed(number: u64) -> u64 {
    let number = number.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let number = (number ^ (number >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    number ^ (number >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_repeat_and_differ_by_subject_and_number() {
        let draw = |subject, number| Dice::new(7, subject, number).bytes::<16>();
        assert_eq!(draw(Subject::Relay, 1), draw(Subject::Relay, 1));
        assert_ne!(draw(Subject::Relay, 1), draw(Subject::Relay, 2));
        assert_ne!(draw(Subject::Relay, 1), draw(Subject::Outages, 1));
    }

    #[test]
    fn numbers_of_a_place_repeat_and_are_spread_evenly() {
        let at = |number| unit_at(7, Subject::Votes, [1, number, 3]);
        assert!((at(5) - at(5)).abs() < f64::EPSILON);
        let mean = (0..10_000).map(at).sum::<f64>() / 10_000.0;
        assert!((mean - 0.5).abs() < 0.02, "{mean}");
        assert_ne!(hash_at(7, Subject::Votes, [1, 2, 3]), hash_at(7, Subject::Votes, [2, 1, 3]));
    }

    #[test]
    fn a_thing_without_weight_is_never_drawn() {
        let mut dice = Dice::new(1, Subject::Relay, 0);
        let things = [("never", 0.0), ("often", 2.0)];
        assert!((0..1000).all(|_| dice.weighted(&things, |thing| thing.1).0 == "often"));
    }
}
