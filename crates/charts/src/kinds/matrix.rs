//! A grid of values as colours, with the values written in: heat maps, role matrices, correlations.

use crate::canvas::{Anchor, Canvas, LEAST_WIDTH};
use crate::chart::Draw;
use crate::markup::{push_attribute, push_escaped, shortened, text_width};
use crate::palette::Colour;
use crate::scale::extent;
use crate::table::{Cell, Column, DataTable};
use crate::unit::Unit;
use std::fmt::Write as _;

/// A value for each row and column.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct MatrixChart {
    /// Unit of every value.
    pub unit: Unit,
    /// How values become colours.
    pub scale: MatrixScale,
    /// What a row is, head of the table's first column.
    pub thing: String,
    /// Names of the columns.
    pub columns: Vec<String>,
    /// The rows, from the top.
    pub rows: Vec<MatrixRow>,
}

/// How values become colours.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub enum MatrixScale {
    /// Seven steps from the smallest to the largest value.
    #[default]
    Sequential,
    /// Seven steps from minus this value over zero to plus it: 1 for correlations.
    Diverging(f64),
}

/// A row.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct MatrixRow {
    /// Name.
    pub label: String,
    /// A value for each column.
    pub values: Vec<Option<f64>>,
}

const ROW: f64 = 28.0;
/// Space for names of rows that stand above their row.
const NAME: f64 = 16.0;
/// Where a name is longer than this part of the width, names stand above their rows.
const LONGEST_BESIDE: f64 = 0.3;
/// Names of columns that are wider than a column of a phone are slanted.
const SLANTED: f64 = 66.0;

/// Where the parts of a matrix lie.
struct Layout {
    /// Part of the width that row names take; zero when they stand above.
    names: f64,
    head: f64,
    slanted: bool,
    row: f64,
    rows: usize,
}

impl MatrixRow {
    fn value(&self, column: usize) -> Option<f64> {
        self.values.get(column).copied().flatten().filter(|value| value.is_finite())
    }
}

impl MatrixChart {
    fn known(&self) -> impl Iterator<Item = f64> {
        let columns = self.columns.len();
        self.rows.iter().flat_map(move |row| (0..columns).filter_map(|column| row.value(column)))
    }

    fn widest_name(&self) -> f64 {
        self.rows.iter().map(|row| text_width(&row.label)).fold(0.0, f64::max)
    }

    fn names_beside(&self, width: f64) -> bool {
        self.widest_name() <= width * LONGEST_BESIDE
    }

    fn row_height(&self, width: f64) -> f64 {
        if self.names_beside(width) { ROW } else { ROW + NAME }
    }

    fn column_width(&self, width: f64, full: f64) -> f64 {
        full * (1.0 - self.names_part(width)) / self.columns.len().max(1) as f64
    }

    fn names_part(&self, width: f64) -> f64 {
        if self.names_beside(width) { (self.widest_name() + 8.0) / width } else { 0.0 }
    }

    fn is_slanted(&self, width: f64) -> bool {
        let room = self.column_width(width, width) - 2.0;
        self.columns.iter().any(|name| text_width(name) > room)
    }

    fn head(&self, width: f64) -> f64 {
        if self.is_slanted(width) { SLANTED } else { 18.0 }
    }

    fn layout(&self, canvas: &Canvas) -> Layout {
        let width = canvas.least_width();
        let head = self.head(width);
        let least = if self.names_beside(width) { 16.0 } else { 32.0 };
        let room = (canvas.height - head).max(least);
        let rows = ((room / least).floor() as usize).clamp(1, self.rows.len().max(1));
        let row = (room / rows as f64).clamp(least, 48.0);
        Layout { names: self.names_part(width), head, slanted: self.is_slanted(width), row, rows }
    }

    fn colour(&self, value: f64) -> Colour {
        match self.scale {
            MatrixScale::Diverging(limit) => Colour::diverging_of(value / limit.abs().max(1e-9)),
            MatrixScale::Sequential => {
                let (low, high) = extent(self.known()).unwrap_or((0.0, 1.0));
                let low = if low > 0.0 && low < high * 0.5 { 0.0 } else { low };
                let span = high / 2.0 - low / 2.0;
                Colour::step_of(if span > 0.0 { (value / 2.0 - low / 2.0) / span } else { 0.5 })
            }
        }
    }

