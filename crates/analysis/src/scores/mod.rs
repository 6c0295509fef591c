//! Scores: what several measurements of a relay or an operator come to (`docs/methods/relay-health.md`,
//! `docs/methods/operator-score.md`, `docs/methods/diversity.md`).
//!
//! A part without data is left out and the weights of the others are scaled up; a score with less than
//! half of its weight present is not enough data, which is `None` and never zero.

mod diversity;
mod health_class;
mod operator_score;
mod relay_health;
mod size_class;

pub use diversity::{Added, Diversity, Pick, Spread};
pub use health_class::HealthClass;
pub use operator_score::OperatorScore;
pub use relay_health::{HealthPart, RelayHealth};
pub use size_class::SizeClass;

use crate::metrics::uptime::UptimeReport;
use crate::{Ladder, Percentile};
use allium_model::{GroupPosition, Histories, Network, RelayPosition};

/// The scores of a snapshot.
#[derive(Debug, Default)]
pub struct ScoreReport {
    relays: Vec<RelayHealth>,
    operators: Vec<OperatorScore>,
    /// Scores of all operators that have one.
    pub operator_ladder: Ladder,
    /// The same by size class, in the order of [`SizeClass::ALL`].
    pub class_ladders: [Ladder; 5],
    /// Running relays by class of their health, in the order of [`HealthClass::ALL`].
    pub health_classes: [usize; 4],
    /// Running relays of which too little is known for a health score.
    pub without_health: usize,
}

impl ScoreReport {
    /// Scores the relays and operators of a network.
    pub(crate) fn new(network: &Network, histories: &Histories, uptime: &UptimeReport) -> Self {
        let positions = (0..network.relays().len() as u32).map(RelayPosition);
        let relays: Vec<_> =
            positions.map(|position| RelayHealth::of(network, histories, uptime, position)).collect();
        let operators = operator_score::of_all(network, &relays);
        let scores = |class: Option<SizeClass>| {
            let counted = operators.iter().filter(|score| class.is_none() || score.class == class);
            Ladder::of(counted.filter_map(|score| score.score))
        };
        let mut report = Self {
            operator_ladder: scores(None),
            class_ladders: SizeClass::ALL.map(|class| scores(Some(class))),
            relays,
            operators,
            ..Self::default()
        };
        report.count_classes(network);
        report
    }

    fn count_classes(&mut self, network: &Network) {
        let running = network.relays().iter().zip(&self.relays).filter(|(relay, _)| relay.running);
        for (_, health) in running {
            match health.score {
                Some(score) => self.health_classes[HealthClass::of_percent(score) as usize] += 1,
                None => self.without_health += 1,
            }
        }
    }

    /// The health of a relay.
    pub fn relay(&self, position: RelayPosition) -> &RelayHealth {
        &self.relays[position.index()]
    }

    /// The score of an operator.
    pub fn operator(&self, position: GroupPosition) -> &OperatorScore {
        &self.operators[position.index()]
    }

    /// An operator's place among all operators with a score.
    pub fn percentile_among_all(&self, operator: GroupPosition) -> Option<Percentile> {
        self.operator_ladder.percentile(self.operator(operator).score?)
    }

    /// An operator's place among those of its size class.
    pub fn percentile_among_similar(&self, operator: GroupPosition) -> Option<Percentile> {
        let score = self.operator(operator);
        self.class_ladders[score.class? as usize].percentile(score.score?)
    }
}

#[cfg(test)]
mod tests;
