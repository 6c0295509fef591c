//! States of alerts as JSON.

use crate::NotifyError;
use allium_alert::{AlertState, Closing, Phase, SubscriptionState, Told, WatchKind};
use allium_model::{Severity, Timestamp};
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct StateWire {
    #[serde(skip_serializing_if = "Option::is_none", default)]
    digested: Option<i64>,
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    alerts: Vec<AlertWire>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct AlertWire {
    kind: String,
    subject: String,
    phase: String,
    since: i64,
    streak: u8,
    severity: String,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    closing: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    told: Option<ToldWire>,
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    raises: Vec<i64>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ToldWire {
    at: i64,
    severity: String,
    times: u32,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    cause: Option<String>,
}

/// The text of a state.
pub(crate) fn write_state(state: &SubscriptionState) -> Result<String, NotifyError> {
    let alert = |((kind, subject), state): &((WatchKind, allium_alert::Subject), AlertState)| AlertWire {
        kind: kind.name().into(),
        subject: subject.to_string(),
        phase: state.phase.name().into(),
        since: state.since.0,
        streak: state.streak,
        severity: state.severity.name().into(),
        closing: state.closing.map(|closing| closing.name().into()),
        told: state.told.map(|told| ToldWire {
            at: told.at.0,
            severity: told.severity.name().into(),
            times: told.times,
            cause: told.cause.map(|cause| cause.to_string()),
        }),
        raises: state.raises.iter().map(|at| at.0).collect(),
    };
    let wire = StateWire {
        digested: state.digested.map(|at| at.0),
        alerts: state.alerts.iter().map(alert).collect(),
    };
    serde_json::to_string(&wire).map_err(|_| NotifyError::damaged("a state"))
}

/// The state of a text.
pub(crate) fn read_state(text: &str) -> Result<SubscriptionState, NotifyError> {
    let damaged = || NotifyError::damaged("the state of an alert");
    let wire: StateWire = serde_json::from_str(text).map_err(|_| damaged())?;
    let alerts: Option<Vec<_>> = wire.alerts.iter().map(AlertWire::read).collect();
    let mut alerts = alerts.ok_or_else(damaged)?;
    alerts.sort_by_key(|(key, _)| *key);
    Ok(SubscriptionState { digested: wire.digested.map(Timestamp), alerts })
}

impl AlertWire {
    fn read(&self) -> Option<((WatchKind, allium_alert::Subject), AlertState)> {
        let closing = match &self.closing {
            Some(name) => Some(Closing::from_name(name)?),
            None => None,
        };
        let told = match &self.told {
            Some(told) => Some(told.read()?),
            None => None,
        };
        let state = AlertState {
            phase: Phase::from_name(&self.phase)?,
            since: Timestamp(self.since),
            streak: self.streak,
            severity: severity(&self.severity)?,
            closing,
            told,
            raises: self.raises.iter().copied().map(Timestamp).collect(),
        };
        Some(((WatchKind::from_name(&self.kind)?, self.subject.parse().ok()?), state))
    }
}

impl ToldWire {
    fn read(&self) -> Option<Told> {
        let cause = match &self.cause {
            Some(text) => Some(text.parse().ok()?),
            None => None,
        };
        Some(Told { at: Timestamp(self.at), severity: severity(&self.severity)?, times: self.times, cause })
    }
}

fn severity(name: &str) -> Option<Severity> {
    [Severity::Notice, Severity::Warning, Severity::Critical]
        .into_iter()
        .find(|severity| severity.name() == name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use allium_alert::Subject;
    use allium_model::Fingerprint;

    #[test]
    fn states_are_read_as_they_are_written() {
        let told = Told {
            at: Timestamp(70),
            severity: Severity::Critical,
            times: 2,
            cause: Some("2026022213-group-outage-1".parse().unwrap()),
        };
        let state = |told| AlertState {
            phase: Phase::Firing,
            since: Timestamp(60),
            streak: 3,
            severity: Severity::Warning,
            closing: Some(Closing::LeftTarget),
            told,
            raises: [1, 2].map(Timestamp).into_iter().collect(),
        };
        let subject = Subject::Relay(Fingerprint([7; 20]));
        let whole = SubscriptionState {
            digested: Some(Timestamp(90)),
            alerts: vec![
                ((WatchKind::Absent, subject), state(Some(told))),
                ((WatchKind::Version, subject), state(None)),
            ],
        };
        for state in [whole, SubscriptionState::default()] {
            assert_eq!(read_state(&write_state(&state).unwrap()).unwrap(), state);
        }
    }

    #[test]
    fn a_state_of_another_making_is_an_error() {
        for text in ["", "{\"later\":2}", "{\"alerts\":[{}]}"] {
            assert!(read_state(text).is_err(), "{text}");
        }
    }
}
