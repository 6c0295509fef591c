//! Small figures of every kind, ordinary and odd, for golden files.

mod shapes;

use allium_charts::{
    AreaChart, Band, Bar, BarChart, BoxPlot, BoxSummary, Chart, Colour, Figure, FlowChart, FlowClass,
    Histogram, Line, LineChart, MatrixChart, MatrixRow, MatrixScale, Panel, Quadrants, Reference,
    ScatterAxis, ScatterChart, ScatterGroup, ScatterPoint, SmallMultiples, Spacing, Sparkline, StackedBars,
    StackedPart, StackedRow, Stacking, TimeSeries, Unit,
};
use allium_model::Timestamp;

/// Markup, a formula, control and direction characters, and quotes.
pub(crate) const HOSTILE: &str = "=1</text><script>alert('x')</script>\"&\u{202e}\u{1b}[31m\0";

/// A series of days to 2026-02-22.
pub(crate) fn series(values: &[Option<f64>]) -> TimeSeries {
    let days = values.len() as i64 - 1;
    TimeSeries {
        start: Timestamp(1_771_761_600 - days * 86_400),
        interval_seconds: 86_400,
        values: values.to_vec(),
    }
}

fn known(values: &[f64]) -> TimeSeries {
    series(&values.iter().copied().map(Some).collect::<Vec<_>>())
}

fn line_of(name: &str, series: TimeSeries) -> Line {
    Line { name: name.into(), colour: Colour::S1, series }
}

fn lines(lines: Vec<Line>) -> Chart {
    Chart::Line(LineChart { unit: Unit::Percent, lines, ..LineChart::default() })
}

fn line_with_band() -> Chart {
    Chart::Line(LineChart {
        unit: Unit::Percent,
        lines: vec![line_of("Uptime", known(&[98.0, 99.1, 97.4, 99.9]))],
        bands: vec![Band {
            name: "Quartiles".into(),
            colour: Colour::S2,
            low: known(&[95.0, 95.5, 95.2, 95.1]),
            high: series(&[Some(99.0), None, Some(99.2), Some(99.3)]),
        }],
        references: vec![Reference { label: "Median".into(), value: 97.0 }],
    })
}

fn area() -> Chart {
    Chart::Area(AreaChart {
        unit: Unit::Count,
        areas: vec![
            Line {
                name: "Guard".into(),
                colour: Colour::GUARD,
                series: series(&[Some(3.0), Some(4.0), None, Some(5.0)]),
            },
            Line { name: "Exit".into(), colour: Colour::EXIT, series: known(&[1.0, 1.0, 2.0, 2.0]) },
        ],
    })
}

fn bars(label: &str) -> Chart {
    let bar = |label: &str, value| Bar { label: label.into(), value, colour: Colour::S1 };
    Chart::Bars(BarChart {
        unit: Unit::Count,
        thing: "Country".into(),
        measure: "Relays".into(),
        bars: vec![bar(label, Some(1_234.0)), bar("Fall", Some(-200.0)), bar("Nobody asked", None)],
        full: None,
    })
}

fn stacked_bars() -> Chart {
    let part = |name: &str, colour| StackedPart { name: name.into(), colour };
    Chart::StackedBars(StackedBars {
        unit: Unit::Count,
        thing: "Platform".into(),
        stacking: Stacking::Totals,
        parts: vec![part("Guard", Colour::GUARD), part("Exit", Colour::EXIT)],
        rows: vec![
            StackedRow { label: "Linux".into(), values: vec![Some(300.0), Some(100.0)] },
            StackedRow { label: "OpenBSD".into(), values: vec![Some(10.0), None] },
        ],
    })
}

fn histogram() -> Chart {
    Chart::Histogram(Histogram {
        measure: "Uptime".into(),
        unit: Unit::Percent,
        counted: "Relays".into(),
        bins: Histogram::binned([50.0, 91.0, 92.0, 93.0, 99.0], 50.0, 100.0, 5),
        colour: Colour::S1,
        references: vec![Reference { label: "Median".into(), value: 92.0 }],
    })
}

