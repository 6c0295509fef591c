//! How many of the relays that run now were already there: what survives of each time, not how large
//! the network was.

use crate::Edition;
use allium_charts::{Chart, Colour, Figure, Line, LineChart, TimeSeries, Unit};
use allium_model::{RelayPosition, Timestamp};

const DAY: i64 = 86_400;

/// Running relays of a set by the day on which they were first seen, summed up; none without any.
pub(super) fn first_seen(edition: &Edition, relays: &[RelayPosition]) -> Option<Figure> {
    let network = &edition.snapshot.network;
    let running = relays.iter().map(|position| network.relay(*position)).filter(|relay| relay.running);
    let days: Vec<i64> = running.map(|relay| i64::from(relay.first_seen.date().0)).collect();
    let (first, last) = (*days.iter().min()?, i64::from(network.published().date().0));
    let mut seen = vec![0_u32; usize::try_from(last - first).ok()? + 1];
    for day in days {
        if let Some(count) = usize::try_from(day - first).ok().and_then(|index| seen.get_mut(index)) {
            *count += 1;
        }
    }
    let summed = seen.into_iter().scan(0, |sum, count| {
        *sum += count;
        Some(Some(f64::from(*sum)))
    });
    let series =
        TimeSeries { start: Timestamp(first * DAY), interval_seconds: DAY, values: summed.collect() };
    let chart = LineChart {
        unit: Unit::Count,
        lines: vec![Line { name: "Relays".into(), colour: Colour::S1, series }],
        ..LineChart::default()
    };
    let note = "Counts relays that run today; relays that left are in no year, so this is not the size that the network had.";
    Some(Figure::new("Running relays by when they were first seen", Chart::Line(chart)).with_note(note))
}
