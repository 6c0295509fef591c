//! The report of an operator as rows: one fact a row, by section, alike in JSON, CSV and the terminal.

use crate::column::Align;
use crate::rows::{Row, RowHead};
use crate::{Rows, Value, leaderboard_unit};
use allium_analysis::Snapshot;
use allium_analysis::metrics::trend::FEWEST_WEEKS;
use allium_analysis::operator::{Examples, OperatorReport, PeerMeasure, Recommendation};
use allium_analysis::scores::{HealthClass, HealthPart};
use allium_model::{AroiState, GroupKind, GroupPosition, Network, RelayPosition, printable};

/// The columns of a report: of `of` things the value was taken, where that is a number.
const COLUMNS: [RowHead; 6] = [
    RowHead { name: "section", head: "Section", align: Align::Left },
    RowHead { name: "item", head: "Item", align: Align::Left },
    RowHead { name: "value", head: "Value", align: Align::Right },
    RowHead { name: "unit", head: "Unit", align: Align::Left },
    RowHead { name: "of", head: "Of", align: Align::Right },
    RowHead { name: "detail", head: "Detail", align: Align::Left },
];

/// Collects rows of a section.
struct Facts<'a> {
    rows: Vec<Row<'a>>,
}

/// A fact: item, value, unit, number of things it was taken of, and words.
struct Fact<'a> {
    item: String,
    value: Value<'a>,
    unit: &'static str,
    of: Option<usize>,
    detail: String,
}

impl<'a> Fact<'a> {
    fn new(item: impl Into<String>, value: Value<'a>, unit: &'static str) -> Self {
        Self { item: item.into(), value, unit, of: None, detail: String::new() }
    }

    fn of(self, of: usize) -> Self {
        Self { of: Some(of), ..self }
    }

    fn with(self, detail: impl Into<String>) -> Self {
        Self { detail: detail.into(), ..self }
    }
}

impl<'a> Facts<'a> {
    fn push(&mut self, section: &'static str, fact: Fact<'a>) {
        let detail = if fact.detail.is_empty() { Value::Null } else { Value::Text(fact.detail.into()) };
        let values = vec![
            Value::Text(section.into()),
            Value::Text(fact.item.into()),
            fact.value,
            Value::Text(fact.unit.into()),
            Value::integer(fact.of.map(|of| of as u64)),
            detail,
        ];
        self.rows.push(Row { values });
    }
}

/// The report of the operator at a place; none when there is none.
pub fn operator_report_rows(snapshot: &Snapshot, position: GroupPosition) -> Option<Rows<'_>> {
    let report = OperatorReport::of(snapshot, position)?;
    let mut facts = Facts { rows: Vec::new() };
    score(&mut facts, &report);
    reliability(&mut facts, snapshot, &report);
    bandwidth(&mut facts, &report);
    advice(&mut facts, snapshot, &report);
    configuration(&mut facts, snapshot, &report);
    comparison(&mut facts, snapshot, position, &report);
    standing(&mut facts, &report);
    let total = facts.rows.len();
    Some(Rows { columns: COLUMNS.into(), rows: facts.rows, total })
}

fn number(value: Option<f64>) -> Value<'static> {
    Value::number(value)
}

fn count(value: usize) -> Value<'static> {
    Value::Integer(value as u64)
}

fn score(facts: &mut Facts<'_>, report: &OperatorReport) {
    let score = &report.score;
    let class = score.score.map_or("", |score| HealthClass::of_percent(score).name());
    let whole = Fact::new("score", number(score.score), "points").of(score.scored_relays).with(class);
    facts.push("score", whole);
    for part in HealthPart::ALL {
        facts.push("score", Fact::new(part.name(), number(score.parts[part as usize]), "ratio"));
    }
    for (item, place) in [
        ("percentile among operators of its size", report.score_among_similar),
        ("percentile among all operators", report.score_among_all),
    ] {
        let of = place.map_or(0, |(_, of)| of);
        facts.push("score", Fact::new(item, number(place.map(|(place, _)| place.percent)), "percent").of(of));
    }
}

