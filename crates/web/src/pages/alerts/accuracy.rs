//! The last measurement of detection, as `allium evaluate detection --format json` wrote it. `null` in the file
//! stands for no measurement.

use crate::html::Html;
use allium_model::printable;
use serde_json::Value;

const LAST_RUN: &str = include_str!("../../../../../docs/accuracy/detection.json");

/// Classes of faults, in the words of readers.
const CLASSES: [(&str, &str); 13] = [
    ("as", "AS away"),
    ("prefix", "Block of addresses away"),
    ("country", "Country away"),
    ("operator", "Operator away"),
    ("version", "Version of tor fails"),
    ("decline", "Slow decline of a group"),
    ("flapping", "Group comes and goes"),
    ("source", "Source of documents"),
    ("authority", "Directory authority"),
    ("scanner", "Bandwidth scanner"),
    ("consensus", "Consensus"),
    ("sudden", "First five together"),
    ("all", "First seven together"),
];

/// What the last run said.
pub(in crate::pages) fn accuracy() -> Html {
    written(LAST_RUN)
}

fn written(json: &str) -> Html {
    let mut html = Html::default();
    match serde_json::from_str::<Value>(json) {
        Ok(run) if run["classes"].is_array() => {
            circumstances(&mut html, &run);
            classes(&mut html, &run);
            false_alarms(&mut html, &run);
        }
        _ => {
            html.markup("<p>No measurement was published with this version, so nothing can be said here of how well incidents are found.</p>");
        }
    }
    html
}

/// What was measured, when, and of which version.
fn circumstances(html: &mut Html, run: &Value) {
    let first = run["first_seed"].as_u64().unwrap_or_default();
    let networks = run["networks"].as_u64().unwrap_or_default();
    let seeds = match networks {
        0 | 1 => first.to_string(),
        more => format!("{first} to {}", first.saturating_add(more - 1)),
    };
    let of = |relays: &str| format!("{} of {} relays", plain(&run["networks"]), plain(&run[relays]));
    facts(
        html,
        &[
            ("Measured on", plain(&run["date"])),
            ("Version of Allium", plain(&run["version"])),
            ("Seeds", seeds),
            ("Networks with faults of relays", of("relays")),
            ("Networks without", of("relays")),
            ("Networks with faults of authorities", of("authority_relays")),
            ("Days of each", plain(&run["days"])),
        ],
    );
}

fn classes(html: &mut Html, run: &Value) {
    html.markup("<h3>By class of fault</h3><p class=\"small\">Shares in %, with the range in which they lie with 95 % confidence. The delay counts documents, one an hour, from the first that shows the fault, at the median and at the longest; 0 is that one.</p><div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"By class of fault\"><table class=\"cards\"><thead><tr><th scope=\"col\">Fault</th><th scope=\"col\" class=\"n\">Found</th><th scope=\"col\" class=\"n\">Recall,&nbsp;%</th><th scope=\"col\" class=\"n\">Precision,&nbsp;%</th><th scope=\"col\" class=\"n\">Named rightly,&nbsp;%</th><th scope=\"col\" class=\"n\">Delay</th></tr></thead><tbody>");
    let rows = run["classes"].as_array().into_iter().flatten().chain([&run["sudden"], &run["all"]]);
    for row in rows.filter(|row| row.is_object()).take(CLASSES.len()) {
        class(html, row);
    }
    html.markup("</tbody></table></div>");
}

fn class(html: &mut Html, row: &Value) {
    let name = plain(&row["class"]);
    let words = CLASSES.iter().find(|(known, _)| *known == name).map_or(name.as_str(), |(_, words)| *words);
    html.markup("<tr><th scope=\"row\">").text(words).markup("</th>");
    cell(html, "Found", &format!("{} of {}", plain(&row["found"]), plain(&row["faults"])));
    cell(html, "Recall, %", &share(&row["recall"]));
    cell(html, "Precision, %", &share(&row["precision"]));
    cell(html, "Named rightly, %", &share(&row["attribution"]));
    cell(html, "Delay", &delay(row));
    html.markup("</tr>");
}

/// Median and longest delay, in documents.
fn delay(row: &Value) -> String {
    match ["median_delay_documents", "longest_delay_documents"].map(|name| row[name].as_u64()) {
        [Some(median), Some(longest)] if median == longest => median.to_string(),
        [Some(median), Some(longest)] => format!("{median}, {longest}"),
        _ => unknown(),
    }
}

