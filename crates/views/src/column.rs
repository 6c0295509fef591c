//! Columns: the name of a value, its head in tables, and how it is taken from the report.

use crate::Value;
use allium_analysis::Snapshot;

/// On which side a table puts a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Align {
    /// Texts.
    Left,
    /// Numbers.
    Right,
}

/// One column of rows of kind `K`.
#[derive(Debug)]
pub struct Column<K: 'static> {
    /// Name in JSON, CSV, `--columns`, `fields` and `sort`, with the unit where the value has one.
    pub name: &'static str,
    /// Head in terminal tables.
    pub head: &'static str,
    /// Side in tables.
    pub align: Align,
    /// The value of a row.
    pub value: for<'a> fn(&'a Snapshot, K) -> Value<'a>,
}

/// Finds a column by name.
pub(crate) fn find<K>(columns: &[&'static Column<K>], name: &str) -> Option<&'static Column<K>> {
    columns.iter().find(|column| column.name == name).copied()
}
