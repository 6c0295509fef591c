//! Bandwidth scanners compared.

use super::course::round_series;
use super::directory;
use crate::Edition;
use allium_charts::{BoxPlot, BoxSummary, Chart, Colour, Figure, Panel, SmallMultiples, Unit};

/// Measurements of each scanner divided by the consensus weight of the same relay.
pub(in crate::figures) fn scanner_ratios(edition: &Edition) -> Option<Figure> {
    let scanners = &directory(edition)?.report.scanners.scanners;
    let boxes = scanners.iter().filter_map(|scanner| {
        let ratio = scanner.ratio?;
        let five =
            [ratio.low_whisker, ratio.lower_quartile, ratio.median, ratio.upper_quartile, ratio.high_whisker];
        Some(BoxSummary {
            label: scanner.nickname.clone(),
            colour: Colour::S1,
            count: ratio.count,
            five: Some(five),
            outliers: Vec::new(),
        })
    });
    let chart =
        BoxPlot { unit: Unit::Number, thing: "Scanner".into(), boxes: boxes.collect(), axis_low: None };
    let note =
        "1 is a measurement equal to the weight of the consensus. Relays beyond the whiskers are not drawn.";
    (!chart.boxes.is_empty()).then(|| {
        Figure::new("Measurements divided by consensus weight", Chart::BoxPlot(chart)).with_note(note)
    })
}

/// Relays that each scanner measured, over 30 days.
pub(in crate::figures) fn measured_relays(edition: &Edition) -> Option<Figure> {
    let directory = directory(edition)?;
    let scanners = directory.report.authorities.iter().filter(|authority| authority.is_scanner);
    let panels = scanners.filter_map(|authority| {
        let series = round_series(&directory.inputs, authority.identity, |round| {
            round.measured_relays.map(f64::from)
        })?;
        Some(Panel { name: authority.nickname.clone(), colour: Colour::S3, series })
    });
    let chart = SmallMultiples { unit: Unit::Count, panels: panels.collect() };
    let note = "Mean of six hours. A gap has no vote.";
    (!chart.panels.is_empty())
        .then(|| Figure::new("Measured relays over 30 days", Chart::SmallMultiples(chart)).with_note(note))
}
