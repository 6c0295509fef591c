//! The word beside the score, and what is wrong right now.

use crate::directory::Directory;
use crate::scores::HealthClass;
use allium_model::{Incident, Severity, Timestamp};

/// What is known of incidents.
#[derive(Debug, Clone, Copy)]
pub enum Watch<'a> {
    /// Nobody looks for incidents; only events of the authorities are known.
    NotRunning,
    /// Incidents are looked for: those that are known, over or not.
    Running(&'a [Incident]),
}

/// Something that is wrong right now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alert {
    /// How bad it is.
    pub severity: Severity,
    /// Its kind, as in JSON.
    pub kind: &'static str,
    /// The evidence, in one plain sentence.
    pub evidence: String,
    /// First moment at which it was so.
    pub since: Timestamp,
    /// The id of its incident, where it is one.
    pub incident: Option<String>,
}

/// The state of the network as a whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Status {
    /// What is wrong, the worst first, then the newest.
    pub alerts: Vec<Alert>,
    /// Whether incidents are looked for; without it nothing can be said to be operational.
    pub is_watched: bool,
}

impl Status {
    /// The state by incidents, else by the events of the authorities.
    pub(super) fn of(watch: Watch<'_>, directory: Option<&Directory>) -> Self {
        let mut alerts: Vec<Alert> = match watch {
            Watch::Running(incidents) => {
                incidents.iter().filter(|incident| incident.is_active()).map(of_incident).collect()
            }
            Watch::NotRunning => directory.map(of_events).unwrap_or_default(),
        };
        alerts.sort_by_key(|alert| (std::cmp::Reverse((alert.severity, alert.since)), alert.kind));
        Self { alerts, is_watched: matches!(watch, Watch::Running(_)) }
    }

    /// The worst severity; none when nothing is wrong as far as it is known.
    pub fn worst(&self) -> Option<Severity> {
        self.alerts.iter().map(|alert| alert.severity).max()
    }

    /// The state in a word; `None` when nothing is wrong and nobody looks.
    pub fn word(&self) -> Option<&'static str> {
        match self.worst() {
            Some(severity) => Some(severity.name()),
            None => self.is_watched.then_some("operational"),
        }
    }

    /// Number of alerts of a severity.
    pub fn count(&self, severity: Severity) -> usize {
        self.alerts.iter().filter(|alert| alert.severity == severity).count()
    }

    /// The class of a score, never better than "fair" during a critical incident or "good" during a warning.
    pub fn capped(&self, score: f64) -> HealthClass {
        let cap = match self.worst() {
            Some(Severity::Critical) => HealthClass::Fair,
            Some(Severity::Warning) => HealthClass::Good,
            Some(Severity::Notice) | None => HealthClass::Excellent,
        };
        HealthClass::of_percent(score).max(cap)
    }
}

fn of_incident(incident: &Incident) -> Alert {
    Alert {
        severity: incident.severity,
        kind: incident.id.kind.name(),
        evidence: incident.evidence.clone(),
        since: incident.id.from,
        incident: Some(incident.id.to_string()),
    }
}

fn of_events(directory: &Directory) -> Vec<Alert> {
    let active = directory.inputs.events.iter().filter(|event| event.until.is_none());
    let alert = |event: &allium_model::Event| Alert {
        severity: event.severity,
        kind: event.kind.name(),
        evidence: event.evidence.clone(),
        since: event.from,
        incident: None,
    };
    active.map(alert).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn status(severities: &[Severity], is_watched: bool) -> Status {
        let alert = |severity: &Severity| Alert {
            severity: *severity,
            kind: "vote-missing",
            evidence: String::new(),
            since: Timestamp(0),
            incident: None,
        };
        Status { alerts: severities.iter().map(alert).collect(), is_watched }
    }

    #[test]
    fn the_word_is_the_worst_severity_and_operational_only_when_somebody_looks() {
        assert_eq!(status(&[], false).word(), None);
        assert_eq!(status(&[], true).word(), Some("operational"));
        assert_eq!(status(&[Severity::Notice, Severity::Critical], true).word(), Some("critical"));
        assert_eq!(status(&[Severity::Warning], false).word(), Some("warning"));
    }

    #[test]
    fn incidents_cap_the_class() {
        let class = |severities: &[Severity], score| status(severities, true).capped(score).name();
        assert_eq!(class(&[], 99.0), "excellent");
        assert_eq!(class(&[Severity::Notice], 99.0), "excellent");
        assert_eq!(class(&[Severity::Warning], 99.0), "good");
        assert_eq!(class(&[Severity::Critical, Severity::Warning], 99.0), "fair");
        assert_eq!(class(&[Severity::Critical], 50.0), "poor");
    }
}
