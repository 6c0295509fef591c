//! Figures of a relay. A builder here takes the edition and the relay's position.
//!
//! Histories are drawn bin by bin as the source gives them; a period without a history of its own is no
//! figure, because a shorter one tells everything already.

use super::FigureName;
use super::lines::{line, uptime_beside_network};
use crate::Edition;
use allium_analysis::metrics::series::TimeSeries;
use allium_charts::{Chart, Colour, Figure, Line, LineChart, Unit};
use allium_model::{History, Period, Relay, RelayPosition, printable};

/// The figures of uptime, by period.
pub(crate) const UPTIME: [FigureName; 4] = [
    FigureName::UptimeOneMonth,
    FigureName::UptimeSixMonths,
    FigureName::UptimeOneYear,
    FigureName::UptimeFiveYears,
];
/// The figures of what was read and written, by period.
pub(crate) const BANDWIDTH: [FigureName; 4] = [
    FigureName::BandwidthOneMonth,
    FigureName::BandwidthSixMonths,
    FigureName::BandwidthOneYear,
    FigureName::BandwidthFiveYears,
];
/// The figures of the share of weight, by period.
pub(crate) const WEIGHT: [FigureName; 4] = [
    FigureName::WeightOneMonth,
    FigureName::WeightSixMonths,
    FigureName::WeightOneYear,
    FigureName::WeightFiveYears,
];

/// Uptime in percent, with the mean of the network to compare with.
pub(super) fn uptime(edition: &Edition, position: RelayPosition, period: Period) -> Option<Figure> {
    let snapshot = &edition.snapshot;
    let relay = snapshot.network.relay(position);
    let own = TimeSeries::of(snapshot.histories.uptime_of(relay.fingerprint)?.overall.get(period)?);
    Some(figure(edition, relay, "uptime", period, uptime_beside_network(edition, "This relay", &own, period)))
}

/// What was read and written, in bits per second.
pub(super) fn bandwidth(edition: &Edition, position: RelayPosition, period: Period) -> Option<Figure> {
    let snapshot = &edition.snapshot;
    let relay = snapshot.network.relay(position);
    let bandwidth = snapshot.histories.bandwidth_of(relay.fingerprint)?;
    let bits = |name, colour, history: &History| line(name, colour, 8.0, &TimeSeries::of(history));
    let read = bandwidth.read.get(period).map(|history| bits("Read", Colour::S2, history));
    let written = bandwidth.written.get(period).map(|history| bits("Written", Colour::S1, history));
    let lines: Vec<Line> = read.into_iter().chain(written).collect();
    (!lines.is_empty())
        .then(|| figure(edition, relay, "read and written", period, of_lines(Unit::BitsPerSecond, lines)))
}

/// Share of the network's consensus weight, in percent.
pub(super) fn weight(edition: &Edition, position: RelayPosition, period: Period) -> Option<Figure> {
    let snapshot = &edition.snapshot;
    let relay = snapshot.network.relay(position);
    let weights = snapshot.histories.weights_of(relay.fingerprint)?;
    let share = TimeSeries::of(weights.consensus_weight_fraction.get(period)?);
    let lines = vec![line("Share of weight", Colour::S1, 100.0, &share)];
    Some(figure(edition, relay, "share of consensus weight", period, of_lines(Unit::Percent, lines)))
}

fn of_lines(unit: Unit, lines: Vec<Line>) -> Chart {
    Chart::Line(LineChart { unit, lines, ..LineChart::default() })
}

fn figure(edition: &Edition, relay: &Relay, what: &str, period: Period, chart: Chart) -> Figure {
    let nickname = printable(edition.snapshot.network.text(relay.nickname));
    Figure::new(format!("{nickname}: {what} over {}", period.name()), chart)
}
