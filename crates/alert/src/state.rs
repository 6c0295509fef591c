//! How far each alert is.
//!
//! An alert that is ok has no entry. What a store keeps is one [`SubscriptionState`] per subscription;
//! a decision hands back those that changed.

use crate::{SubscriptionId, WatchKind};
use allium_model::{Fingerprint, IncidentId, Severity, Timestamp};
use std::collections::BTreeMap;
use std::fmt::{self, Display, Formatter};
use std::str::FromStr;

/// What an alert is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    /// A relay.
    Relay(Fingerprint),
    /// An incident.
    Incident(IncidentId),
}

/// A text that names no subject.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a subject is a fingerprint or the id of an incident")]
pub struct ParseSubjectError;

impl Display for Subject {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Relay(fingerprint) => Display::fmt(fingerprint, formatter),
            Self::Incident(id) => Display::fmt(id, formatter),
        }
    }
}

impl FromStr for Subject {
    type Err = ParseSubjectError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let relay = text.parse().ok().map(Self::Relay);
        relay.or_else(|| text.parse().ok().map(Self::Incident)).ok_or(ParseSubjectError)
    }
}

/// What tells one alert from all others. Written as `SUBSCRIPTION/KIND/SUBJECT`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AlertKey {
    /// Whose.
    pub subscription: SubscriptionId,
    /// What is watched for; another threshold of the same kind is the same alert.
    pub kind: WatchKind,
    /// Of what.
    pub subject: Subject,
}

impl Display for AlertKey {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}/{}/{}", self.subscription, self.kind.name(), self.subject)
    }
}

/// How far an alert is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Phase {
    /// Nothing is wrong.
    #[default]
    Ok,
    /// Something may be wrong and is not confirmed.
    Pending,
    /// It is confirmed and lasts.
    Firing,
    /// It is over.
    Resolved,
}

impl Phase {
    /// Every phase.
    pub const ALL: [Self; 4] = [Self::Ok, Self::Pending, Self::Firing, Self::Resolved];

    /// The word for it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Pending => "pending",
            Self::Firing => "firing",
            Self::Resolved => "resolved",
        }
    }

    /// The phase of a word.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|phase| phase.name() == name)
    }
}

/// Why an alert is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Closing {
    /// What was wrong is right again; an incident is over.
    Recovered,
    /// The relay is no longer a member of what is watched.
    LeftTarget,
    /// The relay left the network for good, or the incident is no longer known.
    Gone,
}

impl Closing {
    /// Every reason.
    pub const ALL: [Self; 3] = [Self::Recovered, Self::LeftTarget, Self::Gone];

    /// Its name in the store and in JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Recovered => "recovered",
            Self::LeftTarget => "left-target",
            Self::Gone => "gone",
        }
    }

    /// The reason of a name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|closing| closing.name() == name)
    }
}

/// That a receiver was told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Told {
    /// When last, by our clock.
    pub at: Timestamp,
    /// With what severity.
    pub severity: Severity,
    /// How often since it was raised, 1 and up.
    pub times: u32,
    /// The incident that the message named as its cause.
    pub cause: Option<IncidentId>,
}

/// Where an alert is, and what was told of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlertState {
    /// How far it is; never [`Phase::Ok`].
    pub phase: Phase,
    /// Time of the data with which the phase began.
    pub since: Timestamp,
    /// Documents in a row that speak for the next phase.
    pub streak: u8,
    /// How bad it is.
    pub severity: Severity,
    /// Why it is over, once it is.
    pub closing: Option<Closing>,
    /// What the receiver knows; `None` when nothing was told since the last raise, or its end was told.
    pub told: Option<Told>,
    /// When raises were told within the last day, by our clock.
    pub raises: Raises,
}

/// Most raises of one alert that are told within a day; a relay that comes and goes is told of no more often.
pub const MOST_RAISES: usize = 3;

/// At most [`MOST_RAISES`] moments, oldest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Raises {
    at: [Timestamp; MOST_RAISES],
    count: u8,
}

impl FromIterator<Timestamp> for Raises {
    /// Beyond [`MOST_RAISES`] the last ones count.
    fn from_iter<I: IntoIterator<Item = Timestamp>>(moments: I) -> Self {
        let mut raises = Self::default();
        moments.into_iter().for_each(|at| raises.push(at));
        raises
    }
}

