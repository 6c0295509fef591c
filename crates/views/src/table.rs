//! Rows as tables for terminals.

use crate::column::Align;
use crate::{Rows, Value};
use std::io::{self, Write};

/// Widest cell of a list, in characters; longer texts end in an ellipsis. `show` prints them whole.
const MAX_CELL: usize = 40;

/// Writes rows as an aligned table with a head line. Texts are printable already, so a relay cannot
/// send control sequences to the terminal.
pub fn write_table(out: &mut dyn Write, rows: &Rows<'_>) -> io::Result<()> {
    write_cells(out, rows, cell)
}

/// As [`write_table`], with every text whole and numbers and times as CSV has them: for few rows of which
/// each word counts.
pub fn write_whole_table(out: &mut dyn Write, rows: &Rows<'_>) -> io::Result<()> {
    write_cells(out, rows, |value| if value.is_null() { "-".to_owned() } else { value.plain().into_owned() })
}

fn write_cells(out: &mut dyn Write, rows: &Rows<'_>, cell: impl Fn(&Value<'_>) -> String) -> io::Result<()> {
    let cells: Vec<Vec<String>> =
        rows.rows.iter().map(|row| row.values.iter().map(&cell).collect()).collect();
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Row, RowHead};

    #[test]
    fn a_whole_table_cuts_nothing_and_pads_no_number() {
        let long = "of fifty letters and more, since each word of it counts";
        let columns = vec![
            RowHead { name: "text", head: "Text", align: Align::Left },
            RowHead { name: "number", head: "Number", align: Align::Right },
        ];
        let values = vec![Value::Text(long.into()), Value::Number(308.0)];
        let rows = Rows {
            columns,
            rows: vec![Row { values }, Row { values: vec![Value::Null, Value::Number(0.98)] }],
            total: 2,
        };
        let written = |write: fn(&mut dyn Write, &Rows<'_>) -> io::Result<()>| {
            let mut out = Vec::new();
            write(&mut out, &rows).unwrap();
            String::from_utf8(out).unwrap()
        };
        let whole = written(write_whole_table);
        let width = long.len();
        let expected = format!("{:width$}  Number\n{long}     308\n{:width$}    0.98\n", "Text", "-");
        assert_eq!(whole, expected);
        assert!(written(write_table).contains("…  308.000000"));
    }
}
