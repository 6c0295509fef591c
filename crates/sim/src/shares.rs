//! Shares of consensus weight and probabilities of being chosen for each place in a circuit.
//!
//! In the spirit of dir-spec's bandwidth weights: exits are kept for exiting while they are scarce,
//! guards that are not needed as guards serve in the middle.

use allium_model::{Flag, FlagSet};

/// What a relay is to path selection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Class {
    Guard,
    Middle,
    Exit,
    GuardAndExit,
}

/// The share of a class's weight that counts for each place.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
struct Weights {
    guard: f64,
    middle: f64,
    exit: f64,
}

/// A relay's shares of the running network, 0 to 1.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Shares {
    pub(crate) consensus_weight: f64,
    pub(crate) guard: f64,
    pub(crate) middle: f64,
    pub(crate) exit: f64,
}

/// How shares follow from weights and flags in one consensus.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ShareRule {
    weights: [Weights; 4],
    total: f64,
    totals: Weights,
}

impl Class {
    /// The class of a relay with or without the flags that count.
    pub(crate) fn new(is_guard: bool, is_exit: bool) -> Self {
        match (is_guard, is_exit) {
            (true, true) => Self::GuardAndExit,
            (true, false) => Self::Guard,
            (false, true) => Self::Exit,
            (false, false) => Self::Middle,
        }
    }
}

fn class(flags: FlagSet) -> Class {
    let is_exit = flags.contains(Flag::Exit) && !flags.contains(Flag::BadExit);
    Class::new(flags.contains(Flag::Guard), is_exit)
}

impl ShareRule {
    /// The rule for the running relays with these flags and weights.
    pub(crate) fn of(relays: impl Iterator<Item = (FlagSet, u64)>) -> Self {
        let mut sums = [0.0; 4];
        for (flags, weight) in relays {
            sums[class(flags) as usize] += weight as f64;
        }
        Self::of_sums(sums)
    }

    /// The rule for these sums of weights, in the order of [`Class`].
    pub(crate) fn of_sums(sums: [f64; 4]) -> Self {
        let weights = weights(sums);
        let mut totals = Weights::default();
        for (sum, weights) in sums.iter().zip(&weights) {
            totals.guard += sum * weights.guard;
            totals.middle += sum * weights.middle;
            totals.exit += sum * weights.exit;
        }
        Self { weights, total: sums.iter().sum(), totals }
    }

    /// The shares of one of these relays.
    pub(crate) fn shares(&self, flags: FlagSet, weight: u64) -> Shares {
        self.shares_of(class(flags), weight as f64)
    }

    /// The shares of a relay of a class.
    pub(crate) fn shares_of(&self, class: Class, weight: f64) -> Shares {
        let share = |part: f64, total: f64| if total > 0.0 { weight * part / total } else { 0.0 };
        let weights = self.weights[class as usize];
        Shares {
            consensus_weight: share(1.0, self.total),
            guard: share(weights.guard, self.totals.guard),
            middle: share(weights.middle, self.totals.middle),
            exit: share(weights.exit, self.totals.exit),
        }
    }
}

/// Weights of the classes in the order of [`Class`], from the sums of their consensus weights.
fn weights([guard, middle, exit, both]: [f64; 4]) -> [Weights; 4] {
    let third = (guard + middle + exit + both) / 3.0;
    let exit_needs = portion(third, exit);
    let both_to_exit = portion(third - exit, both);
    let both_to_guard = portion(third - guard, both).min(1.0 - both_to_exit);
    let guard_needs =
        if guard > middle { ((guard + middle) / (2.0 * guard)).max(portion(third, guard)) } else { 1.0 };
    let of = |guard: f64, exit: f64| Weights { guard, middle: 1.0 - guard - exit, exit };
    [of(guard_needs.min(1.0), 0.0), of(0.0, 0.0), of(0.0, exit_needs), of(both_to_guard, both_to_exit)]
}

/// The part of `available` that makes up `wanted`, 0 to 1; all of it when it is not enough.
fn portion(wanted: f64, available: f64) -> f64 {
    if available <= 0.0 { 1.0 } else { (wanted / available).clamp(0.0, 1.0) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn scarce_exits_only_exit_and_spare_guards_serve_in_the_middle() {
        let [guard, middle, exit, both] = weights([60.0, 20.0, 5.0, 15.0]);
        assert!((guard.guard - 2.0 / 3.0).abs() < 1e-9 && (guard.middle - 1.0 / 3.0).abs() < 1e-9);
        assert_eq!(middle, Weights { guard: 0.0, middle: 1.0, exit: 0.0 });
        assert_eq!((exit.exit, both.exit, both.guard), (1.0, 1.0, 0.0));
    }

    proptest! {
        #[test]
        fn every_weight_is_spent_once(sums in prop::array::uniform4(0.0_f64..1e9)) {
            for weights in weights(sums) {
                prop_assert!(weights.guard >= 0.0 && weights.middle >= -1e-12 && weights.exit >= 0.0);
                prop_assert!((weights.guard + weights.middle + weights.exit - 1.0).abs() < 1e-9);
            }
        }
    }
}
