//! A table as CSV by RFC 4180: complete, for programs.
//!
//! Numbers are written in full, times by RFC 3339, unknown as an empty field. A text that a spreadsheet
//! would take for a formula is disarmed with an apostrophe.

use crate::table::{Cell, DataTable};
use allium_model::printable;
use std::fmt::Write as _;

fn push_text(out: &mut String, text: &str) {
    let text = printable(text);
    let apostrophe = if text.trim_start().starts_with(['=', '+', '-', '@', '|', '%']) { "'" } else { "" };
    if text.contains([',', '"']) {
        let _ = write!(out, "\"{apostrophe}{}\"", text.replace('"', "\"\""));
    } else {
        let _ = write!(out, "{apostrophe}{text}");
    }
}

fn push_cell(out: &mut String, cell: &Cell) {
    match cell {
        Cell::Text(text) => push_text(out, text),
        Cell::Number(value) => {
            let _ = write!(out, "{value}");
        }
        Cell::Time(time) => out.push_str(&time.to_rfc3339()),
        Cell::Unknown => {}
    }
}

impl DataTable {
    /// The table as CSV, with a line of column names.
    pub fn csv(&self) -> String {
        let mut out = String::with_capacity(32 * (self.rows.len() + 1));
        for (index, column) in self.columns.iter().enumerate() {
            out.push_str(if index > 0 { "," } else { "" });
            push_text(&mut out, &column.heading());
        }
        out.push_str("\r\n");
        for row in &self.rows {
            for (index, cell) in row.iter().enumerate() {
                out.push_str(if index > 0 { "," } else { "" });
                push_cell(&mut out, cell);
            }
            out.push_str("\r\n");
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Column, Unit};
    use allium_model::Timestamp;

    #[test]
    fn formulas_are_disarmed_and_unknown_is_empty() {
        let mut table =
            DataTable::new(vec![Column::new("Relay", Unit::Number), Column::new("Uptime", Unit::Percent)]);
        table.rows = vec![
            vec![Cell::Text("=HYPERLINK(\"x\")".into()), Cell::Number(98.7)],
            vec![Cell::Text("a, b".into()), Cell::Unknown],
            vec![Cell::Time(Timestamp(1_771_765_200)), Cell::Number(-1.0)],
        ];
        assert_eq!(
            table.csv(),
            "Relay,Uptime (%)\r\n\"'=HYPERLINK(\"\"x\"\")\",98.7\r\n\"a, b\",\r\n2026-02-22T13:00:00Z,-1\r\n"
        );
    }
}
