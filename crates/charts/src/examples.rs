//! One example of each kind, with made-up values that say so: for the gallery, and for tests.

use crate::kinds::{Band, Line, LineChart, Reference};
use crate::{Chart, Colour, Figure, TimeSeries, Unit};
use allium_model::Timestamp;

/// 2026-02-22 12:00 UTC, where the examples end.
const END: i64 = 1_771_761_600;
const DAY: i64 = 86_400;
const NOTE: &str = "Made-up values, to show the kind of chart.";

/// A small generator, so that examples look like data and are the same every time.
fn wobble(seed: u32, index: u32) -> f64 {
    let mut state = seed.wrapping_mul(0x9E37_79B9) ^ index.wrapping_mul(0x85EB_CA6B) ^ 0x5BD1_E995;
    state ^= state >> 15;
    state = state.wrapping_mul(0x2C1B_3C6D);
    state ^= state >> 12;
    state = state.wrapping_mul(0x297A_2D39);
    state ^= state >> 15;
    f64::from(state) / f64::from(u32::MAX)
}

/// A series of days that ends with the examples.
fn days(count: u32, value: impl Fn(u32) -> Option<f64>) -> TimeSeries {
    TimeSeries {
        start: Timestamp(END - i64::from(count.max(1) - 1) * DAY),
        interval_seconds: DAY,
        values: (0..count).map(value).collect(),
    }
}

fn tenths(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}

fn uptime(seed: u32, count: u32) -> TimeSeries {
    days(count, |day| {
        let dip = if (70..76).contains(&day) { 5.0 } else { 0.0 };
        (!(118..131).contains(&day)).then(|| tenths(99.6 - dip - 1.6 * wobble(seed, day)))
    })
}

fn line() -> Figure {
    let median = days(180, |day| Some(tenths(98.2 + wobble(2, day) * 0.5)));
    let low = days(180, |day| Some(tenths(95.4 + wobble(3, day) * 0.6)));
    let high = days(180, |day| Some(tenths(99.3 + wobble(4, day) * 0.3)));
    let chart = LineChart {
        unit: Unit::Percent,
        lines: vec![
            Line { name: "Network median".into(), colour: Colour::S2, series: median },
            Line { name: "This relay".into(), colour: Colour::S1, series: uptime(1, 180) },
        ],
        bands: vec![Band { name: "Half of all relays".into(), colour: Colour::S2, low, high }],
        references: vec![Reference { label: "Guard needs".into(), value: 98.0 }],
    };
    Figure::new("Uptime over six months", Chart::Line(chart)).with_note(NOTE)
}

/// One good example of each kind, by the name of its kind.
pub fn examples() -> Vec<(&'static str, Figure)> {
    vec![("line", line())]
}
