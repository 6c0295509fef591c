//! Silences, budgets, digests and clocks: what holds messages back, and for how long.

use super::*;

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

fn only_event(outcome: &Outcome, event: MessageEvent) -> bool {
    outcome.deliveries().any(|delivery| delivery.message.event == event)
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
