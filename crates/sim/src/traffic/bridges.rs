//! Bridges and their clients. Nothing else is known of a bridge.

use super::days::Days;
use super::pattern::{WEEK, weekday};
use crate::dice::{Dice, Subject};
use crate::simulation::Simulation;

/// A bridge.
#[derive(Debug)]
pub(crate) struct Bridge {
    /// Hash of its fingerprint.
    pub(crate) id: [u8; 20],
    /// Average number of clients on each day; none when it did not report.
    pub(crate) clients: Vec<Option<f64>>,
}

/// Relays for each bridge.
const RELAYS_PER_BRIDGE: usize = 6;
/// Most bridges of a simulation.
const MAX_BRIDGES: usize = 2000;

impl Simulation {
    /// Number of bridges.
    pub(crate) fn bridges(&self) -> usize {
        (self.options.relays / RELAYS_PER_BRIDGE).clamp(1, MAX_BRIDGES)
    }

    /// A bridge. Equal calls give equal answers.
    pub(crate) fn bridge(&self, days: Days, number: usize) -> Bridge {
        let mut dice = Dice::new(self.options.seed, Subject::Bridges, number);
        let id = dice.bytes();
        let usual = dice.log_normal(6.0, 1.3);
        let is_old = number == 0 || dice.chance(0.7);
        let since = if is_old { 0 } else { dice.below(days.count()) };
        let clients = (0..days.count()).map(|day| {
            let (reports, noise) = (dice.chance(0.97), 0.9 + 0.2 * dice.unit());
            let is_whole = days.hours(day).len() == 24;
            let weekly = WEEK[weekday(i64::from(days.date(day).0))];
            (reports && is_whole && day >= since).then_some(usual * noise * weekly)
        });
        Bridge { id, clients: clients.collect() }
    }

    /// Clients of all bridges on each day; none when no bridge reported.
    pub(crate) fn clients_by_day(&self, days: Days) -> Vec<Option<f64>> {
        let mut sums = vec![None; days.count()];
        for number in 0..self.bridges() {
            for (sum, clients) in sums.iter_mut().zip(self.bridge(days, number).clients) {
                if let Some(clients) = clients {
                    *sum = Some(sum.unwrap_or(0.0) + clients);
                }
            }
        }
        sums
    }
}