impl Raises {
    /// The moments, oldest first.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Timestamp> {
        self.at[..usize::from(self.count)].iter().copied()
    }

    /// Adds one behind the others.
    pub fn push(&mut self, at: Timestamp) {
        if usize::from(self.count) == MOST_RAISES {
            self.at.rotate_left(1);
            self.count -= 1;
        }
        self.at[usize::from(self.count)] = at;
        self.count += 1;
    }
}

/// The alerts of a subscription.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SubscriptionState {
    /// When the last digest was due and handled, by our clock.
    pub digested: Option<Timestamp>,
    /// Alerts that are not ok, ascending by kind and subject.
    pub alerts: Vec<((WatchKind, Subject), AlertState)>,
}

impl SubscriptionState {
    /// Whether there is nothing to keep.
    pub fn is_empty(&self) -> bool {
        self.alerts.is_empty() && self.digested.is_none()
    }

    /// The state of an alert; none when it is ok.
    pub fn get(&self, kind: WatchKind, subject: Subject) -> Option<&AlertState> {
        let found = self.alerts.binary_search_by_key(&(kind, subject), |(key, _)| *key);
        found.ok().map(|index| &self.alerts[index].1)
    }
}

/// A subscription whose state changed; `None` when there is nothing left to keep.
pub type StateChange = (SubscriptionId, Option<SubscriptionState>);

/// The states of all subscriptions.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct States {
    counted: Timestamp,
    subscriptions: BTreeMap<SubscriptionId, SubscriptionState>,
}

impl States {
    /// States as a store kept them.
    pub fn new(
        counted: Timestamp,
        subscriptions: impl IntoIterator<Item = (SubscriptionId, SubscriptionState)>,
    ) -> Self {
        Self { counted, subscriptions: subscriptions.into_iter().collect() }
    }

    /// The time of the newest data that was counted.
    pub fn counted(&self) -> Timestamp {
        self.counted
    }

    /// The state of a subscription; none while nothing is wrong.
    pub fn get(&self, subscription: SubscriptionId) -> Option<&SubscriptionState> {
        self.subscriptions.get(&subscription)
    }

    /// How far an alert is.
    pub fn phase(&self, key: &AlertKey) -> Phase {
        let state = self.get(key.subscription).and_then(|state| state.get(key.kind, key.subject));
        state.map_or(Phase::Ok, |state| state.phase)
    }

    /// Takes over what changed with data of a time, both as [`crate::Outcome`] has them.
    pub fn apply(&mut self, counted: Timestamp, changes: impl IntoIterator<Item = StateChange>) {
        self.counted = counted;
        for (subscription, state) in changes {
            match state {
                Some(state) => drop(self.subscriptions.insert(subscription, state)),
                None => drop(self.subscriptions.remove(&subscription)),
            }
        }
    }

    /// Every subscription that has a state, ascending by id.
    pub fn iter(&self) -> impl Iterator<Item = (SubscriptionId, &SubscriptionState)> {
        self.subscriptions.iter().map(|(id, state)| (*id, state))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn subjects_are_read_as_they_are_written() {
        for text in ["000A10D43011EA4928A35F610405F92B4433B4DC", "2026022213-group-outage-1"] {
            assert_eq!(text.parse::<Subject>().unwrap().to_string(), text);
        }
        assert_eq!("relay".parse::<Subject>(), Err(ParseSubjectError));
    }

    #[test]
    fn an_alert_without_an_entry_is_ok() {
        let subscription = SubscriptionId(1);
        let key =
            AlertKey { subscription, kind: WatchKind::Absent, subject: Subject::Relay(Fingerprint([1; 20])) };
        let mut states = States::default();
        assert_eq!(states.phase(&key), Phase::Ok);
        let state = AlertState {
            phase: Phase::Firing,
            since: Timestamp(0),
            streak: 0,
            severity: Severity::Warning,
            closing: None,
            told: None,
            raises: Raises::default(),
        };
        let alerts = vec![((key.kind, key.subject), state)];
        let state = SubscriptionState { alerts, ..SubscriptionState::default() };
        states.apply(Timestamp(1), [(subscription, Some(state))]);
        assert_eq!(states.phase(&key), Phase::Firing);
        states.apply(Timestamp(2), [(subscription, None)]);
        assert_eq!(states, States::new(Timestamp(2), []));
    }

    #[test]
    fn the_last_moments_are_kept() {
        let raises: Raises = (1..=5).map(Timestamp).collect();
        assert_eq!(raises.iter().collect::<Vec<_>>(), [3, 4, 5].map(Timestamp));
    }
}
