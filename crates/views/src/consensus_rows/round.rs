//! The steps of a round.

use super::{rows, text};
use crate::Value;
use crate::rows::{RowHead, Rows};
use allium_analysis::directory::Directory;
use allium_analysis::directory::formation::Step;

const STEP_COLUMNS: [RowHead; 3] =
    [text("scheduled", "Scheduled"), text("step", "Step"), text("observed", "Observed")];

/// Each step of the round with its time and what was seen of it; what nobody outside can see is unknown.
pub fn formation_rows(directory: &Directory) -> Rows<'_> {
    let row = |step: &allium_analysis::directory::formation::FormationStep| {
        vec![
            Value::display(step.scheduled),
            Value::Text(step_name(step.step).into()),
            step.observed.clone().map_or(Value::Null, |seen| Value::Text(seen.into())),
        ]
    };
    rows(&STEP_COLUMNS, directory.report.formation.iter().map(row).collect())
}

const fn step_name(step: Step) -> &'static str {
    match step {
        Step::Votes => "votes are made and sent",
        Step::FetchVotes => "missing votes are asked for",
        Step::Signatures => "the consensus is computed, signatures are sent",
        Step::FetchSignatures => "missing signatures are asked for",
        Step::Valid => "the consensus is published",
        Step::Fresh => "the next one is due",
        Step::Expired => "it may no longer be used",
    }
}
