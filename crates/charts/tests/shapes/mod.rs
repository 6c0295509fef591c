//! Charts of the kinds that have a shape of their own, from any values.

use allium_charts::{
    Chart, Colour, DonutChart, DonutPart, LadderChart, LadderMarker, MapScale, MapView, Meter, MeterChart,
    OtherCountries, Rung, Unit, WheelChart, WheelSegment, WorldMap,
};
use allium_model::COUNTRIES;

/// A chart of each kind.
pub(crate) fn charts(values: &[Option<f64>], name: &str, unit: Unit) -> Vec<Chart> {
    let numbers = || values.iter().copied().flatten();
    let first = numbers().next().unwrap_or(0.0);
    let last = numbers().last().unwrap_or(0.0);
    let part = |value: &Option<f64>| DonutPart { label: name.into(), value: *value };
    let segment = |value: &Option<f64>| WheelSegment {
        category: name.into(),
        champion: value.map(|_| name.into()),
        value: name.into(),
    };
    let meter = |value: &Option<f64>| Meter {
        label: name.into(),
        value: *value,
        target: Some((name.into(), first)),
        colour: Colour::S1,
    };
    let countries = COUNTRIES.iter().filter_map(|country| country.alpha2.parse().ok());
    let mut charts = vec![
        Chart::Donut(DonutChart {
            unit,
            parts: values.iter().map(part).collect(),
            centre: Some(name.into()),
            centre_note: name.into(),
            ..DonutChart::default()
        }),
        Chart::Wheel(WheelChart {
            segments: values.iter().map(segment).collect(),
            centre: name.into(),
            centre_note: name.into(),
        }),
        Chart::Ladder(LadderChart {
            unit,
            rungs: numbers().map(|value| Rung { percentile: value, value }).collect(),
            marker: Some(LadderMarker { label: name.into(), value: first, percentile: Some(last) }),
            ..LadderChart::default()
        }),
        Chart::Meter(MeterChart {
            unit,
            thing: name.into(),
            limits: (first, last),
            meters: values.iter().map(meter).collect(),
        }),
    ];
    // A map is long to read, and much of it is the same every time.
    if values.len().is_multiple_of(6) {
        charts.push(Chart::Map(WorldMap {
            unit,
            measure: name.into(),
            scale: MapScale::of_values(numbers(), unit),
            values: countries.zip(values.iter().copied()).collect(),
            others: OtherCountries::Zero,
            view: MapView::Europe,
        }));
    }
    charts
}
