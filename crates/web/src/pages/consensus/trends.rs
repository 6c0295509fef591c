//! The network over the last seven days, from history.

use crate::format;
use crate::pages::study::section::{Section, Width};
use crate::pages::study::table::{Cell, Head, Table, number, text};
use crate::pages::{Method, Site};
use allium_analysis::directory::Directory;
use allium_charts::{Chart, Colour, Figure, Line, LineChart, TimeSeries, Unit};
use allium_model::{Flag, NetworkRecord};

const WEEK_SECONDS: i64 = 7 * 86_400;

/// How far from a week before an hour may be to stand for it.
const SLACK_SECONDS: i64 = 6 * 3600;

/// A value of an hour.
type Measure = fn(&NetworkRecord) -> f64;

fn count(flag: Flag) -> impl Fn(&NetworkRecord) -> f64 {
    move |hour| f64::from(hour.flag_counts[flag as usize])
}

const MEASURES: [(&str, Measure); 7] = [
    ("Running relays", |hour| f64::from(hour.relays)),
    ("Guards", |hour| f64::from(hour.flag_counts[Flag::Guard as usize])),
    ("Exits", |hour| f64::from(hour.flag_counts[Flag::Exit as usize])),
    ("Weight", |hour| hour.weight as f64),
    ("Weight of guards", |hour| hour.guard_weight as f64),
    ("Weight of exits", |hour| hour.exit_weight as f64),
    ("Measured relays", |hour| f64::from(hour.measured_relays)),
];

const HEADS: [Head; 4] = [("Measure", false), ("Now", true), ("7 days before", true), ("Change", true)];

/// Now against a week before, and the course of the counts; a sentence without history.
pub(super) fn sections(site: Site<'_>, directory: &Directory) -> Vec<Section> {
    let hours = &directory.inputs.network;
    let (Some(newest), true) = (hours.last(), hours.len() > 1) else {
        return vec![
            Section::new("Last 7 days")
                .text("No history yet: it fills hour by hour, or at once with an import of archives."),
        ];
    };
    let then = newest.valid_after.plus_seconds(-WEEK_SECONDS);
    let distance = |hour: &NetworkRecord| hour.valid_after.seconds_since(then).abs();
    let before =
        hours.iter().min_by_key(|hour| distance(hour)).filter(|hour| distance(hour) <= SLACK_SECONDS);
    vec![
        Section::new("Now and a week before")
            .width(Width::Half)
            .method(site, Method::ConsensusTrends)
            .table(Table::new("The network now and a week before", &HEADS).rows(rows(newest, before)))
            .remark(match before {
                Some(before) => format!("Compared with {}.", format::minute(before.valid_after)),
                None => "History does not reach back a week.".to_owned(),
            }),
        Section::new("Relays over 7 days").width(Width::Half).drawn(
            site,
            figure(hours, newest).as_ref(),
            "consensus-relays",
        ),
    ]
}

fn rows(newest: &NetworkRecord, before: Option<&NetworkRecord>) -> Vec<Vec<Cell>> {
    let shown = |value: f64| format::count(value as usize);
    let mut rows: Vec<Vec<Cell>> = MEASURES
        .iter()
        .map(|(name, measure)| {
            let now = measure(newest);
            let then = before.map(measure);
            vec![
                text(*name),
                number(shown(now)),
                number(then.map_or_else(|| "not known".into(), shown)),
                number(then.map_or_else(|| "not known".into(), |then| change(now, then))),
            ]
        })
        .collect();
    let method = |hour: &NetworkRecord| {
        if hour.method == 0 { "not known".into() } else { hour.method.to_string() }
    };
    let is_same = before.is_some_and(|before| before.method == newest.method);
    rows.push(vec![
        text("Consensus method"),
        number(method(newest)),
        number(before.map_or_else(|| "not known".into(), method)),
        number(if is_same { "none" } else { "" }),
    ]);
    rows
}

/// `+12 (+0.4 %)`.
fn change(now: f64, then: f64) -> String {
    let by = now - then;
    let sign = if by < 0.0 { "\u{2212}" } else { "+" };
    let share = if then > 0.0 { format!(" ({sign}{:.1} %)", 100.0 * by.abs() / then) } else { String::new() };
    format!("{sign}{}{share}", format::count(by.abs() as usize))
}

fn figure(hours: &[NetworkRecord], newest: &NetworkRecord) -> Option<Figure> {
    let start = newest.valid_after.plus_seconds(-WEEK_SECONDS);
    let week = || hours.iter().filter(|hour| hour.valid_after >= start);
    let step = interval(hours);
    let first = week().next()?.valid_after;
    let size = (newest.valid_after.seconds_since(first) / step) as usize + 1;
    let series = |measure: &dyn Fn(&NetworkRecord) -> f64| {
        let mut values = vec![None; size];
        for hour in week() {
            let at = (hour.valid_after.seconds_since(first) / step) as usize;
            values[at] = Some(measure(hour));
        }
        TimeSeries { start: first, interval_seconds: step, values }
    };
    let line = |name: &str, colour, series| Line { name: name.into(), colour, series };
    let chart = LineChart {
        unit: Unit::Count,
        lines: vec![
            line("Exits", Colour::EXIT, series(&count(Flag::Exit))),
            line("Guards", Colour::GUARD, series(&count(Flag::Guard))),
            line("Running", Colour::S4, series(&|hour| f64::from(hour.relays))),
        ],
        ..LineChart::default()
    };
    let note = "A gap is a consensus that was not made or is not stored.";
    Some(Figure::new("Relays in the consensus over 7 days", Chart::Line(chart)).with_note(note))
}

/// The shortest step between two hours, which is the interval of the consensuses; at least a second.
fn interval(hours: &[NetworkRecord]) -> i64 {
    let steps = hours.windows(2).map(|pair| pair[1].valid_after.seconds_since(pair[0].valid_after));
    steps.filter(|step| *step > 0).min().unwrap_or(3600)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_has_its_sign_and_its_share() {
        assert_eq!(change(110.0, 100.0), "+10 (+10.0 %)");
        assert_eq!(change(90.0, 100.0), "\u{2212}10 (\u{2212}10.0 %)");
        assert_eq!(change(5.0, 0.0), "+5");
    }
}
