//! Rows as tables for terminals.

use crate::column::Align;
use crate::{Rows, Value};
use std::io::{self, Write};

/// Widest cell of a list, in characters; longer texts end in an ellipsis. `show` prints them whole.
const MAX_CELL: usize = 40;

/// Writes rows as an aligned table with a head line. Texts are printable already, so a relay cannot
/// send control sequences to the terminal.
pub fn write_table(out: &mut dyn Write, rows: &Rows<'_>) -> io::Result<()> {
    let cells: Vec<Vec<String>> = rows.rows.iter().map(|row| row.values.iter().map(cell).collect()).collect();
    let width = |column: usize, head: &str| {
        cells.iter().map(|row| row[column].chars().count()).chain([head.chars().count()]).max().unwrap_or(0)
    };
    let widths: Vec<usize> =
        rows.columns.iter().enumerate().map(|(column, head)| width(column, head.head)).collect();
    let aligns: Vec<Align> = rows.columns.iter().map(|column| column.align).collect();
    write_line(out, rows.columns.iter().map(|column| column.head), &widths, &aligns)?;
    for row in &cells {
        write_line(out, row.iter().map(String::as_str), &widths, &aligns)?;
    }
    Ok(())
}

/// Writes the first row as one line a value: name, then the whole value.
pub(crate) fn write_facts(out: &mut dyn Write, rows: &Rows<'_>) -> io::Result<()> {
    let Some(row) = rows.rows.first() else { return Ok(()) };
    let width = rows.columns.iter().map(|column| column.head.chars().count()).max().unwrap_or(0);
    for (column, value) in rows.columns.iter().zip(&row.values) {
        let shown = if value.is_null() { "unknown".into() } else { value.plain() };
        let shown = if shown.is_empty() { "none".into() } else { shown };
        writeln!(out, "{:width$}  {shown}", column.head)?;
    }
    Ok(())
}

impl Rows<'_> {
    /// Writes the first row for a terminal, one line a value.
    pub fn write_facts(&self, out: &mut dyn Write) -> io::Result<()> {
        write_facts(out, self)
    }
}

fn cell(value: &Value<'_>) -> String {
    let plain = match value {
        Value::Null => "-".into(),
        Value::Time(time) => time.date().to_string().into(),
        Value::Number(number) => format!("{number:.6}").into(),
        other => other.plain(),
    };
    if plain.chars().count() <= MAX_CELL || matches!(value, Value::Text(text) if text.len() == 40) {
        return plain.into_owned();
    }
    plain.chars().take(MAX_CELL - 1).chain(['…']).collect()
}

fn write_line<'t>(
    out: &mut dyn Write,
    cells: impl Iterator<Item = &'t str>,
    widths: &[usize],
    aligns: &[Align],
) -> io::Result<()> {
    let padded: Vec<String> = cells
        .zip(widths)
        .zip(aligns)
        .map(|((cell, width), align)| match align {
            Align::Left => format!("{cell:<width$}"),
            Align::Right => format!("{cell:>width$}"),
        })
        .collect();
    writeln!(out, "{}", padded.join("  ").trim_end())
}
