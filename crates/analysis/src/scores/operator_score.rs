//! The score of an operator: how its running relays are, by their weight.

use super::{HealthPart, RelayHealth, SizeClass};
use allium_model::{Group, GroupKind, Network};

/// The score of an operator.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct OperatorScore {
    /// Consensus-weight-weighted mean of the health of its running relays, 0 to 100; none when no running
    /// relay with weight has one.
    pub score: Option<f64>,
    /// The same mean of each part, 0 to 1, over the relays that have the part.
    pub parts: [Option<f64>; 4],
    /// Running relays with a health score.
    pub scored_relays: usize,
    /// Running relays.
    pub running_relays: usize,
    /// Its size class; none without a running relay.
    pub class: Option<SizeClass>,
}

/// A mean with weights.
#[derive(Default)]
struct WeightedMean {
    sum: f64,
    weights: f64,
}

impl WeightedMean {
    fn add(&mut self, value: Option<f64>, weight: f64) {
        if let Some(value) = value {
            self.sum += value * weight;
            self.weights += weight;
        }
    }

    fn mean(&self) -> Option<f64> {
        (self.weights > 0.0).then(|| self.sum / self.weights)
    }
}

/// The scores of all operators, by place.
pub(super) fn of_all(network: &Network, health: &[RelayHealth]) -> Vec<OperatorScore> {
    network
        .groups(GroupKind::Operator)
        .iter()
        .map(|operator| of_operator(network, health, operator))
        .collect()
}

fn of_operator(network: &Network, health: &[RelayHealth], operator: Group<'_>) -> OperatorScore {
    let mut score = WeightedMean::default();
    let mut parts: [WeightedMean; 4] = Default::default();
    let (mut scored_relays, mut running_relays, mut running_weight) = (0, 0, 0.0);
    for position in operator.members {
        let relay = network.relay(*position);
        if !relay.running {
            continue;
        }
        let health = &health[position.index()];
        let weight = relay.consensus_weight.unwrap_or(0) as f64;
        running_relays += 1;
        running_weight += weight;
        scored_relays += usize::from(health.score.is_some());
        score.add(health.score, weight);
        for part in HealthPart::ALL {
            parts[part as usize].add(health.part(part), weight);
        }
    }
    OperatorScore {
        // Relays with little of the weight do not speak for the rest.
        score: score.mean().filter(|_| 2.0 * score.weights >= running_weight),
        parts: parts.map(|part| part.mean()),
        scored_relays,
        running_relays,
        class: SizeClass::of(running_relays),
    }
}
