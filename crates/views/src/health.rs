//! The health of the network: one object as JSON, and one fact a row as CSV and in the terminal.
//!
//! The first five members carry the names that dashboards ask for; shares in them are percentages, 0 to
//! 100, and elsewhere ratios, as everywhere in the API.

mod facts;

pub use facts::{group_health_rows, health_rows};

use crate::json::{Answer, Meta};
use crate::{Value, group_id, group_name};
use allium_analysis::Snapshot;
use allium_analysis::health::{
    Advice, Alert, Change, CheckState, Component, Evidence, GroupHealth, HealthCheck, NetworkHealth,
    Quantity, Span, Topic, Trend,
};
use allium_analysis::scores::HealthClass;
use allium_model::{GroupKey, HealthComponent, printable};
use serde_json::{Map, Value as Json, json};
use std::io::{self, Write};

/// Writes the health as one object with what stands beside it.
pub fn write_health(
    out: &mut dyn Write,
    snapshot: &Snapshot,
    health: &NetworkHealth,
    meta: &Meta,
) -> io::Result<()> {
    let data = health_json(snapshot, health, &meta.method_url);
    serde_json::to_writer(&mut *out, &Answer { data, meta })?;
    out.write_all(b"\n")
}

/// Writes the health of a group likewise.
pub fn write_group_health(
    out: &mut dyn Write,
    snapshot: &Snapshot,
    health: &GroupHealth,
    meta: &Meta,
) -> io::Result<()> {
    let methods = &meta.method_url;
    let method = |slug: &str| Json::String(format!("{methods}{slug}/"));
    let sums = &health.sums;
    let components = health.components.iter().map(|found| component(snapshot, found, &method));
    let data = json!({
        "score": number(health.score),
        "status": health.class().map(HealthClass::name),
        "relays_online": sums.relays.running,
        "relays_seen_7_days": sums.relays.seen,
        "components": components.collect::<Vec<_>>(),
        "method_url": method("group-health"),
    });
    serde_json::to_writer(&mut *out, &Answer { data, meta })?;
    out.write_all(b"\n")
}

/// `methods` is the address of the list of methods.
fn health_json(snapshot: &Snapshot, health: &NetworkHealth, methods: &str) -> Json {
    let method = |slug: &str| Json::String(format!("{methods}{slug}/"));
    json!({
        "overall_health": overall(health),
        "key_metrics": key_metrics(health),
        "health_distribution": distribution(snapshot),
        "alerts": health.status.alerts.iter().map(alert).collect::<Vec<_>>(),
        "trends": trends(health),
        "data_time": time(health.record.at),
        "components": health.components.iter().map(|found| component(snapshot, found, &method)).collect::<Vec<_>>(),
        "checks": health.checks.iter().map(check).collect::<Vec<_>>(),
        "checks_method_url": method("network-checks"),
        "checks_by_state": by_state(health),
        "churn": churn(health),
        "countries": countries(health),
        "recommendations": health.advice.iter().map(|found| advice(snapshot, found)).collect::<Vec<_>>(),
        "recommendations_method_url": method("network-recommendations"),
        "method_url": method("network-health"),
    })
}

fn number(number: Option<f64>) -> Json {
    let value = Value::number(number);
    serde_json::to_value(&value).unwrap_or(Json::Null)
}

fn percent(ratio: Option<f64>) -> Json {
    number(ratio.map(|ratio| 100.0 * ratio))
}

fn time(time: allium_model::Timestamp) -> Json {
    Json::String(time.to_rfc3339())
}

fn overall(health: &NetworkHealth) -> Json {
    let day = health.change(Span::Day).and_then(|change| change.score);
    json!({
        "score": number(health.score()),
        "status": health.class().map(HealthClass::name),
        "trend": day.map(|points| Trend::of(points).name()),
        "state": health.status.word(),
        "is_watched": health.status.is_watched,
    })
}

fn key_metrics(health: &NetworkHealth) -> Json {
    let sums = &health.sums;
    json!({
        "relays_online": sums.relays.running,
        "consensus_weight_active": percent(sums.weight.ratio()),
        "exit_capacity": percent(sums.exit_capacity.ratio()),
        "guard_capacity": percent(sums.guard_capacity.ratio()),
        "relays_seen_7_days": sums.relays.seen,
        "relays_of_unknown_role": sums.relays_of_unknown_role,
        "exits": sums.exits,
        "guards": sums.guards,
        "exit_capacity_bytes_per_second": sums.exit_capacity.running,
        "guard_capacity_bytes_per_second": sums.guard_capacity.running,
        "weight_lost_24_hours_ratio": number(sums.lost_ratio()),
    })
}

