//! The health of the network: page, API, figures, metrics, and the health of groups.

use crate::fixture::{Server, edition, fingerprint};
use allium_model::{
    CountrySet, Fingerprint, GroupKey, GroupSeries, HealthRecord, Hit, Incident, IncidentState,
    NetworkRecord, RelaySeries, Severity, TimeRange, Timestamp,
};
use allium_web::{Edition, HistoryError, HistoryHour, HistoryReader};
use std::sync::Arc;

const HOUR: i64 = 3_600;

/// Ten days of records, an hour each: availability was half a point lower each day before, and Sweden had
/// relays while France had none.
#[derive(Debug)]
struct TenDays;

fn data_time() -> Timestamp {
    "2026-02-22 13:00:00".parse().unwrap()
}

fn record(hours_ago: i64) -> HealthRecord {
    let countries = ["DE", "SE"].iter().map(|code| code.parse().unwrap()).collect::<CountrySet>();
    HealthRecord {
        at: data_time().plus_seconds(-hours_ago * HOUR),
        components: [Some(0.9 - hours_ago as f64 / 24.0 * 0.005), None, Some(0.5), Some(0.5), None],
        countries: Some(countries),
        ..HealthRecord::default()
    }
}

impl HistoryReader for TenDays {
    fn range(&self) -> Option<TimeRange> {
        Some(TimeRange { from: record(240).at, until: data_time().plus_seconds(HOUR) })
    }

    fn relay(&self, _: Fingerprint, _: TimeRange) -> Result<RelaySeries, HistoryError> {
        Ok(RelaySeries::default())
    }

    fn group(&self, _: &GroupKey, _: TimeRange) -> Result<Option<GroupSeries>, HistoryError> {
        Ok(None)
    }

    fn network(&self, _: TimeRange) -> Result<Vec<NetworkRecord>, HistoryError> {
        Ok(Vec::new())
    }

    fn health(&self, range: TimeRange) -> Result<Vec<HealthRecord>, HistoryError> {
        let all = (1..=240).rev().map(record);
        Ok(all.filter(|record| record.at >= range.from && record.at < range.until).collect())
    }

    fn hour(&self, _: Timestamp) -> Result<Option<HistoryHour>, HistoryError> {
        Ok(None)
    }
}

async fn server() -> Server {
    let server = Server::start().await;
    let edition = Edition::clone(&edition()).with_history(Some(Arc::new(TenDays)));
    server.shared.publish(Arc::new(edition));
    server
}

#[tokio::test]
async fn the_page_has_every_part() {
    let page = server().await.get("/network-health.html").await.text().to_owned();
    for part in [
        "No fault is known; incidents of relays are not looked for here",
        "Components of the score",
        "/methods/health-resilience/",
        "Fifteen checks",
        "At least 1,600 exits run",
        "Health of the relays",
        "Coming and going",
        "1 gained (France), 1 lost (Sweden)",
        "Health of the network over 30 days",
        "What would help",
        "Health of the largest ASes",
        "Health of the regions",
        "Families and family ids",
        "Exit policies",
    ] {
        assert!(page.contains(part), "{part}");
    }
    assert!(!page.contains("Operational") && page.len() < 150_000, "{}", page.len());
}

#[tokio::test]
async fn without_a_history_nothing_is_compared() {
    let server = Server::start().await;
    let page = server.get("/network-health.html").await.text().to_owned();
    assert!(
        page.contains("no history to compare with") && page.contains("No history of the health is kept yet")
    );
    let answer = server.get("/api/v1/network/health").await.json();
    assert!(answer["data"]["overall_health"]["trend"].is_null() && answer["data"]["countries"].is_null());
    assert_eq!(server.get("/figures/health-30-days.svg").await.status, 404);
}

#[tokio::test]
async fn the_api_has_the_fields_that_dashboards_ask_for() {
    let server = server().await;
    let answer = server.get("/api/v1/network/health").await.json();
    let data = &answer["data"];
    // 225 of 250 relays run; those that do not hold the weight of 25 relays.
    assert_eq!(data["key_metrics"]["relays_online"], 225);
    let active = data["key_metrics"]["consensus_weight_active"].as_f64().unwrap();
    assert!((active - 100.0 * 252_900.0 / 281_125.0).abs() < 0.1, "{active}");
    for member in ["score", "status", "trend"] {
        assert!(data["overall_health"].get(member).is_some(), "{member}");
    }
    for member in ["relays_online", "consensus_weight_active", "exit_capacity", "guard_capacity"] {
        assert!(data["key_metrics"][member].is_number(), "{member}");
    }
    for member in ["excellent", "good", "fair", "poor"] {
        assert!(data["health_distribution"].get(member).is_some(), "{member}");
    }
    assert!(data["alerts"].is_array() && data["trends"]["24_hours"].get("score_points").is_some());
    assert_eq!(
        (data["checks"].as_array().unwrap().len(), data["components"].as_array().unwrap().len()),
        (15, 5)
    );
    assert_eq!(data["components"][1]["method_url"], "/methods/health-reliability/");
    assert_eq!(data["components"][1]["score"], serde_json::Value::Null);
    let states = data["checks_by_state"].as_object().unwrap().values();
    assert_eq!(states.map(|count| count.as_u64().unwrap()).sum::<u64>(), 15);
}

