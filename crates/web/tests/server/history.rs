//! The history of a relay: on its page, in the API and as figures.

use crate::fixture::{Server, edition, fingerprint};
use allium_model::{
    Fingerprint, Flag, GroupKey, GroupSeries, HourState, NetworkRecord, RelaySeries, TimeRange, Timestamp,
};
use allium_web::{Edition, HistoryError, HistoryHour, HistoryReader};
use std::collections::HashMap;
use std::sync::Arc;

const HOUR: i64 = 3_600;

/// 40 days: relay 2 ran but for a day, lost Guard once and has a gap of ten hours; nobody else is known.
#[derive(Debug)]
struct Forty;

fn end() -> Timestamp {
    "2026-02-22 14:00:00".parse().unwrap()
}

fn state(hours_ago: i64) -> HourState {
    match hours_ago {
        100..110 => HourState::Gap,
        200..224 => HourState::Absent,
        _ => HourState::Running {
            flags: [Flag::Running, Flag::Valid]
                .into_iter()
                .chain((hours_ago > 50).then_some(Flag::Guard))
                .collect(),
            weight: Some(1_000 + hours_ago as u32),
            is_measured: Some(hours_ago < 600),
        },
    }
}

impl HistoryReader for Forty {
    fn range(&self) -> Option<TimeRange> {
        Some(TimeRange { from: end().plus_seconds(-40 * 24 * HOUR), until: end() })
    }

    fn relay(&self, relay: Fingerprint, range: TimeRange) -> Result<RelaySeries, HistoryError> {
        if relay.to_string() == fingerprint(3) {
            return Err(HistoryError("the disk is gone".into()));
        }
        let is_known = relay.to_string() == fingerprint(2);
        let hours = range.until.seconds_since(range.from) / HOUR;
        let of = |index: i64| {
            let ago = (end().seconds_since(range.from) / HOUR) - index - 1;
            if is_known { state(ago) } else { HourState::Absent }
        };
        Ok(RelaySeries { days: Vec::new(), first_hour: range.from, hours: (0..hours).map(of).collect() })
    }

    fn group(&self, _: &GroupKey, _: TimeRange) -> Result<Option<GroupSeries>, HistoryError> {
        Ok(None)
    }

    fn network(&self, _: TimeRange) -> Result<Vec<NetworkRecord>, HistoryError> {
        Ok(Vec::new())
    }

    fn hour(&self, valid_after: Timestamp) -> Result<Option<HistoryHour>, HistoryError> {
        let hours_ago = end().seconds_since(valid_after) / HOUR - 1;
        let relays = match state(hours_ago) {
            HourState::Gap => return Ok(None),
            HourState::Absent => HashMap::new(),
            HourState::Running { flags, weight, .. } => {
                HashMap::from([(fingerprint(2).parse().unwrap(), (flags, weight))])
            }
        };
        Ok(Some(HistoryHour { valid_after, relays, consensus: None }))
    }
}

async fn server() -> Server {
    let server = Server::start().await;
    let edition = Edition::clone(&edition()).with_history(Some(Arc::new(Forty)));
    server.shared.publish(Arc::new(edition));
    server
}

fn target(number: usize, query: &str) -> String {
    format!("/api/v1/relays/{}/history{query}", fingerprint(number))
}

#[tokio::test]
async fn the_last_thirty_days_are_given_hour_by_hour() {
    let server = server().await;
    let answer = server.get(&target(2, "")).await.json();
    let rows = answer["data"].as_array().unwrap();
    assert_eq!((rows.len(), &answer["meta"]["total"]), (720, &720.into()));
    assert_eq!(rows[0]["from"], "2026-01-23 14:00:00");
    let last = &rows[719];
    assert_eq!((&last["from"], &last["state"]), (&"2026-02-22 13:00:00".into(), &"running".into()));
    assert_eq!((&last["consensus_weight"], &last["measured"]), (&1_000.into(), &true.into()));
    assert_eq!(last["flags"], serde_json::json!(["Running", "Valid"]));
    let gap = &rows[719 - 105];
    assert_eq!((&gap["state"], &gap["known_hours"]), (&"gap".into(), &0.into()));
    assert!(gap["flags"].is_null() && gap["consensus_weight"].is_null());
    let absent = &rows[719 - 210];
    assert_eq!((&absent["state"], &absent["known_hours"]), (&"absent".into(), &1.into()));
}

