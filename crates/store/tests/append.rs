//! Records go in once, whole, in any order, and come out as they went in.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

mod support;

use allium_model::{
    AsNumber, AuthorityRecord, Event, EventKind, EventSubject, GroupHour, HourState, RecordSource, Severity,
};
use allium_store::{
    Appended, AttributeSpan, AttributeValue, EventQuery, Store, StoreError, StoreOptions, StoredGroup,
};
use support::{fill, hour, range, record, relay, relay_at, relays, state, store};

/// Every relay at every hour, and the groups, against the truth.
#[track_caller]
fn check(series: &allium_model::RelaySeries, number: u8, hours: &[i64], until: i64) {
    assert_eq!(series.first_hour, hour(0));
    assert_eq!(series.hours.len() as i64, until, "relay {number}");
    for (at, found) in (0..).zip(&series.hours) {
        let expected = if hours.contains(&at) { state(number, at) } else { HourState::Gap };
        assert_eq!(*found, expected, "relay {number} at {at}");
    }
}

fn group_truth(remainder: u8, at: i64) -> GroupHour {
    let mut sums = GroupHour { valid_after: hour(at), ..GroupHour::default() };
    for relay in (0..20).filter(|number| number % 3 == remainder).filter_map(|number| relay_at(number, at)) {
        let weight = u64::from(relay.weight.unwrap());
        sums.relays += 1;
        sums.weight += weight;
        let has = |flag| relay.flags.contains(flag);
        sums.exit_weight += if has(allium_model::Flag::Exit) { weight } else { 0 };
        sums.guard_weight += if has(allium_model::Flag::Guard) { weight } else { 0 };
    }
    sums
}

async fn check_all(store: &Store, hours: &[i64]) {
    let until = hours.iter().max().unwrap() + 1;
    let bulk = store.relays_in_bulk(range(-100, 1000)).await.unwrap();
    for number in 0..20 {
        let series = store.relay_series(relay(number), range(-100, 1000)).await.unwrap().unwrap();
        check(&series, number, hours, until);
        assert_eq!(bulk.get(relay(number)), Some(series));
    }
    for at in hours.iter().copied() {
        let expected: Vec<_> =
            relays(at).iter().map(|relay| (relay.fingerprint, relay.flags, relay.weight)).collect();
        let found = store.relays_at(hour(at)).await.unwrap().unwrap();
        let found: Vec<_> =
            found.iter().map(|relay| (relay.fingerprint, relay.flags, relay.weight)).collect();
        assert_eq!(found, expected);
    }
    assert_eq!(store.relays_at(hour(until + 1)).await.unwrap(), None);
    let groups = store.groups_in_bulk(range(-100, 1000)).await.unwrap();
    for remainder in 0..3 {
        let group = StoredGroup::As(AsNumber(u32::from(remainder) + 1));
        let found = store.group_hours(group, range(-100, 1000)).await.unwrap().unwrap();
        assert_eq!(groups.get(group).as_ref(), Some(&found));
        let mut hours = hours.to_vec();
        hours.sort_unstable();
        let expected: Vec<_> = hours.iter().map(|at| group_truth(remainder, *at)).collect();
        assert_eq!(found, expected);
    }
}

#[tokio::test]
async fn hours_in_order_come_out_as_they_went_in() {
    let (_folder, store) = store().await;
    let hours: Vec<i64> = (0..75).filter(|hour| !(40..44).contains(hour)).collect();
    fill(&store, hours.iter().copied()).await;
    check_all(&store, &hours).await;
    let gaps = store.gaps(range(0, 100)).await.unwrap();
    assert_eq!(gaps, [range(40, 44)]);
    assert_eq!(store.newest().await.unwrap().unwrap().valid_after, hour(74));
}

#[tokio::test]
async fn hours_in_any_order_give_the_same_history() {
    let (_folder, in_order) = store().await;
    let (_other, shuffled) = store().await;
    let hours: Vec<i64> = (0..75).collect();
    // 31 and 75 have no common divisor, so that every hour comes once.
    let mixed: Vec<i64> = hours.iter().map(|hour| (hour * 31 + 7) % 75).filter(|hour| *hour > 0).collect();
    fill(&in_order, hours.iter().copied()).await;
    fill(&shuffled, [0]).await;
    fill(&shuffled, mixed).await;
    check_all(&shuffled, &hours).await;
    let (left, right) = (in_order.network_series(range(0, 100)), shuffled.network_series(range(0, 100)));
    let (left, right) = (left.await.unwrap(), right.await.unwrap());
    for (left, right) in left.iter().zip(&right) {
        assert_eq!(left, right, "at {}", left.valid_after);
    }
    for number in 0..20 {
        let spans = shuffled.relay_attributes(relay(number)).await.unwrap();
        for at in hours.iter().copied().filter(|at| relay_at(number, *at).is_some()) {
            let version = if at < 30 { "0.4.8.11" } else { "0.4.8.12" };
            assert_eq!(version_at(&spans, at), Some(version), "relay {number} at {at}");
        }
    }
}

