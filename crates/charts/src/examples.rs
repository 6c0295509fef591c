//! One example of each kind, with made-up values that say so: for the gallery, and for tests.

use crate::examples_shapes as shapes;
use crate::kinds::{
    AreaChart, Band, Bar, BarChart, BoxPlot, BoxSummary, FlowChart, FlowClass, Histogram, Line, LineChart,
    MatrixChart, MatrixRow, MatrixScale, Panel, Quadrants, Reference, ScatterAxis, ScatterChart,
    ScatterGroup, ScatterPoint, SmallMultiples, Spacing, Sparkline, StackedBars, StackedPart, StackedRow,
    Stacking,
};
use crate::{Chart, Colour, Figure, TimeSeries, Unit};
use allium_model::Timestamp;

/// 2026-02-22 12:00 UTC, where the examples end.
pub(crate) const END: i64 = 1_771_761_600;
const DAY: i64 = 86_400;
pub(crate) const NOTE: &str = "Made-up values, to show the kind of chart.";

/// A small generator, so that examples look like data and are the same every time.
pub(crate) fn wobble(seed: u32, index: u32) -> f64 {
    let mut state = seed.wrapping_mul(0x9E37_79B9) ^ index.wrapping_mul(0x85EB_CA6B) ^ 0x5BD1_E995;
    state ^= state >> 15;
    state = state.wrapping_mul(0x2C1B_3C6D);
    state ^= state >> 12;
    state = state.wrapping_mul(0x297A_2D39);
    state ^= state >> 15;
    f64::from(state) / f64::from(u32::MAX)
}

/// A series of days that ends with the examples.
fn days(count: u32, value: impl Fn(u32) -> Option<f64>) -> TimeSeries {
    TimeSeries {
        start: Timestamp(END - i64::from(count.max(1) - 1) * DAY),
        interval_seconds: DAY,
        values: (0..count).map(value).collect(),
    }
}

fn tenths(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}

fn uptime(seed: u32, count: u32) -> TimeSeries {
    days(count, |day| {
        let dip = if (70..76).contains(&day) { 5.0 } else { 0.0 };
        (!(118..131).contains(&day)).then(|| tenths(99.6 - dip - 1.6 * wobble(seed, day)))
    })
}

fn line() -> Figure {
    let median = days(180, |day| Some(tenths(98.2 + wobble(2, day) * 0.5)));
    let low = days(180, |day| Some(tenths(95.4 + wobble(3, day) * 0.6)));
    let high = days(180, |day| Some(tenths(99.3 + wobble(4, day) * 0.3)));
    let chart = LineChart {
        unit: Unit::Percent,
        lines: vec![
            Line { name: "Network median".into(), colour: Colour::S2, series: median },
            Line { name: "This relay".into(), colour: Colour::S1, series: uptime(1, 180) },
        ],
        bands: vec![Band { name: "Half of all relays".into(), colour: Colour::S2, low, high }],
        references: vec![Reference { label: "Guard needs".into(), value: 98.0 }],
    };
    Figure::new("Uptime over six months", Chart::Line(chart)).with_note(NOTE)
}

fn named(name: &str, colour: Colour, series: TimeSeries) -> Line {
    Line { name: name.into(), colour, series }
}

fn area() -> Figure {
    let grown = |seed: u32, from: f64, by: f64| {
        days(120, move |day| Some((from + by * f64::from(day) / 120.0 + 60.0 * wobble(seed, day)).round()))
    };
    let areas = vec![
        named("Middle", Colour::MIDDLE, grown(5, 3_100.0, 240.0)),
        named("Guard", Colour::GUARD, grown(6, 4_300.0, -180.0)),
        named("Exit", Colour::EXIT, grown(7, 2_150.0, 310.0)),
    ];
    let chart = AreaChart { unit: Unit::Count, areas };
    Figure::new("Running relays by role", Chart::Area(chart)).with_note(NOTE)
}

