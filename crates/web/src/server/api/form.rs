//! The form of an answer: JSON, or CSV by `format=csv` or by `Accept: text/csv`.

use super::super::answer::Answer;
use super::super::asked::Asked;
use super::super::encoding::Weights;
use super::super::problem::Problem;
use allium_views::{Meta, Rows, write_csv, write_item, write_list};
use axum::http::StatusCode;
use axum::http::header::{ACCEPT, CONTENT_DISPOSITION};
use std::io;

pub(super) const JSON: &str = "application/json";
const CSV: &str = "text/csv; charset=utf-8; header=present";

/// A form of answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    Json,
    Csv,
}

impl Form {
    /// The form that is asked for; the parameter counts more than the header.
    pub(super) fn of(asked: &Asked) -> Result<Self, Problem> {
        match asked.parameter("format") {
            Some("json") => Ok(Self::Json),
            Some("csv") => Ok(Self::Csv),
            None | Some("") => Ok(Self::accepted(asked)),
            Some(other) => {
                Err(Problem::BadQuery(format!("format cannot be {other:?}: json or csv is expected")))
            }
        }
    }

    /// CSV has to be named; a wildcard, as browsers send it, means JSON.
    fn accepted(asked: &Asked) -> Self {
        let weights = Weights::read(&asked.headers, ACCEPT);
        let weight = |name| weights.of(name).unwrap_or(0.0);
        if weight("text/csv") > weight(JSON) { Self::Csv } else { Self::Json }
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Csv => "csv",
        }
    }

    /// A list in this form. CSV has no place for the meta data; its next page is in `Link`.
    pub(super) fn list(self, rows: &Rows<'_>, meta: &Meta, file_name: &str) -> Result<Answer, Problem> {
        self.write(rows, file_name, |bytes| write_list(bytes, rows, meta))
    }

    /// One thing in this form.
    pub(super) fn item(self, rows: &Rows<'_>, meta: &Meta, file_name: &str) -> Result<Answer, Problem> {
        self.write(rows, file_name, |bytes| write_item(bytes, rows, meta))
    }

    /// One thing that is an object of objects as JSON, and rows as CSV.
    pub(super) fn nested(
        self,
        rows: &Rows<'_>,
        file_name: &str,
        write_json: impl FnOnce(&mut Vec<u8>) -> io::Result<()>,
    ) -> Result<Answer, Problem> {
        self.write(rows, file_name, write_json)
    }

    fn write(
        self,
        rows: &Rows<'_>,
        file_name: &str,
        write_json: impl FnOnce(&mut Vec<u8>) -> io::Result<()>,
    ) -> Result<Answer, Problem> {
        let mut bytes = Vec::with_capacity(16 << 10);
        let (media_type, written) = match self {
            Self::Json => (JSON, write_json(&mut bytes)),
            Self::Csv => (CSV, write_csv(&mut bytes, rows)),
        };
        written.map_err(|error| {
            tracing::error!(%error, "failed to write rows");
            Problem::Failed
        })?;
        let answer = Answer::new(StatusCode::OK, media_type, bytes);
        Ok(match self {
            Self::Json => answer,
            Self::Csv => answer.with(CONTENT_DISPOSITION, &attachment(file_name)),
        })
    }
}

/// A file name for a download. Whatever is not plain becomes a hyphen: ids come from documents.
fn attachment(file_name: &str) -> String {
    let is_plain = |character: char| character.is_ascii_alphanumeric() || character == '.';
    let safe: String = file_name.chars().map(|c| if is_plain(c) { c } else { '-' }).collect();
    format!("attachment; filename=\"allium-{}.csv\"", safe.trim_matches('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_names_hold_nothing_that_a_header_or_a_shell_would_read() {
        assert_eq!(attachment("relays"), "attachment; filename=\"allium-relays.csv\"");
        assert_eq!(attachment("../a\"\r\nb;é"), "attachment; filename=\"allium--a---b--.csv\"");
    }
}
