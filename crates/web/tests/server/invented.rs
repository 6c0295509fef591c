//! Invented incidents: one of an AS with hostile texts in it, one without a cause, one that was never
//! confirmed, and a fault of a source.

use crate::fixture::{Server, edition, fingerprint};
use allium_analysis::incidents::IncidentOptions;
use allium_model::{
    AsNumber, Cause, CauseGroup, Ending, Hit, HitRelay, Impact, Incident, IncidentId, IncidentKind,
    IncidentState, IncidentStep, Role, Severity, Timestamp,
};
use allium_web::{Edition, IncidentBook};
use std::sync::Arc;

pub(crate) const HOSTILE: &str = "<script>alert(1)</script>\u{202e}\u{1b}[2J ]]> &amp;";

pub(crate) const OUTAGE: &str = "2026022211-group-outage-1";

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn incident(kind: IncidentKind, from: &str, state: IncidentState, severity: Severity) -> Incident {
    Incident {
        id: IncidentId { from: at(from), kind, number: 1 },
        state,
        severity,
        confirmed: None,
        until: None,
        ending: None,
        evidence: "Something was seen.".into(),
        hit: Hit::default(),
        causes: Vec::new(),
        steps: Vec::new(),
    }
}

fn hit(relays: usize) -> Hit {
    let relay = |number: usize| HitRelay {
        fingerprint: fingerprint(number).parse().unwrap(),
        role: if number.is_multiple_of(4) { Role::Exit } else { Role::Guard },
        weight: Some(1000 + number as u32),
        country: Some(if number.is_multiple_of(2) { "DE" } else { "PL" }.parse().unwrap()),
        returned: (number == 1).then(|| at("2026-02-22 12:00:00")),
    };
    let impact = Impact {
        relays_ratio: 0.04,
        weight_ratio: 0.0321,
        guard_ratio: 0.05,
        middle_ratio: 0.01,
        exit_ratio: 0.125,
    };
    Hit { relays: (0..relays).map(relay).collect(), impact }
}

fn cause(group: CauseGroup, hit_in_group: u32, is_containing: bool) -> Cause {
    Cause { group, hit_in_group, hit: 40, group_relays: 50, chance_log10: -12.5, is_containing }
}

fn outage(relays: usize) -> Incident {
    Incident {
        confirmed: Some(at("2026-02-22 12:00:00")),
        evidence: format!("40 relays vanished within an hour. {HOSTILE}"),
        hit: hit(relays),
        causes: vec![
            cause(CauseGroup::As(AsNumber(64_496)), 38, false),
            cause(CauseGroup::Prefix("192.0.2.0/24".parse().unwrap()), 40, true),
            cause(CauseGroup::Version(HOSTILE.into()), 20, false),
        ],
        steps: vec![
            IncidentStep { at: at("2026-02-22 11:00:00"), text: "First seen.".into() },
            IncidentStep { at: at("2026-02-22 12:00:00"), text: HOSTILE.into() },
        ],
        ..incident(
            IncidentKind::GroupOutage,
            "2026-02-22 11:00:00",
            IncidentState::Ongoing,
            Severity::Critical,
        )
    }
}

/// Four incidents, of which one is active; it hit so many relays.
pub(crate) fn incidents(relays: usize) -> Vec<Incident> {
    let lost = Incident {
        until: Some(at("2026-02-21 10:00:00")),
        ending: Some(Ending::Recovered),
        hit: hit(12),
        ..incident(
            IncidentKind::RelaysLost,
            "2026-02-21 03:00:00",
            IncidentState::Resolved,
            Severity::Warning,
        )
    };
    let unconfirmed = Incident {
        until: Some(at("2026-02-20 04:00:00")),
        ending: Some(Ending::NotConfirmed),
        ..incident(IncidentKind::Joins, "2026-02-20 03:00:00", IncidentState::Resolved, Severity::Warning)
    };
    let source = incident(
        IncidentKind::SourceFault,
        "2026-02-22 13:00:00",
        IncidentState::Unverified,
        Severity::Notice,
    );
    vec![outage(relays), lost, unconfirmed, source]
}

/// A book of incidents.
pub(crate) fn book(incidents: Vec<Incident>) -> Arc<IncidentBook> {
    Arc::new(IncidentBook::new(incidents, IncidentOptions::default(), Some(at("2026-01-01 00:00:00"))))
}

/// The edition with incidents.
pub(crate) fn with(incidents: Vec<Incident>) -> Edition {
    Edition::clone(&edition()).with_incidents(Some(book(incidents)))
}

/// A server with incidents.
pub(crate) async fn server(incidents: Vec<Incident>) -> Server {
    let server = Server::start().await;
    server.shared.publish(Arc::new(with(incidents)));
    server
}
