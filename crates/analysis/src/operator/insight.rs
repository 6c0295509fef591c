//! The one thing to know of an operator, by rules (`docs/methods/insight.md`).

use super::OperatorReport;
use crate::leaderboard::Place;
use crate::scores::{HealthClass, HealthPart};

/// The one thing to know. The first rule that holds decides, in the order of the variants.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Insight {
    /// No relay runs.
    NoneRunning,
    /// At least a tenth of the weight is on relays that do not run.
    WeightAway {
        /// Relays that do not run.
        relays: usize,
        /// Their share of the operator's weight, last known ones, in percent.
        percent: f64,
    },
    /// At least a quarter of the running relays is not on a recommended version.
    Outdated {
        /// Relays that are not.
        relays: usize,
        /// Running relays.
        of: usize,
    },
    /// The score is not excellent, and this part costs most of it.
    Costly {
        /// The part.
        part: HealthPart,
        /// Points of the score that it costs.
        points: f64,
    },
    /// Among the first three of a leaderboard.
    Leading(Place),
    /// No absence of a day for at least 90 days.
    Steady {
        /// Whole days.
        days: i64,
    },
    /// All is well as far as it is known.
    Well,
    /// Too little is known.
    TooLittle,
}

/// Percent of the weight that must be away.
const AWAY_PERCENT: f64 = 10.0;

/// Part of the running relays that must be outdated: one in so many.
const OUTDATED_PART: usize = 4;

/// Days without an absence.
const STEADY_DAYS: i64 = 90;

impl Insight {
    /// The first rule that holds.
    pub(super) fn of(report: &OperatorReport) -> Self {
        let running = report.score.running_relays;
        if running == 0 {
            return Self::NoneRunning;
        }
        if report.offline.weight_percent >= AWAY_PERCENT {
            return Self::WeightAway {
                relays: report.offline.relays.len(),
                percent: report.offline.weight_percent,
            };
        }
        if report.outdated_relays * OUTDATED_PART >= running {
            return Self::Outdated { relays: report.outdated_relays, of: running };
        }
        let Some(score) = report.score.score else { return Self::TooLittle };
        if HealthClass::of_percent(score) != HealthClass::Excellent
            && let Some((part, points)) = costliest(&report.score.parts)
        {
            return Self::Costly { part, points };
        }
        match (report.best_place.filter(|place| place.rank <= 3), report.days_since_issue) {
            (Some(place), _) => Self::Leading(place),
            (None, Some(days)) if days >= STEADY_DAYS => Self::Steady { days },
            _ => Self::Well,
        }
    }
}

/// The part that takes most points from the score, of those that are known.
fn costliest(parts: &[Option<f64>; 4]) -> Option<(HealthPart, f64)> {
    let known = || HealthPart::ALL.into_iter().filter_map(|part| Some((part, parts[part as usize]?)));
    let present: f64 = known().map(|(part, _)| part.weight()).sum();
    let cost = |(part, value): (HealthPart, f64)| (part, 100.0 * part.weight() * (1.0 - value) / present);
    known().map(cost).max_by(|left, right| left.1.total_cmp(&right.1)).filter(|(_, points)| *points > 0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_part_that_costs_most_counts_by_its_weight() {
        // Uptime: 0.5 x 0.1 = 0.05; software: 0.1 x 0.5 = 0.05 less a little.
        let (part, points) = costliest(&[Some(0.9), None, None, Some(0.51)]).unwrap();
        assert_eq!(part, HealthPart::Uptime);
        assert!((points - 100.0 * 0.05 / 0.6).abs() < 1e-9);
        assert_eq!(costliest(&[Some(1.0), None, None, Some(1.0)]), None);
        assert_eq!(costliest(&[None; 4]), None);
    }
}
