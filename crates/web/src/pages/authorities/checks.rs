//! The check list.

use super::Content;
use super::words::{badge_cell, check_class};
use crate::format;
use crate::pages::study::section::Section;
use crate::pages::study::table::{Cell, Head, Table};
use crate::pages::{Method, Site};
use crate::rows::Tile;
use allium_analysis::directory::Directory;
use allium_analysis::directory::checks::{Check, CheckState};
use allium_model::printable;

const HEADS: &[Head] = &[("Check", false), ("State", false), ("Evidence", false), ("Name in mails", false)];

pub(super) fn content(site: Site<'_>, directory: &Directory) -> Content {
    let checks = &directory.report.checks;
    let sentence = format!(
        "The checks of the consensus-health mails under their own names, judged {}. What lacks its data is unknown and never passes.",
        format::minute(directory.inputs.judged_at)
    );
    let mut ordered: Vec<&Check> = checks.iter().collect();
    ordered.sort_by_key(|check| std::cmp::Reverse(rank(check.outcome.state)));
    let section = Section::new("Checks")
        .table(Table::new("Checks", HEADS).rows(ordered.into_iter().map(row)))
        .method(site, Method::ConsensusChecks);
    Content {
        tiles: [CheckState::Fail, CheckState::Warn, CheckState::Pass, CheckState::Unknown]
            .map(|state| Tile::new(label(state), count(directory, state).to_string(), "", detail(state)))
            .into(),
        sections: vec![section],
        ..Content::new(
            "Checks of the consensus",
            "Checks of the Tor consensus and of the votes of the directory authorities.",
            sentence,
        )
    }
}

/// Checks in a state.
pub(super) fn count(directory: &Directory, state: CheckState) -> usize {
    directory.report.checks.iter().filter(|check| check.outcome.state == state).count()
}

const fn rank(state: CheckState) -> u8 {
    match state {
        CheckState::Fail => 3,
        CheckState::Warn => 2,
        CheckState::Pass => 1,
        CheckState::Unknown => 0,
    }
}

const fn label(state: CheckState) -> &'static str {
    match state {
        CheckState::Pass => "Pass",
        CheckState::Warn => "Warn",
        CheckState::Fail => "Fail",
        CheckState::Unknown => "Unknown",
    }
}

const fn detail(state: CheckState) -> &'static str {
    match state {
        CheckState::Pass => "nothing is wrong",
        CheckState::Warn => "worth looking at",
        CheckState::Fail => "wrong",
        CheckState::Unknown => "what they need is not at hand",
    }
}

fn row(check: &Check) -> Vec<Cell> {
    vec![
        Cell::Text(check.name.title().into()),
        badge_cell(check_class(check.outcome.state), check.outcome.state.name()),
        Cell::Long(printable(&check.outcome.evidence).into_owned()),
        Cell::Text(check.name.name().into()),
    ]
}