#[tokio::test]
async fn the_same_is_there_as_rows() {
    let server = server().await;
    let reply = server.get("/api/v1/network/health?format=csv").await;
    let text = reply.text();
    assert!(text.starts_with("section,item,value,unit,state,detail\r\n"), "{text}");
    assert_eq!(text.lines().filter(|line| line.starts_with("check,")).count(), 15);
    assert_eq!(server.get("/api/v1/network/health?limit=1").await.status, 400);
}

#[tokio::test]
async fn changes_are_over_what_is_known_at_both_times() {
    let answer = server().await.get("/api/v1/network/health").await.json();
    let day = &answer["data"]["trends"]["24_hours"];
    assert_eq!(day["since"], "2026-02-21T13:00:00Z");
    let now = answer["data"]["components"][0]["score"].as_f64().unwrap();
    let change = day["component_points"]["availability"].as_f64().unwrap();
    assert!((change - (now - 89.5)).abs() < 1e-6, "{change} {now}");
    assert!(day["component_points"]["capacity"].is_null() && answer["data"]["trends"]["1_year"].is_null());
}

#[tokio::test]
async fn figures_of_the_past_are_files() {
    let server = server().await;
    for (name, bins) in
        [("health-24-hours", 20), ("health-7-days", 50), ("health-30-days", 38), ("health-all", 60)]
    {
        let text = server.get(&format!("/figures/{name}.csv")).await.text().to_owned();
        assert!(
            text.lines().count() > bins && text.contains("Availability"),
            "{name}: {}",
            text.lines().count()
        );
        assert_eq!(server.get(&format!("/figures/{name}.svg")).await.status, 200);
    }
}

#[tokio::test]
async fn groups_have_a_health_with_its_components() {
    let server = server().await;
    let operator = server.get("/api/v1/operators").await.json()["data"][0]["id"].as_str().unwrap().to_owned();
    let family = fingerprint(1);
    for path in [
        "/as/AS64496/",
        "/country/DE/",
        "/region/europe/",
        &format!("/contact/{operator}/"),
        &format!("/family/{family}/"),
    ] {
        let page = server.get(path).await.text().to_owned();
        assert!(page.contains("/methods/group-health/") && page.contains("Availability"), "{path}");
    }
    assert!(!server.get("/flag/exit/").await.text().contains("/methods/group-health/"));
}

#[tokio::test]
async fn the_health_of_groups_is_in_the_api() {
    let server = server().await;
    for path in ["ases/as64496", "countries/DE", "regions/europe", &format!("families/{}", fingerprint(1))] {
        let data = server.get(&format!("/api/v1/{path}/health")).await.json()["data"].clone();
        assert_eq!(data["components"].as_array().unwrap().len(), 4, "{path}");
        assert_eq!(data["method_url"], "/methods/group-health/");
        let rows = server.get(&format!("/api/v1/{path}/health?format=csv")).await.text().to_owned();
        assert!(rows.contains("component,availability,"), "{rows}");
    }
    for path in ["ases/as1", "flags/exit", "regions/atlantis"] {
        assert_eq!(server.get(&format!("/api/v1/{path}/health")).await.status, 404, "{path}");
    }
}

fn incident(severity: Severity, state: IncidentState) -> Incident {
    Incident {
        id: "2026022212-group-outage-1".parse().unwrap(),
        state,
        severity,
        confirmed: Some(data_time()),
        until: None,
        ending: None,
        evidence: "12 relays <of> one AS vanished.".into(),
        hit: Hit::default(),
        causes: Vec::new(),
        steps: Vec::new(),
    }
}

async fn with_incidents(incidents: Vec<Incident>) -> Server {
    let server = Server::start().await;
    let edition = Edition::clone(&edition()).with_incidents(Some(crate::invented::book(incidents)));
    server.shared.publish(Arc::new(edition));
    server
}

#[tokio::test]
async fn operational_is_said_where_somebody_looks_and_finds_nothing() {
    let over = incident(Severity::Critical, IncidentState::Resolved);
    let server = with_incidents(vec![over]).await;
    assert!(server.get("/network-health.html").await.text().contains("Operational"));
    let answer = server.get("/api/v1/network/health").await.json();
    assert_eq!(answer["data"]["overall_health"]["state"], "operational");
}

#[tokio::test]
async fn an_active_incident_stands_above_the_page() {
    let server = with_incidents(vec![incident(Severity::Critical, IncidentState::Ongoing)]).await;
    let page = server.get("/network-health.html").await.text().to_owned();
    assert!(page.contains("Active now: 1 critical fault") && page.contains("Wrong right now"));
    assert!(page.contains("12 relays &#60;of&#62; one AS") || page.contains("12 relays &lt;of&gt; one AS"));
    let data = server.get("/api/v1/network/health").await.json()["data"].clone();
    assert_eq!(data["alerts"][0]["incident"], "2026022212-group-outage-1");
    assert_eq!(
        (&data["alerts"][0]["level"], &data["overall_health"]["state"]),
        (&"critical".into(), &"critical".into())
    );
    assert!(data["overall_health"]["status"] != "excellent" && data["overall_health"]["status"] != "good");
}

#[tokio::test]
async fn metrics_tell_the_health_once_it_was_computed() {
    let server = server().await;
    assert!(!server.get("/metrics").await.text().contains("allium_network_health"));
    server.get("/network-health.html").await;
    let metrics = server.get("/metrics").await.text().to_owned();
    assert!(metrics.contains("allium_network_health_component_ratio{component=\"availability\"} 0.8"));
    assert!(metrics.contains("allium_network_health_checks{state=\"unknown\"}"));
}