#[tokio::test]
async fn any_two_hours_of_the_history_are_compared() {
    let server = server().await;
    for (query, status, expected) in [
        ("?from=2026-02-20T09:00&to=2026-02-22T13:00", 200, "Relays that won or lost a flag: 1"),
        ("?from=2026-02-13T23:00&to=2026-02-22T13:00", 200, "Relays that joined: 1"),
        ("?from=2026-02-18T06:00&to=2026-02-22T13:00", 404, "There is no consensus of 2026-02-18 06:00"),
        ("?from=yesterday&to=2026-02-22T13:00", 400, "from is no time of the form"),
        ("?from=2026-02-22T13:00", 400, "The address names no to."),
    ] {
        let reply = server.get(&format!("/consensus/diff/{query}")).await;
        assert_eq!(reply.status, status, "{query}");
        assert!(reply.text().contains(expected), "{query}: {}", reply.text());
    }
    assert!(server.get("/consensus/diff/").await.text().contains("Two hours of your choice"));
}

#[tokio::test]
async fn from_and_until_choose_the_range_within_what_is_kept() {
    let server = server().await;
    for (query, rows) in [
        ("?from=2026-02-22T10:00:00Z", 4),
        ("?from=2026-02-21&until=2026-02-22", 24),
        ("?from=2025-12-01", 960),
        ("?until=2020-01-01", 0),
        ("?from=2030-01-01", 0),
        ("?from=2026-02-22T12:00:00Z&until=2026-02-22T10:00:00Z", 0),
    ] {
        let answer = server.get(&target(2, query)).await.json();
        assert_eq!(answer["data"].as_array().unwrap().len(), rows, "{query}");
    }
}

#[tokio::test]
async fn what_cannot_be_answered_is_a_problem_that_says_why() {
    let server = server().await;
    for (target, status, says) in [
        (target(2, "?from=yesterday"), 400, "2026-02-22T13:00:00Z or 2026-02-22 is expected"),
        (target(2, "?since=2026-02-22"), 400, "from, until, format"),
        (target(3, ""), 500, ""),
        (target(9_999, ""), 404, ""),
        ("/api/v1/relays/xyz/history".into(), 404, ""),
    ] {
        let reply = server.get(&target).await;
        assert_eq!(reply.status, status, "{target}");
        assert!(reply.text().contains(says), "{}", reply.text());
    }
}

#[tokio::test]
async fn a_relay_without_history_has_an_empty_list() {
    let server = Server::start().await;
    let answer = server.get(&target(2, "")).await.json();
    assert_eq!(answer["data"], serde_json::json!([]));
}

#[tokio::test]
async fn csv_has_the_same_rows() {
    let server = server().await;
    let reply = server.get(&target(2, "?format=csv&from=2026-02-22T12:00:00Z")).await;
    let lines: Vec<_> = reply.text().lines().map(str::to_owned).collect();
    assert_eq!(
        lines,
        [
            "from,resolution,state,known_hours,running_hours,flags,consensus_weight,measured",
            "2026-02-22 12:00:00,hour,running,1,1,Running Valid,1001,true",
            "2026-02-22 13:00:00,hour,running,1,1,Running Valid,1000,true",
        ]
    );
}

#[tokio::test]
async fn the_page_draws_flags_and_weight_and_lists_what_was_lost() {
    let server = server().await;
    let reply = server.get(&format!("/relay/{}/", fingerprint(2))).await;
    let page = reply.text();
    for text in [
        "Flags and weight, hour by hour",
        "figure-flag-hours-30-days",
        "figure-flag-hours-90-days",
        "figure-weight-hours-30-days",
        "<time>2026-02-20 11:00</time> Guard lost",
        "/methods/hourly-history/",
        "history?format=csv",
    ] {
        assert!(page.contains(text), "{text}");
    }
    let figure = server.get(&format!("/relay/{}/figures/flag-hours-30-days.csv", fingerprint(2))).await;
    assert_eq!((figure.status, figure.text().lines().count()), (200, 721));
}

#[tokio::test]
async fn a_page_without_history_says_so() {
    let plain = Server::start().await;
    let reply = plain.get(&format!("/relay/{}/", fingerprint(2))).await;
    let page = reply.text();
    assert!(page.contains("No consensus was kept yet"));
    let server = server().await;
    let reply = server.get(&format!("/relay/{}/", fingerprint(4))).await;
    let page = reply.text();
    assert!(page.contains("there is none in which it ran"));
    // A history that cannot be read costs the block and not the page.
    let page = server.get(&format!("/relay/{}/", fingerprint(3))).await;
    assert_eq!(page.status, 200);
}
