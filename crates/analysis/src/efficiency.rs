//! How much consensus weight operators have for the bandwidth that they claim (`docs/methods/efficiency.md`).
//!
//! What is compared is two numbers. Why an operator has less weight than bandwidth is not measured here.

use crate::{Aggregate, Ladder, Snapshot};
use allium_model::{GroupKind, GroupPosition};

/// Which bandwidth is compared with the weight.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum BandwidthClaim {
    /// What relays say they sustained.
    #[default]
    Observed,
    /// The least of that and the configured limits.
    Advertised,
}

impl BandwidthClaim {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Observed, Self::Advertised];

    /// The name in lower case.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Observed => "observed",
            Self::Advertised => "advertised",
        }
    }

    fn of(self, sum: &Aggregate) -> u64 {
        match self {
            Self::Observed => sum.observed_bandwidth.total,
            Self::Advertised => sum.advertised_bandwidth.total,
        }
    }
}

/// An operator's bandwidth and weight.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct EfficiencyPoint {
    /// The operator's place in the index of operators.
    pub operator: GroupPosition,
    /// Its running relays.
    pub relays: usize,
    /// Those of them that fewer than three authorities measured, or of which that is not known.
    pub unmeasured_relays: usize,
    /// Bandwidth in bytes per second, above 0.
    pub bandwidth: u64,
    /// Consensus weight, above 0.
    pub weight: u64,
    /// Share of the network's weight / share of the network's bandwidth: 1 is the network's own ratio.
    pub ratio: f64,
}

/// The four fields of the scatter plot, split at the medians of the operators.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Quadrant {
    /// At least the median of both.
    MuchOfBoth,
    /// Much weight for less bandwidth.
    MoreWeight,
    /// Much bandwidth and less weight.
    MoreBandwidth,
    /// Less than the median of both.
    LittleOfBoth,
}

impl Quadrant {
    /// Every quadrant.
    pub const ALL: [Self; 4] = [Self::MuchOfBoth, Self::MoreWeight, Self::MoreBandwidth, Self::LittleOfBoth];
}

/// Operators by bandwidth and weight.
#[derive(Debug, Clone, PartialEq)]
pub struct Efficiency {
    /// Which bandwidth.
    pub claim: BandwidthClaim,
    /// Operators with a running relay, bandwidth and weight, in the order of their index.
    pub points: Vec<EfficiencyPoint>,
    /// Operators with a running relay and without one of both.
    pub left_out: usize,
    /// Consensus weight of the running network for each Mbit/s of it.
    pub network_weight_per_mbit: Option<f64>,
    /// Median bandwidth of the points, in bytes per second.
    pub median_bandwidth: Option<f64>,
    /// Median weight of the points.
    pub median_weight: Option<f64>,
}

/// Below half of the network's ratio an operator is listed as having little weight for its bandwidth.
pub const LITTLE_WEIGHT: f64 = 0.5;

impl Efficiency {
    /// The operators of a snapshot.
    pub fn new(snapshot: &Snapshot, claim: BandwidthClaim) -> Self {
        let totals = &snapshot.report.totals;
        let all_bandwidth = claim.of(totals) as f64;
        let all_weight = totals.consensus_weight as f64;
        let operators = &snapshot.report.groups(GroupKind::Operator).groups;
        let running = || operators.iter().filter(|group| group.aggregate.relays.total > 0).count();
        let point = |(index, sum): (usize, &Aggregate)| {
            let (bandwidth, weight) = (claim.of(sum), sum.consensus_weight);
            (sum.relays.total > 0 && bandwidth > 0 && weight > 0).then(|| EfficiencyPoint {
                operator: GroupPosition(index as u32),
                relays: sum.relays.total,
                unmeasured_relays: sum.relays.total.saturating_sub(sum.measured_relays),
                bandwidth,
                weight,
                ratio: (weight as f64 / all_weight) / (bandwidth as f64 / all_bandwidth),
            })
        };
        let sums = operators.iter().map(|group| &group.aggregate).enumerate();
        let points: Vec<_> = sums.filter_map(point).collect();
        let median = |value: fn(&EfficiencyPoint) -> u64| {
            Ladder::of(points.iter().map(|point| value(point) as f64)).quantile(0.5)
        };
        Self {
            claim,
            left_out: running() - points.len(),
            network_weight_per_mbit: (all_bandwidth > 0.0).then(|| all_weight / (all_bandwidth * 8e-6)),
            median_bandwidth: median(|point| point.bandwidth),
            median_weight: median(|point| point.weight),
            points,
        }
    }

