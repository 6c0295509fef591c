//! The fold as a whole: what it says of losses, and that it says the same however history arrives.

use super::ChangeKind;
use super::fixture::{Story, document, fingerprint, hour, network, relay};
use allium_model::{AsNumber, CauseGroup, Ending, IncidentKind, IncidentState, Severity};

/// AS 1010: relays 500 to 549.
fn is_of_as(number: u32) -> bool {
    (500..550).contains(&number)
}

#[test]
fn a_quiet_network_has_no_incidents() {
    let mut story = Story::new();
    story.tell(0..24 * 12, |_, _| false);
    assert_eq!(story.ids(), [""; 0]);
}

#[test]
fn an_outage_is_unverified_then_ongoing_then_over() {
    let mut story = Story::new();
    story.tell(0..100, |_, _| false);
    story.tell(100..101, |_, number| is_of_as(number));
    let first = story.one();
    assert_eq!(
        (first.state, first.id.to_string().as_str()),
        (IncidentState::Unverified, "2026020504-group-outage-1")
    );
    assert_eq!(first.causes[0].group, CauseGroup::As(AsNumber(1010)));
    story.tell(101..103, |_, number| is_of_as(number));
    let second = story.one();
    assert_eq!((second.state, second.confirmed), (IncidentState::Ongoing, Some(hour(101))));
    story.tell(103..104, |_, number| (500..509).contains(&number));
    assert_eq!(story.one().state, IncidentState::Ongoing, "one document is not enough");
    story.tell(104..106, |_, number| number == 507);
    let over = story.one();
    assert_eq!((over.state, over.ending), (IncidentState::Resolved, Some(Ending::Recovered)));
    assert_eq!((over.until, over.severity), (Some(hour(103)), Severity::Warning));
    assert_eq!(over.hit.away().map(|relay| relay.fingerprint).collect::<Vec<_>>(), [fingerprint(507)]);
    // 50 relays of 2,000, but for the few that were away themselves.
    assert!((over.hit.impact.weight_ratio - 0.025).abs() < 0.002, "{:?}", over.hit.impact);
    assert!(over.evidence.starts_with("50 of 50 relays of AS1010 vanished between"), "{}", over.evidence);
}

#[test]
fn what_the_next_document_does_not_show_is_not_confirmed() {
    let mut story = Story::new();
    story.tell(0..100, |_, _| false);
    story.tell(100..101, |_, number| is_of_as(number));
    story.tell(101..110, |_, _| false);
    let incident = story.one();
    assert_eq!((incident.ending, incident.confirmed), (Some(Ending::NotConfirmed), None));
}

#[test]
fn who_stays_away_for_a_week_is_gone_for_good() {
    let mut story = Story::new();
    story.tell(0..100, |_, _| false);
    story.tell(100..300, |_, number| is_of_as(number));
    let incident = story.one();
    assert_eq!((incident.ending, incident.until), (Some(Ending::Permanent), Some(hour(268))));
}

#[test]
fn relays_that_follow_a_little_later_are_of_the_same_incident() {
    let mut story = Story::new();
    story.tell(0..100, |_, _| false);
    story.tell(100..101, |_, number| (500..540).contains(&number));
    story.tell(101..104, |_, number| is_of_as(number));
    let incident = story.one();
    assert_eq!(incident.hit.relays.len(), 50);
    assert!(story.changes.iter().any(|change| change.kind == ChangeKind::Grew));
}

#[test]
fn the_rest_of_a_group_that_follows_days_later_is_another_incident() {
    let mut story = Story::new();
    story.tell(0..100, |_, _| false);
    story.tell(100..130, |at, number| (500..520).contains(&number) || (at >= 125 && is_of_as(number)));
    let incidents = story.incidents();
    let sizes: Vec<usize> = incidents.iter().map(|incident| incident.hit.relays.len()).collect();
    assert_eq!(sizes.iter().sum::<usize>(), 50, "each relay once: {sizes:?}");
    assert!(incidents.iter().any(|incident| incident.id.from == hour(125)));
}

#[test]
fn relays_without_a_common_cause_are_an_incident_when_they_are_many() {
    let mut story = Story::new();
    story.tell(0..100, |_, _| false);
    // Every fortieth: 50 of 2,000, none of a group more than of others.
    story.tell(100..103, |_, number| number % 40 == 17);
    let incident = story.one();
    assert_eq!((incident.id.kind, incident.causes.len()), (IncidentKind::RelaysLost, 0));
    assert_eq!(incident.state, IncidentState::Ongoing);
}

#[test]
fn a_version_that_fails_is_named() {
    let mut story = Story::new();
    story.tell(0..100, |_, _| false);
    story.tell(100..103, |_, number| number % 3 == 1 && number % 5 != 0);
    let incident = story.one();
    assert_eq!(incident.id.kind, IncidentKind::VersionFailure);
    assert_eq!(incident.causes[0].group, CauseGroup::Version("0.4.8.2".into()));
    assert_eq!(incident.severity, Severity::Critical);
}

#[test]
fn a_small_group_that_vanishes_as_a_whole_is_a_notice() {
    let mut story = Story::new();
    story.tell(0..100, |_, _| false);
    story.tell(100..103, |_, number| (700..709).contains(&number));
    let incident = story.one();
    assert_eq!((incident.severity, incident.hit.relays.len()), (Severity::Notice, 9));
}

#[test]
fn a_gap_of_documents_is_no_outage() {
    let mut story = Story::new();
    story.tell(0..100, |_, _| false);
    // Three days without documents, in which a hundred relays left.
    story.tell(172..200, |_, number| (500..600).contains(&number));
    assert_eq!(story.ids(), [""; 0]);
}

#[test]
fn an_outage_that_began_in_a_short_gap_is_found() {
    let mut story = Story::new();
    story.tell(0..100, |_, _| false);
    story.tell(104..106, |_, number| is_of_as(number));
    assert_eq!(story.one().state, IncidentState::Ongoing);
}

#[test]
fn twelve_hourly_documents_do_as_well() {
    let mut story = Story::new();
    for at in (0..60).map(|day| day * 12) {
        let is_away = |number: u32| (480..600).contains(&at) && is_of_as(number);
        let found = story.watch.take(&network(at, is_away));
        story.changes.extend(found);
    }
    let incident = story.one();
    assert_eq!((incident.ending, incident.confirmed), (Some(Ending::Recovered), Some(hour(492))));
}

#[test]
fn masses_of_new_relays_are_an_incident_and_their_leaving_is_no_loss() {
    let mut story = Story::new();
    story.tell(0..100, |_, _| false);
    for at in 100..112 {
        let mut relays = network(at, |_| false).relays;
        if at < 106 {
            relays.extend((5000..5080).map(relay));
        }
        let found = story.watch.take(&document(hour(at), relays));
        story.changes.extend(found);
    }
    let incident = story.one();
    assert_eq!((incident.id.kind, incident.hit.relays.len()), (IncidentKind::Joins, 80));
    assert_eq!((incident.confirmed, incident.until), (Some(hour(101)), Some(hour(106))));
    // A block of addresses holds all 80; the two ASes 50 and 30 of them.
    assert_eq!((incident.causes[0].hit_in_group, incident.causes[0].group_relays), (80, 80));
    assert!(incident.evidence.contains("80 of them of 10.0.1.0/24"), "{}", incident.evidence);
}

#[test]
fn older_documents_change_nothing() {
    let mut story = Story::new();
    story.tell(0..50, |_, _| false);
    assert_eq!(story.watch.take(&network(20, |number| number < 500)), []);
    assert_eq!(story.watch.last(), Some(hour(49)));
}
