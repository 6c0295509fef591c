//! Stacked bars: what each whole is made of.

use super::bars::{ROW, rows_that_fit};
use crate::canvas::{Anchor, Canvas};
use crate::chart::Draw;
use crate::figure::LegendEntry;
use crate::markup::text_width;
use crate::palette::Colour;
use crate::table::{Cell, Column, DataTable};
use crate::unit::Unit;

/// One bar for each name, divided into the same parts.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct StackedBars {
    /// Unit of every value.
    pub unit: Unit,
    /// What a bar is, head of the table's first column.
    pub thing: String,
    /// What the full length is.
    pub stacking: Stacking,
    /// The parts, from the left.
    pub parts: Vec<StackedPart>,
    /// The bars.
    pub rows: Vec<StackedRow>,
}

/// What the full length of a bar is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Stacking {
    /// Each bar is its own whole.
    #[default]
    Shares,
    /// The largest sum; bars of smaller sums are shorter.
    Totals,
}

/// A part of every bar.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct StackedPart {
    /// Name.
    pub name: String,
    /// Colour.
    pub colour: Colour,
}

/// A bar.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct StackedRow {
    /// Name.
    pub label: String,
    /// A value for each part, at least 0; unknown has no length.
    pub values: Vec<Option<f64>>,
}

/// A part at least this wide has its share written into it.
const WIDE: f64 = 0.13;

impl StackedRow {
    fn value(&self, part: usize) -> Option<f64> {
        self.values.get(part).copied().flatten().filter(|value| value.is_finite())
    }

    fn sum(&self) -> f64 {
        (0..self.values.len()).filter_map(|part| self.value(part)).map(|value| value.clamp(0.0, 1e150)).sum()
    }
}

impl StackedBars {
    fn draw_row(&self, canvas: &mut Canvas, row: &StackedRow, whole: f64, down: (f64, f64)) {
        let sum = row.sum();
        let mut start = 0.0;
        for (index, part) in self.parts.iter().enumerate() {
            let Some(value) = row.value(index).filter(|value| *value > 0.0 && whole > 0.0) else { continue };
            let wide = (value.min(1e150) / whole).clamp(0.0, 1.0 - start);
            let share = Unit::Percent.format((value.min(1e150) / sum * 1000.0).round() / 10.0);
            let told = format!("{}: {} ({share})", part.name, self.unit.format(value));
            canvas.rect("fill seg", part.colour.class(), (start, start + wide), down, &told);
            if wide >= WIDE {
                let short = Unit::Percent.format((value.min(1e150) / sum * 100.0).round());
                let y = f64::midpoint(down.0, down.1) + 4.0;
                canvas.text(part.colour.text_class(), start + wide / 2.0, y, Anchor::Middle, &short);
            }
            start += wide;
        }
    }
}

impl Draw for StackedBars {
    fn is_empty(&self) -> bool {
        self.rows.iter().all(|row| row.sum() <= 0.0)
    }

    fn height(&self, _width: Option<f64>) -> f64 {
        self.rows.len() as f64 * (ROW + 6.0)
    }

    fn draw(&self, canvas: &mut Canvas) {
        let (fitting, row_height) = rows_that_fit(self.rows.len(), canvas.height);
        let largest = self.rows.iter().map(StackedRow::sum).fold(0.0, f64::max);
        for (index, row) in self.rows.iter().take(fitting).enumerate() {
            let top = index as f64 * row_height;
            let total = self.unit.format(row.sum());
            let room = canvas.least_width() - text_width(&total) - 12.0;
            canvas.name("name", top + 12.0, room, &row.label);
            canvas.text("value", 1.0, top + 12.0, Anchor::End, &total);
            let down = (top + 17.0, top + row_height - 5.0);
            canvas.rect("track", "", (0.0, 1.0), down, "");
            let whole = if self.stacking == Stacking::Shares { row.sum() } else { largest };
            self.draw_row(canvas, row, whole, down);
        }
    }

    fn table(&self) -> DataTable {
        let thing = if self.thing.is_empty() { "Name" } else { &self.thing };
        let mut columns = vec![Column::new(thing, Unit::Number)];
        columns.extend(self.parts.iter().map(|part| Column::new(&part.name, self.unit)));
        let mut table = DataTable::new(columns);
        for row in &self.rows {
            let values = (0..self.parts.len()).map(|part| Cell::number(row.value(part)));
            table.rows.push(std::iter::once(Cell::Text(row.label.clone())).chain(values).collect());
        }
        table
    }

    fn legend(&self) -> Vec<LegendEntry> {
        let entry = |part: &StackedPart| LegendEntry {
            label: part.name.clone(),
            class: part.colour.class().to_owned(),
            value: None,
        };
        self.parts.iter().map(entry).collect()
    }

    fn describe(&self) -> String {
        let mut sentences = Vec::new();
        for row in self.rows.iter().take(6) {
            let sum = row.sum();
            let parts: Vec<String> = self
                .parts
                .iter()
                .enumerate()
                .filter_map(|(index, part)| Some((part, row.value(index)?)))
                .map(|(part, value)| {
                    format!(
                        "{} {}",
                        part.name,
                        Unit::Percent.format(if sum > 0.0 { value / sum * 100.0 } else { 0.0 })
                    )
                })
                .collect();
            sentences.push(format!("{}: {}.", row.label, parts.join(", ")));
        }
        if self.rows.len() > 6 {
            sentences.push(format!("And {} more.", self.rows.len() - 6));
        }
        sentences.join(" ")
    }
}
