//! What everybody may read of alerts: by cause and without any receiver.
//!
//! Which relays somebody watches is told nobody, so alerts of relays are counted by kind and not named.

use allium_alert::{Budget, Maintenance, Phase, Silence, States, Subject, WatchKind};
use allium_model::{Fingerprint, IncidentId, Severity, Timestamp};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::hash::{DefaultHasher, Hash, Hasher};

/// Alerts, silences, maintenance windows and deliveries, as they are when the board is made.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct AlertBoard {
    /// When it was made, by our clock.
    pub made_at: Timestamp,
    /// Whether strangers can subscribe.
    pub subscribing: Subscribing,
    /// Alerts by cause: those that last first.
    pub alerts: Vec<BoardAlert>,
    /// Silences that are not over.
    pub silences: Vec<Silence>,
    /// Maintenance windows that are not over.
    pub maintenance: Vec<Maintenance>,
    /// How many messages a receiver gets.
    pub budget: Budget,
    /// How long alerts took within the last 24 hours; `None` when none was delivered.
    pub delays: Option<DeliveryDelays>,
    /// Deliveries of the last 24 hours by kind of channel and result.
    pub deliveries: Vec<DeliveryCount>,
    /// Changes that were made with the operator's token, the newest first.
    pub changes: Vec<BoardChange>,
}

/// Whether strangers can subscribe by mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Subscribing {
    /// They cannot.
    #[default]
    Closed,
    /// They can.
    Open,
}

/// What alerts have in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AlertCause {
    /// An incident is behind them.
    Incident(IncidentId),
    /// They are of this kind, and no incident is known behind them.
    Kind(WatchKind),
}

/// Alerts of one cause that are equally far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BoardAlert {
    /// What they have in common.
    pub cause: AlertCause,
    /// How far they are.
    pub phase: Phase,
    /// How bad, at the worst of them.
    pub severity: Severity,
    /// Time of the data with which the first of them got so far.
    pub since: Timestamp,
    /// Relays that they are about; none where they are about an incident as a whole.
    pub relays: usize,
}

/// How long alerts took from the time of their data to their delivery, in seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DeliveryDelays {
    /// Alerts that were delivered.
    pub count: u64,
    /// Half of them took no longer.
    pub median_seconds: i64,
    /// 95 % of them took no longer.
    pub p95_seconds: i64,
    /// The longest.
    pub max_seconds: i64,
}

/// Deliveries of one kind of channel that came to the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeliveryCount {
    /// Kind of channel, such as `smtp`: ours.
    pub channel: String,
    /// What became of them, such as `delivered`: ours.
    pub result: String,
    /// How many.
    pub count: u64,
}

/// A change that was made with the operator's token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BoardChange {
    /// When, by our clock.
    pub at: Timestamp,
    /// Who, as it was given: foreign text.
    pub author: String,
    /// What was done, in a few words of ours.
    pub action: String,
    /// To what: foreign text without any address.
    pub detail: String,
}

/// Alerts that are told together.
#[derive(Default)]
struct Group {
    severity: Option<Severity>,
    since: Option<Timestamp>,
    relays: BTreeSet<Fingerprint>,
}

impl AlertBoard {
    /// Alerts by cause, from the states of all subscriptions.
    pub fn alerts_of(states: &States) -> Vec<BoardAlert> {
        let mut groups: BTreeMap<(AlertCause, Phase), Group> = BTreeMap::new();
        for ((kind, subject), state) in states.iter().flat_map(|(_, subscription)| &subscription.alerts) {
            let told = state.told.and_then(|told| told.cause).map(AlertCause::Incident);
            let (cause, relay) = match subject {
                Subject::Incident(id) => (AlertCause::Incident(*id), None),
                Subject::Relay(relay) => (told.unwrap_or(AlertCause::Kind(*kind)), Some(*relay)),
            };
            let group = groups.entry((cause, state.phase)).or_default();
            group.severity = group.severity.max(Some(state.severity));
            group.since = Some(group.since.map_or(state.since, |since| since.min(state.since)));
            group.relays.extend(relay);
        }
        let mut alerts: Vec<BoardAlert> = groups.into_iter().filter_map(board_alert).collect();
        alerts.sort_by_key(|alert| (rank(alert.phase), Reverse(alert.severity), Reverse(alert.since)));
        alerts
    }

    /// Whether strangers can subscribe.
    pub fn is_open(&self) -> bool {
        self.subscribing == Subscribing::Open
    }

    /// What tells the board from others, the time at which it was made apart.
    pub(crate) fn tag(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        format!("{:?}", Self { made_at: Timestamp(0), ..self.clone() }).hash(&mut hasher);
        hasher.finish()
    }
}

fn board_alert(((cause, phase), group): ((AlertCause, Phase), Group)) -> Option<BoardAlert> {
    let (severity, since) = (group.severity?, group.since?);
    Some(BoardAlert { cause, phase, severity, since, relays: group.relays.len() })
}

const fn rank(phase: Phase) -> u8 {
    match phase {
        Phase::Firing => 0,
        Phase::Pending => 1,
        Phase::Resolved => 2,
        Phase::Ok => 3,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use allium_alert::{AlertState, Raises, SubscriptionId, SubscriptionState, Told};

    fn state(phase: Phase, severity: Severity, since: i64, cause: Option<IncidentId>) -> AlertState {
        let told = cause.map(|id| Told { at: Timestamp(0), severity, times: 1, cause: Some(id) });
        let since = Timestamp(since);
        AlertState { phase, since, streak: 0, severity, closing: None, told, raises: Raises::default() }
    }

    #[test]
    fn alerts_are_counted_by_cause_and_a_relay_once() {
        let incident: IncidentId = "2026022213-group-outage-1".parse().unwrap();
        let relay = |number: u8| Subject::Relay(Fingerprint([number; 20]));
        let firing = |severity, since, cause| state(Phase::Firing, severity, since, cause);
        let mut states = States::default();
        let alerts = vec![
            ((WatchKind::Incident, Subject::Incident(incident)), firing(Severity::Warning, 20, None)),
            ((WatchKind::Absent, relay(1)), firing(Severity::Notice, 10, Some(incident))),
            ((WatchKind::Overloaded, relay(1)), state(Phase::Pending, Severity::Notice, 5, None)),
        ];
        let other = vec![((WatchKind::Absent, relay(1)), firing(Severity::Notice, 30, Some(incident)))];
        let of = |alerts| Some(SubscriptionState { alerts, ..SubscriptionState::default() });
        states.apply(Timestamp(40), [(SubscriptionId(1), of(alerts)), (SubscriptionId(2), of(other))]);
        let expected = [
            BoardAlert {
                cause: AlertCause::Incident(incident),
                phase: Phase::Firing,
                severity: Severity::Warning,
                since: Timestamp(10),
                relays: 1,
            },
            BoardAlert {
                cause: AlertCause::Kind(WatchKind::Overloaded),
                phase: Phase::Pending,
                severity: Severity::Notice,
                since: Timestamp(5),
                relays: 1,
            },
        ];
        assert_eq!(AlertBoard::alerts_of(&states), expected);
    }

    #[test]
    fn a_board_that_says_the_same_later_has_the_same_tag() {
        let board = AlertBoard::default();
        let later = AlertBoard { made_at: Timestamp(9), ..AlertBoard::default() };
        let open = AlertBoard { subscribing: Subscribing::Open, ..AlertBoard::default() };
        assert_eq!(board.tag(), later.tag());
        assert_ne!(board.tag(), open.tag());
    }
}
