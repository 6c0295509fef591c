//! Uptime of the network over time, its health classes, and relays that move between them.

use super::percent;
use crate::figures::lines::line;
use crate::{Edition, format};
use allium_analysis::distribution::ClassCounts;
use allium_analysis::findings::eligible;
use allium_analysis::flow::ClassFlow;
use allium_analysis::scores::HealthClass;
use allium_charts::{
    Chart, Colour, Figure, FlowChart, FlowClass, LineChart, StackedBars, StackedPart, StackedRow, Stacking,
    Unit,
};
use allium_model::{Period, Role};

/// What to mind of every mean over the relays of a snapshot.
pub(super) const SURVIVORS: &str = "Relays of this snapshot. Those that left in the last days still count as missing and pull the end down; those that left before are not in it, so the past looks better than it was.";

/// Mean uptime of the relays of the snapshot over a period.
pub(crate) fn uptime(edition: &Edition, period: Period) -> Option<Figure> {
    let snapshot = &edition.snapshot;
    let series = snapshot.report.uptime.network_series(&snapshot.network, &snapshot.histories, period)?;
    let chart = LineChart {
        unit: Unit::Percent,
        lines: vec![line("Mean uptime", Colour::S1, 100.0, series)],
        ..LineChart::default()
    };
    let title = format!("Mean uptime of the network over {}", period.name());
    let note = SURVIVORS;
    super::shown(Figure::new(title, Chart::Line(chart)).with_note(note))
}

/// The colour of a health class.
pub(in crate::figures) const fn class_colour(class: HealthClass) -> Colour {
    match class {
        HealthClass::Excellent => Colour::Good,
        HealthClass::Good => Colour::S2,
        HealthClass::Fair => Colour::Fair,
        HealthClass::Poor => Colour::Poor,
    }
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// Relays by health class, for each period and for the roles over one month.
pub(crate) fn health_classes(edition: &Edition) -> Option<Figure> {
    let snapshot = &edition.snapshot;
    let row = |label: String, counts: ClassCounts| StackedRow {
        label,
        values: HealthClass::ALL.map(|class| Some(counts.of_class(class) as f64)).into(),
    };
    let of_period = |period: Period| {
        row(period.name().into(), ClassCounts::of(eligible(snapshot, period).map(|(_, ratio)| ratio)))
    };
    let of_role = |role: Role| {
        let relays = eligible(snapshot, Period::OneMonth)
            .filter(|(relay, _)| snapshot.network.relay(*relay).role() == role);
        row(format!("1 month, {}s", role.name()), ClassCounts::of(relays.map(|(_, ratio)| ratio)))
    };
    let mut rows: Vec<_> = Period::ALL.map(of_period).into();
    rows.extend(Role::ALL.map(of_role));
    rows.retain(|row| row.values.iter().flatten().any(|value| *value > 0.0));
    let part = |class: HealthClass| StackedPart {
        name: format!("{}, {}", capitalised(class.name()), class.range()),
        colour: class_colour(class),
    };
    let chart = StackedBars {
        unit: Unit::Count,
        thing: "Period".into(),
        stacking: Stacking::Shares,
        parts: HealthClass::ALL.map(part).into(),
        rows,
    };
    super::shown(Figure::new("Relays by health class", Chart::StackedBars(chart)))
}

/// Relays moving between health classes, from the 30 days before the last ones to the last 30.
pub(crate) fn class_flow(edition: &Edition) -> Option<Figure> {
    let flow = ClassFlow::new(&edition.snapshot.network, &edition.snapshot.histories)?;
    let known = HealthClass::ALL.map(Some);
    let moves = known.map(|from| known.map(|to| flow.moved(from, to) as f64).to_vec());
    let class =
        |class: HealthClass| FlowClass { name: capitalised(class.name()), colour: class_colour(class) };
    let chart = FlowChart {
        unit: Unit::Count,
        stages: vec!["30 days before".into(), "Last 30 days".into()],
        classes: HealthClass::ALL.map(class).into(),
        moves: vec![moves.into()],
    };
    let note = format!(
        "{} relays known for at least half of both windows: {} to {}, and up to {}.",
        format::count(flow.known()),
        flow.before.start.date(),
        flow.before.end.date(),
        flow.after.end.date(),
    );
    super::shown(Figure::new("Relays between health classes", Chart::Flow(chart)).with_note(note))
}

/// Percentiles that ladders show.
pub(crate) const LADDER: [f64; 8] = [0.01, 0.05, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99];

/// The percentile ladder of relays over each period, in percent.
pub(crate) fn ladder(edition: &Edition) -> Option<Figure> {
    let ladders = &edition.snapshot.report.uptime.relay_ladders;
    let rows = LADDER.map(|probability| allium_charts::MatrixRow {
        label: format!("{} %", percent(probability)),
        values: Period::ALL.map(|period| ladders[period as usize].quantile(probability).map(percent)).into(),
    });
    let chart = allium_charts::MatrixChart {
        unit: Unit::Percent,
        thing: "Relays with less".into(),
        columns: Period::ALL.map(|period| period.name().to_owned()).into(),
        rows: rows.into(),
        ..allium_charts::MatrixChart::default()
    };
    let note = "A row says: so many percent of the eligible relays have a smaller uptime than the value.";
    super::shown(Figure::new("Percentile ladder of relays", Chart::Matrix(chart)).with_note(note))
}
