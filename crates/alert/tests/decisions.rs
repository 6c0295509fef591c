//! Whatever relays, documents and the clock do: what always holds of decisions.

mod world;

use allium_alert::{AlertKey, Budget, Facts, MessageEvent, Outcome, Phase, ReceiverId, States, Told};
use allium_model::{
    Ending, Hit, HitRelay, Incident, IncidentId, IncidentKind, IncidentState, Role, Severity, Timestamp,
};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use world::{START, Service, fingerprint, relay, subscriptions};

const HOUR: i64 = 3600;

/// Relays of the small network.
const RELAYS: u8 = 9;

/// What happens next.
#[derive(Debug, Clone)]
enum Step {
    /// A document an hour after the newest one, with these relays away.
    Hour(u16),
    /// The newest document once more.
    Again,
    /// A document older than the newest by some hours.
    Older(u8),
    /// The clock is so many minutes further than the time that passed, or behind it.
    Clock(i32),
    /// An incident that hit these relays begins, is confirmed or ends.
    Incident(u16, u8),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let away = prop_oneof![3 => any::<u16>(), 2 => Just(0), 1 => Just(0x1ff)];
    let step = prop_oneof![
        12 => away.clone().prop_map(Step::Hour),
        2 => Just(Step::Again),
        1 => (1_u8..9).prop_map(Step::Older),
        1 => (-100_000_i32..100_000).prop_map(Step::Clock),
        1 => (-90_i32..90).prop_map(Step::Clock),
        2 => (away, 0_u8..4).prop_map(|(relays, state)| Step::Incident(relays, state)),
    ];
    prop::collection::vec(step, 1..120)
}

/// A service with the world around it.
struct Life {
    service: Service,
    now: Timestamp,
    hour: i64,
    /// Hours for which each relay has been away.
    away: [u32; RELAYS as usize],
}

impl Life {
    fn new() -> Self {
        let service = Service { subscriptions: subscriptions(), ..Service::default() };
        Self { service, now: START, hour: 0, away: [0; RELAYS as usize] }
    }

    fn facts(&self, hour: i64) -> Facts {
        let relays = (0..RELAYS).map(|number| relay(number, self.away[usize::from(number)]));
        Facts::of_relays(START.plus_seconds(hour * HOUR), relays.collect())
    }

    fn live(&mut self, step: &Step) -> Outcome {
        let mut hour = self.hour;
        match step {
            Step::Hour(away) => {
                self.hour += 1;
                self.now = self.now.plus_seconds(HOUR);
                hour = self.hour;
                for (number, hours) in self.away.iter_mut().enumerate() {
                    *hours = if away & 1 << number == 0 { 0 } else { *hours + 1 };
                }
            }
            Step::Again => self.now = self.now.plus_seconds(60),
            Step::Older(hours) => hour -= i64::from(*hours),
            Step::Clock(minutes) => self.now = self.now.plus_seconds(i64::from(*minutes) * 60),
            Step::Incident(relays, state) => self.service.incidents = incident(*relays, *state),
        }
        let facts = self.facts(hour);
        self.service.decide(self.now, &facts)
    }
}

fn incident(relays: u16, state: u8) -> Vec<Incident> {
    let hit = |number: u8| HitRelay {
        fingerprint: fingerprint(number),
        role: Role::Exit,
        weight: None,
        country: None,
        returned: None,
    };
    let relays = (0..RELAYS).filter(|number| relays & 1 << number != 0).map(hit).collect();
    let state = match state {
        0 => return Vec::new(),
        1 => IncidentState::Unverified,
        2 => IncidentState::Ongoing,
        _ => IncidentState::Resolved,
    };
    vec![Incident {
        id: IncidentId { from: START, kind: IncidentKind::GroupOutage, number: 1 },
        state,
        severity: Severity::Warning,
        confirmed: None,
        until: None,
        ending: (state == IncidentState::Resolved).then_some(Ending::Recovered),
        evidence: "relays vanished".into(),
        hit: Hit { relays, ..Hit::default() },
        causes: Vec::new(),
        steps: Vec::new(),
    }]
}

