//! Incidents are kept whole and once, and hours are read again as they were appended.

mod support;

use allium_model::{
    AsNumber, Cause, CauseGroup, Ending, Hit, HitRelay, HourState, Impact, Incident, IncidentId,
    IncidentKind, IncidentState, IncidentStep, RelayAttributes, RelayRecord, Role, Severity, Timestamp,
};
use allium_store::{IncidentQuery, WatchState};
use support::{fill, hour, range, relay, relays, state, store};

fn incident(from: i64, state: IncidentState, hit: std::ops::Range<u8>) -> Incident {
    let hit_relay = |number: u8| HitRelay {
        fingerprint: relay(number),
        role: Role::ALL[usize::from(number % 3)],
        weight: (number != 3).then_some(u32::from(number) * 10),
        country: "de".parse().ok(),
        returned: (number == 4).then(|| hour(from + 2)),
    };
    let cause = |number: u32| Cause {
        group: CauseGroup::As(AsNumber(number)),
        hit_in_group: 3,
        hit: 4,
        group_relays: 5,
        chance_log10: -7.25,
        is_containing: number > 1,
    };
    let step = |number: i64| IncidentStep { at: hour(from + number), text: format!("step {number}") };
    Incident {
        id: IncidentId { from: hour(from), kind: IncidentKind::GroupOutage, number: 2 },
        state,
        severity: Severity::Warning,
        confirmed: Some(hour(from + 1)),
        until: (state == IncidentState::Resolved).then(|| hour(from + 3)),
        ending: (state == IncidentState::Resolved).then_some(Ending::Permanent),
        evidence: "3 of 5 relays of AS1 vanished".to_owned(),
        hit: Hit {
            relays: hit.map(hit_relay).collect(),
            impact: Impact { relays_ratio: 0.1, weight_ratio: 0.2, guard_ratio: 0.3, ..Impact::default() },
        },
        causes: vec![cause(1), cause(2)],
        steps: vec![step(0), step(1)],
    }
}

#[tokio::test]
async fn incidents_are_read_as_they_were_written_last() {
    let (_folder, store) = store().await;
    let first = incident(5, IncidentState::Unverified, 0..9);
    let state = WatchState { at: hour(5), bytes: vec![1, 2, 3] };
    assert_eq!(store.watch_state().await.unwrap(), None);
    store.put_incidents(std::slice::from_ref(&first), Some(&state)).await.unwrap();
    assert_eq!(store.incident(first.id).await.unwrap(), Some(first.clone()));
    let mut last = incident(5, IncidentState::Resolved, 3..6);
    last.causes.pop();
    let state = WatchState { at: hour(8), bytes: vec![4; 100_000] };
    for _ in 0..2 {
        store
            .put_incidents(&[last.clone(), incident(7, IncidentState::Ongoing, 0..2)], Some(&state))
            .await
            .unwrap();
    }
    assert_eq!(store.incident(first.id).await.unwrap(), Some(last));
    assert_eq!(store.incidents(IncidentQuery::all(10)).await.unwrap().len(), 2);
    assert_eq!(store.watch_state().await.unwrap(), Some(state));
    let other = IncidentId { number: 3, ..first.id };
    assert_eq!(store.incident(other).await.unwrap(), None);
}

#[tokio::test]
async fn incidents_are_found_by_range_state_and_relay() {
    let (_folder, store) = store().await;
    let over = incident(5, IncidentState::Resolved, 0..9);
    let lasting = incident(20, IncidentState::Ongoing, 7..12);
    store.put_incidents(&[over.clone(), lasting.clone()], None).await.unwrap();
    let found = async |query: IncidentQuery| -> Vec<Timestamp> {
        store.incidents(query).await.unwrap().into_iter().map(|incident| incident.id.from).collect()
    };
    let all = IncidentQuery::all(10);
    assert_eq!(found(all).await, [hour(20), hour(5)]);
    assert_eq!(found(IncidentQuery { limit: 1, ..all }).await, [hour(20)]);
    assert_eq!(found(IncidentQuery { range: range(0, 6), ..all }).await, [hour(5)]);
    assert_eq!(found(IncidentQuery { range: range(8, 20), ..all }).await, []);
    assert_eq!(found(IncidentQuery { range: range(90, 99), ..all }).await, [hour(20)]);
    assert_eq!(found(IncidentQuery::open(IncidentState::Ongoing, 10)).await, [hour(20)]);
    assert_eq!(found(IncidentQuery { relay: Some(relay(8)), ..all }).await, [hour(20), hour(5)]);
    assert_eq!(found(IncidentQuery { relay: Some(relay(2)), ..all }).await, [hour(5)]);
    assert_eq!(found(IncidentQuery { relay: Some(relay(99)), ..all }).await, []);
}

#[tokio::test]
async fn hours_are_read_again_as_they_were_appended() {
    let (_folder, store) = store().await;
    // Two sealed days and an open one, with versions that change at hour 30.
    fill(&store, 0..60).await;
    let mut replay = store.replay(range(10, 55)).await.unwrap();
    for at in 10..55 {
        let record = replay.next_hour().await.unwrap().unwrap();
        assert_eq!(record.valid_after, hour(at));
        let expected: Vec<RelayRecord<'_>> = relays(at)
            .into_iter()
            .map(|relay| RelayRecord {
                attributes: RelayAttributes { nickname: None, ..relay.attributes },
                ..relay
            })
            .collect();
        assert_eq!(record.relays, expected, "hour {at}");
        let there = (0..20).filter(|number| state(*number, at) != HourState::Absent);
        assert_eq!(there.count(), record.relays.len());
    }
    assert!(replay.next_hour().await.unwrap().is_none());
}
