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
    fn a_thing_without_weight_is_never_drawn() {
        let mut dice = Dice::new(1, Subject::Relay, 0);
        let things = [("never", 0.0), ("often", 2.0)];
        assert!((0..1000).all(|_| dice.weighted(&things, |thing| thing.1).0 == "often"));
    }
}
