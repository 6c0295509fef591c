//! The Onionoo bandwidth document.

use super::history::{Bin, DAILY_BINS, Histories, histories};
use crate::simulation::Simulation;
use crate::traffic::days::Days;
use crate::traffic::pattern::Pattern;
use crate::traffic::relay::CarriedDay;
use allium_documents::onionoo::{BandwidthRelay, EnvelopeOut, WireExhausted, WireRateLimits, write_envelope};
use std::io::{self, Write};

impl Simulation {
    /// Writes the bandwidth document. Relays that were never there in the simulated time are not in it.
    pub fn write_bandwidth(&self, out: &mut dyn Write) -> io::Result<()> {
        let head = EnvelopeOut { relays_published: self.published() };
        let (days, pattern) = (Days::new(self.clock), Pattern::new(self.clock));
        let relays = (0..self.world.relays.len())
            .filter_map(|position| self.bandwidth_relay(days, &pattern, position));
        write_envelope(out, head, relays)
    }

    fn bandwidth_relay(
        &self,
        days: Days,
        pattern: &Pattern,
        position: usize,
    ) -> Option<BandwidthRelay<'static>> {
        let relay = &self.world.relays[position];
        let from = self.lives[position].presence.runs().first()?.start;
        let carried = self.carried(days, pattern, position);
        let history = |per_read: f64| -> Histories {
            histories(self.now(), &DAILY_BINS, from, &mut |bin| {
                mean_while_there(days, &carried.days, bin, |_, day| day.read * per_read)
            })
        };
        let milliseconds = |hours: u32| (self.published().0 - i64::from(hours) * 3600) * 1000;
        let limits = |(hours, write_count, read_count): (u32, u32, u32)| WireRateLimits {
            rate_limit: relay.bandwidth.rate,
            burst_limit: relay.bandwidth.burst,
            write_count: write_count.into(),
            read_count: read_count.into(),
            timestamp: milliseconds(hours),
        };
        let exhausted = |hours| WireExhausted { timestamp: milliseconds(hours) };
        Some(BandwidthRelay {
            fingerprint: relay.fingerprint.to_string().into(),
            write_history: history(carried.written_per_read),
            read_history: history(1.0),
            overload_ratelimits: carried.overload.rate_limit.map(limits),
            overload_fd_exhausted: carried.overload.file_descriptors.map(exhausted),
        })
    }
}

/// The mean of a value of days over the hours in which the relay was there; none when these are less than
/// a fifth of the bin.
pub(super) fn mean_while_there(
    days: Days,
    carried: &[CarriedDay],
    bin: Bin,
    value: impl Fn(usize, &CarriedDay) -> f64,
) -> Option<f64> {
    let range = days.of_hours(bin.start, bin.end);
    let (mut hours, mut sum) = (0, 0.0);
    for position in range {
        let day = &carried[position];
        hours += day.hours;
        sum += value(position, day) * f64::from(day.hours);
    }
    (hours > 0 && bin.is_covered_by(hours)).then(|| sum / f64::from(hours))
}
