//! The Onionoo clients document.

use super::history::{Bin, DAILY_BINS, histories};
use crate::simulation::Simulation;
use crate::traffic::days::Days;
use allium_documents::onionoo::{ClientsBridge, EnvelopeOut, write_bridges_envelope};
use std::fmt::Write as _;
use std::io::{self, Write};

impl Simulation {
    /// Writes the clients document.
    pub fn write_clients(&self, out: &mut dyn Write) -> io::Result<()> {
        let head = EnvelopeOut { relays_published: self.published() };
        let days = Days::new(self.clock);
        let bridges = (0..self.bridges()).map(|number| self.clients_bridge(days, number));
        write_bridges_envelope(out, head, bridges)
    }

    fn clients_bridge(&self, days: Days, number: usize) -> ClientsBridge<'static> {
        let bridge = self.bridge(days, number);
        let from = bridge.clients.iter().position(Option::is_some).map_or(0, |day| days.hours(day).start);
        let average_clients =
            histories(self.now(), &DAILY_BINS, from, &mut |bin| mean(days, &bridge.clients, bin));
        ClientsBridge { fingerprint: hex(&bridge.id).into(), average_clients }
    }
}

/// The mean of the known days, which must be half of the bin.
fn mean(days: Days, clients: &[Option<f64>], bin: Bin) -> Option<f64> {
    let known = clients[days.of_hours(bin.start, bin.end)].iter().flatten();
    let (count, sum) = known.fold((0_i32, 0.0), |(count, sum), clients| (count + 1, sum + clients));
    (count > 0 && i64::from(count) * 48 >= bin.hours).then(|| sum / f64::from(count))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02X}");
        text
    })
}
