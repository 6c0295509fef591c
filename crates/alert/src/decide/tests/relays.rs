//! Relays that vanish, return, join and leave, and who hears of it.

use super::*;

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
