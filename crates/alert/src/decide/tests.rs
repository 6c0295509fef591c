//! The whole way from facts to decisions, hand-worked, hour by hour.

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

#[test]
fn one_missed_consensus_is_told_to_nobody_and_two_are() {
    let mut world = World::new(vec![subscription(1, Target::Relay(fingerprint(1)), &[ABSENT])]);
    assert_eq!(reasons(&world.hour(1, vec![absent(1, 1)])), ["not-confirmed"]);
    let raised = only(&world.hour(2, vec![absent(1, 2)]));
    assert_eq!(raised.message.event, MessageEvent::Raised);
    assert_eq!(
        raised.message.title.plain(),
        "relay1 (00000000) absent for 2 hours, last seen 2026-02-01 00:00 UTC"
    );
    assert_eq!(reasons(&world.hour(3, vec![absent(1, 3)])), ["repeat-not-due"]);
    assert_eq!(reasons(&world.hour(4, vec![relay(1)])), ["seems-over"]);
    let over = only(&world.hour(5, vec![relay(1)]));
    assert_eq!((over.message.event, over.thread), (MessageEvent::Resolved, raised.thread));
    assert_ne!(over.id, raised.id);
    assert_eq!(world.hour(6, vec![relay(1)]).decisions, []);
}

#[test]
fn what_lasts_is_repeated_after_a_day_and_not_before() {
    let mut world = World::new(vec![subscription(1, Target::Relay(fingerprint(1)), &[ABSENT])]);
    let told: Vec<i64> = (1..=80)
        .filter(|hour| world.hour(*hour, vec![absent(1, *hour as u32)]).deliveries().count() > 0)
        .collect();
    assert_eq!(told, [2, 26, 50, 74]);
}

#[test]
fn an_outage_of_200_relays_is_one_message_that_names_the_incident() {
    for watches in [&[ABSENT, INCIDENTS][..], &[ABSENT][..]] {
        let mut world = World::new(vec![subscription(1, "aroi:example.org".parse().unwrap(), watches)]);
        let all: Vec<u8> = (0..200).collect();
        world.incidents = vec![outage(&all, IncidentState::Unverified)];
        let first = world.hour(1, all.iter().map(|number| absent(*number, 1)).collect());
        assert_eq!(first.deliveries().count(), 0);
        world.incidents = vec![outage(&all, IncidentState::Ongoing)];
        let outcome = world.hour(2, all.iter().map(|number| absent(*number, 2)).collect());
        let delivery = only(&outcome);
        let text = format!("{} {:?}", delivery.message.title.plain(), delivery.message.lines);
        assert!(text.contains("200 relays") && text.contains("AS1"), "{text}");
        assert!(delivery.message.links.iter().any(|link| link.label == "Incident 2026020100-group-outage-1"));
        // Nothing more is told while it lasts and does not grow.
        let third = world.hour(3, all.iter().map(|number| absent(*number, 3)).collect());
        assert_eq!(third.deliveries().count(), 0);
    }
}

#[test]
fn relays_are_told_of_with_their_incident_and_by_themselves_once_it_is_over() {
    let watches = [INCIDENTS, Watch::Absent { hours: 6 }];
    let mut world = World::new(vec![subscription(1, Target::As(AsNumber(1)), &watches)]);
    world.incidents = vec![outage(&[1, 2], IncidentState::Ongoing)];
    assert_eq!(only(&world.hour(2, vec![absent(1, 2), absent(2, 2)])).alerts.len(), 1);
    let later = world.hour(6, vec![absent(1, 6), absent(2, 6)]);
    assert_eq!(reasons(&later), ["repeat-not-due", "grouped", "grouped"]);
    assert_eq!(later.deliveries().count(), 0);
    world.incidents[0].state = IncidentState::Resolved;
    world.incidents[0].ending = Some(Ending::Recovered);
    let over = world.hour(9, vec![relay(1), absent(2, 9)]);
    let expected = [
        "Over: Relays of one group vanished together: AS1, 2 relays",
        "relay2 (00000000) absent for 9 hours, last seen 2026-02-01 00:00 UTC",
    ];
    assert_eq!(titles(&over), expected);
    assert_eq!(reasons(&over), ["seems-over"]);
}