    /// Where a point lies; medians count as much.
    pub fn quadrant(&self, point: &EfficiencyPoint) -> Quadrant {
        let much = |value: u64, median: Option<f64>| median.is_none_or(|median| value as f64 >= median);
        match (much(point.bandwidth, self.median_bandwidth), much(point.weight, self.median_weight)) {
            (true, true) => Quadrant::MuchOfBoth,
            (false, true) => Quadrant::MoreWeight,
            (true, false) => Quadrant::MoreBandwidth,
            (false, false) => Quadrant::LittleOfBoth,
        }
    }

    /// Operators with at least so many relays and less than [`LITTLE_WEIGHT`] times the network's ratio,
    /// by falling bandwidth.
    pub fn with_little_weight(&self, fewest_relays: usize) -> Vec<&EfficiencyPoint> {
        let mut found: Vec<_> = self
            .points
            .iter()
            .filter(|point| point.ratio < LITTLE_WEIGHT && point.relays >= fewest_relays)
            .collect();
        found.sort_by_key(|point| (std::cmp::Reverse(point.bandwidth), point.operator));
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{network, relay};
    use serde_json::json;

    fn efficiency(operators: &[(u64, u64)]) -> Efficiency {
        let relays: Vec<_> = (1..)
            .zip(operators)
            .map(|(number, (bandwidth, weight))| {
                let fields = json!({
                    "contact": format!("operator {number}"),
                    "observed_bandwidth": bandwidth,
                    "advertised_bandwidth": bandwidth / 2,
                    "consensus_weight": weight,
                });
                relay(number, &fields)
            })
            .collect();
        Efficiency::new(&Snapshot::new(network(&relays)), BandwidthClaim::Observed)
    }

    #[test]
    fn the_network_has_the_ratio_one() {
        // 4 MB/s for a weight of 40, which is 32 Mbit/s: 1.25 for each. The second has 1 MB/s for 5:
        // (5 / 40) / (1 / 4) = 0.5.
        let found = efficiency(&[(3_000_000, 35), (1_000_000, 5)]);
        assert!((found.network_weight_per_mbit.unwrap() - 1.25).abs() < 1e-12);
        let mut ratios: Vec<_> = found.points.iter().map(|point| point.ratio).collect();
        ratios.sort_by(f64::total_cmp);
        assert!((ratios[0] - 0.5).abs() < 1e-12 && (ratios[1] - 35.0 / 30.0).abs() < 1e-12);
        assert!(found.with_little_weight(1).is_empty());
    }

    #[test]
    fn points_are_split_at_the_medians() {
        let found = efficiency(&[(100, 100), (200, 1), (1, 200), (2, 2)]);
        let mut quadrants: Vec<_> = found.points.iter().map(|point| found.quadrant(point)).collect();
        quadrants.sort();
        assert_eq!(quadrants, Quadrant::ALL);
        let little: Vec<_> = found.with_little_weight(1).iter().map(|point| point.bandwidth).collect();
        assert_eq!(little, [200]);
        assert!(found.with_little_weight(2).is_empty());
    }

    #[test]
    fn operators_without_weight_or_bandwidth_are_left_out() {
        let found = efficiency(&[(100, 100), (100, 0), (0, 100)]);
        assert_eq!((found.points.len(), found.left_out), (1, 2));
    }
}