fn cell(html: &mut Html, label: &'static str, value: &str) {
    html.markup("<td class=\"n\" data-label=\"").markup(label).markup("\">").text(value).markup("</td>");
}

fn false_alarms(html: &mut Html, run: &Value) {
    html.markup("<h3>False alarms</h3>");
    let count = |name: &str| run[name].as_array().map_or(0, Vec::len);
    let quiet = |name: &str| run[name].as_f64().map_or_else(unknown, |false_ones| format!("{false_ones:.2}"));
    let smaller = format!("{} of {}", plain(&run["small_faults_found"]), plain(&run["small_faults"]));
    facts(
        html,
        &[
            ("False incidents in a quiet week", quiet("false_incidents_per_quiet_week")),
            ("False incidents in a quiet month", quiet("false_incidents_per_quiet_month")),
            ("Quiet days followed, false incidents in them", {
                format!("{}, {}", plain(&run["quiet_days"]), count("quiet_false_incidents"))
            }),
            ("Precision of incidents of relays, %", share(&run["precision"])),
            ("Precision of incidents of authorities, %", share(&run["authority_precision"])),
            ("Unverified and false, never told to anybody", {
                let sum = ["unconfirmed_false_incidents", "quiet_unconfirmed_incidents"]
                    .map(|name| run[name].as_u64().unwrap_or_default());
                sum.iter().sum::<u64>().to_string()
            }),
            ("Smaller faults found, which do not count", smaller),
        ],
    );
}

fn facts(html: &mut Html, facts: &[(&'static str, String)]) {
    html.markup("<dl class=\"facts\">");
    for (label, value) in facts {
        html.markup("<div><dt>").markup(label).markup("</dt><dd>").text(value).markup("</dd></div>");
    }
    html.markup("</dl>");
}

fn unknown() -> String {
    "not known".into()
}

/// A share with its interval, in per cent.
fn share(interval: &Value) -> String {
    let part = |name: &str| interval[name].as_f64().map(|ratio| 100.0 * ratio);
    match (part("ratio"), part("low_95"), part("high_95")) {
        (Some(share), Some(low), Some(high)) => format!("{share:.1} ({low:.0} to {high:.0})"),
        _ => unknown(),
    }
}

/// A number or a text; what is not known is said.
fn plain(value: &Value) -> String {
    match value {
        Value::Number(number) => number
            .as_u64()
            .and_then(|number| usize::try_from(number).ok())
            .map_or_else(|| format!("{:.0}", number.as_f64().unwrap_or_default()), crate::format::count),
        Value::String(text) => printable(text).into_owned(),
        _ => unknown(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_published_is_a_run_with_its_circumstances() {
        let run: Value = serde_json::from_str(LAST_RUN).unwrap();
        let html = written(LAST_RUN).to_string();
        for name in ["date", "version", "relays", "days", "first_seed"] {
            let value = plain(&run[name]);
            assert!(value != unknown() && html.contains(&value), "{name} in {html}");
        }
        assert!(run["classes"].as_array().unwrap().iter().all(|class| class["faults"].as_u64() > Some(0)));
    }

    #[test]
    fn without_a_run_the_page_says_so() {
        assert!(written("null").as_str().contains("No measurement was published"));
        assert!(written("{").as_str().contains("No measurement was published"));
    }

    #[test]
    fn a_run_is_shown_with_its_numbers_escaped() {
        let run = r#"{"days": 90, "date": "<b>", "first_seed": 7, "networks": 3, "classes": [
            {"class": "as", "faults": 4, "recall": {"ratio": 0.75, "low_95": 0.301, "high_95": 0.954}},
            {"class": "country", "recall": null}]}"#;
        let html = written(run).to_string();
        for part in [
            "<dt>Days of each</dt><dd>90</dd>",
            "<dd>7 to 9</dd>",
            "&#60;b&#62;",
            "AS away",
            "data-label=\"Recall, %\">75.0 (30 to 95)</td>",
            "data-label=\"Recall, %\">not known</td>",
        ] {
            assert!(html.contains(part), "{part} in {html}");
        }
        assert!(!html.contains("<b>"));
    }
}
