//! The whole way from facts to decisions, hand-worked, hour by hour.

mod incidents;
mod relays;
mod restraint;

use super::*;
use crate::{
    Budget, Delivery, Digest, Matcher, MessageEvent, Presence, ReceiverId, RelayFacts, Repeat, Target, Watch,
    WatchKind, Watches,
};
use allium_model::{
    AsNumber, Cause, CauseGroup, Ending, Fingerprint, Flag, Hit, HitRelay, IncidentId, IncidentKind,
    IncidentState, OperatorId, Role, Severity,
};

const HOUR: i64 = 3600;

/// 2026-02-01 00:00:00.
const START: i64 = 1_769_904_000;

fn fingerprint(number: u8) -> Fingerprint {
    let mut bytes = [0; 20];
    bytes[19] = number;
    Fingerprint(bytes)
}

fn operator() -> OperatorId {
    OperatorId::of_domain("example.org")
}

/// A present relay of the operator, in AS1.
fn relay(number: u8) -> RelayFacts {
    RelayFacts {
        nickname: format!("relay{number}").into(),
        operator: Some(operator()),
        as_number: Some(AsNumber(1)),
        last_seen: Timestamp(START),
        ..RelayFacts::new(fingerprint(number))
    }
}

fn absent(number: u8, hours: u32) -> RelayFacts {
    RelayFacts { presence: Presence::Absent { hours }, ..relay(number) }
}

fn subscription(id: u64, target: Target, watches: &[Watch]) -> Subscription {
    Subscription {
        id: SubscriptionId(id),
        target,
        watches: Watches::new(watches.iter().copied()),
        receiver: ReceiverId(1),
        digest: Digest::AtOnce,
        repeat: Repeat::default(),
    }
}

/// An incident of AS1 that took some relays away in the first hour.
fn outage(relays: &[u8], state: IncidentState) -> Incident {
    let hit = |number: &u8| HitRelay {
        fingerprint: fingerprint(*number),
        role: Role::Middle,
        weight: None,
        country: None,
        returned: None,
    };
    let count = relays.len() as u32;
    let cause = Cause {
        group: CauseGroup::As(AsNumber(1)),
        hit_in_group: count,
        hit: count,
        group_relays: count,
        chance_log10: -9.0,
        is_containing: false,
    };
    Incident {
        id: IncidentId { from: Timestamp(START), kind: IncidentKind::GroupOutage, number: 1 },
        state,
        severity: Severity::Warning,
        confirmed: None,
        until: None,
        ending: None,
        evidence: "relays vanished".into(),
        hit: Hit { relays: relays.iter().map(hit).collect(), ..Hit::default() },
        causes: vec![cause],
        steps: Vec::new(),
    }
}

/// A service that lives from hour to hour.
struct World {
    subscriptions: Vec<Subscription>,
    incidents: Vec<Incident>,
    silences: Vec<Silence>,
    maintenance: Vec<Maintenance>,
    receivers: Vec<Receiver>,
    states: States,
    sent: Vec<Sent>,
}

impl World {
    fn new(subscriptions: Vec<Subscription>) -> Self {
        Self {
            subscriptions,
            incidents: Vec::new(),
            silences: Vec::new(),
            maintenance: Vec::new(),
            receivers: Vec::new(),
            states: States::default(),
            sent: Vec::new(),
        }
    }

    /// The decisions of an hour in which the clock and the data agree.
    fn hour(&mut self, hour: i64, relays: Vec<RelayFacts>) -> Outcome {
        self.at(Timestamp(START + hour * HOUR), hour, relays)
    }

    fn at(&mut self, now: Timestamp, hour: i64, relays: Vec<RelayFacts>) -> Outcome {
        let facts = Facts::of_relays(Timestamp(START + hour * HOUR), relays);
        let outcome = decide(&Inputs {
            now,
            facts: &facts,
            incidents: &self.incidents,
            subscriptions: &self.subscriptions,
            states: &self.states,
            silences: &self.silences,
            maintenance: &self.maintenance,
            receivers: &self.receivers,
            sent: &self.sent,
        });
        self.states.apply(outcome.counted, outcome.changes.clone());
        self.sent.extend(outcome.deliveries().map(|delivery| Sent { receiver: delivery.receiver, at: now }));
        outcome
    }
}

fn reasons(outcome: &Outcome) -> Vec<&'static str> {
    outcome.held().map(|held| held.reason.name()).collect()
}

fn titles(outcome: &Outcome) -> Vec<String> {
    outcome.deliveries().map(|delivery| delivery.message.title.plain()).collect()
}

fn only(outcome: &Outcome) -> Delivery {
    let deliveries: Vec<_> = outcome.deliveries().collect();
    assert_eq!(deliveries.len(), 1, "{:?} {:?}", titles(outcome), reasons(outcome));
    deliveries[0].clone()
}

const ABSENT: Watch = Watch::Absent { hours: 2 };

const INCIDENTS: Watch = Watch::Incident { minimum: Severity::Warning };