#[test]
fn two_hundred_subscriptions_of_one_receiver_are_one_message() {
    let all: Vec<u8> = (0..200).collect();
    let one = |number: &u8| subscription(u64::from(*number), Target::Relay(fingerprint(*number)), &[ABSENT]);
    let mut world = World::new(all.iter().map(one).collect());
    world.hour(1, all.iter().map(|number| absent(*number, 1)).collect());
    let delivery = only(&world.hour(2, all.iter().map(|number| absent(*number, 2)).collect()));
    assert_eq!(delivery.alerts.len(), 200);
}

#[test]
fn relays_that_return_one_by_one_end_in_one_message() {
    let mut world = World::new(vec![subscription(1, Target::As(AsNumber(1)), &[ABSENT])]);
    world.incidents = vec![outage(&[1, 2, 3], IncidentState::Ongoing)];
    world.hour(2, vec![absent(1, 2), absent(2, 2), absent(3, 2)]);
    world.hour(3, vec![relay(1), absent(2, 3), absent(3, 3)]);
    let back = world.hour(4, vec![relay(1), absent(2, 4), absent(3, 4)]);
    assert_eq!(reasons(&back), ["told-with-incident", "repeat-not-due", "repeat-not-due"]);
    world.hour(5, vec![relay(1), relay(2), relay(3)]);
    let over = only(&world.hour(6, vec![relay(1), relay(2), relay(3)]));
    assert_eq!((over.message.event, over.alerts.len()), (MessageEvent::Resolved, 3));
}

#[test]
fn an_incident_is_told_once_and_its_end_as_well() {
    let mut world = World::new(vec![subscription(1, Target::Network, &[INCIDENTS])]);
    world.incidents = vec![outage(&[1], IncidentState::Unverified)];
    assert_eq!(reasons(&world.hour(1, Vec::new())), ["not-confirmed"]);
    world.incidents = vec![outage(&[1], IncidentState::Ongoing)];
    let raised = only(&world.hour(2, Vec::new()));
    assert_eq!(raised.message.title.plain(), "Relays of one group vanished together: AS1, 1 relay");
    world.incidents[0].severity = Severity::Critical;
    assert_eq!(
        titles(&world.hour(3, Vec::new())),
        ["Worse: Relays of one group vanished together: AS1, 1 relay"]
    );
    world.incidents[0].state = IncidentState::Resolved;
    world.incidents[0].ending = Some(Ending::Recovered);
    world.incidents[0].until = Some(Timestamp(START + 4 * HOUR));
    let over = only(&world.hour(4, Vec::new()));
    assert_eq!((over.message.event, over.thread), (MessageEvent::Resolved, raised.thread));
}

#[test]
fn what_was_not_confirmed_is_never_told() {
    let mut world = World::new(vec![subscription(1, Target::Network, &[INCIDENTS])]);
    world.incidents = vec![outage(&[1], IncidentState::Unverified)];
    world.hour(1, Vec::new());
    world.incidents[0].state = IncidentState::Resolved;
    world.incidents[0].ending = Some(Ending::NotConfirmed);
    assert_eq!(world.hour(2, Vec::new()).decisions, []);
}

#[test]
fn a_missing_consensus_fires_at_once_and_keeps_relays_back() {
    let target = Target::Network;
    let mut world = World::new(vec![subscription(1, target, &[INCIDENTS, ABSENT])]);
    let mut missing = outage(&[], IncidentState::Unverified);
    missing.id.kind = IncidentKind::ConsensusFault;
    missing.causes.clear();
    world.incidents = vec![missing];
    let outcome = world.hour(2, vec![absent(1, 2)]);
    assert_eq!(titles(&outcome), ["No valid consensus"]);
    assert_eq!(reasons(&outcome), ["inhibited"]);
}

