//! The last measurement of detection, as `allium evaluate detection` wrote it: its numbers as they are, lists
//! of objects as tables. `null` in the file stands for no measurement.

use crate::html::Html;
use allium_model::printable;
use serde_json::{Map, Value};

const LAST_RUN: &str = include_str!("../../../../../docs/accuracy/detection.json");

/// Most rows of a table.
const MOST: usize = 100;

/// What the last run said.
pub(in crate::pages) fn accuracy() -> Html {
    written(LAST_RUN)
}

fn written(json: &str) -> Html {
    let mut html = Html::default();
    match serde_json::from_str(json) {
        Ok(Value::Object(report)) => object(&mut html, &report),
        _ => {
            html.markup("<p>No measurement was published with this version, so nothing can be said here of how well incidents are found.</p>");
        }
    }
    html
}

fn object(html: &mut Html, report: &Map<String, Value>) {
    html.markup("<dl class=\"facts\">");
    for (name, value) in report.iter().filter(|(_, value)| !is_nested(value)) {
        html.markup("<div><dt>")
            .text(&words(name))
            .markup("</dt><dd>")
            .text(&plain(value))
            .markup("</dd></div>");
    }
    html.markup("</dl>");
    for (name, value) in report {
        match value {
            Value::Array(rows) if is_nested(value) => table(html, name, rows),
            Value::Object(inner) => {
                html.markup("<h2>").text(&words(name)).markup("</h2>");
                object(html, inner);
            }
            _ => {}
        }
    }
}

/// Whether a value has a place of its own.
fn is_nested(value: &Value) -> bool {
    match value {
        Value::Object(_) => true,
        Value::Array(rows) => rows.iter().any(Value::is_object),
        _ => false,
    }
}

fn table(html: &mut Html, name: &str, rows: &[Value]) {
    let rows: Vec<&Map<String, Value>> = rows.iter().filter_map(Value::as_object).take(MOST).collect();
    let Some(first) = rows.first() else { return };
    let title = words(name);
    html.markup("<h2>")
        .text(&title)
        .markup("</h2><div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"");
    html.text(&title).markup("\"><table><thead><tr>");
    for head in first.keys() {
        html.markup("<th scope=\"col\">").text(&words(head)).markup("</th>");
    }
    html.markup("</tr></thead><tbody>");
    for row in &rows {
        html.markup("<tr>");
        for (place, head) in first.keys().enumerate() {
            let value = row.get(head).map_or_else(String::new, plain);
            html.markup(if place == 0 { "<th scope=\"row\">" } else { "<td>" }).text(&value);
            html.markup(if place == 0 { "</th>" } else { "</td>" });
        }
        html.markup("</tr>");
    }
    html.markup("</tbody></table></div>");
}

/// A name of JSON as words.
fn words(name: &str) -> String {
    let words = printable(name).replace('_', " ");
    let mut characters = words.chars();
    let first = characters.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}", characters.as_str())
}

/// A value as text: what is not known is said, an interval stands in brackets behind its share.
fn plain(value: &Value) -> String {
    match value {
        Value::Null => "not known".into(),
        Value::Bool(is_so) => if *is_so { "yes" } else { "no" }.into(),
        Value::Number(number) => number
            .as_f64()
            .filter(|_| number.is_f64())
            .map_or_else(|| number.to_string(), |number| format!("{number:.3}")),
        Value::String(text) => printable(text).into_owned(),
        Value::Array(values) => values.iter().map(plain).collect::<Vec<_>>().join(", "),
        Value::Object(parts) => {
            let part =
                |(name, value): (&String, &Value)| format!("{} {}", words(name).to_lowercase(), plain(value));
            parts.iter().map(part).collect::<Vec<_>>().join(", ")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_published_is_json() {
        assert!(serde_json::from_str::<Value>(LAST_RUN).is_ok());
    }

    #[test]
    fn without_a_run_the_page_says_so() {
        assert!(written("null").as_str().contains("No measurement was published"));
        assert!(written("{").as_str().contains("No measurement was published"));
    }

    #[test]
    fn a_run_is_shown_with_its_numbers_escaped() {
        let run = r#"{"days": 90, "seed": "<b>", "recall": {"share": 0.96, "low": 0.9}, "classes": [{"class": "as", "recall": 0.975}, {"class": "country", "recall": null}]}"#;
        let html = written(run).to_string();
        for part in [
            "<dt>Days</dt><dd>90</dd>",
            "&#60;b&#62;",
            "0.960",
            "<td>0.975</td>",
            "<td>not known</td>",
            "<h2>Classes</h2>",
        ] {
            assert!(html.contains(part), "{part} in {html}");
        }
        assert!(!html.contains("<b>"));
    }
}
