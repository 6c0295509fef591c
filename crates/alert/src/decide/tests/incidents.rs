//! Incidents, and what they keep back.

use super::*;

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
