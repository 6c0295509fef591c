//! The truth: what took relays away, when and why, and how traffic moves, as JSON.
//!
//! `start` is the first consensus without the affected relays, `end` the first one with them again
//! as far as this event goes; another may keep them away.

use crate::data::countries::COUNTRIES;
use crate::data::software::STABLE;
use crate::directory::truth::WireDirectory;
use crate::simulation::Simulation;
use crate::time::event::{Event, EventKind};
use crate::traffic::days::Days;
use crate::traffic::pattern::{self, Pattern};
use serde::Serialize;
use std::io::{self, Write};

#[derive(Serialize)]
struct WireEvent<'a> {
    id: usize,
    kind: &'static str,
    /// What it befell: a fingerprint, an AS number, a domain, a country code or a version.
    subject: String,
    start: String,
    /// None while it goes on at the end of the simulation.
    end: Option<String>,
    cause: &'a str,
    relays: usize,
    /// Affected relays; left out of an event that befell more than a thousand.
    #[serde(skip_serializing_if = "Option::is_none")]
    fingerprints: Option<Vec<String>>,
}

/// How the traffic of the network moves, and what it came to.
#[derive(Serialize)]
struct WireTraffic {
    /// How much the busiest hour lies above the mean, as a share of the mean.
    daily_amplitude: f64,
    busiest_hour_utc: f64,
    /// Traffic of a day as a multiple of the mean.
    week_from_monday: [f64; 7],
    /// As an exponent.
    growth_per_year: f64,
    /// The day of the first of the numbers below.
    first_day: String,
    /// By day: the rates at which relays read while they were there, added up over those that were there
    /// for a fifth of the day.
    read_bytes_per_second: Vec<f64>,
    bridges: usize,
    /// By day: clients of the bridges that reported, added up; none when no bridge did.
    bridge_clients: Vec<Option<f64>>,
}

/// Most fingerprints of an event.
const MAX_FINGERPRINTS: usize = 1000;

impl Simulation {
    /// Writes what happened to relays, in the order of time, with the hours that had no consensus.
    pub fn write_truth(&self, out: &mut dyn Write) -> io::Result<()> {
        self.write_truth_with(None, out)
    }

    /// The same with what is true of the authorities.
    pub(crate) fn write_truth_with(
        &self,
        directory: Option<&WireDirectory>,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let options = self.options;
        let missing: Vec<String> =
            self.consensuses.missing().iter().map(|hour| self.clock.time(*hour).to_string()).collect();
        write!(
            out,
            "{{\"simulated\":true,\"seed\":{},\"relays\":{},\"days\":{},\"start\":\"{}\",\"end\":\"{}\",\n\"missing_consensuses\":",
            options.seed,
            options.relays,
            options.days,
            self.clock.start(),
            self.clock.end
        )?;
        serde_json::to_writer(&mut *out, &missing)?;
        out.write_all(b",\n\"traffic\":")?;
        serde_json::to_writer(&mut *out, &self.wire_traffic())?;
        if let Some(directory) = directory {
            out.write_all(b",\n\"directory\":")?;
            serde_json::to_writer(&mut *out, directory)?;
        }
        out.write_all(b",\n\"events\":[")?;
        for (id, event) in self.events.iter().enumerate() {
            out.write_all(if id == 0 { b"\n" } else { b",\n" })?;
            serde_json::to_writer(&mut *out, &self.wire_event(id, event))?;
        }
        out.write_all(b"\n]}\n")
    }

    fn wire_traffic(&self) -> WireTraffic {
        let days = Days::new(self.clock);
        let pattern = Pattern::new(self.clock);
        let mut read = vec![0.0; days.count()];
        for position in 0..self.world.relays.len() {
            for (sum, day) in read.iter_mut().zip(self.carried(days, &pattern, position).days) {
                *sum += if day.hours * 5 >= 24 { day.read } else { 0.0 };
            }
        }
        WireTraffic {
            daily_amplitude: pattern::DAILY_AMPLITUDE,
            busiest_hour_utc: pattern::BUSIEST_HOUR,
            week_from_monday: pattern::WEEK,
            growth_per_year: pattern::GROWTH_PER_YEAR,
            first_day: days.date(0).to_string(),
            read_bytes_per_second: read.into_iter().map(f64::round).collect(),
            bridges: self.bridges(),
            bridge_clients: self.clients_by_day(days),
        }
    }

    fn wire_event(&self, id: usize, event: &Event) -> WireEvent<'_> {
        let relays = event.relays();
        let fingerprint = |relay: &u32| self.world.relays[*relay as usize].fingerprint.to_string();
        WireEvent {
            id,
            kind: event.kind.name(),
            subject: self.subject(event),
            start: self.clock.time(event.span.start).to_string(),
            end: (event.span.end < self.clock.hours).then(|| self.clock.time(event.span.end).to_string()),
            cause: event.cause,
            relays: relays.len(),
            fingerprints: (relays.len() <= MAX_FINGERPRINTS)
                .then(|| relays.iter().map(fingerprint).collect()),
        }
    }

    fn subject(&self, event: &Event) -> String {
        let position = event.subject as usize;
        match event.kind {
            EventKind::Outage | EventKind::Update | EventKind::Departure => {
                self.world.relays[position].fingerprint.to_string()
            }
            EventKind::AsOutage | EventKind::PrefixOutage | EventKind::Decline => {
                self.world.networks.get(event.subject).number.to_string()
            }
            EventKind::OperatorOutage | EventKind::Flapping => self.world.operators[position].domain.clone(),
            EventKind::CountryOutage => COUNTRIES[position].code.to_owned(),
            EventKind::VersionOutage => STABLE[position].version.to_owned(),
        }
    }
}