    fn draw_columns(&self, canvas: &mut Canvas, layout: &Layout) {
        let wide = (1.0 - layout.names) / self.columns.len().max(1) as f64;
        for (index, name) in self.columns.iter().enumerate() {
            let middle = layout.names + wide * (index as f64 + 0.5);
            if !layout.slanted {
                canvas.text("name", middle, 12.0, Anchor::Middle, name);
                continue;
            }
            // A nested drawing is an origin in percent, around which a text can turn.
            canvas.push("<svg overflow=\"visible\"");
            canvas.across("x", middle);
            push_attribute(&mut canvas.out, "y", layout.head - 6.0);
            canvas.push("><text class=\"name\" text-anchor=\"end\" transform=\"rotate(45)\">");
            push_escaped(&mut canvas.out, &shortened(name, SLANTED * 1.2));
            canvas.push("</text></svg>");
        }
    }

    fn draw_row(&self, canvas: &mut Canvas, layout: &Layout, index: usize, row: &MatrixRow) {
        let top = layout.head + layout.row * index as f64;
        let cell_top = if layout.names > 0.0 { top } else { top + NAME };
        let down = (cell_top, top + layout.row - 2.0);
        let base_line = f64::midpoint(down.0, down.1) + 4.0;
        let label_line = if layout.names > 0.0 { base_line } else { top + 12.0 };
        let label = shortened(&row.label, canvas.least_width());
        canvas.text("name", 0.0, label_line, Anchor::Start, &label);
        let wide = (1.0 - layout.names) / self.columns.len().max(1) as f64;
        for (place, name) in self.columns.iter().enumerate() {
            let left = layout.names + wide * place as f64;
            let value = row.value(place);
            let shown = value.map_or_else(|| "not known".to_owned(), |value| self.unit.format(value));
            let told = format!("{}, {name}: {shown}", row.label);
            let colour = value.map(|value| self.colour(value));
            let class = if colour.is_some() { "fill seg" } else { "track seg" };
            canvas.rect(class, colour.map_or("", Colour::class), (left, left + wide), down, &told);
            if let Some(class) = colour.and_then(|colour| self.text_class(canvas, colour, &shown)) {
                canvas.text(&class, left + wide / 2.0, base_line, Anchor::Middle, &shown);
            }
        }
    }

    /// The class of a cell's text; `None` when the text has no room.
    fn text_class(&self, canvas: &Canvas, colour: Colour, text: &str) -> Option<String> {
        let (needed, least) = (text_width(text), canvas.least_width());
        if needed <= self.column_width(least, least) {
            return Some(colour.text_class().to_owned());
        }
        (needed <= self.column_width(least, canvas.plot_width() * 0.75))
            .then(|| format!("{} opt", colour.text_class()))
    }
}

impl Draw for MatrixChart {
    fn is_empty(&self) -> bool {
        self.known().next().is_none()
    }

    fn height(&self, width: Option<f64>) -> f64 {
        let width = width.unwrap_or(LEAST_WIDTH);
        self.head(width) + self.row_height(width) * self.rows.len() as f64
    }

    fn draw(&self, canvas: &mut Canvas) {
        let layout = self.layout(canvas);
        self.draw_columns(canvas, &layout);
        for (index, row) in self.rows.iter().take(layout.rows).enumerate() {
            self.draw_row(canvas, &layout, index, row);
        }
    }

    fn table(&self) -> DataTable {
        let thing = if self.thing.is_empty() { "Name" } else { &self.thing };
        let mut columns = vec![Column::new(thing, Unit::Number)];
        columns.extend(self.columns.iter().map(|name| Column::new(name, self.unit)));
        let mut table = DataTable::new(columns);
        for row in &self.rows {
            let values = (0..self.columns.len()).map(|column| Cell::number(row.value(column)));
            table.rows.push(std::iter::once(Cell::Text(row.label.clone())).chain(values).collect());
        }
        table
    }

    fn labels_itself(&self) -> bool {
        true
    }

    fn describe(&self) -> String {
        let (low, high) = extent(self.known()).unwrap_or_default();
        let all = self.rows.len() * self.columns.len();
        let mut text = format!(
            "{} rows, {} columns. Values from {} to {}.",
            self.rows.len(),
            self.columns.len(),
            self.unit.format(low),
            self.unit.format(high)
        );
        let unknown = all - self.known().count();
        if unknown > 0 {
            let _ = write!(text, " {unknown} of {all} are not known.");
        }
        text
    }
}
