//! What is said of the network at once: the state, the score and the tiles.

use crate::incidents_page::IncidentsPage;
use crate::pages::Site;
use crate::pages::authorities::words::severity_class;
use crate::rows::Tile;
use crate::{AuthoritiesPage, Page, format};
use allium_analysis::health::{Change, CheckState, NetworkHealth, RunningOfSeen, Span, Trend};
use allium_model::{Severity, printable};

/// A note above the page: class, words, text, and a page that says more.
pub(super) struct Note {
    pub(super) class: &'static str,
    pub(super) words: String,
    pub(super) text: String,
    pub(super) link: Option<(String, &'static str)>,
}

/// Alerts whose evidence is told above the page.
const TOLD: usize = 3;

/// The state of the network by what is wrong right now.
pub(super) fn note(site: Site<'_>, health: &NetworkHealth) -> Note {
    let status = &health.status;
    let told = status.alerts.iter().take(TOLD).map(|alert| {
        format!("{} (since {})", printable(alert.evidence.trim_end_matches('.')), format::minute(alert.since))
    });
    let more = status.alerts.len().checked_sub(TOLD).filter(|more| *more > 0);
    let told: Vec<String> = told.chain(more.map(|more| format!("and {more} more"))).collect();
    let text = if told.is_empty() { String::new() } else { format!("{}.", told.join("; ")) };
    let words = match status.worst() {
        None if status.is_watched => "Operational: nothing is wrong that is looked for".to_owned(),
        None => "No fault is known; incidents of relays are not looked for here".to_owned(),
        Some(_) => counts(health),
    };
    let link = all_of_it(site, status.is_watched);
    let class = match status.worst() {
        None if status.is_watched => "good",
        None => "info",
        Some(severity) => severity_class(severity),
    };
    Note { class, words, text, link }
}

/// Where all of it is: incidents where they are looked for, else the events of the authorities.
fn all_of_it(site: Site<'_>, is_watched: bool) -> Option<(String, &'static str)> {
    let events = Page::Authorities(AuthoritiesPage::Events(crate::EventFilter::All, 1));
    if is_watched {
        let incidents = Page::Incidents(IncidentsPage::List(1));
        return Some((site.links().page(&incidents), "All incidents"));
    }
    let has_events = site.edition.directory.is_some();
    has_events.then(|| (site.links().page(&events), "All events of the authorities"))
}

/// `1 critical, 2 warnings, 0 notices` as words that begin in upper case.
fn counts(health: &NetworkHealth) -> String {
    let part = |severity, one, many| {
        let count = health.status.count(severity);
        (count > 0).then(|| format::counted(count, one, many))
    };
    let parts = [
        part(Severity::Critical, "critical fault", "critical faults"),
        part(Severity::Warning, "warning", "warnings"),
        part(Severity::Notice, "notice", "notices"),
    ];
    format!("Active now: {}", parts.into_iter().flatten().collect::<Vec<_>>().join(", "))
}

/// The tiles: score, relays, weight, exits, guards, checks.
pub(super) fn tiles(health: &NetworkHealth) -> Vec<Tile> {
    let passed = health.count(CheckState::Pass);
    let unknown = health.count(CheckState::Unknown);
    vec![
        score(health),
        relays(health),
        share("Consensus weight active", health.sums.weight, |_| "of the weight seen in 7 days".into()),
        share("Exit capacity", health.sums.exit_capacity, capacity),
        share("Guard capacity", health.sums.guard_capacity, capacity),
        Tile::new(
            "Checks passed",
            passed.to_string(),
            format!("of {}", health.checks.len() - unknown),
            format!("{unknown} more lack their data"),
        ),
    ]
}

fn relays(health: &NetworkHealth) -> Tile {
    let sums = &health.sums;
    let seen = format::count(sums.relays.seen as usize);
    let detail = match sums.relays_of_unknown_role {
        0 => format!("of {seen} seen in 7 days"),
        unknown => {
            format!("of {seen} seen in 7 days, {} of them of unknown role", format::count(unknown as usize))
        }
    };
    Tile::new("Relays running", format::count(sums.relays.running as usize), "", detail)
}

fn score(health: &NetworkHealth) -> Tile {
    match (health.score(), health.class()) {
        (Some(score), Some(class)) => Tile::new(
            "Health score",
            format!("{score:.1}"),
            "of 100",
            format!("{}; {}", class.name(), changes(health)),
        ),
        _ => Tile::new("Health score", "not known", "", "too few components have data"),
    }
}

/// `↑ 0.6 in 24 hours, ↓ 1.2 in 7 days`, as far as the history reaches.
fn changes(health: &NetworkHealth) -> String {
    let part = |span: Span| {
        let points = health.change(span)?.score?;
        Some(format!("{} in {}", arrow(points), span.name()))
    };
    let known: Vec<String> = [Span::Day, Span::Week].into_iter().filter_map(part).collect();
    if known.is_empty() { "no history to compare with".into() } else { known.join(", ") }
}

/// A change in points with its arrow.
pub(super) fn arrow(points: f64) -> String {
    let points = if points.abs() < 0.05 { 0.0 } else { points };
    format!("{} {points:+.1}", Trend::of(points).arrow())
}

/// A change of a component, or words.
pub(super) fn component_change(change: Option<&Change>, place: usize) -> String {
    change.and_then(|change| change.components[place]).map_or_else(|| "not known".into(), arrow)
}

fn share(label: &'static str, sum: RunningOfSeen, detail: impl Fn(RunningOfSeen) -> String) -> Tile {
    match sum.ratio() {
        Some(ratio) => Tile::new(label, format!("{} %", format::uptime(ratio)), "", detail(sum)),
        None => Tile::new(label, "not known", "", "no relay tells it"),
    }
}

fn capacity(sum: RunningOfSeen) -> String {
    let [running, seen] = [sum.running, sum.seen].map(|bytes| {
        let shown = format::bandwidth(bytes);
        format!("{} {}", shown.number, shown.unit)
    });
    format!("{running} of {seen} seen in 7 days")
}