#[test]
fn a_source_at_fault_keeps_everything_back_but_itself() {
    let mut world = World::new(vec![subscription(1, Target::Network, &[INCIDENTS, ABSENT])]);
    let mut source = outage(&[], IncidentState::Ongoing);
    source.id.kind = IncidentKind::SourceFault;
    source.causes.clear();
    world.incidents = vec![outage(&[1], IncidentState::Ongoing), source];
    let outcome = world.hour(2, vec![absent(1, 2)]);
    assert_eq!(titles(&outcome), ["A source of data is at fault"]);
    assert_eq!(reasons(&outcome), ["inhibited", "inhibited"]);
    world.incidents.pop();
    let titles = titles(&world.hour(3, vec![absent(1, 3)]));
    let expected =
        ["Over: Incident 2026020100-source-fault-1", "Relays of one group vanished together: AS1, 1 relay"];
    assert_eq!(titles, expected);
}

#[test]
fn a_source_whose_fault_is_worth_a_notice_keeps_nothing_back() {
    let mut world = World::new(vec![subscription(1, Target::Network, &[ABSENT])]);
    let mut source = outage(&[], IncidentState::Ongoing);
    source.id.kind = IncidentKind::SourceFault;
    source.severity = Severity::Notice;
    source.causes.clear();
    world.incidents = vec![source];
    assert_eq!(titles(&world.hour(2, vec![absent(1, 2)])).len(), 1);
}

#[test]
fn the_outage_of_an_as_keeps_back_that_of_an_operator_within_it() {
    let mut world = World::new(vec![subscription(
        1,
        Target::Domain(allium_model::Domain::of_url("example.org").unwrap()),
        &[INCIDENTS],
    )]);
    let mut within = outage(&[1, 2], IncidentState::Ongoing);
    within.id.number = 2;
    within.causes[0].group = CauseGroup::Operator(operator());
    world.incidents = vec![outage(&[1, 2, 3], IncidentState::Ongoing), within];
    let outcome = world.hour(2, vec![absent(1, 2), absent(2, 2)]);
    assert_eq!(titles(&outcome), ["Relays of one group vanished together: AS1, 3 relays"]);
    assert_eq!(reasons(&outcome), ["inhibited"]);
}

#[test]
fn flags_of_relays_that_an_incident_hit_are_held_back() {
    let watch = Watch::FlagLost([Flag::Guard].into_iter().collect());
    let mut world = World::new(vec![subscription(1, Target::Network, &[watch])]);
    let usual = Some([Flag::Guard].into_iter().collect());
    let lost = || vec![RelayFacts { usual_flags: usual, ..relay(1) }];
    world.hour(1, lost());
    world.incidents = vec![outage(&[1], IncidentState::Ongoing)];
    assert_eq!(reasons(&world.hour(2, lost())), ["inhibited"]);
    world.incidents.clear();
    assert_eq!(titles(&world.hour(3, lost())), ["relay1 (00000000) lost Guard"]);
}

#[test]
fn new_members_are_watched_and_those_that_left_are_let_go() {
    let mut world = World::new(vec![subscription(1, Target::As(AsNumber(1)), &[ABSENT])]);
    world.hour(2, vec![absent(1, 2)]);
    let joined = world.hour(3, vec![absent(1, 3), absent(2, 2)]);
    assert!(only(&joined).message.title.plain().starts_with("relay2"));
    let moved = RelayFacts { as_number: Some(AsNumber(2)), ..absent(1, 4) };
    let left = only(&world.hour(4, vec![moved, absent(2, 3)]));
    assert_eq!(left.message.title.plain(), "Over: relay1 (00000000) no longer belongs to what is watched");
    assert_eq!(left.message.event, MessageEvent::Changed);
}

#[test]
fn a_relay_that_left_the_network_is_told_of_a_last_time() {
    let mut world = World::new(vec![subscription(1, Target::Relay(fingerprint(1)), &[ABSENT])]);
    world.hour(2, vec![absent(1, 2)]);
    assert_eq!(reasons(&world.hour(3, Vec::new())), ["repeat-not-due"]);
    let last = only(&world.hour(2 + 7 * 24, Vec::new()));
    let text = last.message.title.plain();
    assert_eq!(text, "Over: 00000000 was not seen for a week; this is the last message about it");
    assert_eq!(world.hour(3 + 7 * 24, Vec::new()).decisions, []);
}

