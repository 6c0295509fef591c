//! Figures of operators.

use crate::Edition;
use allium_analysis::metrics::series::{TimeSeries, mean_series};
use allium_charts::{Chart, Colour, Figure, Line, LineChart, Unit};
use allium_model::{Group, Period};
use allium_views::group_name;

/// The mean uptime of the operator's relays in each bin, in percent, with the mean of the network. Each
/// relay counts in the bins that it knows; one without a history of the period counts in none.
pub(super) fn uptime(edition: &Edition, operator: Group<'_>, period: Period) -> Option<Figure> {
    let snapshot = &edition.snapshot;
    let fingerprint = |position: &allium_model::RelayPosition| snapshot.network.relay(*position).fingerprint;
    let histories = operator
        .members
        .iter()
        .map(fingerprint)
        .filter_map(|relay| snapshot.histories.uptime_of(relay)?.overall.get(period));
    let own = mean_series(histories)?;
    let network = snapshot.report.uptime.network_series(&snapshot.network, &snapshot.histories, period);
    let compared = network.map(|series| line("Network", Colour::S8, &series.since(own.first)));
    let lines = compared.into_iter().chain([line("This operator", Colour::S1, &own)]).collect();
    let name = crate::format::shortened(&group_name(snapshot, operator), 60);
    let chart = LineChart { unit: Unit::Percent, lines, ..LineChart::default() };
    Some(Figure::new(format!("{name}: mean uptime over {}", period.name()), Chart::Line(chart)))
}

fn line(name: &str, colour: Colour, series: &TimeSeries) -> Line {
    let values = series.values.iter().map(|value| value.map(|value| value * 100.0)).collect();
    let interval_seconds = series.interval_seconds;
    Line {
        name: name.into(),
        colour,
        series: allium_charts::TimeSeries { start: series.first, interval_seconds, values },
    }
}
