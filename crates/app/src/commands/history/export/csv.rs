//! CSV (RFC 4180 with line feeds): times as RFC 3339, missing values empty. Texts that a spreadsheet would
//! take for a formula get an apostrophe before them.

use super::TableWriter;
use super::table::{Batch, Column, Value};
use std::io::{self, Write};

/// Writes CSV.
pub struct CsvWriter<W>(W);

impl<W: Write> CsvWriter<W> {
    /// Begins with the head.
    pub fn new(mut out: W, columns: &[Column]) -> io::Result<Self> {
        let names: Vec<&str> = columns.iter().map(|column| column.name).collect();
        writeln!(out, "{}", names.join(","))?;
        Ok(Self(out))
    }
}

impl<W: Write> TableWriter for CsvWriter<W> {
    fn write(&mut self, batch: &Batch) -> io::Result<()> {
        for row in batch {
            for (place, value) in row.iter().enumerate() {
                if place > 0 {
                    self.0.write_all(b",")?;
                }
                write_value(&mut self.0, value)?;
            }
            self.0.write_all(b"\n")?;
        }
        Ok(())
    }

    fn finish(mut self: Box<Self>) -> io::Result<()> {
        self.0.flush()
    }
}

fn write_value(out: &mut impl Write, value: &Value) -> io::Result<()> {
    match value {
        Value::Missing => Ok(()),
        Value::Time(time) => out.write_all(time.to_rfc3339().as_bytes()),
        Value::Integer(number) => write!(out, "{number}"),
        Value::Real(number) => write!(out, "{number}"),
        Value::Boolean(is_so) => write!(out, "{is_so}"),
        Value::Text(text) => out.write_all(field(text).as_bytes()),
    }
}

fn field(text: &str) -> String {
    let text = allium_model::printable(text);
    let guard = if text.starts_with(['=', '+', '-', '@', '\t']) { "'" } else { "" };
    if guard.is_empty() && !text.contains([',', '"', '\n', '\r']) {
        return text.to_string();
    }
    format!("\"{guard}{}\"", text.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_quoted_and_formulas_disarmed() {
        for (text, expected) in [
            ("plain words", "plain words"),
            ("a,b", "\"a,b\""),
            ("say \"so\"", "\"say \"\"so\"\"\""),
            ("=1+1", "\"'=1+1\""),
        ] {
            assert_eq!(field(text), expected);
        }
    }

    #[test]
    fn missing_values_are_empty() {
        let mut out = Vec::new();
        for value in
            [Value::Missing, Value::Integer(0), Value::Boolean(true), Value::Time(allium_model::Timestamp(0))]
        {
            write_value(&mut out, &value).unwrap();
            out.push(b'|');
        }
        assert_eq!(String::from_utf8(out).unwrap(), "|0|true|1970-01-01T00:00:00Z|");
    }
}
