//! One incident with all its parts, as JSON.

use super::rows::cause_id;
use crate::Meta;
use crate::json::Answer;
use allium_model::{Cause, HitRelay, Incident, IncidentStep, Timestamp, printable};
use serde::Serialize;
use std::io::{self, Write};

#[derive(Serialize)]
struct Item {
    id: String,
    kind: &'static str,
    class: &'static str,
    state: &'static str,
    severity: &'static str,
    started: String,
    confirmed: Option<String>,
    ended: Option<String>,
    ending: Option<&'static str>,
    evidence: String,
    /// Null for faults that hit no relay.
    impact: Option<ImpactItem>,
    causes: Vec<CauseItem>,
    relays: Vec<RelayItem>,
    steps: Vec<StepItem>,
}

#[derive(Serialize)]
struct ImpactItem {
    relays: usize,
    relays_away: usize,
    relays_ratio: f64,
    weight_ratio: f64,
    guard_ratio: f64,
    middle_ratio: f64,
    exit_ratio: f64,
}

#[derive(Serialize)]
struct CauseItem {
    kind: &'static str,
    id: String,
    hit_in_group: u32,
    hit: u32,
    group_relays: u32,
    coverage_ratio: f64,
    depth_ratio: f64,
    chance_log10: f64,
    contains_a_better_one: bool,
}

#[derive(Serialize)]
struct RelayItem {
    fingerprint: String,
    role: &'static str,
    consensus_weight: Option<u32>,
    country: Option<String>,
    returned: Option<String>,
}

#[derive(Serialize)]
struct StepItem {
    at: String,
    text: String,
}

/// Writes one incident as an object.
///
/// # Errors
/// What the writer says.
pub fn write_incident(out: &mut dyn Write, incident: &Incident, meta: &Meta) -> io::Result<()> {
    serde_json::to_writer(&mut *out, &Answer { data: item(incident), meta })?;
    out.write_all(b"\n")
}

fn item(incident: &Incident) -> Item {
    let time = |time: Option<Timestamp>| time.map(|time| time.to_string());
    Item {
        id: incident.id.to_string(),
        kind: incident.id.kind.name(),
        class: incident.class().name(),
        state: incident.state.name(),
        severity: incident.severity.name(),
        started: incident.id.from.to_string(),
        confirmed: time(incident.confirmed),
        ended: time(incident.until),
        ending: incident.ending.map(allium_model::Ending::name),
        evidence: printable(&incident.evidence).into_owned(),
        impact: impact(incident),
        causes: incident.causes.iter().map(cause).collect(),
        relays: incident.hit.relays.iter().map(relay).collect(),
        steps: incident.steps.iter().map(step).collect(),
    }
}

fn impact(incident: &Incident) -> Option<ImpactItem> {
    let impact = &incident.hit.impact;
    (!incident.hit.relays.is_empty()).then(|| ImpactItem {
        relays: incident.hit.relays.len(),
        relays_away: incident.hit.away().count(),
        relays_ratio: impact.relays_ratio,
        weight_ratio: impact.weight_ratio,
        guard_ratio: impact.guard_ratio,
        middle_ratio: impact.middle_ratio,
        exit_ratio: impact.exit_ratio,
    })
}

fn cause(cause: &Cause) -> CauseItem {
    CauseItem {
        kind: cause.group.kind_name(),
        id: cause_id(&cause.group),
        hit_in_group: cause.hit_in_group,
        hit: cause.hit,
        group_relays: cause.group_relays,
        coverage_ratio: cause.coverage_ratio(),
        depth_ratio: cause.depth_ratio(),
        chance_log10: cause.chance_log10,
        contains_a_better_one: cause.is_containing,
    }
}

fn relay(relay: &HitRelay) -> RelayItem {
    RelayItem {
        fingerprint: relay.fingerprint.to_string(),
        role: relay.role.name(),
        consensus_weight: relay.weight,
        country: relay.country.map(|code| code.to_string()),
        returned: relay.returned.map(|time| time.to_string()),
    }
}

fn step(step: &IncidentStep) -> StepItem {
    StepItem { at: step.at.to_string(), text: printable(&step.text).into_owned() }
}