/// The version in force at an hour.
fn version_at(spans: &[AttributeSpan], at: i64) -> Option<&str> {
    let at = hour(at);
    let is_then = |span: &&AttributeSpan| span.from <= at && span.until.is_none_or(|until| at < until);
    spans.iter().filter(is_then).find_map(|span| match &span.value {
        AttributeValue::Version(version) => Some(version.as_str()),
        _ => None,
    })
}

#[tokio::test]
async fn a_reopened_store_goes_on_where_it_was() {
    let (folder, store) = store().await;
    fill(&store, 0..30).await;
    store.close().await.unwrap();
    let store = Store::open(folder.path().join("history.db"), StoreOptions::default()).await.unwrap();
    fill(&store, 30..60).await;
    check_all(&store, &(0..60).collect::<Vec<_>>()).await;
    let versions = store.relay_attributes(relay(3)).await.unwrap();
    let versions: Vec<_> = versions
        .iter()
        .filter(|span| matches!(span.value, AttributeValue::Version(_)))
        .map(|span| (span.from, span.until))
        .collect();
    assert_eq!(versions, [(hour(0), Some(hour(30))), (hour(30), None)]);
}

#[tokio::test]
async fn two_processes_that_write_in_turn_do_not_confuse_each_other() {
    let (folder, first) = store().await;
    let second = Store::open(folder.path().join("history.db"), StoreOptions::default()).await.unwrap();
    for at in 0..30 {
        fill(if at % 2 == 0 { &first } else { &second }, [at]).await;
    }
    check_all(&first, &(0..30).collect::<Vec<_>>()).await;
    check_all(&second, &(0..30).collect::<Vec<_>>()).await;
}

#[tokio::test]
async fn a_document_counts_once_and_the_better_source_wins() {
    let (_folder, store) = store().await;
    fill(&store, 0..3).await;
    let known = record(hour(2), relays(2));
    assert_eq!(store.append(&known).await.unwrap(), Appended::Known);
    let mut worse = record(hour(2), relays(5));
    (worse.source, worse.digest) = (RecordSource::Presence, [9; 32]);
    assert_eq!(store.append(&worse).await.unwrap(), Appended::Superseded);
    worse.valid_after = hour(3);
    worse.network.valid_after = hour(3);
    assert_eq!(store.append(&worse).await.unwrap(), Appended::Added);
    assert_eq!(store.append(&record(hour(3), relays(3))).await.unwrap(), Appended::Replaced);
    check_all(&store, &[0, 1, 2, 3]).await;
    assert_eq!(store.newest().await.unwrap().unwrap().source, RecordSource::Consensus);
}

#[tokio::test]
async fn of_two_records_in_an_hour_the_later_counts() {
    let (_folder, store) = store().await;
    let mut early = record(hour(4), relays(9));
    early.valid_after.0 += 60;
    early.network.valid_after = early.valid_after;
    early.digest[31] = 1;
    let mut late = record(hour(4), relays(4));
    late.valid_after.0 += 120;
    late.network.valid_after = late.valid_after;
    late.digest[31] = 2;
    store.append(&late).await.unwrap();
    store.append(&early).await.unwrap();
    let series = store.relay_series(relay(1), range(0, 10)).await.unwrap().unwrap();
    assert_eq!((series.first_hour, series.hours), (hour(4), vec![state(1, 4)]));
    assert_eq!(store.network_series(range(0, 10)).await.unwrap().len(), 2);
    // Sealing its day changes nothing.
    fill(&store, [50, 80]).await;
    let series = store.relay_series(relay(1), range(4, 5)).await.unwrap().unwrap();
    assert_eq!(series.hours, [state(1, 4)]);
}

#[tokio::test]
async fn who_came_and_who_left_is_counted_but_not_across_a_gap() {
    let (_folder, store) = store().await;
    let only = |numbers: &[u8], at| {
        let relays = numbers.iter().filter_map(|number| relay_at(*number, 1)).collect();
        record(hour(at), relays)
    };
    store.append(&only(&[0, 2], 1)).await.unwrap();
    store.append(&only(&[2, 3, 4], 2)).await.unwrap();
    store.append(&only(&[0, 2, 3, 4], 3)).await.unwrap();
    store.append(&only(&[9], 5)).await.unwrap();
    let series = store.network_series(range(0, 10)).await.unwrap();
    let counts: Vec<_> = series.iter().map(|row| (row.joined, row.left, row.never_seen)).collect();
    assert_eq!(counts, [(0, 0, 0), (2, 1, 2), (1, 0, 0), (0, 0, 0)]);
    store.append(&only(&[2, 3, 9], 4)).await.unwrap();
    let series = store.network_series(range(0, 10)).await.unwrap();
    let counts: Vec<_> = series.iter().map(|row| (row.joined, row.left, row.never_seen)).collect();
    assert_eq!(counts, [(0, 0, 0), (2, 1, 2), (1, 0, 0), (1, 2, 1), (0, 2, 0)]);
}

