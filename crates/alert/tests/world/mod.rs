//! A small network for tests of decisions: relays of two operators in two ASes, and a service that lives
//! from document to document.

use allium_alert::{
    Digest, Facts, Inputs, Outcome, Presence, ReceiverId, RelayFacts, Repeat, Sent, States, Subscription,
    SubscriptionId, Target, Watch, Watches, decide,
};
use allium_model::{AsNumber, Domain, Fingerprint, Incident, OperatorId, Timestamp};

/// 2026-02-01 00:00:00.
pub(crate) const START: Timestamp = Timestamp(1_769_904_000);

pub(crate) fn fingerprint(number: u8) -> Fingerprint {
    let mut bytes = [0; 20];
    bytes[19] = number;
    Fingerprint(bytes)
}

/// A relay that has been away for so many hours; 0 for one that is there.
pub(crate) fn relay(number: u8, hours_away: u32) -> RelayFacts {
    let presence = if hours_away == 0 { Presence::Present } else { Presence::Absent { hours: hours_away } };
    RelayFacts {
        nickname: format!("relay{number}").into(),
        operator: Some(OperatorId::of_domain(["a.example", "b.example"][usize::from(number % 2)])),
        as_number: Some(AsNumber(u32::from(number / 3) + 1)),
        presence,
        last_seen: START,
        is_overloaded: Some(hours_away == 0 && number.is_multiple_of(5)),
        ..RelayFacts::new(fingerprint(number))
    }
}

/// Subscriptions of every kind of target, two receivers, one of them with a digest.
pub(crate) fn subscriptions() -> Vec<Subscription> {
    let domain = Domain::of_url("a.example").map(Target::Domain);
    let targets = [
        Target::Relay(fingerprint(0)),
        Target::Relay(fingerprint(1)),
        Target::As(AsNumber(1)),
        domain.unwrap_or(Target::Network),
        Target::Network,
    ];
    let watches = Watches::new([
        Watch::Incident { minimum: allium_model::Severity::Notice },
        Watch::Absent { hours: 2 },
        Watch::Back { after_hours: 3 },
        Watch::Overloaded,
    ]);
    let of = |(id, target): (u64, Target)| Subscription {
        id: SubscriptionId(id),
        target,
        watches: watches.clone(),
        receiver: ReceiverId(id % 3),
        digest: if id == 3 { Digest::Daily { hour: 7 } } else { Digest::AtOnce },
        repeat: Repeat::default(),
    };
    (0..).zip(targets).map(of).collect()
}

/// A service: what it kept, and what it was asked to send.
#[derive(Default)]
pub(crate) struct Service {
    pub(crate) subscriptions: Vec<Subscription>,
    pub(crate) incidents: Vec<Incident>,
    pub(crate) states: States,
    pub(crate) sent: Vec<Sent>,
}

impl Service {
    /// Decides at a time of the clock with the facts at hand, and keeps what came of it.
    pub(crate) fn decide(&mut self, now: Timestamp, facts: &Facts) -> Outcome {
        let outcome = self.would_decide(now, facts);
        self.states.apply(outcome.counted, outcome.changes.clone());
        self.sent.extend(outcome.deliveries().map(|delivery| Sent { receiver: delivery.receiver, at: now }));
        outcome
    }

    /// The same without keeping anything.
    pub(crate) fn would_decide(&self, now: Timestamp, facts: &Facts) -> Outcome {
        decide(&Inputs {
            now,
            facts,
            incidents: &self.incidents,
            subscriptions: &self.subscriptions,
            states: &self.states,
            silences: &[],
            maintenance: &[],
            receivers: &[],
            sent: &self.sent,
        })
    }
}
