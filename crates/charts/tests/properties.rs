//! Whatever the values: well-formed drawings with finite coordinates, and tables that keep every value.

mod shapes;
mod xml;

use allium_charts::{
    AreaChart, Bar, BarChart, BoxPlot, BoxSummary, Cell, Chart, Colour, Figure, FlowChart, FlowClass,
    Histogram, Line, LineChart, MatrixChart, MatrixRow, MatrixScale, Panel, Quadrants, Reference,
    ScatterAxis, ScatterChart, ScatterGroup, ScatterPoint, SmallMultiples, Spacing, Sparkline, StackedBars,
    StackedPart, StackedRow, Stacking, Style, Theme, TimeSeries, Track, TracksChart, Unit,
};
use allium_model::Timestamp;
use proptest::prelude::*;

type Values = Vec<Option<f64>>;

/// Ordinary numbers mostly, and every other kind of number.
fn any_values(most: usize) -> impl Strategy<Value = Values> {
    let value = prop_oneof![4 => (-1e3_f64..1e6).boxed(), 1 => prop::num::f64::ANY.boxed()];
    prop::collection::vec(prop::option::weighted(0.8, value), 0..most)
}

fn any_unit() -> impl Strategy<Value = Unit> {
    prop::sample::select(vec![
        Unit::Number,
        Unit::Count,
        Unit::Percent,
        Unit::BitsPerSecond,
        Unit::Seconds,
        Unit::Days,
    ])
}

fn series(values: &[Option<f64>], start: i64) -> TimeSeries {
    TimeSeries { start: Timestamp(start), interval_seconds: 3_600, values: values.to_vec() }
}

/// A chart of every kind from the same values.
fn charts(values: &Values, name: &str, unit: Unit, start: i64) -> Vec<Chart> {
    let series = series(values, start);
    let line = || Line { name: name.into(), colour: Colour::S1, series: series.clone() };
    let numbers = || values.iter().copied().flatten();
    let first = numbers().next().unwrap_or(0.0);
    let reference = Reference { label: name.into(), value: first };
    let spacing = if values.len().is_multiple_of(2) { Spacing::Linear } else { Spacing::Logarithmic };
    let axis = || ScatterAxis { name: name.into(), unit, spacing };
    let point = |(x, y): (&Option<f64>, &Option<f64>)| ScatterPoint {
        label: name.into(),
        x: *x,
        y: *y,
        is_named: true,
    };
    let rows = || values.chunks(3).map(|row| (name.to_owned(), row.to_vec()));
    let mut charts = vec![
        Chart::Line(LineChart {
            unit,
            lines: vec![line(), line()],
            bands: Vec::new(),
            references: vec![reference.clone()],
        }),
        Chart::Area(AreaChart { unit, areas: vec![line(), line()] }),
        Chart::Bars(BarChart {
            unit,
            bars: values
                .iter()
                .map(|value| Bar { label: name.into(), value: *value, colour: Colour::S1 })
                .collect(),
            full: Some(first),
            ..BarChart::default()
        }),
        Chart::StackedBars(StackedBars {
            unit,
            stacking: Stacking::Totals,
            parts: [Colour::S1, Colour::S2, Colour::S3]
                .map(|colour| StackedPart { name: name.into(), colour })
                .into(),
            rows: rows().map(|(label, values)| StackedRow { label, values }).collect(),
            ..StackedBars::default()
        }),
        Chart::Histogram(Histogram {
            unit,
            bins: Histogram::binned(numbers(), first, first + 10.0, 7),
            references: vec![reference],
            ..Histogram::default()
        }),
        Chart::BoxPlot(BoxPlot {
            unit,
            boxes: vec![BoxSummary::of(name, Colour::S1, numbers())],
            axis_low: Some(first),
            ..BoxPlot::default()
        }),
        Chart::Scatter(ScatterChart {
            x: axis(),
            y: axis(),
            groups: vec![ScatterGroup {
                name: name.into(),
                colour: Colour::S1,
                points: values.iter().zip(values.iter().rev()).map(point).collect(),
            }],
            quadrants: Some(Quadrants { x: first, y: first, corners: [name; 4].map(Into::into) }),
            ..ScatterChart::default()
        }),
        Chart::Matrix(MatrixChart {
            unit,
            scale: if values.len().is_multiple_of(2) {
                MatrixScale::Sequential
            } else {
                MatrixScale::Diverging(first)
            },
            columns: vec![name.into(), name.into(), name.into()],
            rows: rows().map(|(label, values)| MatrixRow { label, values }).collect(),
            ..MatrixChart::default()
        }),
        Chart::Tracks(TracksChart {
            counted: name.into(),
            tracks: (0..3)
                .map(|_| Track { label: name.into(), colour: Colour::S1, series: series.clone() })
                .collect(),
        }),
        Chart::Sparkline(Sparkline { name: name.into(), unit, colour: Colour::S1, series: series.clone() }),
        Chart::SmallMultiples(SmallMultiples {
            unit,
            panels: (0..5)
                .map(|_| Panel { name: name.into(), colour: Colour::S1, series: series.clone() })
                .collect(),
        }),
        Chart::Flow(FlowChart {
            unit,
            stages: vec![name.into(), name.into(), name.into()],
            classes: vec![FlowClass { name: name.into(), colour: Colour::Good }; 2],
            moves: values
                .chunks(4)
                .take(2)
                .map(|four| {
                    four.chunks(2).map(|two| two.iter().map(|value| value.unwrap_or(0.0)).collect()).collect()
                })
                .collect(),
        }),
    ];
    charts.extend(shapes::charts(values, name, unit));
    charts
}

