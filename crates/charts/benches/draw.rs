//! How long a figure takes to draw: a line of 180 points, as most pages have one, and the longest example.

#![expect(clippy::expect_used, reason = "a benchmark without its input has nothing to measure")]

use allium_charts::{Chart, Figure, Style, examples};
use divan::Bencher;

fn main() {
    divan::main();
}

/// Two lines of 180 points with a band of 180 and a reference line.
fn lines() -> Figure {
    examples()
        .into_iter()
        .find(|(name, _)| *name == "line")
        .map(|(_, figure)| figure)
        .expect("there is a line")
}

/// One line of 180 points.
fn line() -> Figure {
    let mut figure = lines();
    if let Chart::Line(chart) = &mut figure.chart {
        chart.lines.truncate(1);
        chart.bands.clear();
        chart.references.clear();
    }
    figure
}

#[divan::bench]
fn inline_line(bencher: Bencher<'_, '_>) {
    let figure = line();
    bencher.bench(|| figure.svg(Style::Inline, "f1"));
}

#[divan::bench]
fn inline_lines_with_a_band(bencher: Bencher<'_, '_>) {
    let figure = lines();
    bencher.bench(|| figure.svg(Style::Inline, "f1"));
}

#[divan::bench]
fn csv_of_180_rows(bencher: Bencher<'_, '_>) {
    let figure = line();
    bencher.bench(|| figure.table().csv());
}