fn reliability(facts: &mut Facts<'_>, snapshot: &Snapshot, report: &OperatorReport) {
    const SECTION: &str = "reliability";
    for period in &report.portfolio {
        let name = period.period.name();
        let eligible = period.uptime.eligible;
        facts.push(
            SECTION,
            Fact::new(format!("uptime, {name}"), number(period.uptime.mean), "ratio").of(eligible),
        );
        let weighted =
            Fact::new(format!("uptime by weight, {name}"), number(period.uptime.weighted_mean), "ratio");
        facts.push(SECTION, weighted.of(eligible));
        for (words, place) in [("all", period.among_all), ("similar", period.among_similar)] {
            let item = format!("percentile among {words} operators, {name}");
            facts.push(SECTION, Fact::new(item, number(place.map(|place| place.percent)), "percent"));
        }
        for (relay, outlier) in report.outliers[period.period as usize].iter().flatten() {
            let item = format!("outlier, {name}");
            let mean = format!(
                "{}; mean of the others {:.4}",
                nickname(&snapshot.network, *relay),
                outlier.mean_of_others
            );
            facts.push(SECTION, Fact::new(item, number(Some(outlier.value)), "ratio").with(mean));
        }
    }
    for flag in &report.flags {
        for (period, value) in report.portfolio.iter().zip(flag.periods) {
            let Some((mean, relays)) = value else { continue };
            let item = format!("time with {}, {}", flag.flag.name(), period.period.name());
            facts.push(SECTION, Fact::new(item, number(Some(mean)), "ratio").of(relays));
        }
    }
    let days = report.days_since_issue.and_then(|days| u64::try_from(days).ok());
    facts.push(SECTION, Fact::new("days since issue", Value::integer(days), "days"));
    facts.push(
        SECTION,
        Fact::new("weight on relays that do not run", number(Some(report.offline.weight_percent)), "percent")
            .of(report.offline.relays.len()),
    );
}

/// Nothing where no bandwidth document was read or no relay has a history.
fn bandwidth(facts: &mut Facts<'_>, report: &OperatorReport) {
    const SECTION: &str = "bandwidth";
    let Some(traffic) = report.traffic.as_ref().filter(|traffic| !traffic.periods.is_empty()) else { return };
    for period in &traffic.periods {
        let (name, since) = (period.period.name(), format!("since {}", period.since.date()));
        let fact = |item: &str, value, unit| {
            Fact::new(format!("{item}, {name}"), number(value), unit).of(period.relays).with(since.clone())
        };
        facts.push(SECTION, fact("served on average", period.average_served, "bytes per second"));
        facts.push(SECTION, fact("read and written", Some(period.total_bytes), "bytes"));
        facts.push(SECTION, fact("share of the network", period.network_share, "ratio"));
    }
    let steadiness = traffic.steadiness;
    let ratio = number(steadiness.map(|found| found.ratio));
    let word = steadiness.map_or("", |found| found.grade().name());
    facts.push(SECTION, Fact::new("MAD / median of days, 6 months", ratio, "ratio").with(word));
    let trend = traffic.trend.filter(|trend| trend.weeks >= FEWEST_WEEKS);
    let slope = number(trend.map(|trend| trend.slope_per_week));
    let interval = trend.map_or_else(String::new, |trend| {
        format!("95 % interval {:.0} to {:.0}, of {} weeks", trend.low, trend.high, trend.weeks)
    });
    facts.push(SECTION, Fact::new("trend, 6 months", slope, "bytes per second a week").with(interval));
    let used = traffic.utilisation;
    let used = Fact::new("utilisation, 1 month", number(used.map(|found| found.ratio)), "ratio")
        .of(used.map_or(0, |found| found.relays));
    facts.push(SECTION, used);
}