/// How often a finite value stands in the table.
fn numbers_of(figure: &Figure) -> usize {
    figure.table().rows.iter().flatten().filter(|cell| matches!(cell, Cell::Number(_))).count()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(160))]

    #[test]
    fn any_values_give_well_formed_drawings(
        values in any_values(40), name in ".{0,40}", unit in any_unit(), start in prop::num::i64::ANY,
        width in 0_u32..1300, height in 0_u32..700,
    ) {
        for chart in charts(&values, &name, unit, start) {
            let figure = Figure::new(name.clone(), chart).with_note(name.clone());
            let fixed = Style::Fixed { theme: Theme::Light, width, height };
            for style in [Style::Inline, Style::Standalone, fixed] {
                let svg = figure.svg(style, &name);
                prop_assert!(xml::read(&svg).is_ok(), "{:?} {:?}\n{}", style, xml::read(&svg), svg);
            }
            let table = figure.table();
            prop_assert!(table.rows.iter().all(|row| row.len() == table.columns.len()));
            prop_assert_eq!(table.csv().matches("\r\n").count(), table.rows.len() + 1);
        }
    }

    #[test]
    fn tables_keep_every_value(values in any_values(300), start in -4_000_000_000_i64..9_000_000_000) {
        let finite = values.iter().flatten().filter(|value| value.is_finite()).count();
        let kept: Vec<usize> = charts(&values, "a", Unit::Number, start)
            .into_iter()
            .map(|chart| (chart.clone(), numbers_of(&Figure::new("a", chart))))
            .filter_map(|(chart, numbers)| match chart {
                Chart::Line(_) | Chart::Area(_) | Chart::Scatter(_) => Some(numbers / 2),
                Chart::Bars(_) | Chart::StackedBars(_) | Chart::Matrix(_) | Chart::Sparkline(_) => Some(numbers),
                Chart::SmallMultiples(_) => Some(numbers / 5),
                _ => None,
            })
            .collect();
        prop_assert!(kept.iter().all(|kept| *kept == finite), "{:?} of {}", kept, finite);
    }

    #[test]
    fn equal_values_give_equal_bytes(values in any_values(30)) {
        for (one, other) in charts(&values, "a", Unit::Percent, 0).into_iter().zip(charts(&values, "a", Unit::Percent, 0)) {
            let draw = |chart| Figure::new("a", chart).svg(Style::Inline, "f");
            prop_assert_eq!(draw(one), draw(other));
        }
    }
}