fn box_plot() -> Chart {
    let boxes = vec![
        BoxSummary::of("1 month", Colour::S1, [50.0, 97.0, 98.0, 99.0, 99.5, 100.0]),
        BoxSummary::of("Nothing", Colour::S1, []),
    ];
    Chart::BoxPlot(BoxPlot { unit: Unit::Percent, thing: "Period".into(), boxes, axis_low: None })
}

fn scatter() -> Chart {
    let point = |label: &str, x, y| ScatterPoint { label: label.into(), x, y, is_named: label == "b" };
    let axis = |name: &str, unit| ScatterAxis { name: name.into(), unit, spacing: Spacing::Logarithmic };
    Chart::Scatter(ScatterChart {
        thing: "Operator".into(),
        x: axis("Weight", Unit::Count),
        y: axis("Bandwidth", Unit::BitsPerSecond),
        groups: vec![ScatterGroup {
            name: "All".into(),
            colour: Colour::S1,
            points: vec![
                point("a", Some(10.0), Some(2e6)),
                point("b", Some(900.0), Some(5e8)),
                point("c", Some(0.0), Some(1.0)),
                point("d", None, Some(1.0)),
            ],
        }],
        quadrants: Some(Quadrants { x: 100.0, y: 1e7, corners: ["UL", "UR", "LL", "LR"].map(Into::into) }),
    })
}

fn matrix(scale: MatrixScale, label: &str) -> Chart {
    Chart::Matrix(MatrixChart {
        unit: Unit::Number,
        scale,
        thing: "Measure".into(),
        columns: vec!["Uptime".into(), "Age".into()],
        rows: vec![
            MatrixRow { label: label.into(), values: vec![Some(1.0), Some(-0.4)] },
            MatrixRow { label: "Age".into(), values: vec![None, Some(1.0)] },
        ],
    })
}

fn small_multiples() -> Chart {
    let panel = |name: &str, series| Panel { name: name.into(), colour: Colour::S1, series };
    let panels = vec![panel("Guard", known(&[97.0, 99.0])), panel("Exit", series(&[None, None]))];
    Chart::SmallMultiples(SmallMultiples { unit: Unit::Percent, panels })
}

fn flow() -> Chart {
    let class = |name: &str, colour| FlowClass { name: name.into(), colour };
    Chart::Flow(FlowChart {
        unit: Unit::Count,
        stages: vec!["Before".into(), "Now".into()],
        classes: vec![class("Good", Colour::Good), class("Poor", Colour::Poor)],
        moves: vec![vec![vec![90.0, 10.0], vec![5.0, 20.0]]],
    })
}

/// Every case by its name.
pub(crate) fn all() -> Vec<(&'static str, Figure)> {
    let sparkline = Sparkline {
        name: "Uptime".into(),
        unit: Unit::Percent,
        colour: Colour::S2,
        series: series(&[Some(99.0), None, Some(97.0), Some(98.0)]),
    };
    let cases = [
        ("line", line_with_band()),
        (
            "line_gaps",
            lines(vec![line_of("a", series(&[Some(1.0), None, Some(60.0), Some(61.0), None, Some(99.0)]))]),
        ),
        ("line_one_point", lines(vec![line_of("a", known(&[42.0]))])),
        ("line_unknown", lines(vec![line_of("a", series(&[None, Some(f64::NAN)]))])),
        ("line_empty", lines(Vec::new())),
        (
            "line_hostile",
            lines(vec![line_of(HOSTILE, known(&[1.0, 99.0])), line_of("b", known(&[50.0, 50.0]))]),
        ),
        ("area", area()),
        ("bars", bars("Germany")),
        ("bars_hostile", bars(&format!("{HOSTILE} and a tail that has no room on a phone"))),
        ("stacked_bars", stacked_bars()),
        ("histogram", histogram()),
        ("box_plot", box_plot()),
        ("scatter", scatter()),
        ("matrix", matrix(MatrixScale::Diverging(1.0), "Uptime")),
        ("heat_map", matrix(MatrixScale::Sequential, "A name that stands above its row")),
        ("sparkline", Chart::Sparkline(sparkline)),
        ("small_multiples", small_multiples()),
        ("flow", flow()),
    ];
    let figure = |(name, chart)| (name, Figure::new("A title", chart).with_note("Made up."));
    cases.into_iter().chain(shapes::all()).map(figure).collect()
}
