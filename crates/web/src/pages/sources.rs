//! Where the data come from, how fresh they are, and what was wrong in them.

use super::{Site, finish};
use crate::frame::{Frame, Section};
use crate::{Page, format};
use allium_model::{SourceStatus, TimeRange, Warning};
use askama::Template;

#[derive(Template)]
#[template(path = "sources.html")]
struct SourcesPage<'a> {
    frame: Frame<'a>,
    judged_at: String,
    sources: Vec<SourceCard>,
    /// What is kept of the past; empty when nothing is.
    history: Vec<(&'static str, String)>,
    dropped: String,
    warnings: Vec<&'a Warning>,
    warning_count: String,
    more_warnings: Option<String>,
}

/// One source.
struct SourceCard {
    name: &'static str,
    state: &'static str,
    facts: Vec<(&'static str, String)>,
    problem: Option<String>,
}

/// Warnings that the page lists.
const WARNING_ROWS: usize = 50;

pub(super) fn render(site: Site<'_>) -> Option<String> {
    let frame = Frame::new(site, &Page::Sources, "Sources", Section::None)
        .described("Where Allium's data come from and how fresh they are.")
        .here("Sources");
    let warnings = &site.edition.warnings;
    let more = warnings.len().saturating_sub(WARNING_ROWS);
    finish(&SourcesPage {
        judged_at: format::minute(site.edition.judged_at),
        sources: site.edition.sources.iter().map(|source| card(site, source)).collect(),
        history: history(site),
        dropped: format::counted(site.network().dropped_relays(), "relay", "relays"),
        warnings: warnings.iter().take(WARNING_ROWS).collect(),
        warning_count: format::count(warnings.len()),
        more_warnings: (more > 0).then(|| format!("and {} more", format::count(more))),
        frame,
    })
}

/// What the history reaches over, and how much of the last 90 days it lacks.
fn history(site: Site<'_>) -> Vec<(&'static str, String)> {
    let Some(range) = site.edition.history.as_ref().and_then(|history| history.range()) else {
        return Vec::new();
    };
    // The range ends with the hour of the newest record.
    let newest = range.until.plus_seconds(-3600);
    let mut facts =
        vec![("Oldest hour", format::minute(range.from)), ("Newest hour", format::minute(newest))];
    if let Some(directory) = site.edition.directory.as_deref() {
        let inputs = &directory.inputs;
        let hours = |gap: &TimeRange| gap.until.seconds_since(gap.from) / inputs.interval_seconds();
        let missing: i64 = inputs.gaps.iter().map(hours).sum();
        let missing = usize::try_from(missing).unwrap_or_default();
        facts.push(("Consensuses, 90 days", format::count(inputs.network.len())));
        facts.push((
            "Gaps, 90 days",
            match inputs.gaps.len() {
                0 => "none".into(),
                gaps => format!(
                    "{} with {}",
                    format::counted(gaps, "gap", "gaps"),
                    format::counted(missing, "consensus", "consensuses"),
                ),
            },
        ));
    }
    facts
}

fn card(site: Site<'_>, source: &SourceStatus) -> SourceCard {
    let time = |time: Option<allium_model::Timestamp>| time.map_or_else(|| "never".into(), format::minute);
    let mut facts = vec![("From", source.location.clone()), ("Data of", time(source.data_time))];
    if let Some(data_time) = source.data_time {
        facts.push(("Age when judged", format::duration(site.edition.judged_at.seconds_since(data_time))));
    }
    if source.last_attempt.is_some() {
        facts.push(("Last asked", time(source.last_attempt)));
    }
    facts.push(("Last success", time(source.last_success)));
    if let Some(turnaround) = source.turnaround {
        facts.push(("From its arrival to these pages", format!("{:.2} s", turnaround.as_secs_f64())));
    }
    facts.push(("Entries", format::count(source.entries)));
    facts.push(("Size, decompressed", format!("{:.1} MB", source.bytes as f64 / 1e6)));
    facts.push(("Entries left out or mended", format::count(source.warnings)));
    SourceCard { name: source.name, state: source.state.name(), facts, problem: source.problem.clone() }
}
