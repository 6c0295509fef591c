//! Figures of the directory authorities and of the consensus over time.

mod course;
mod map;
mod measurements;

pub(crate) use course::{Quantity, authority_course};
pub(super) use course::{binned, participation, responses};
pub(super) use map::world;
pub(super) use measurements::{measured_relays, scanner_ratios};

use super::network::percent;
use crate::Edition;
use allium_analysis::directory::Directory;
use allium_analysis::directory::weekdays::WEEKDAYS;
use allium_charts::{Bar, BarChart, Chart, Colour, Figure, Unit};

fn directory(edition: &Edition) -> Option<&Directory> {
    edition.directory.as_deref()
}

/// Share of consensuses made on each day of the week.
pub(super) fn weekdays(edition: &Edition) -> Option<Figure> {
    let days = directory(edition)?.report.weekdays;
    let bars = WEEKDAYS.iter().zip(days).map(|(name, day)| Bar {
        label: format!("{name}, {} made", day.made),
        value: day.ratio().map(percent),
        colour: Colour::S1,
    });
    let chart = BarChart {
        unit: Unit::Percent,
        thing: "Day".into(),
        measure: "Consensuses made".into(),
        bars: bars.collect(),
        full: Some(100.0),
    };
    let note = "Of the rounds that are known: a round that nothing is stored of counts only where it is known that it made no consensus.";
    Some(Figure::new("Consensuses made by day of the week", Chart::Bars(chart)).with_note(note))
}