fn bars() -> Figure {
    let rows = [
        ("Germany", Some(2_214.0)),
        ("United States", Some(1_876.0)),
        ("Netherlands", Some(1_043.0)),
        ("Finland", Some(402.0)),
        ("A country with a rather long name, as they do occur", Some(96.0)),
        ("Somewhere", None),
    ];
    let bars = rows.map(|(label, value)| Bar { label: label.into(), value, colour: Colour::S1 }).into();
    let chart =
        BarChart { unit: Unit::Count, thing: "Country".into(), measure: "Relays".into(), bars, full: None };
    Figure::new("Relays by country", Chart::Bars(chart)).with_note(NOTE)
}

fn stacked_bars() -> Figure {
    let part = |name: &str, colour| StackedPart { name: name.into(), colour };
    let row =
        |label: &str, values: [f64; 3]| StackedRow { label: label.into(), values: values.map(Some).into() };
    let chart = StackedBars {
        unit: Unit::Count,
        thing: "Platform".into(),
        stacking: Stacking::Shares,
        parts: vec![part("Guard", Colour::GUARD), part("Middle", Colour::MIDDLE), part("Exit", Colour::EXIT)],
        rows: vec![
            row("Linux", [4_100.0, 3_200.0, 2_350.0]),
            row("FreeBSD", [310.0, 120.0, 95.0]),
            row("OpenBSD", [40.0, 31.0, 4.0]),
        ],
    };
    Figure::new("Roles by platform", Chart::StackedBars(chart)).with_note(NOTE)
}

fn histogram() -> Figure {
    let values = (0..4_000).map(|index| 100.0 - 60.0 * wobble(8, index).powi(6) - 4.0 * wobble(9, index));
    let chart = Histogram {
        measure: "Uptime over one month".into(),
        unit: Unit::Percent,
        counted: "Relays".into(),
        bins: Histogram::binned(values, 40.0, 100.0, 30),
        colour: Colour::S1,
        references: vec![Reference { label: "Median".into(), value: 97.4 }],
    };
    Figure::new("How uptime is spread", Chart::Histogram(chart)).with_note(NOTE)
}

fn box_plot() -> Figure {
    let group = |label: &str, seed: u32, loss: f64| {
        let values = (0..900).map(move |index| {
            100.0 - loss * (1.0 + 20.0 * wobble(seed, index).powi(9)) * wobble(seed + 40, index)
        });
        BoxSummary::of(label, Colour::S1, values)
    };
    let boxes = vec![
        group("1 month", 10, 1.6),
        group("6 months", 11, 2.4),
        group("1 year", 12, 2.9),
        group("5 years", 13, 4.2),
    ];
    let chart = BoxPlot { unit: Unit::Percent, thing: "Period".into(), boxes, axis_low: Some(80.0) };
    Figure::new("Uptime by period", Chart::BoxPlot(chart)).with_note(NOTE)
}

fn scatter() -> Figure {
    let point = |index: u32| {
        let weight = 10_f64.powf(1.0 + 4.0 * wobble(14, index));
        let ratio = 10_f64.powf(wobble(15, index) - 0.5);
        ScatterPoint {
            label: format!("operator{index}.example"),
            x: Some(weight.round()),
            y: Some((weight * ratio * 40.0).round()),
            is_named: index == 17,
        }
    };
    let chart = ScatterChart {
        thing: "Operator".into(),
        x: ScatterAxis { name: "Consensus weight".into(), unit: Unit::Count, spacing: Spacing::Logarithmic },
        y: ScatterAxis {
            name: "Advertised bandwidth".into(),
            unit: Unit::BitsPerSecond,
            spacing: Spacing::Logarithmic,
        },
        groups: vec![
            ScatterGroup {
                name: "Without exits".into(),
                colour: Colour::S1,
                points: (0..300).map(point).collect(),
            },
            ScatterGroup {
                name: "With exits".into(),
                colour: Colour::EXIT,
                points: (300..380).map(point).collect(),
            },
        ],
        quadrants: Some(Quadrants {
            x: 1_000.0,
            y: 40_000.0,
            corners: ["Light, fast", "Heavy, fast", "Light, slow", "Heavy, slow"].map(Into::into),
        }),
    };
    Figure::new("Weight and bandwidth of operators", Chart::Scatter(chart)).with_note(NOTE)
}

