//! The Onionoo uptime document.
//!
//! Up to 20,000 relays it carries the histories of the common flags; above, only that of Running, so
//! that the document stays of a size that can be read.

use super::history::{Histories, presence_histories};
use crate::flags;
use crate::simulation::Simulation;
use allium_documents::onionoo::{EnvelopeOut, UptimeRelay, write_envelope};
use allium_model::Flag;
use std::io::{self, Write};

/// Most relays for which histories of all common flags are written.
pub(super) const MAX_RELAYS_WITH_ALL: usize = 20_000;

impl Simulation {
    /// Writes the uptime document. Relays that were never there in the simulated time are not in it.
    pub fn write_uptime(&self, out: &mut dyn Write) -> io::Result<()> {
        let head = EnvelopeOut { relays_published: self.published() };
        let relays = (0..self.world.relays.len()).filter_map(|position| self.uptime_relay(position));
        write_envelope(out, head, relays)
    }

    fn uptime_relay(&self, position: usize) -> Option<UptimeRelay<'static>> {
        let (relay, life) = (&self.world.relays[position], &self.lives[position]);
        let uptime = presence_histories(self.now(), &self.consensuses, &life.presence);
        if uptime.is_empty() {
            return None;
        }
        let with_flag = |flag: Flag| -> Histories {
            match flag {
                Flag::Running => uptime.clone(),
                _ => presence_histories(
                    self.now(),
                    &self.consensuses,
                    &flags::presence_with(flag, relay, life),
                ),
            }
        };
        let named = self.flags_with_history().iter().map(|flag| (flag.name().into(), with_flag(*flag)));
        let flags = named.filter(|(_, histories)| !histories.is_empty()).collect();
        Some(UptimeRelay { fingerprint: relay.fingerprint.to_string().into(), uptime, flags })
    }

    fn flags_with_history(&self) -> &'static [Flag] {
        if self.options.relays > MAX_RELAYS_WITH_ALL { &[Flag::Running] } else { &flags::WITH_HISTORY }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::options::SimOptions;
    use allium_documents::Limits;
    use allium_documents::onionoo::read_uptime_table;
    use allium_model::{History, Timestamp};

    /// The share of the consensuses in a history's time with a relay.
    fn share(simulation: &Simulation, position: usize, history: &History) -> f64 {
        let presence = &simulation.lives[position].presence;
        let hour = |time: Timestamp| (time.seconds_since(simulation.clock.start()) / 3600).max(0) as u32;
        let (start, end) = (hour(history.start()), hour(history.end(history.len() - 1)));
        let with = presence.runs_in(start, end).map(|run| simulation.consensuses.count(run.start, run.end));
        f64::from(with.sum::<u32>()) / f64::from(simulation.consensuses.count(start, end))
    }

    #[test]
    fn the_mean_of_a_history_is_the_share_of_consensuses_with_the_relay() {
        let end = Timestamp(1_771_765_200);
        let simulation = Simulation::run(&SimOptions { relays: 300, days: 150, seed: 3, end });
        let mut document = Vec::new();
        simulation.write_uptime(&mut document).unwrap();
        let (table, envelope) = read_uptime_table(&document, &Limits::default()).unwrap();
        assert_eq!(envelope.warnings, []);
        let mut compared = 0;
        for (position, relay) in simulation.world.relays.iter().enumerate() {
            let Some(uptime) = table.get(relay.fingerprint) else { continue };
            for (_, history) in uptime.overall.iter() {
                let known: Vec<f64> = history.values().flatten().collect();
                let mean = known.iter().sum::<f64>() / known.len() as f64;
                let share = share(&simulation, position, history);
                // Truncation takes up to a thousandth; bins with failed consensuses weigh like others.
                assert!((mean - share).abs() < 0.01, "{mean} for {share}");
                compared += 1;
            }
            let running = uptime.flags.iter().find(|uptime| uptime.flag == Flag::Running).unwrap();
            for (period, history) in uptime.overall.iter() {
                assert_eq!(running.get(period), Some(&history.into()));
            }
        }
        assert!(compared > 500, "{compared}");
    }
}
