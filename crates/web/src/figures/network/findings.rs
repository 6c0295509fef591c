//! The statistical figures of uptime: boxes, histograms, uptime against its variance, correlations.

use super::percent;
use crate::Edition;
use allium_analysis::findings::{eligible, period_correlations, relay_spreads};
use allium_analysis::statistics::Histogram as Counts;
use allium_charts::{
    Bin, BoxPlot, BoxSummary, Chart, Colour, Figure, Histogram, MatrixChart, MatrixRow, MatrixScale,
    Reference, ScatterAxis, ScatterChart, ScatterGroup, ScatterPoint, Spacing, Unit,
};
use allium_model::{Period, printable};

fn percents(edition: &Edition, period: Period) -> impl Iterator<Item = f64> {
    eligible(&edition.snapshot, period).map(|(_, ratio)| percent(ratio))
}

/// A box for each period.
pub(crate) fn boxes(edition: &Edition) -> Option<Figure> {
    let summary = |period: Period| BoxSummary::of(period.name(), Colour::S1, percents(edition, period));
    let boxes: Vec<_> = Period::ALL.map(summary).into_iter().filter(|one| one.count > 0).collect();
    let chart = BoxPlot { unit: Unit::Percent, thing: "Period".into(), boxes, axis_low: Some(60.0) };
    let note = "Quartiles of R type 7, whiskers to the furthest relay within 1.5 interquartile ranges.";
    super::shown(Figure::new("Uptime of relays by period", Chart::BoxPlot(chart)).with_note(note))
}

/// One month in twenty classes.
pub(crate) fn histogram(edition: &Edition) -> Option<Figure> {
    let title = "Uptime of relays over 1 month";
    let note = "Twenty classes of five points; the lower end belongs to a class, and 100 % to the last one.";
    classes(edition, (0.0, 100.0, 20), Colour::S1, title, note)
}

/// One month above 95 %, in ten classes.
pub(crate) fn histogram_top(edition: &Edition) -> Option<Figure> {
    let title = "Uptime of relays over 1 month, from 95 %";
    let note = "The last class above, seen closer: ten classes of half a point. Where a bin of the document is half a day, a bin missed is 1.6 points of a month, which leaves gaps.";
    classes(edition, (95.0, 100.0, 10), Colour::S2, title, note)
}

fn classes(
    edition: &Edition,
    (low, high, number): (f64, f64, usize),
    colour: Colour,
    title: &str,
    note: &str,
) -> Option<Figure> {
    let counts = Counts::equal(percents(edition, Period::OneMonth), low, high, number);
    let bin =
        |bin: &allium_analysis::statistics::Bin| Bin { low: bin.from, high: bin.to, count: bin.count as f64 };
    let median = edition.snapshot.report.uptime.relay_ladders[0].quantile(0.5).map(percent);
    let reference = median.map(|value| Reference { label: "Median".into(), value });
    let chart = Histogram {
        measure: "Uptime over one month".into(),
        unit: Unit::Percent,
        counted: "Relays".into(),
        bins: counts.bins.iter().map(bin).collect(),
        colour,
        references: reference.into_iter().collect(),
    };
    (counts.total() > 0).then(|| Figure::new(title, Chart::Histogram(chart)).with_note(note))
}

/// Most points of the scatter plot; relays are taken at even places of the order of fingerprints, which
/// are as good as random.
const MOST_POINTS: usize = 400;

/// Six-month uptime of relays against how much it varies.
pub(crate) fn variance(edition: &Edition) -> Option<Figure> {
    let snapshot = &edition.snapshot;
    let spreads = relay_spreads(snapshot, Period::SixMonths);
    let step = spreads.len().div_ceil(MOST_POINTS).max(1);
    let network = &snapshot.network;
    let points: Vec<_> = spreads
        .iter()
        .step_by(step)
        .map(|spread| ScatterPoint {
            label: printable(network.text(network.relay(spread.relay).nickname)).into_owned(),
            x: Some(percent(spread.ratio)),
            y: Some(percent(spread.standard_deviation)),
            is_named: false,
        })
        .collect();
    let (all, shown) = (spreads.len(), points.len());
    let chart = ScatterChart {
        thing: "Relay".into(),
        x: ScatterAxis { name: "Uptime over 6 months".into(), unit: Unit::Percent, spacing: Spacing::Linear },
        y: ScatterAxis {
            name: "Standard deviation of its bins, points".into(),
            unit: Unit::Number,
            spacing: Spacing::Linear,
        },
        groups: vec![ScatterGroup { name: "Relays".into(), colour: Colour::S1, points }],
        quadrants: None,
    };
    let note = format!("{shown} of {all} relays, at even places of the order of fingerprints.");
    super::shown(Figure::new("Uptime and how much it varies", Chart::Scatter(chart)).with_note(note))
}

/// Rank correlations between the periods.
pub(crate) fn correlations(edition: &Edition) -> Option<Figure> {
    let pairs = period_correlations(&edition.snapshot);
    let value = |left: Period, right: Period| {
        let is_pair =
            |shorter, longer| (shorter, longer) == (left, right) || (longer, shorter) == (left, right);
        let found = pairs.iter().find(|pair| is_pair(pair.shorter, pair.longer));
        if left == right { Some(1.0) } else { found.map(|pair| pair.correlation.rho) }
    };
    let row = |left: Period| MatrixRow {
        label: left.name().into(),
        values: Period::ALL.map(|right| value(left, right)).into(),
    };
    let chart = MatrixChart {
        unit: Unit::Number,
        scale: MatrixScale::Diverging(1.0),
        thing: "Period".into(),
        columns: Period::ALL.map(|period| period.name().to_owned()).into(),
        rows: Period::ALL.map(row).into(),
    };
    let note =
        "Spearman's rho over the relays eligible in both; the shorter period lies within the longer one.";
    (!pairs.is_empty())
        .then(|| Figure::new("Rank correlation between periods", Chart::Matrix(chart)).with_note(note))
}