#[test]
fn who_only_asks_for_the_return_hears_only_that() {
    let mut world = World::new(vec![subscription(1, Target::Network, &[Watch::Back { after_hours: 3 }])]);
    assert_eq!(reasons(&world.hour(2, vec![absent(1, 2)])), ["not-confirmed"]);
    assert_eq!(reasons(&world.hour(3, vec![absent(1, 3)])), ["only-end-is-told"]);
    world.hour(4, vec![relay(1)]);
    let back = world.hour(5, vec![relay(1)]);
    assert_eq!(titles(&back), ["Over: relay1 (00000000) is back in the consensus"]);
    assert_eq!(world.hour(6, vec![relay(1)]).decisions, []);
}

#[test]
fn silences_and_maintenance_hold_back_until_they_end() {
    let mut world = World::new(vec![subscription(1, Target::Relay(fingerprint(1)), &[ABSENT])]);
    let until = Timestamp(START + 5 * HOUR);
    world.silences = vec![Silence {
        id: 7,
        matcher: Matcher { target: Target::As(AsNumber(1)), kinds: vec![WatchKind::Absent], receiver: None },
        author: "ops".into(),
        reason: "move".into(),
        from: Timestamp(START),
        until,
    }];
    world.maintenance = vec![Maintenance {
        id: 8,
        target: Target::Relay(fingerprint(1)),
        receiver: None,
        author: "ops".into(),
        note: String::new(),
        from: until,
        until: until.plus_seconds(HOUR),
    }];
    assert_eq!(reasons(&world.hour(2, vec![absent(1, 2)])), ["silenced"]);
    assert_eq!(reasons(&world.hour(5, vec![absent(1, 5)])), ["in-maintenance"]);
    assert_eq!(world.hour(6, vec![absent(1, 6)]).deliveries().count(), 1);
}

#[test]
fn a_relay_that_comes_and_goes_is_told_three_times_a_day() {
    let mut world = World::new(vec![subscription(1, Target::Relay(fingerprint(1)), &[ABSENT])]);
    let row = |hour: i64| match hour % 4 {
        1 => absent(1, 1),
        2 => absent(1, 2),
        _ => relay(1),
    };
    let raised = |outcome: &Outcome| only_event(outcome, MessageEvent::Raised);
    let told: Vec<i64> = (1..=48).filter(|hour| raised(&world.hour(*hour, vec![row(*hour)]))).collect();
    assert_eq!(told, [2, 6, 10, 26, 30, 34]);
}

fn only_event(outcome: &Outcome, event: MessageEvent) -> bool {
    outcome.deliveries().any(|delivery| delivery.message.event == event)
}

#[test]
fn a_budget_holds_back_and_tells_everything_when_there_is_room() {
    let one = |number: u8| subscription(u64::from(number), Target::Relay(fingerprint(number)), &[ABSENT]);
    let mut world = World::new((1..=6).map(one).collect());
    let budget = Budget { messages: 3, reserved_for_critical: 1, period_seconds: 12 * 3600 };
    world.receivers = vec![Receiver { id: ReceiverId(1), budget }];
    // Each hour one more relay is away.
    let away = |hour: i64| {
        let of = |number: u8| match hour - i64::from(number) {
            hours @ 1.. => absent(number, hours as u32),
            _ => relay(number),
        };
        (1..=6).map(of).collect::<Vec<_>>()
    };
    let told: Vec<(i64, usize)> = (1..=20)
        .filter_map(|hour| Some((hour, world.hour(hour, away(hour)).deliveries().next()?.alerts.len())))
        .collect();
    assert_eq!(told, [(3, 1), (4, 1), (15, 4)]);
}

#[test]
fn the_last_message_of_a_budget_says_so() {
    let mut world = World::new(vec![subscription(1, Target::Network, &[ABSENT])]);
    let budget = Budget { messages: 1, reserved_for_critical: 0, period_seconds: 86_400 };
    world.receivers = vec![Receiver { id: ReceiverId(1), budget }];
    let delivery = only(&world.hour(2, vec![absent(1, 2)]));
    let last = delivery.message.lines.last().unwrap().text.plain();
    assert!(
        last.starts_with("This is the last message that your budget allows before 2026-02-02 02:00 UTC"),
        "{last}"
    );
}