#[tokio::test]
async fn what_a_document_does_not_say_goes_on() {
    let (_folder, store) = store().await;
    let mut with = relay_at(1, 0).unwrap();
    with.attributes.contact = Some("somebody");
    store.append(&record(hour(0), vec![with])).await.unwrap();
    let mut without = relay_at(1, 0).unwrap();
    without.attributes = allium_model::RelayAttributes::default();
    for at in 1..3 {
        store.append(&record(hour(at), vec![without])).await.unwrap();
    }
    let spans = store.relay_attributes(relay(1)).await.unwrap();
    assert!(spans.iter().all(|span| span.until.is_none()) && spans.len() == 4, "{spans:?}");
    let hours = store.group_hours(StoredGroup::As(AsNumber(2)), range(0, 9)).await.unwrap().unwrap();
    assert_eq!(hours.iter().map(|hour| hour.relays).collect::<Vec<_>>(), [1, 1, 1]);
}

#[tokio::test]
async fn authorities_gather_what_becomes_known_of_them() {
    let (_folder, store) = store().await;
    let mut of_consensus = AuthorityRecord {
        identity: relay(200),
        valid_after: hour(0),
        is_counted: Some(true),
        is_signed: Some(false),
        is_vote_seen: None,
        relays: None,
        running_relays: None,
        measured_relays: None,
        measured_sum_kilobytes_per_second: None,
        bandwidth_file_age_seconds: None,
        has_bandwidth_file: None,
        agreement_ratio: None,
        certificate_expires: None,
    };
    let mut with = record(hour(0), relays(0));
    with.authorities = vec![of_consensus];
    store.append(&with).await.unwrap();
    let of_vote = AuthorityRecord {
        is_counted: None,
        is_signed: None,
        is_vote_seen: Some(true),
        agreement_ratio: Some(0.5),
        ..of_consensus
    };
    store.put_authorities(&[of_vote]).await.unwrap();
    (of_consensus.is_vote_seen, of_consensus.agreement_ratio) = (Some(true), Some(0.5));
    assert_eq!(store.authorities(range(0, 1)).await.unwrap(), [of_consensus]);
    assert_eq!(store.authority_series(relay(200), range(0, 1)).await.unwrap(), [of_consensus]);
    assert_eq!(store.authority_series(relay(201), range(0, 1)).await.unwrap(), []);
}

#[tokio::test]
async fn an_event_written_again_changes_its_end() {
    let (_folder, store) = store().await;
    let mut event = Event {
        kind: EventKind::VoteMissing,
        subject: EventSubject::Authority(relay(200)),
        severity: Severity::Warning,
        from: hour(3),
        until: None,
        evidence: "no vote".to_owned(),
    };
    store.put_events(std::slice::from_ref(&event)).await.unwrap();
    event.until = Some(hour(5));
    store.put_events(std::slice::from_ref(&event)).await.unwrap();
    let query = EventQuery { range: range(4, 9), subject: None, limit: 10 };
    assert_eq!(store.events(query).await.unwrap(), [event.clone()]);
    let of_network = EventQuery { subject: Some(EventSubject::Network), ..query };
    assert_eq!(store.events(of_network).await.unwrap(), []);
    let later = EventQuery { range: range(5, 9), ..query };
    assert_eq!(store.events(later).await.unwrap(), []);
}

#[tokio::test]
async fn the_widest_and_the_emptiest_range_are_ranges() {
    let (_folder, store) = store().await;
    fill(&store, 0..26).await;
    let time = allium_model::Timestamp;
    let range = |from, until| allium_model::TimeRange { from: time(from), until: time(until) };
    for (range, hours) in [(range(i64::MIN, i64::MAX), 26), (range(i64::MAX, i64::MIN), 0), (range(0, 0), 0)]
    {
        let series = store.relay_series(relay(1), range).await.unwrap().unwrap();
        assert_eq!(series.hours.len(), hours);
        let group = StoredGroup::As(AsNumber(1));
        assert_eq!(store.group_hours(group, range).await.unwrap().unwrap().len(), hours);
        assert_eq!(store.groups_in_bulk(range).await.unwrap().relays.hours(), hours);
        assert_eq!(store.network_series(range).await.unwrap().len(), hours);
    }
}

#[tokio::test]
async fn a_record_that_breaks_its_own_rules_is_refused() {
    let (_folder, store) = store().await;
    let twice = record(hour(0), vec![relay_at(1, 0).unwrap(), relay_at(1, 0).unwrap()]);
    assert!(matches!(store.append(&twice).await, Err(StoreError::Record(_))));
    let early = record(allium_model::Timestamp(-1), vec![]);
    assert!(matches!(store.append(&early).await, Err(StoreError::Record(_))));
    assert_eq!(store.newest().await.unwrap(), None);
    assert_eq!(store.relay_series(relay(1), range(0, 5)).await.unwrap(), None);
}
