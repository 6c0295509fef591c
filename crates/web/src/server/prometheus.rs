//! `/metrics`: the state of the server, its sources and its snapshot in Prometheus' text format 0.0.4.
//! There is no series for a relay, and every label comes from a closed list of ours.

mod alerts;

use super::answer::Answer;
use super::app::App;
use super::metrics::{DURATION_BOUNDS_SECONDS, RouteCounts};
use super::shared::Shared;
use crate::Edition;
use allium_analysis::health::CheckState;
use allium_model::{Severity, SourceStatus, Timestamp};
use axum::http::StatusCode;
use std::fmt::{Display, Write};

const MEDIA_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

/// The answer of `/metrics`.
pub(crate) fn answer(app: &App) -> Answer {
    let mut text = Text::default();
    text.family("allium_build_info", "gauge", "The version that runs.");
    text.sample("allium_build_info", &[("version", env!("CARGO_PKG_VERSION"))], 1);
    text.family("allium_process_start_timestamp_seconds", "gauge", "When the server started, Unix time.");
    text.sample("allium_process_start_timestamp_seconds", &[], app.started.0);
    if let Some(published) = app.shared.current() {
        write_sources(&mut text, &published.edition.sources, (app.options.clock)());
        write_snapshot(&mut text, &published.edition);
        write_health(&mut text, &published.edition);
        text.family("allium_body_cache_bytes", "gauge", "Size of the bodies kept for the current edition.");
        text.sample("allium_body_cache_bytes", &[], published.bodies.bytes());
    }
    if let Some(figures) = app.shared.alert_figures() {
        alerts::write(&mut text, &figures, (app.options.clock)());
    }
    write_http(&mut text, &app.shared);
    Answer::new(StatusCode::OK, MEDIA_TYPE, text.0)
}

fn write_sources(text: &mut Text, sources: &[SourceStatus], now: Timestamp) {
    let mut each = |name, help, value: &dyn Fn(&SourceStatus) -> Option<i64>| {
        text.family(name, "gauge", help);
        for source in sources {
            if let Some(value) = value(source) {
                text.sample(name, &[("source", source.name)], value);
            }
        }
    };
    each("allium_source_up", "Whether the source's last attempt succeeded.", &|source| {
        Some(i64::from(source.problem.is_none() && source.last_success.is_some()))
    });
    each(
        "allium_source_last_success_timestamp_seconds",
        "When the source last gave a document, Unix time.",
        &|source| source.last_success.map(|time| time.0),
    );
    each("allium_source_data_timestamp_seconds", "Time of the source's data in use, Unix time.", &|source| {
        source.data_time.map(|time| time.0)
    });
    each("allium_source_data_age_seconds", "Age of the source's data in use.", &|source| {
        source.data_time.map(|time| now.seconds_since(time))
    });
    let name = "allium_source_turnaround_seconds";
    text.family(
        name,
        "gauge",
        "From the arrival of the source's newest document to the edition that shows it.",
    );
    for source in sources {
        if let Some(turnaround) = source.turnaround {
            text.sample(name, &[("source", source.name)], turnaround.as_secs_f64());
        }
    }
}

fn write_snapshot(text: &mut Text, edition: &Edition) {
    let totals = &edition.snapshot.report.totals;
    text.family("allium_snapshot_relays", "gauge", "Relays of the current snapshot.");
    text.sample("allium_snapshot_relays", &[("state", "running")], totals.relays.total);
    text.sample("allium_snapshot_relays", &[("state", "offline")], totals.offline_relays);
}

/// The health where a page or the keeper asked for it before: computing it here would keep the server waiting.
fn write_health(text: &mut Text, edition: &Edition) {
    let Some(health) = edition.computed_health() else { return };
    if let Some(score) = health.score() {
        text.family("allium_network_health_score", "gauge", "Health of the network, 0 to 100.");
        text.sample("allium_network_health_score", &[], score);
    }
    text.family("allium_network_health_component_ratio", "gauge", "Components of the health, 0 to 1.");
    for component in &health.components {
        if let Some(ratio) = component.ratio {
            text.sample(
                "allium_network_health_component_ratio",
                &[("component", component.kind.name())],
                ratio,
            );
        }
    }
    text.family("allium_network_health_checks", "gauge", "Checks of the network by state.");
    for state in CheckState::ALL {
        text.sample("allium_network_health_checks", &[("state", state.name())], health.count(state));
    }
    text.family("allium_network_alerts", "gauge", "What is wrong right now by severity.");
    for severity in [Severity::Notice, Severity::Warning, Severity::Critical] {
        let count = health.status.count(severity);
        text.sample("allium_network_alerts", &[("severity", severity.name())], count);
    }
}

fn write_http(text: &mut Text, shared: &Shared) {
    let metrics = &shared.metrics;
    text.family("allium_http_connections", "gauge", "Open connections.");
    text.sample("allium_http_connections", &[], metrics.connections());
    text.family("allium_http_live_readers", "gauge", "Open pages that are told of new editions.");
    text.sample("allium_http_live_readers", &[], shared.announcer.readers());
    let routes = metrics.routes();
    text.family("allium_http_requests_total", "counter", "Answers by route and status.");
    for (route, counts) in &routes {
        for (status, answers) in &counts.by_status {
            let status = status.to_string();
            text.sample("allium_http_requests_total", &[("route", route), ("status", &status)], answers);
        }
    }
    text.family("allium_http_request_duration_seconds", "histogram", "Time to make an answer.");
    for (route, counts) in &routes {
        write_histogram(text, route, counts);
    }
}

fn write_histogram(text: &mut Text, route: &str, counts: &RouteCounts) {
    let mut within = 0;
    for (bound, answers) in DURATION_BOUNDS_SECONDS.iter().zip(counts.within) {
        within += answers;
        let bound = bound.to_string();
        text.sample(
            "allium_http_request_duration_seconds_bucket",
            &[("route", route), ("le", &bound)],
            within,
        );
    }
    let all = [("route", route), ("le", "+Inf")];
    text.sample("allium_http_request_duration_seconds_bucket", &all, counts.answers);
    text.sample("allium_http_request_duration_seconds_sum", &all[..1], counts.seconds);
    text.sample("allium_http_request_duration_seconds_count", &all[..1], counts.answers);
}

/// The text as it grows. Writing into a string cannot fail.
#[derive(Debug, Default)]
struct Text(String);

impl Text {
    fn family(&mut self, name: &str, kind: &str, help: &str) {
        let _ = writeln!(self.0, "# HELP {name} {help}\n# TYPE {name} {kind}");
    }

    fn sample(&mut self, name: &str, labels: &[(&str, &str)], value: impl Display) {
        self.0.push_str(name);
        for (index, (label, text)) in labels.iter().enumerate() {
            let before = if index == 0 { '{' } else { ',' };
            let _ = write!(self.0, "{before}{label}=\"{}\"", escaped(text));
        }
        let after = if labels.is_empty() { "" } else { "}" };
        let _ = writeln!(self.0, "{after} {value}");
    }
}

fn escaped(label: &str) -> String {
    label.replace('\\', r"\\").replace('"', "\\\"").replace('\n', r"\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_escaped_and_samples_stand_on_lines_of_their_own() {
        let mut text = Text::default();
        text.family("a", "gauge", "A.");
        text.sample("a", &[("x", "1\"\\\n"), ("y", "")], 0.5);
        text.sample("b", &[], -1);
        assert_eq!(text.0, "# HELP a A.\n# TYPE a gauge\na{x=\"1\\\"\\\\\\n\",y=\"\"} 0.5\nb -1\n");
    }
}
