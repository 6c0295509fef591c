//! The truth: what took relays away, when and why, as JSON.
//!
//! `start` is the first consensus without the affected relays, `end` the first one with them again
//! as far as this event goes; another may keep them away.

use crate::data::countries::COUNTRIES;
use crate::data::software::BAD_VERSION;
use crate::simulation::Simulation;
use crate::time::event::{Event, EventKind};
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

/// Most fingerprints of an event.
const MAX_FINGERPRINTS: usize = 1000;

impl Simulation {
    /// Writes what happened, in the order of time, with the hours that had no consensus.
    pub fn write_truth(&self, out: &mut dyn Write) -> io::Result<()> {
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
        out.write_all(b",\n\"events\":[")?;
        for (id, event) in self.events.iter().enumerate() {
            out.write_all(if id == 0 { b"\n" } else { b",\n" })?;
            serde_json::to_writer(&mut *out, &self.wire_event(id, event))?;
        }
        out.write_all(b"\n]}\n")
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
            EventKind::AsOutage => self.world.networks.get(event.subject).number.to_string(),
            EventKind::OperatorOutage => self.world.operators[position].domain.clone(),
            EventKind::CountryOutage => COUNTRIES[position].code.to_owned(),
            EventKind::VersionOutage => BAD_VERSION.to_owned(),
        }
    }
}
