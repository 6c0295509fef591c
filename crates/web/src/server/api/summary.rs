//! The state of the network as status pages tell it: the form of Atlassian Statuspage's `summary.json`, which
//! many tools read. Its words are fixed, so ours are mapped onto them (`docs/api.md`).

use super::super::answer::Answer;
use super::super::problem::Problem;
use super::form::JSON;
use super::{Call, item};
use crate::incident_book::updated;
use crate::pages::{Site, incident_heading};
use crate::{IncidentBook, IncidentsPage, Page};
use allium_model::{Incident, IncidentKind, IncidentState, Severity, printable};
use axum::http::StatusCode;
use serde::Serialize;

#[derive(Serialize)]
struct Summary {
    page: About,
    status: Status,
    components: Vec<Component>,
    incidents: Vec<Item>,
    scheduled_maintenances: [(); 0],
}

#[derive(Serialize)]
struct About {
    id: &'static str,
    name: &'static str,
    url: Option<String>,
    time_zone: &'static str,
    updated_at: String,
}

#[derive(Serialize)]
struct Status {
    indicator: &'static str,
    description: &'static str,
}

#[derive(Serialize)]
struct Component {
    id: &'static str,
    name: &'static str,
    status: &'static str,
    position: usize,
    updated_at: String,
}

#[derive(Serialize)]
struct Item {
    id: String,
    name: String,
    status: &'static str,
    impact: &'static str,
    created_at: String,
    updated_at: String,
    resolved_at: Option<String>,
    shortlink: Option<String>,
    incident_updates: Vec<Update>,
}

#[derive(Serialize)]
struct Update {
    id: String,
    status: &'static str,
    body: String,
    created_at: String,
    display_at: String,
}

/// Parts of the network, and the kinds of incident that concern each.
const COMPONENTS: [(&str, &str, &[IncidentKind]); 5] = [
    ("sources", "Sources of data", &[IncidentKind::SourceFault]),
    ("consensus", "Consensus", &[IncidentKind::ConsensusFault]),
    ("authorities", "Directory authorities", &[IncidentKind::AuthorityFault]),
    ("scanners", "Bandwidth scanners", &[IncidentKind::ScannerFault]),
    (
        "relays",
        "Relays",
        &[
            IncidentKind::RelaysLost,
            IncidentKind::GroupOutage,
            IncidentKind::GroupDecline,
            IncidentKind::Flapping,
            IncidentKind::VersionFailure,
            IncidentKind::Joins,
            IncidentKind::ExitsLow,
            IncidentKind::GuardsLow,
            IncidentKind::ExitCapacityHalved,
            IncidentKind::ChurnHigh,
        ],
    ),
];

/// Newest steps of an incident that are told.
const MOST_UPDATES: usize = 20;

/// The answer; a problem where incidents are not looked for, since nothing is then known to be well.
pub(super) fn answer(call: Call<'_>) -> Result<Answer, Problem> {
    item::only_format(&call.asked.query)?;
    let edition = &call.published.edition;
    let book = edition.incidents.as_deref().ok_or(Problem::NotWatched)?;
    let site = Site { edition, settings: &call.app.options.settings };
    let updated_at = edition.snapshot.network.published().to_rfc3339();
    let summary = Summary {
        page: About {
            id: "allium",
            name: if site.settings.simulated { "Simulated Tor network" } else { "Tor network" },
            url: root(site),
            time_zone: "Etc/UTC",
            updated_at: updated_at.clone(),
        },
        status: status(book.worst()),
        components: components(book, &updated_at),
        incidents: book.active().into_iter().map(|incident| incident_item(site, incident)).collect(),
        scheduled_maintenances: [],
    };
    let bytes = serde_json::to_vec(&summary).map_err(|_| Problem::Failed)?;
    Ok(Answer::new(StatusCode::OK, JSON, bytes))
}

fn root(site: Site<'_>) -> Option<String> {
    site.settings.site_url.as_ref().map(|url| format!("{url}{}", site.settings.base_path))
}

const fn status(worst: Option<Severity>) -> Status {
    let (indicator, description) = match worst {
        None => ("none", "No confirmed incident is active"),
        Some(Severity::Notice) => ("minor", "Notice"),
        Some(Severity::Warning) => ("major", "Warning"),
        Some(Severity::Critical) => ("critical", "Critical"),
    };
    Status { indicator, description }
}

fn components(book: &IncidentBook, updated_at: &str) -> Vec<Component> {
    let active = book.active();
    let component = |(place, (id, name, kinds)): (usize, (&'static str, &'static str, &[IncidentKind]))| {
        let of_it = active.iter().filter(|incident| kinds.contains(&incident.id.kind));
        let status = match of_it.map(|incident| incident.severity).max() {
            None => "operational",
            Some(Severity::Notice) => "degraded_performance",
            Some(Severity::Warning) => "partial_outage",
            Some(Severity::Critical) => "major_outage",
        };
        Component { id, name, status, position: place + 1, updated_at: updated_at.to_owned() }
    };
    COMPONENTS.into_iter().enumerate().map(component).collect()
}

fn incident_item(site: Site<'_>, incident: &Incident) -> Item {
    let status = match (incident.state, incident.causes.is_empty()) {
        (IncidentState::Resolved, _) => "resolved",
        (IncidentState::Ongoing, false) => "identified",
        (IncidentState::Unverified | IncidentState::Ongoing, _) => "investigating",
    };
    let path = Page::Incidents(IncidentsPage::Incident(incident.id)).path();
    let first = incident.steps.len().saturating_sub(MOST_UPDATES);
    let updates = incident.steps.iter().enumerate().skip(first).rev().map(|(place, step)| Update {
        id: format!("{}-{}", incident.id, place + 1),
        status,
        body: printable(&step.text).into_owned(),
        created_at: step.at.to_rfc3339(),
        display_at: step.at.to_rfc3339(),
    });
    Item {
        id: incident.id.to_string(),
        name: incident_heading(site, incident),
        status,
        impact: match incident.severity {
            Severity::Notice => "minor",
            Severity::Warning => "major",
            Severity::Critical => "critical",
        },
        created_at: incident.id.from.to_rfc3339(),
        updated_at: updated(incident).to_rfc3339(),
        resolved_at: incident.until.map(allium_model::Timestamp::to_rfc3339),
        shortlink: root(site).map(|root| format!("{root}{path}")),
        incident_updates: updates.collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_concerns_one_component() {
        for kind in IncidentKind::ALL {
            let holders = COMPONENTS.iter().filter(|(.., kinds)| kinds.contains(&kind)).count();
            assert_eq!(holders, 1, "{}", kind.name());
        }
    }
}
