//! One step of one alert: what it was, what a document shows, what it is then.

use crate::{AlertState, Closing, Phase, WatchKind};
use allium_model::{Severity, Timestamp};

/// What a document shows of an alert.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Seen {
    /// It is past the threshold.
    Raise,
    /// It is on the way there and proves nothing yet.
    Building,
    /// It lies between the thresholds: it raises nothing and ends nothing.
    Between,
    /// All is well.
    Clear,
    /// Nothing is known, which changes nothing.
    Unknown,
    /// There is nothing left to look at.
    Closed(Closing),
}

/// Documents in a row that end an alert: two.
const DOCUMENTS_TO_CLEAR: u8 = 2;

/// Documents in a row that raise an alert. Absence is counted in consensuses by itself, and incidents are
/// confirmed before they come here.
const fn documents_to_raise(kind: WatchKind) -> u8 {
    match kind {
        WatchKind::Absent | WatchKind::Back | WatchKind::Incident => 1,
        _ => 2,
    }
}

/// Documents in a row that end an alert of a kind; an incident is over when it says so.
const fn documents_to_clear(kind: WatchKind) -> u8 {
    match kind {
        WatchKind::Incident => 1,
        _ => DOCUMENTS_TO_CLEAR,
    }
}

/// How long an alert that is over is remembered, in seconds: a day, by the time of the data.
const REMEMBERED_SECONDS: i64 = 86_400;

/// The state after a document of the time `at`; none when the alert is ok again.
pub(super) fn step(
    kind: WatchKind,
    before: Option<&AlertState>,
    seen: Seen,
    severity: Severity,
    at: Timestamp,
) -> Option<AlertState> {
    let Some(before) = before else { return raised(kind, None, seen, severity, at) };
    match before.phase {
        Phase::Firing => Some(firing(kind, before, seen, severity, at)),
        Phase::Ok | Phase::Pending => raised(kind, Some(before), seen, severity, at),
        Phase::Resolved => match raised(kind, Some(before), seen, severity, at) {
            Some(next) => Some(next),
            None => is_remembered(before, at).then(|| before.clone()),
        },
    }
}

/// An alert that was not firing: it fires when enough documents in a row show it.
fn raised(
    kind: WatchKind,
    before: Option<&AlertState>,
    seen: Seen,
    severity: Severity,
    at: Timestamp,
) -> Option<AlertState> {
    let pending = before.filter(|before| before.phase == Phase::Pending);
    let streak = pending.map_or(0, |pending| pending.streak);
    let streak = match seen {
        Seen::Raise => streak.saturating_add(1),
        Seen::Building => 0,
        // Nobody looked, so that what was pending stays so.
        Seen::Unknown => return pending.cloned(),
        Seen::Between | Seen::Clear | Seen::Closed(_) => return None,
    };
    let phase = if streak >= documents_to_raise(kind) { Phase::Firing } else { Phase::Pending };
    let since = pending.filter(|_| phase == Phase::Pending).map_or(at, |pending| pending.since);
    // What the receiver was told and whose end it was not told goes on.
    let told = before.and_then(|before| before.told);
    let raises = before.map(|before| before.raises).unwrap_or_default();
    let streak = if phase == Phase::Firing { 0 } else { streak };
    Some(AlertState { phase, since, streak, severity, closing: None, told, raises })
}

/// An alert that fires: it is over when enough documents in a row show that.
fn firing(kind: WatchKind, before: &AlertState, seen: Seen, severity: Severity, at: Timestamp) -> AlertState {
    let resolved = |closing| AlertState {
        phase: Phase::Resolved,
        since: at,
        streak: 0,
        closing: Some(closing),
        ..before.clone()
    };
    match seen {
        Seen::Raise | Seen::Building | Seen::Between => {
            AlertState { streak: 0, severity: severity.max(before.severity), ..before.clone() }
        }
        Seen::Unknown => before.clone(),
        Seen::Closed(closing) => resolved(closing),
        Seen::Clear => match before.streak.saturating_add(1) {
            streak if streak >= documents_to_clear(kind) => resolved(Closing::Recovered),
            streak => AlertState { streak, ..before.clone() },
        },
    }
}

/// What is over is kept while its end is to be told, and for a day, since it may come and go.
fn is_remembered(before: &AlertState, at: Timestamp) -> bool {
    before.told.is_some() || at.seconds_since(before.since) < REMEMBERED_SECONDS
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: i64 = 3600;

    /// The phases that a row of documents, an hour apart, leads to.
    fn phases(kind: WatchKind, row: &[Seen]) -> Vec<&'static str> {
        let mut state = None;
        let mut phases = Vec::new();
        for (hour, seen) in (0..).zip(row) {
            state = step(kind, state.as_ref(), *seen, Severity::Warning, Timestamp(hour * HOUR));
            phases.push(state.as_ref().map_or("ok", |state| state.phase.name()));
        }
        phases
    }

    #[test]
    fn two_documents_in_a_row_raise_and_two_resolve() {
        use Seen::{Between, Clear, Raise};
        let row = [Raise, Clear, Raise, Raise, Clear, Raise, Clear, Between, Clear, Clear, Clear];
        let expected = [
            "pending", "ok", "pending", "firing", "firing", "firing", "firing", "firing", "firing",
            "resolved", "resolved",
        ];
        assert_eq!(phases(WatchKind::Overloaded, &row), expected);
    }

    #[test]
    fn absence_fires_at_its_hours_and_needs_two_presences() {
        use Seen::{Building, Clear, Raise};
        let row = [Building, Building, Raise, Raise, Clear, Building, Clear, Clear];
        let expected = ["pending", "pending", "firing", "firing", "firing", "firing", "firing", "resolved"];
        assert_eq!(phases(WatchKind::Absent, &row), expected);
    }

    #[test]
    fn what_is_not_known_changes_nothing() {
        use Seen::{Clear, Raise, Unknown};
        assert_eq!(
            phases(WatchKind::Version, &[Unknown, Raise, Unknown, Raise, Unknown, Clear, Unknown, Clear]),
            ["ok", "pending", "pending", "firing", "firing", "firing", "firing", "resolved"]
        );
    }

    #[test]
    fn what_is_over_is_forgotten_after_a_day() {
        let mut row = vec![Seen::Raise, Seen::Clear];
        row.extend([Seen::Clear; 25]);
        let phases = phases(WatchKind::Incident, &row);
        assert_eq!((phases[1], phases[24], phases[25]), ("resolved", "resolved", "ok"));
    }

    #[test]
    fn what_is_gone_is_over_at_once() {
        let gone = Seen::Closed(Closing::Gone);
        assert_eq!(phases(WatchKind::Absent, &[Seen::Raise, gone, gone]), ["firing", "resolved", "resolved"]);
        assert_eq!(phases(WatchKind::Overloaded, &[Seen::Raise, gone]), ["pending", "ok"]);
    }
}
