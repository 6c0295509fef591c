//! Rows as JSON: `{"data": …, "meta": …}`, the same for the API and the command line.

use crate::Rows;
use crate::rows::RowHead;
use allium_model::{SourceStatus, Timestamp};
use serde::Serialize;
use serde::ser::{SerializeMap, SerializeSeq, Serializer};
use std::io::{self, Write};

/// What stands beside the data.
#[derive(Debug, Clone, Serialize)]
pub struct Meta {
    /// When the snapshot was made, RFC 3339: the time of the data.
    pub generated_at: String,
    /// Where the data come from.
    pub sources: Vec<SourceMeta>,
    /// The page that explains the values.
    pub method_url: String,
    /// Whether the network is simulated; absent for the real one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub simulated: Option<bool>,
    /// Rows that match the query; only for lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total: Option<usize>,
    /// Rows left out before the first; only for lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub offset: Option<usize>,
    /// Most rows in an answer; only for lists with a limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<usize>,
    /// Path and query of the next rows, where there are more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// State of a source as the API gives it.
#[derive(Debug, Clone, Serialize)]
pub struct SourceMeta {
    /// Name of the source.
    pub name: &'static str,
    /// Time of its data, RFC 3339.
    pub valid_after: Option<String>,
    /// Age of its data in seconds.
    pub age_seconds: Option<i64>,
    /// State by that age.
    pub state: &'static str,
}

impl Meta {
    /// The meta data of a snapshot with a data time, as seen at `now`.
    pub fn new(published: Timestamp, sources: &[SourceStatus], now: Timestamp) -> Self {
        let source = |status: &SourceStatus| SourceMeta {
            name: status.name,
            valid_after: status.data_time.map(Timestamp::to_rfc3339),
            age_seconds: status.data_time.map(|time| now.seconds_since(time)),
            state: status.state.name(),
        };
        Self {
            generated_at: published.to_rfc3339(),
            sources: sources.iter().map(source).collect(),
            method_url: "/methods/".into(),
            simulated: None,
            total: None,
            offset: None,
            limit: None,
            next: None,
        }
    }
}

/// An answer: data and what stands beside them.
#[derive(Serialize)]
pub(crate) struct Answer<'a, D> {
    pub(crate) data: D,
    pub(crate) meta: &'a Meta,
}

struct List<'a>(&'a Rows<'a>);

struct Item<'a> {
    columns: &'a [RowHead],
    values: &'a [crate::Value<'a>],
}

impl Serialize for List<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut list = serializer.serialize_seq(Some(self.0.rows.len()))?;
        for row in &self.0.rows {
            list.serialize_element(&Item { columns: &self.0.columns, values: &row.values })?;
        }
        list.end()
    }
}

impl Serialize for Item<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.columns.len()))?;
        for (column, value) in self.columns.iter().zip(self.values) {
            map.serialize_entry(column.name, value)?;
        }
        map.end()
    }
}

/// Writes all rows as a list.
pub fn write_list(out: &mut dyn Write, rows: &Rows<'_>, meta: &Meta) -> io::Result<()> {
    serde_json::to_writer(&mut *out, &Answer { data: List(rows), meta })?;
    out.write_all(b"\n")
}

/// Writes the first row as one object; `null` when there is none.
pub fn write_item(out: &mut dyn Write, rows: &Rows<'_>, meta: &Meta) -> io::Result<()> {
    let item = rows.rows.first().map(|row| Item { columns: &rows.columns, values: &row.values });
    serde_json::to_writer(&mut *out, &Answer { data: item, meta })?;
    out.write_all(b"\n")
}
