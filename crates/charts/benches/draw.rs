//! How long a figure takes to draw: a line of 180 points, as most pages have one.

use allium_charts::{Figure, Style, examples};
use divan::Bencher;

fn main() {
    divan::main();
}

fn figure(kind: &str) -> Option<Figure> {
    examples().into_iter().find(|(name, _)| *name == kind).map(|(_, figure)| figure)
}

/// Two lines of 180 points with a band, inline.
#[divan::bench]
fn inline_lines_with_a_band(bencher: Bencher<'_, '_>) {
    let figure = figure("line");
    bencher.bench(|| figure.as_ref().map(|figure| figure.svg(Style::Inline, "f1")));
}
