//! The Onionoo uptime document.
//!
//! Up to 20,000 relays it carries the histories of the common flags; above, only that of Running, so
//! that the document stays of a size that can be read.

use super::history::{Histories, histories};
use crate::flags;
use crate::simulation::Simulation;
use allium_documents::onionoo::{EnvelopeOut, UptimeRelay, write_envelope};
use allium_model::Flag;
use std::io::{self, Write};

/// Most relays for which histories of all common flags are written.
const MAX_RELAYS_WITH_FLAGS: usize = 20_000;

impl Simulation {
    /// Writes the uptime document. Relays that were never there in the simulated time are not in it.
    pub fn write_uptime(&self, out: &mut dyn Write) -> io::Result<()> {
        let head = EnvelopeOut { relays_published: self.published() };
        let relays = (0..self.world.relays.len()).filter_map(|position| self.uptime_relay(position));
        write_envelope(out, head, relays)
    }

    fn uptime_relay(&self, position: usize) -> Option<UptimeRelay<'static>> {
        let (relay, life) = (&self.world.relays[position], &self.lives[position]);
        let uptime = histories(self.clock, &self.consensuses, &life.presence);
        if uptime.is_empty() {
            return None;
        }
        let with_flag = |flag: Flag| -> Histories {
            match flag {
                Flag::Running => uptime.clone(),
                _ => histories(self.clock, &self.consensuses, &flags::presence_with(flag, relay, life)),
            }
        };
        let named = self.flags_with_history().iter().map(|flag| (flag.name().into(), with_flag(*flag)));
        let flags = named.filter(|(_, histories)| !histories.is_empty()).collect();
        Some(UptimeRelay { fingerprint: relay.fingerprint.to_string().into(), uptime, flags })
    }

    fn flags_with_history(&self) -> &'static [Flag] {
        if self.options.relays > MAX_RELAYS_WITH_FLAGS { &[Flag::Running] } else { &flags::WITH_HISTORY }
    }
}
