//! The health of the network as rows, one fact each.

use super::topic;
use crate::column::Align;
use crate::rows::{Row, RowHead};
use crate::{Rows, Value};
use allium_analysis::Snapshot;
use allium_analysis::health::{Component, Evidence, GroupHealth, NetworkHealth, Quantity, Span};
use allium_analysis::scores::HealthClass;
use allium_model::printable;

const COLUMNS: [RowHead; 6] = [
    RowHead { name: "section", head: "Section", align: Align::Left },
    RowHead { name: "item", head: "Item", align: Align::Left },
    RowHead { name: "value", head: "Value", align: Align::Right },
    RowHead { name: "unit", head: "Unit", align: Align::Left },
    RowHead { name: "state", head: "State", align: Align::Left },
    RowHead { name: "detail", head: "Detail", align: Align::Left },
];

/// One row.
#[derive(Default)]
struct Fact {
    item: String,
    value: Option<Value<'static>>,
    unit: &'static str,
    state: &'static str,
    detail: String,
}

struct Facts(Vec<Row<'static>>);

impl Facts {
    fn push(&mut self, section: &'static str, fact: Fact) {
        let text = |text: String| if text.is_empty() { Value::Null } else { Value::Text(text.into()) };
        let values = vec![
            Value::Text(section.into()),
            Value::Text(fact.item.into()),
            fact.value.unwrap_or(Value::Null),
            text(fact.unit.into()),
            text(fact.state.into()),
            text(fact.detail),
        ];
        self.0.push(Row { values });
    }
}

/// Everything about the health of the network, one fact a row.
pub fn health_rows(snapshot: &Snapshot, health: &NetworkHealth) -> Rows<'static> {
    let mut facts = Facts(Vec::new());
    score(&mut facts, health);
    components(&mut facts, &health.components);
    metrics(&mut facts, health);
    distribution(&mut facts, snapshot);
    checks(&mut facts, health);
    alerts(&mut facts, health);
    advice(&mut facts, health);
    let total = facts.0.len();
    Rows { columns: COLUMNS.into(), rows: facts.0, total }
}

/// Everything about the health of a group, one fact a row.
pub fn group_health_rows(health: &GroupHealth) -> Rows<'static> {
    let mut facts = Facts(Vec::new());
    let score = Fact {
        item: "score".into(),
        value: Some(points(health.score.map(|score| score / 100.0))),
        unit: "points",
        state: health.class().map_or("", HealthClass::name),
        ..Fact::default()
    };
    facts.push("score", score);
    components(&mut facts, &health.components);
    let total = facts.0.len();
    Rows { columns: COLUMNS.into(), rows: facts.0, total }
}

fn points(ratio: Option<f64>) -> Value<'static> {
    Value::number(ratio.map(|ratio| (1000.0 * ratio).round() / 10.0))
}

fn score(facts: &mut Facts, health: &NetworkHealth) {
    let score = Fact {
        item: "score".into(),
        value: Some(points(health.score().map(|score| score / 100.0))),
        unit: "points",
        state: health.class().map_or("", HealthClass::name),
        detail: health.status.word().unwrap_or("incidents are not looked for").into(),
    };
    facts.push("score", score);
    for span in Span::ALL {
        let change = health.change(span);
        let value = change.and_then(|change| change.score).map(|points| (10.0 * points).round() / 10.0);
        let detail = change.map(|change| format!("since {}", change.since)).unwrap_or_default();
        let item = format!("change in {}", span.name());
        facts.push(
            "score",
            Fact { item, value: Some(Value::number(value)), unit: "points", detail, ..Fact::default() },
        );
    }
}

fn components(facts: &mut Facts, components: &[Component]) {
    for component in components {
        let fact = Fact {
            item: component.kind.name().into(),
            value: Some(points(component.ratio)),
            unit: "points",
            state: component.ratio.and_then(HealthClass::of_ratio).map_or("", HealthClass::name),
            detail: format!("{:.0} % of the score", 100.0 * component.kind.weight()),
        };
        facts.push("component", fact);
        for part in &component.evidence {
            facts.push("evidence", evidence(component.kind.name(), part));
        }
    }
}

fn evidence(component: &str, part: &Evidence) -> Fact {
    let value = part.value.map(|quantity| match quantity {
        Quantity::Ratio(value) | Quantity::Number(value) => Value::number(Some(value)),
        Quantity::Count(count) | Quantity::Weight(count) | Quantity::BytesPerSecond(count) => {
            Value::Integer(count)
        }
        Quantity::Time(at) => Value::Time(at),
    });
    let aim = match part.target {
        Some(Quantity::Ratio(target) | Quantity::Number(target)) => format!("aim {target}"),
        _ => String::new(),
    };
    let unit = part.value.map_or("", Quantity::unit);
    Fact { item: format!("{component}: {}", part.name), value, unit, detail: aim, ..Fact::default() }
}

fn metrics(facts: &mut Facts, health: &NetworkHealth) {
    let sums = &health.sums;
    let count = |item: &str, count| Fact {
        item: item.into(),
        value: Some(Value::Integer(count)),
        unit: "count",
        ..Fact::default()
    };
    let share = |item: &str, ratio| Fact {
        item: item.into(),
        value: Some(Value::number(ratio)),
        unit: "ratio",
        ..Fact::default()
    };
    for fact in [
        count("relays_online", sums.relays.running),
        count("relays_seen_7_days", sums.relays.seen),
        count("relays_of_unknown_role", sums.relays_of_unknown_role),
        count("exits", sums.exits),
        count("guards", sums.guards),
        share("consensus_weight_active", sums.weight.ratio()),
        share("exit_capacity", sums.exit_capacity.ratio()),
        share("guard_capacity", sums.guard_capacity.ratio()),
        share("weight_lost_24_hours", sums.lost_ratio()),
        share("churn_an_hour", health.churn.as_ref().map(|churn| churn.ratio)),
    ] {
        facts.push("metric", fact);
    }
}

fn distribution(facts: &mut Facts, snapshot: &Snapshot) {
    let scores = &snapshot.report.scores;
    let counts =
        HealthClass::ALL.map(|class| (class.name(), class.range(), scores.health_classes[class as usize]));
    for (name, range, relays) in counts.into_iter().chain([("without score", "", scores.without_health)]) {
        let fact = Fact {
            item: name.into(),
            value: Some(Value::Integer(relays as u64)),
            unit: "count",
            detail: range.into(),
            ..Fact::default()
        };
        facts.push("relays", fact);
    }
}

fn checks(facts: &mut Facts, health: &NetworkHealth) {
    for check in &health.checks {
        let fact = Fact {
            item: check.name.title().into(),
            state: check.outcome.state.name(),
            detail: printable(&check.outcome.evidence).into_owned(),
            ..Fact::default()
        };
        facts.push("check", fact);
    }
}

fn alerts(facts: &mut Facts, health: &NetworkHealth) {
    for alert in &health.status.alerts {
        let fact = Fact {
            item: alert.kind.into(),
            value: Some(Value::Time(alert.since)),
            unit: "time",
            state: alert.severity.name(),
            detail: printable(&alert.evidence).into_owned(),
        };
        facts.push("alert", fact);
    }
}

fn advice(facts: &mut Facts, health: &NetworkHealth) {
    for advice in &health.advice {
        let detail = format!("{}. {}", advice.order, printable(&advice.evidence));
        let fact = Fact {
            item: topic(advice.topic).into(),
            state: advice.horizon.name(),
            detail,
            ..Fact::default()
        };
        facts.push("recommendation", fact);
    }
}
