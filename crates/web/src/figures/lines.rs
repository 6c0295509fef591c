//! Lines over time, as several figures draw them.

use crate::Edition;
use allium_analysis::metrics::series::TimeSeries;
use allium_charts::{Chart, Colour, Line, LineChart, Unit};
use allium_model::Period;

/// A line of a series, each value times a factor.
pub(super) fn line(name: &str, colour: Colour, factor: f64, series: &TimeSeries) -> Line {
    Line { name: name.into(), colour, series: scaled(factor, series) }
}

/// A series for a chart, each value times a factor.
pub(super) fn scaled(factor: f64, series: &TimeSeries) -> allium_charts::TimeSeries {
    allium_charts::TimeSeries {
        start: series.first,
        interval_seconds: series.interval_seconds,
        values: series.values.iter().map(|value| value.map(|value| value * factor)).collect(),
    }
}

/// A line of an uptime in percent. Rounded factors, and hostile ones, give values above 1: they are 100.
fn uptime_line(name: &str, colour: Colour, series: &TimeSeries) -> Line {
    let mut line = line(name, colour, 100.0, series);
    line.series.values.iter_mut().flatten().for_each(|percent| *percent = percent.min(100.0));
    line
}

/// An uptime over a period in percent, with the mean of the network to compare with.
pub(super) fn uptime_beside_network(
    edition: &Edition,
    name: &str,
    own: &TimeSeries,
    period: Period,
) -> Chart {
    let snapshot = &edition.snapshot;
    let network = snapshot.report.uptime.network_series(&snapshot.network, &snapshot.histories, period);
    let compared = network.map(|series| uptime_line("Network", Colour::S8, &series.since(own.first)));
    let lines = compared.into_iter().chain([uptime_line(name, Colour::S1, own)]).collect();
    Chart::Line(LineChart { unit: Unit::Percent, lines, ..LineChart::default() })
}
