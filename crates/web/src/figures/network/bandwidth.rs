//! Bandwidth of the network over time, and clients of bridges.

use crate::Edition;
use crate::figures::lines::line;
use allium_analysis::metrics::series::TimeSeries;
use allium_analysis::network_history::bandwidth_history;
use allium_charts::{Chart, Colour, Figure, LineChart, Unit};
use allium_model::Period;

const BITS: f64 = 8.0;

/// What relays read and wrote, summed by time.
pub(crate) fn bandwidth(edition: &Edition, period: Period) -> Option<Figure> {
    let snapshot = &edition.snapshot;
    let history = bandwidth_history(&snapshot.network, &snapshot.histories, period)?;
    let chart = LineChart {
        unit: Unit::BitsPerSecond,
        lines: vec![
            line("Read", Colour::S2, BITS, &history.read.series),
            line("Written", Colour::S1, BITS, &history.written.series),
        ],
        ..LineChart::default()
    };
    let title = format!("Read and written by the network over {}", period.name());
    let note = "Sums over the relays that reported for that time; a circuit through three relays counts three times.";
    super::shown(Figure::new(title, Chart::Line(chart)).with_note(note))
}

/// Half of what relays read and wrote, as a share of what the same relays advertise now.
pub(crate) fn utilisation(edition: &Edition) -> Option<Figure> {
    let snapshot = &edition.snapshot;
    let histories = [Period::SixMonths, Period::OneMonth]
        .into_iter()
        .find_map(|period| bandwidth_history(&snapshot.network, &snapshot.histories, period));
    let chart = LineChart {
        unit: Unit::Percent,
        lines: vec![line("Utilisation", Colour::S4, 100.0, &histories?.utilisation)],
        ..LineChart::default()
    };
    let note = "The mean of read and written over the advertised bandwidth that the same relays have now, not had then.";
    super::shown(Figure::new("Utilisation of the network", Chart::Line(chart)).with_note(note))
}

/// Clients of all bridges over the longest period that the clients document tells.
pub(crate) fn bridge_clients(edition: &Edition) -> Option<Figure> {
    let clients = edition.snapshot.histories.clients.as_ref()?;
    let (period, sums) = [Period::SixMonths, Period::OneMonth, Period::OneYear, Period::FiveYears]
        .into_iter()
        .find_map(|period| Some((period, clients.periods[period as usize].as_ref()?)))?;
    let series = TimeSeries {
        first: sums.start.plus_seconds(sums.interval_seconds / 2),
        interval_seconds: sums.interval_seconds,
        values: sums.clients.clone(),
    };
    let chart = LineChart {
        unit: Unit::Count,
        lines: vec![line("Clients", Colour::S5, 1.0, &series)],
        ..LineChart::default()
    };
    let title = format!("Clients of bridges over {}", period.name());
    let note = format!(
        "Average number of clients that were connected at a time, estimated by the source, summed over {} bridges.",
        clients.bridges
    );
    super::shown(Figure::new(title, Chart::Line(chart)).with_note(note))
}