/// Percent of the running relays with a score, and the numbers behind them.
fn distribution(snapshot: &Snapshot) -> Json {
    let scores = &snapshot.report.scores;
    let scored: usize = scores.health_classes.iter().sum();
    let mut classes = Map::new();
    let mut relays = Map::new();
    for class in HealthClass::ALL {
        let count = scores.health_classes[class as usize];
        let share = (scored > 0).then(|| count as f64 / scored as f64);
        classes.insert(class.name().into(), percent(share));
        relays.insert(class.name().into(), count.into());
    }
    relays.insert("without_score".into(), scores.without_health.into());
    classes.insert("relays".into(), Json::Object(relays));
    Json::Object(classes)
}

fn alert(alert: &Alert) -> Json {
    json!({
        "level": alert.severity.name(),
        "message": printable(&alert.evidence),
        "timestamp": time(alert.since),
        "kind": alert.kind,
        "incident": alert.incident,
    })
}

fn trends(health: &NetworkHealth) -> Json {
    let name = |span| match span {
        Span::Day => "24_hours",
        Span::Week => "7_days",
        Span::Year => "1_year",
    };
    let member = |span| (name(span).to_owned(), health.change(span).map_or(Json::Null, change));
    Json::Object(Span::ALL.into_iter().map(member).collect())
}

fn change(change: &Change) -> Json {
    let components = HealthComponent::ALL.into_iter().zip(change.components);
    let components: Map<_, _> =
        components.map(|(component, points)| (component.name().into(), number(points))).collect();
    json!({
        "since": time(change.since),
        "score_points": number(change.score),
        "component_points": components,
        "exit_capacity_change_ratio": number(change.exit_capacity_ratio),
        "guard_capacity_change_ratio": number(change.guard_capacity_ratio),
    })
}

fn component(snapshot: &Snapshot, component: &Component, method: &dyn Fn(&str) -> Json) -> Json {
    let class = component.ratio.and_then(HealthClass::of_ratio);
    json!({
        "name": component.kind.name(),
        "weight_ratio": number(Some(component.kind.weight())),
        "score": percent(component.ratio),
        "status": class.map(HealthClass::name),
        "evidence": component.evidence.iter().map(|part| evidence(snapshot, part)).collect::<Vec<_>>(),
        "method_url": method(&format!("health-{}", component.kind.name())),
    })
}

fn evidence(snapshot: &Snapshot, part: &Evidence) -> Json {
    json!({
        "name": part.name,
        "value": part.value.map_or(Json::Null, quantity),
        "unit": part.value.or(part.target).map(Quantity::unit),
        "target": part.target.map(quantity),
        "score": percent(part.ratio),
        "group": part.group.map(|key| group(snapshot, key)),
    })
}

fn quantity(quantity: Quantity) -> Json {
    match quantity {
        Quantity::Ratio(value) | Quantity::Number(value) => number(Some(value)),
        Quantity::Count(count) | Quantity::Weight(count) | Quantity::BytesPerSecond(count) => count.into(),
        Quantity::Time(at) => time(at),
    }
}

fn group(snapshot: &Snapshot, key: GroupKey) -> Json {
    let found = snapshot.network.group(key);
    json!({
        "id": found.map(|group| printable(&group_id(snapshot, group)).into_owned()),
        "name": found.map(|group| printable(&group_name(snapshot, group)).into_owned()),
    })
}

fn check(check: &HealthCheck) -> Json {
    json!({
        "name": check.name.name(),
        "title": check.name.title(),
        "state": check.outcome.state.name(),
        "evidence": printable(&check.outcome.evidence),
    })
}

fn by_state(health: &NetworkHealth) -> Json {
    let member = |state: CheckState| (state.name().to_owned(), Json::from(health.count(state)));
    Json::Object(CheckState::ALL.into_iter().map(member).collect())
}

fn churn(health: &NetworkHealth) -> Json {
    health.churn.as_ref().map_or(Json::Null, |churn| {
        json!({
            "joined_24_hours": churn.joined,
            "left_24_hours": churn.left,
            "never_seen_24_hours": churn.never_seen,
            "hourly_ratio": number(Some(churn.ratio)),
            "median_hourly_ratio": number(churn.median_ratio),
            "days": churn.days,
        })
    })
}

fn countries(health: &NetworkHealth) -> Json {
    health.countries.as_ref().map_or(Json::Null, |change| {
        json!({
            "since": time(change.since),
            "gained": change.gained.iter().map(ToString::to_string).collect::<Vec<_>>(),
            "lost": change.lost.iter().map(ToString::to_string).collect::<Vec<_>>(),
        })
    })
}

fn advice(snapshot: &Snapshot, advice: &Advice) -> Json {
    json!({
        "horizon": advice.horizon.name(),
        "topic": topic(advice.topic),
        "recommendation": advice.order,
        "evidence": printable(&advice.evidence),
        "group": advice.group.map(|key| group(snapshot, key)),
    })
}

/// What advice is about, by name.
fn topic(topic: Topic) -> &'static str {
    match topic {
        Topic::Check(check) => check.name(),
        Topic::Component(component) => component.name(),
        Topic::Regions => "regions",
    }
}
