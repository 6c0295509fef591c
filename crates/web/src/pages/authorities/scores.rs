//! Scorecards over 24 hours, 7, 30 and 90 days.

use super::words::{authority_cell, part, stars};
use crate::html::Html;
use crate::pages::study::section::Section;
use crate::pages::study::table::{Cell, Head, Table, number};
use crate::pages::{Method, Site};
use allium_analysis::directory::{AuthorityReport, Directory, ScorePeriod};

const HEADS: &[Head] = &heads("Authority");

/// The heads of a table of [`values`] whose rows are named by the first column.
pub(super) const fn heads(first: &'static str) -> [Head; 8] {
    [
        (first, false),
        ("Score", true),
        ("Stars", false),
        ("Uptime", true),
        ("Votes", true),
        ("Scanning", true),
        ("Agreement", true),
        ("Rounds", true),
    ]
}

/// The scorecards: 30 days open, the other periods folded away.
pub(super) fn section(site: Site<'_>, directory: &Directory) -> Section {
    let rounds = directory.inputs.rounds.iter();
    let first = rounds.clone().map(|round| round.valid_after).min();
    let words = match first {
        None => "No round is stored yet, so there is no score. A score needs 24 rounds.".to_owned(),
        Some(first) => format!(
            "Rounds are stored from {} on. The share of each part is over the rounds or probes that are known; what an authority never does is left out of its score.",
            crate::format::minute(first)
        ),
    };
    let mut section = Section::new("Scorecards").text(words).method(site, Method::AuthorityScore);
    if first.is_some() {
        section = section.html(&periods(site, directory));
    }
    section
}

fn periods(site: Site<'_>, directory: &Directory) -> Html {
    let mut html = Html::with_capacity(16 << 10);
    for period in [ScorePeriod::Month, ScorePeriod::Day, ScorePeriod::Week, ScorePeriod::Quarter] {
        let is_open = period == ScorePeriod::Month;
        html.markup(if is_open { "<details open><summary>" } else { "<details><summary>" });
        html.text(title(period)).markup("</summary>");
        html.html(&table(site, directory, period)).markup("</details>");
    }
    html
}

/// The period in words.
pub(super) const fn title(period: ScorePeriod) -> &'static str {
    match period {
        ScorePeriod::Day => "24 hours",
        ScorePeriod::Week => "7 days",
        ScorePeriod::Month => "30 days",
        ScorePeriod::Quarter => "90 days",
    }
}

fn table(site: Site<'_>, directory: &Directory, period: ScorePeriod) -> Html {
    let mut authorities: Vec<&AuthorityReport> = directory.report.authorities.iter().collect();
    let score = |authority: &AuthorityReport| authority.scorecards[period as usize].score;
    // The best first; of equal ones the order of names stays.
    authorities.sort_by_key(|authority| std::cmp::Reverse(score(authority)));
    let rows = authorities.into_iter().map(|authority| row(site, authority, period));
    Table::new(title(period), HEADS).rows(rows).finish()
}

fn row(site: Site<'_>, authority: &AuthorityReport, period: ScorePeriod) -> Vec<Cell> {
    let mut cells = vec![authority_cell(site, &authority.nickname)];
    cells.extend(values(authority, period));
    cells
}

/// Score, stars, parts and rounds.
pub(super) fn values(authority: &AuthorityReport, period: ScorePeriod) -> Vec<Cell> {
    let card = &authority.scorecards[period as usize];
    vec![
        number(card.score.map_or_else(|| "no score".into(), |score| score.to_string())),
        Cell::Html(stars(card)),
        number(part(card.uptime)),
        number(part(card.votes)),
        number(part(card.scanning)),
        number(part(card.agreement)),
        number(crate::format::count(card.rounds)),
    ]
}
