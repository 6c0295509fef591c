//! Rows as CSV (RFC 4180), safe to open in a spreadsheet.

use crate::{Rows, Value};
use std::io::{self, Write};

/// Writes a head line of column names and a line for each row. A text that a spreadsheet would run as
/// a formula gets an apostrophe before it.
pub fn write_csv(out: &mut dyn Write, rows: &Rows<'_>) -> io::Result<()> {
    writeln_joined(out, rows.columns.iter().map(|column| column.name.to_owned()))?;
    for row in &rows.rows {
        writeln_joined(out, row.values.iter().map(cell))?;
    }
    Ok(())
}

fn writeln_joined(out: &mut dyn Write, cells: impl Iterator<Item = String>) -> io::Result<()> {
    let line: Vec<String> = cells.collect();
    write!(out, "{}\r\n", line.join(","))
}

fn cell(value: &Value<'_>) -> String {
    let plain = value.plain();
    let is_text = matches!(value, Value::Text(_) | Value::List(_));
    let is_formula = is_text && plain.starts_with(['=', '+', '-', '@', '\t', '\r', '|', '%']);
    let guarded = if is_formula { format!("'{plain}") } else { plain.into_owned() };
    if guarded.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", guarded.replace('"', "\"\""))
    } else {
        guarded
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_disarmed_and_quotes_doubled() {
        let text = |text: &'static str| Value::Text(text.into());
        for (value, expected) in [
            (text("=cmd|' /C calc'!A0"), "'=cmd|' /C calc'!A0"),
            (text("@SUM(1,2)"), "\"'@SUM(1,2)\""),
            (text("a \"b\", c"), "\"a \"\"b\"\", c\""),
            (Value::Number(-1.5), "-1.5"),
            (Value::Null, ""),
        ] {
            assert_eq!(cell(&value), expected);
        }
    }
}
