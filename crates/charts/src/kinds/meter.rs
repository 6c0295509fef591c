//! Meters: values on a track between two limits, with what they should reach.

use crate::canvas::{Anchor, Canvas};
use crate::chart::Draw;
use crate::markup::shortened;
use crate::palette::Colour;
use crate::table::{Cell, Column, DataTable};
use crate::unit::Unit;

/// One or more meters on the same limits.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct MeterChart {
    /// Unit of every value.
    pub unit: Unit,
    /// What a meter is, head of the table's first column: `Part of the score`.
    pub thing: String,
    /// Values at the ends of the track.
    pub limits: (f64, f64),
    /// The meters, from the top.
    pub meters: Vec<Meter>,
}

/// A value and what it is held against.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Meter {
    /// Name.
    pub label: String,
    /// The value; `None` when it is not known.
    pub value: Option<f64>,
    /// What the value should reach or keep below, with a name: `Target`.
    pub target: Option<(String, f64)>,
    /// Colour.
    pub colour: Colour,
}

const ROW: f64 = 54.0;
const LEAST_ROW: f64 = 34.0;

impl Meter {
    fn known(&self) -> Option<f64> {
        self.value.filter(|value| value.is_finite())
    }

    fn target(&self) -> Option<(&str, f64)> {
        self.target
            .as_ref()
            .filter(|target| target.1.is_finite())
            .map(|(name, value)| (name.as_str(), *value))
    }
}

impl MeterChart {
    /// The place of a value on the track; beyond the limits it is at the end.
    fn fraction(&self, value: f64) -> f64 {
        let (low, high) = self.limits;
        let place = (value - low) / (high - low);
        if place.is_finite() { place.clamp(0.0, 1.0) } else { 0.0 }
    }

    fn told(&self, meter: &Meter) -> String {
        let value = meter.known().map_or_else(|| "not known".to_owned(), |value| self.unit.format(value));
        match meter.target() {
            None => format!("{} {value}", meter.label),
            Some((name, target)) => {
                format!("{} {value} ({} {})", meter.label, name.to_lowercase(), self.unit.format(target))
            }
        }
    }

    fn draw_meter(&self, canvas: &mut Canvas, meter: &Meter, top: f64, row: f64) {
        let value = meter.known().map_or_else(|| "not known".to_owned(), |value| self.unit.format(value));
        let room = canvas.least_width() - 8.0 * (value.len() + 1) as f64;
        canvas.text("name", 0.0, top + 12.0, Anchor::Start, &shortened(&meter.label, room));
        canvas.text("label", 1.0, top + 12.0, Anchor::End, &value);
        let down = (top + 18.0, top + 18.0 + (row - 42.0).clamp(8.0, 12.0));
        canvas.rect("track", "", (0.0, 1.0), down, "");
        if let Some(value) = meter.known() {
            canvas.rect("fill", meter.colour.class(), (0.0, self.fraction(value)), down, &self.told(meter));
        }
        let Some((name, target)) = meter.target() else { return };
        let at = self.fraction(target);
        canvas.segment("aim", (at, down.0 - 3.0), (at, down.1 + 3.0));
        if row >= ROW - 8.0 {
            let text = format!("{name} {}", self.unit.format(target));
            let anchor = if at > 0.5 { Anchor::End } else { Anchor::Start };
            canvas.text("tick", at, down.1 + 14.0, anchor, &text);
        }
    }
}

impl Draw for MeterChart {
    fn is_empty(&self) -> bool {
        self.meters.iter().all(|meter| meter.known().is_none())
    }

    fn height(&self, _width: Option<f64>) -> f64 {
        self.meters.len() as f64 * ROW
    }

    fn draw(&self, canvas: &mut Canvas) {
        let row = (canvas.height / self.meters.len().max(1) as f64).clamp(LEAST_ROW, ROW);
        let fitting = ((canvas.height / row) as usize).max(1);
        for (index, meter) in self.meters.iter().take(fitting).enumerate() {
            self.draw_meter(canvas, meter, index as f64 * row, row);
        }
    }

    fn table(&self) -> DataTable {
        let mut table = DataTable::new(vec![
            Column::new(&self.thing, Unit::Number),
            Column::new("Value", self.unit),
            Column::new("Target", self.unit),
        ]);
        let row = |meter: &Meter| {
            let target = meter.target().map(|target| target.1);
            vec![Cell::Text(meter.label.clone()), Cell::number(meter.value), Cell::number(target)]
        };
        table.rows = self.meters.iter().map(row).collect();
        table
    }

    fn labels_itself(&self) -> bool {
        true
    }

    fn describe(&self) -> String {
        let told: Vec<String> = self.meters.iter().map(|meter| self.told(meter)).collect();
        let (low, high) = self.limits;
        format!("From {} to {}: {}.", self.unit.format(low), self.unit.format(high), told.join("; "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meters() -> MeterChart {
        let meter =
            |label: &str, value, target| Meter { label: label.into(), value, target, colour: Colour::S1 };
        MeterChart {
            unit: Unit::Number,
            thing: "Part".into(),
            limits: (0.0, 50.0),
            meters: vec![
                meter("Operators", Some(31.0), Some(("Target".into(), 50.0))),
                meter("ASes", None, Some(("Target".into(), f64::NAN))),
            ],
        }
    }

    #[test]
    fn values_are_told_with_what_they_should_reach() {
        assert_eq!(meters().describe(), "From 0 to 50: Operators 31 (target 50); ASes not known.");
        assert_eq!(meters().table().rows[1][1..], [Cell::Unknown, Cell::Unknown]);
    }

    #[test]
    fn places_stay_on_the_track_whatever_the_limits() {
        let chart = meters();
        for (value, expected) in [(25.0, 0.5), (-3.0, 0.0), (400.0, 1.0), (f64::NAN, 0.0)] {
            assert_eq!(chart.fraction(value).to_bits(), f64::to_bits(expected), "{value}");
        }
        let flat = MeterChart { limits: (1.0, 1.0), ..meters() };
        assert_eq!(flat.fraction(1.0).to_bits(), 0.0_f64.to_bits());
    }
}