fn advice(facts: &mut Facts<'_>, snapshot: &Snapshot, report: &OperatorReport) {
    for found in &report.recommendations {
        let (before, after) = (found.before, found.after);
        let quantity = found.quantity.name();
        let detail = format!("{quantity}: from {before:.1} to {after:.1}{}", examples(snapshot, found));
        let unit = if found.quantity.unit() == "points" { "points" } else { "percent" };
        let fact = Fact::new(found.action.name(), number(Some(found.effect())), unit).of(found.relays.len());
        facts.push("recommendation", fact.with(detail));
    }
}

/// Places as examples, in words.
fn examples(snapshot: &Snapshot, found: &Recommendation) -> String {
    let names: Vec<String> = match &found.examples {
        Examples::None => return String::new(),
        Examples::Countries(codes) => codes.iter().map(ToString::to_string).collect(),
        Examples::Ases(numbers) => numbers.iter().map(ToString::to_string).collect(),
        Examples::Platforms(texts) => {
            texts.iter().map(|text| printable(snapshot.network.text(*text)).into_owned()).collect()
        }
    };
    format!("; for example {}", names.join(", "))
}

fn configuration(facts: &mut Facts<'_>, snapshot: &Snapshot, report: &OperatorReport) {
    const SECTION: &str = "configuration";
    let diversity = report.diversity;
    facts.push("diversity", Fact::new("diversity", number(diversity.map(|found| found.score)), "points"));
    for (item, part) in [
        ("1 - HHI over countries", diversity.and_then(|found| found.country)),
        ("1 - HHI over ASes", diversity.and_then(|found| found.asn)),
        ("1 - HHI over platforms", diversity.and_then(|found| found.platform)),
    ] {
        facts.push("diversity", Fact::new(item, number(part), "ratio"));
    }
    let family = &report.family;
    facts.push(
        SECTION,
        Fact::new("pairs of relays that are a family", number(family.mutual_percent()), "percent")
            .of(family.pairs),
    );
    facts.push(
        SECTION,
        Fact::new("relays that miss others", count(family.incomplete.len()), "relays").of(family.relays),
    );
    facts.push(
        SECTION,
        Fact::new("relays that list others one-sidedly", count(family.one_sided.len()), "relays")
            .of(family.relays),
    );
    for state in AroiState::ALL {
        facts.push("claims", Fact::new(state.name(), count(report.aroi.count(state)), "relays"));
    }
    for fault in &report.aroi.faults {
        let fact =
            Fact::new(fault.fault.name(), count(fault.relays.len()), "relays").with(fault.fault.hint());
        facts.push("claims", fact);
    }
    for relay in &report.offline.relays {
        let seen = snapshot.network.relay(*relay).last_seen;
        facts.push("offline", Fact::new(nickname(&snapshot.network, *relay), Value::Time(seen), "last seen"));
    }
}

fn comparison(facts: &mut Facts<'_>, snapshot: &Snapshot, position: GroupPosition, report: &OperatorReport) {
    let (network, all) = (&snapshot.network, &snapshot.report);
    let operator = network.groups(GroupKind::Operator).get(position);
    let (Some(class), Some(operator)) = (report.score.class, operator) else { return };
    for measure in PeerMeasure::ALL {
        let ladder = all.operators.peers.ladder(class, measure);
        let own = measure.value(network, all, operator);
        let detail = ladder.quantile(0.5).map_or_else(String::new, |median| format!("median {median}"));
        let fact = Fact::new(measure.name(), number(own), "").of(ladder.len()).with(detail);
        facts.push("operators of its size", fact);
    }
}

fn standing(facts: &mut Facts<'_>, report: &OperatorReport) {
    for place in &report.places {
        let detail = format!("{} {}", place.value, leaderboard_unit(place.category));
        let fact = Fact::new(place.category.slug(), count(place.rank), "rank").of(place.ranked).with(detail);
        facts.push("leaderboards", fact);
    }
    for award in &report.awards {
        facts.push("achievements", Fact::new(award.name(), Value::Null, "").with(award.rule()));
    }
}

fn nickname(network: &Network, relay: RelayPosition) -> String {
    printable(network.text(network.relay(relay).nickname)).into_owned()
}