#[test]
fn a_digest_comes_once_a_day_with_everything() {
    let mut daily = subscription(1, Target::Network, &[ABSENT, INCIDENTS]);
    daily.digest = Digest::Daily { hour: 7 };
    let mut world = World::new(vec![daily]);
    world.hour(1, Vec::new());
    assert_eq!(reasons(&world.hour(2, vec![absent(1, 2)])), ["waits-for-digest"]);
    assert_eq!(world.hour(4, vec![absent(1, 4), absent(2, 2)]).deliveries().count(), 0);
    // What is critical does not wait.
    world.incidents = vec![Incident { severity: Severity::Critical, ..outage(&[9], IncidentState::Ongoing) }];
    assert_eq!(only(&world.hour(5, vec![absent(1, 5), absent(2, 3)])).message.severity, Severity::Critical);
    world.incidents.clear();
    assert_eq!(only(&world.hour(6, vec![absent(1, 6), absent(2, 4)])).message.event, MessageEvent::Resolved);
    let digest = only(&world.hour(7, vec![absent(1, 7), absent(2, 5)]));
    assert_eq!(digest.message.title.plain(), "Digest: Absent from the consensus: 2 relays");
    assert_eq!(world.hour(8, vec![absent(1, 8), absent(2, 6)]).deliveries().count(), 0);
    assert_eq!(
        only(&world.hour(31, vec![absent(1, 31), absent(2, 29)])).message.event,
        MessageEvent::Repeated
    );
}

#[test]
fn the_same_document_again_or_an_older_one_changes_nothing() {
    let mut world = World::new(vec![subscription(1, Target::Network, &[Watch::Overloaded])]);
    let overloaded = || vec![RelayFacts { is_overloaded: Some(true), ..relay(1) }];
    world.hour(1, overloaded());
    let now = Timestamp(START + 2 * HOUR);
    assert_eq!(reasons(&world.at(now, 1, overloaded())), ["not-confirmed"]);
    assert_eq!(reasons(&world.at(now, 0, overloaded())), ["not-confirmed"]);
    assert_eq!(world.at(now, 2, overloaded()).deliveries().count(), 1);
    for hour in [2, 1, 0] {
        assert_eq!(world.at(now, hour, vec![relay(1)]).changes, []);
    }
}

#[test]
fn a_clock_that_was_ahead_keeps_nothing_back_for_long() {
    let mut world = World::new(vec![subscription(1, Target::Network, &[ABSENT])]);
    let year = Timestamp(START + 365 * 86_400);
    world.hour(1, vec![absent(1, 1)]);
    assert_eq!(world.at(year, 2, vec![absent(1, 2)]).deliveries().count(), 1);
    let told: Vec<i64> = (3..=60)
        .filter(|hour| world.hour(*hour, vec![absent(1, *hour as u32)]).deliveries().count() > 0)
        .collect();
    assert_eq!(told, [27, 51]);
}

#[test]
fn a_subscription_that_is_gone_leaves_no_state() {
    let mut world = World::new(vec![subscription(1, Target::Network, &[ABSENT])]);
    world.hour(2, vec![absent(1, 2)]);
    world.subscriptions.clear();
    let outcome = world.hour(3, vec![absent(1, 3)]);
    assert_eq!((outcome.changes, outcome.decisions), (vec![(SubscriptionId(1), None)], Vec::new()));
}

#[test]
fn another_threshold_is_the_same_alert() {
    let mut world = World::new(vec![subscription(1, Target::Network, &[ABSENT])]);
    world.hour(4, vec![absent(1, 4)]);
    world.subscriptions = vec![subscription(1, Target::Network, &[Watch::Absent { hours: 3 }])];
    assert_eq!(reasons(&world.hour(5, vec![absent(1, 5)])), ["repeat-not-due"]);
}
