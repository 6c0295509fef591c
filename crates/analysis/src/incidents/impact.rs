//! What relays are to the network: shares of relays, of weight and of the probability to be chosen.
//!
//! Probabilities follow the bandwidth weights that the consensus of that moment has by dir-spec, computed
//! from the flags and weights of all relays; where none balance, flags and weights alone.

use super::relays::RelayState;
use allium_consensus::{BandwidthTotals, BandwidthWeights};
use allium_model::{Flag, Impact, Role};

/// The scale in which bandwidth weights are computed.
const SCALE: i64 = 10_000;

/// The network at a moment, to measure parts of it against.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Whole {
    pub(super) relays: u32,
    pub(super) weight: u64,
    pub(super) exit_weight: u64,
    pub(super) totals: BandwidthTotals,
}

impl Whole {
    /// The network of these relays.
    pub(super) fn of<'r>(relays: impl Iterator<Item = &'r RelayState>) -> Self {
        let mut whole = Self::default();
        for relay in relays {
            whole.relays += 1;
            whole.weight += relay.counted_weight();
            whole.exit_weight += if relay.is_exit() { relay.counted_weight() } else { 0 };
            whole.totals.add(relay.is_exit(), relay.flags.contains(Flag::Guard), relay.counted_weight());
        }
        whole
    }

    /// What some of its relays are to it.
    pub(super) fn impact<'r>(&self, relays: impl Iterator<Item = &'r RelayState>) -> Impact {
        let weights = self.totals.weights(SCALE);
        let mut part = Parts::default();
        let (mut count, mut weight) = (0_u32, 0_u64);
        for relay in relays {
            count += 1;
            weight += relay.counted_weight();
            part.add(weights.as_ref(), kind(relay), relay.counted_weight() as f64);
        }
        let mut all = Parts::default();
        let BandwidthTotals { guard, middle, exit, both, .. } = self.totals;
        for (kind, sum) in [(GUARD, guard), (MIDDLE, middle), (EXIT, exit), (BOTH, both)] {
            // Totals begin with 1 so that nothing is divided by zero.
            all.add(weights.as_ref(), kind, sum.saturating_sub(1) as f64);
        }
        Impact {
            relays_ratio: ratio(f64::from(count), f64::from(self.relays)),
            weight_ratio: ratio(weight as f64, self.weight as f64),
            guard_ratio: ratio(part.guard, all.guard),
            middle_ratio: ratio(part.middle, all.middle),
            exit_ratio: ratio(part.exit, all.exit),
        }
    }

    /// Share of the weight of some of its relays, 0 to 1; of their number where no weight is known.
    pub(super) fn share(&self, relays: u32, weight: u64) -> f64 {
        if self.weight == 0 {
            return ratio(f64::from(relays), f64::from(self.relays));
        }
        ratio(weight as f64, self.weight as f64)
    }
}

/// Whether a relay is a guard, and whether an exit.
type Kind = (bool, bool);
const GUARD: Kind = (true, false);
const MIDDLE: Kind = (false, false);
const EXIT: Kind = (false, true);
const BOTH: Kind = (true, true);

fn kind(relay: &RelayState) -> Kind {
    (relay.flags.contains(Flag::Guard), relay.role() == Role::Exit)
}

/// Weight that counts for each position.
#[derive(Debug, Clone, Copy, Default)]
struct Parts {
    guard: f64,
    middle: f64,
    exit: f64,
}

impl Parts {
    fn add(&mut self, weights: Option<&BandwidthWeights>, kind: Kind, weight: f64) {
        let part = |of: i64| of as f64 / SCALE as f64;
        let (guard, middle, exit) = match (kind, weights) {
            (GUARD, Some(weights)) => (part(weights.wgg), part(weights.wmg), 0.0),
            (EXIT, Some(weights)) => (0.0, part(weights.wme), part(weights.wee)),
            (BOTH, Some(weights)) => (part(weights.wgd), part(weights.wmd), part(weights.wed)),
            ((guard, exit), _) => (f64::from(u8::from(guard)), 1.0, f64::from(u8::from(exit))),
        };
        self.guard += guard * weight;
        self.middle += middle * weight;
        self.exit += exit * weight;
    }
}

fn ratio(part: f64, whole: f64) -> f64 {
    if whole > 0.0 { (part / whole).clamp(0.0, 1.0) } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::super::groups::Groups;
    use super::super::relays::Relays;
    use super::*;
    use allium_model::{
        Fingerprint, FlagSet, HourRecord, NetworkRecord, RecordSource, RelayAttributes, RelayRecord,
        Timestamp,
    };

    fn states(relays: &[(&[Flag], u32)]) -> Vec<RelayState> {
        let records = relays.iter().zip(0_u8..).map(|((flags, weight), number)| RelayRecord {
            fingerprint: Fingerprint([number; 20]),
            flags: flags.iter().copied().chain([Flag::Running]).collect::<FlagSet>(),
            weight: Some(*weight),
            is_measured: None,
            attributes: RelayAttributes::default(),
        });
        let hour = HourRecord {
            valid_after: Timestamp(0),
            source: RecordSource::Consensus,
            digest: [0; 32],
            relays: records.collect(),
            network: NetworkRecord::default(),
            authorities: Vec::new(),
        };
        let mut known = Relays::default();
        known.advance(&hour, &mut Groups::default());
        known.all().to_vec()
    }

    #[test]
    fn a_lost_exit_counts_for_exits_alone_while_exits_are_scarce() {
        let relays = states(&[
            (&[Flag::Guard], 6000),
            (&[], 2000),
            (&[Flag::Exit], 600),
            (&[Flag::Exit], 400),
            (&[Flag::Exit, Flag::BadExit], 1000),
        ]);
        let whole = Whole::of(relays.iter());
        let impact = whole.impact(relays[2..3].iter());
        assert!((impact.weight_ratio - 0.06).abs() < 1e-9 && (impact.relays_ratio - 0.2).abs() < 1e-9);
        assert!((impact.exit_ratio - 0.6).abs() < 1e-9, "{impact:?}");
        assert!(impact.guard_ratio.abs() < 1e-9 && impact.middle_ratio.abs() < 1e-9, "{impact:?}");
        // A bad exit is a middle relay; guards that are not needed as guards share the middle with it.
        let middle = whole.impact(relays[4..].iter());
        assert!(middle.exit_ratio.abs() < 1e-9 && middle.middle_ratio > 0.1, "{middle:?}");
    }

    #[test]
    fn all_relays_are_everything() {
        let relays =
            states(&[(&[Flag::Guard], 6), (&[], 2), (&[Flag::Exit], 6), (&[Flag::Exit, Flag::Guard], 4)]);
        let impact = Whole::of(relays.iter()).impact(relays.iter());
        for share in [impact.relays_ratio, impact.weight_ratio, impact.guard_ratio, impact.exit_ratio] {
            assert!((share - 1.0).abs() < 1e-9, "{impact:?}");
        }
    }
}