/// What each receiver of an alert knows: told and firing, by key.
fn told(states: &States) -> BTreeMap<AlertKey, (Phase, Option<Told>)> {
    let mut all = BTreeMap::new();
    for (subscription, state) in states.iter() {
        for ((kind, subject), alert) in &state.alerts {
            let key = AlertKey { subscription, kind: *kind, subject: *subject };
            all.insert(key, (alert.phase, alert.told));
        }
    }
    all
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn nothing_is_raised_twice_without_an_end_between(steps in steps()) {
        let mut life = Life::new();
        for step in &steps {
            let before = told(&life.service.states);
            let outcome = life.live(step);
            for delivery in outcome.deliveries().filter(|delivery| delivery.message.event == MessageEvent::Raised) {
                let is_new = |key: &AlertKey| before.get(key).is_none_or(|(_, told)| told.is_none());
                prop_assert!(delivery.alerts.iter().any(is_new), "{}", delivery.message.title.plain());
            }
            // What is told again of an alert waits for its interval.
            for delivery in outcome.deliveries().filter(|delivery| delivery.message.event == MessageEvent::Repeated) {
                for key in &delivery.alerts {
                    let last = before.get(key).and_then(|(_, told)| *told).unwrap();
                    prop_assert!(life.now.seconds_since(last.at) >= 4 * HOUR);
                }
            }
        }
    }

    #[test]
    fn an_end_is_told_only_of_what_was_told(steps in steps()) {
        let mut life = Life::new();
        for step in &steps {
            let before = told(&life.service.states);
            let outcome = life.live(step);
            for delivery in outcome.deliveries().filter(|delivery| delivery.message.event == MessageEvent::Resolved) {
                for key in &delivery.alerts {
                    prop_assert!(before.get(key).is_some_and(|(_, told)| told.is_some()), "{key}");
                }
            }
        }
    }

    #[test]
    fn every_alert_that_fires_is_told_or_has_a_reason(steps in steps()) {
        let mut life = Life::new();
        for step in &steps {
            let outcome = life.live(step);
            let mut named: BTreeSet<AlertKey> = outcome.held().map(|held| held.key).collect();
            named.extend(outcome.deliveries().flat_map(|delivery| delivery.alerts.iter().copied()));
            for (key, (phase, _)) in told(&life.service.states) {
                prop_assert!(phase == Phase::Resolved || named.contains(&key), "{key} {phase:?}");
            }
        }
    }

    #[test]
    fn a_replay_gives_the_same_and_a_second_look_nothing(steps in steps()) {
        let (mut one, mut two) = (Life::new(), Life::new());
        for step in &steps {
            let (first, second) = (one.live(step), two.live(step));
            prop_assert_eq!(&first, &second);
            let facts = one.facts(one.hour);
            let again = one.service.would_decide(one.now, &facts);
            if !matches!(step, Step::Older(_)) {
                prop_assert_eq!(again.deliveries().count(), 0);
                prop_assert_eq!(again.changes, Vec::new());
            }
        }
    }

    #[test]
    fn no_delivery_has_the_id_of_another(steps in steps()) {
        let mut life = Life::new();
        let mut ids = BTreeSet::new();
        for step in &steps {
            for delivery in life.live(step).deliveries() {
                prop_assert!(ids.insert(delivery.id), "{}", delivery.message.title.plain());
            }
        }
    }

    #[test]
    fn budgets_hold_whatever_flaps(rows in prop::collection::vec(any::<u16>(), 24..200)) {
        let mut life = Life::new();
        let mut sent: BTreeMap<ReceiverId, Vec<Timestamp>> = BTreeMap::new();
        for row in rows {
            for delivery in life.live(&Step::Hour(row)).deliveries() {
                sent.entry(delivery.receiver).or_default().push(life.now);
            }
        }
        let budget = Budget::default();
        for times in sent.values() {
            for at in times {
                let within = times.iter().filter(|other| (0..86_400).contains(&at.seconds_since(**other))).count();
                prop_assert!(within <= budget.allowance(Severity::Critical), "{within}");
            }
        }
    }

    #[test]
    fn a_clock_that_steps_back_or_ahead_loses_nothing(minutes in -600_000_i32..600_000, at in 1_usize..20) {
        let mut life = Life::new();
        for hour in 0..40 {
            if hour == at {
                life.live(&Step::Clock(minutes));
            }
            life.live(&Step::Hour(u16::from(hour >= 20)));
        }
        // The relay that went away after the step was told of within two days of documents.
        let is_told = told(&life.service.states).iter().any(|(key, (phase, told))| {
            key.subject == allium_alert::Subject::Relay(fingerprint(0)) && *phase == Phase::Firing && told.is_some()
        });
        prop_assert!(is_told);
    }
}
