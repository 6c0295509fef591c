//! Horizontal bars: the name and the value stand above each bar, so that any name fits any width.

use crate::canvas::{Anchor, Canvas};
use crate::chart::Draw;
use crate::markup::text_width;
use crate::palette::Colour;
use crate::scale::{Baseline, Scale, extent};
use crate::table::{Cell, Column, DataTable};
use crate::unit::Unit;
use std::fmt::Write as _;

/// One bar for each name, in the order given.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct BarChart {
    /// Unit of every value.
    pub unit: Unit,
    /// What a bar is, head of the table's first column: `Country`.
    pub thing: String,
    /// What its length is, head of the second column: `Relays`.
    pub measure: String,
    /// The bars.
    pub bars: Vec<Bar>,
    /// The value of a bar of full length; the largest one when `None`.
    pub full: Option<f64>,
}

/// A bar.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Bar {
    /// Name.
    pub label: String,
    /// Value; unknown has no bar and says so.
    pub value: Option<f64>,
    /// Colour.
    pub colour: Colour,
}

pub(crate) const ROW: f64 = 34.0;
const LEAST_ROW: f64 = 26.0;

/// How many rows fit, and how high each is.
pub(crate) fn rows_that_fit(rows: usize, height: f64) -> (usize, f64) {
    let fitting = ((height / LEAST_ROW).floor().max(1.0) as usize).min(rows);
    (fitting, (height / fitting.max(1) as f64).clamp(LEAST_ROW, ROW + 6.0))
}

impl BarChart {
    fn value(&self, bar: &Bar) -> String {
        match bar.value.filter(|value| value.is_finite()) {
            Some(value) => self.unit.format(value),
            None => "not known".to_owned(),
        }
    }

    fn known(&self) -> impl Iterator<Item = (&Bar, f64)> {
        self.bars.iter().filter_map(|bar| Some((bar, bar.value.filter(|value| value.is_finite())?)))
    }

    /// From zero, or the lowest value when it is negative, to the longest bar.
    fn scale(&self) -> Scale {
        let (low, high) = extent(self.known().map(|(_, value)| value)).unwrap_or((0.0, 1.0));
        let full = self.full.filter(|full| full.is_finite() && *full > 0.0).unwrap_or(high);
        let (low, high) = (low.min(0.0), high.max(full).max(0.0));
        Scale::linear(Some((low, high)), self.unit, Baseline::Zero, 4).cut(low, high)
    }
}

impl Draw for BarChart {
    fn is_empty(&self) -> bool {
        self.known().next().is_none()
    }

    fn height(&self, _width: Option<f64>) -> f64 {
        self.bars.len() as f64 * ROW
    }

    fn draw(&self, canvas: &mut Canvas) {
        let scale = self.scale();
        let (fitting, row) = rows_that_fit(self.bars.len(), canvas.height);
        let base = scale.fraction(0.0);
        for (index, bar) in self.bars.iter().take(fitting).enumerate() {
            let top = index as f64 * row;
            let value = self.value(bar);
            let room = canvas.least_width() - text_width(&value) - 12.0;
            canvas.name("name", top + 12.0, room, &bar.label);
            canvas.text("value", 1.0, top + 12.0, Anchor::End, &value);
            let down = (top + 17.0, top + row - 7.0);
            canvas.rect("track", "", (0.0, 1.0), down, "");
            if let Some(value) = bar.value.filter(|value| value.is_finite()) {
                let end = scale.fraction(value);
                canvas.rect("fill", bar.colour.class(), (base.min(end), base.max(end)), down, "");
            }
        }
    }

    fn table(&self) -> DataTable {
        let thing = if self.thing.is_empty() { "Name" } else { &self.thing };
        let measure = if self.measure.is_empty() { "Value" } else { &self.measure };
        let mut table =
            DataTable::new(vec![Column::new(thing, Unit::Number), Column::new(measure, self.unit)]);
        let row = |bar: &Bar| vec![Cell::Text(bar.label.clone()), Cell::number(bar.value)];
        table.rows = self.bars.iter().map(row).collect();
        table
    }

    fn labels_itself(&self) -> bool {
        true
    }

    fn describe(&self) -> String {
        let largest = self.known().max_by(|left, right| left.1.total_cmp(&right.1));
        let smallest = self.known().min_by(|left, right| left.1.total_cmp(&right.1));
        let said = |found: Option<(&Bar, f64)>| {
            found.map(|(bar, value)| format!("{} {}", bar.label, self.unit.format(value))).unwrap_or_default()
        };
        let unknown = self.bars.len() - self.known().count();
        let mut text =
            format!("{} bars. Largest: {}; smallest: {}.", self.bars.len(), said(largest), said(smallest));
        if unknown > 0 {
            let _ = write!(text, " {unknown} not known.");
        }
        text
    }
}