fn matrix() -> Figure {
    let names = ["Uptime", "Bandwidth", "Weight", "Age", "Family size"];
    let values = [
        [1.0, 0.31, 0.44, 0.18, -0.05],
        [0.31, 1.0, 0.93, -0.12, 0.37],
        [0.44, 0.93, 1.0, -0.08, 0.33],
        [0.18, -0.12, -0.08, 1.0, -0.41],
        [-0.05, 0.37, 0.33, -0.41, 1.0],
    ];
    let row = |(label, values): (&str, [f64; 5])| MatrixRow {
        label: label.into(),
        values: values.map(Some).into(),
    };
    let chart = MatrixChart {
        unit: Unit::Number,
        scale: MatrixScale::Diverging(1.0),
        thing: "Measure".into(),
        columns: names.map(Into::into).into(),
        rows: names.into_iter().zip(values).map(row).collect(),
    };
    Figure::new("How measures go together", Chart::Matrix(chart)).with_note(NOTE)
}

fn heat_map() -> Figure {
    let columns = ["Guard", "Middle", "Exit", "Directory"].map(String::from).into();
    let row = |(index, label): (u32, &str)| MatrixRow {
        label: label.into(),
        values: (0..4)
            .map(|column| (index + column != 5).then(|| (wobble(16 + index, column) * 900.0).round()))
            .collect(),
    };
    let labels = ["Europe", "North America", "Asia", "South America", "Oceania and the islands"];
    let chart = MatrixChart {
        unit: Unit::Count,
        scale: MatrixScale::Sequential,
        thing: "Region".into(),
        columns,
        rows: (0..).zip(labels).map(row).collect(),
    };
    Figure::new("Roles by region", Chart::Matrix(chart)).with_note(NOTE)
}

fn sparkline() -> Figure {
    let chart =
        Sparkline { name: "Uptime".into(), unit: Unit::Percent, colour: Colour::S1, series: uptime(20, 90) };
    Figure::new("Uptime over three months", Chart::Sparkline(chart)).with_note(NOTE)
}

fn small_multiples() -> Figure {
    let names = ["Running", "Guard", "Exit", "Fast", "Stable", "HSDir"];
    let panel = |(seed, name): (u32, &str)| Panel {
        name: name.into(),
        colour: Colour::S1,
        series: days(90, move |day| Some(tenths(100.0 - f64::from(seed) - 6.0 * wobble(21 + seed, day / 4)))),
    };
    let chart = SmallMultiples { unit: Unit::Percent, panels: (0..).zip(names).map(panel).collect() };
    Figure::new("Uptime for each flag", Chart::SmallMultiples(chart)).with_note(NOTE)
}

fn flow() -> Figure {
    let class = |name: &str, colour| FlowClass { name: name.into(), colour };
    let moves = vec![
        vec![vec![5_900.0, 420.0, 160.0], vec![610.0, 980.0, 240.0], vec![90.0, 210.0, 730.0]],
        vec![vec![6_050.0, 380.0, 170.0], vec![520.0, 860.0, 230.0], vec![110.0, 240.0, 780.0]],
    ];
    let chart = FlowChart {
        unit: Unit::Count,
        stages: ["Six months ago", "Three months ago", "Now"].map(Into::into).into(),
        classes: vec![class("Good", Colour::Good), class("Fair", Colour::Fair), class("Poor", Colour::Poor)],
        moves,
    };
    Figure::new("Relays between health classes", Chart::Flow(chart)).with_note(NOTE)
}

/// One good example of each kind, by the name of its kind.
pub fn examples() -> Vec<(&'static str, Figure)> {
    vec![
        ("line", line()),
        ("area", area()),
        ("bars", bars()),
        ("stacked-bars", stacked_bars()),
        ("histogram", histogram()),
        ("box-plot", box_plot()),
        ("scatter", scatter()),
        ("matrix", matrix()),
        ("heat-map", heat_map()),
        ("sparkline", sparkline()),
        ("small-multiples", small_multiples()),
        ("flow", flow()),
        ("donut", shapes::donut()),
        ("wheel", shapes::wheel()),
        ("ladder", shapes::ladder()),
        ("meter", shapes::meter()),
        ("tracks", shapes::tracks()),
        ("map", shapes::map()),
        ("map-health", shapes::map_of_health()),
    ]
}
