//! The newest consensus, what changed in it, and what the votes say of flags.

use super::super::answer::Answer;
use super::super::problem::Problem;
use super::{Call, item};
use crate::pages::consensus::{Chosen, compared};
use allium_analysis::directory::{Directory, explain};
use allium_analysis::diversity::diversity;
use allium_model::{Fingerprint, FlagSet};
use allium_views::{Rows, consensus_row, diff_rows, flag_rows, replay_rows, requirement_rows};

/// The newest consensus as a whole.
pub(super) fn newest(call: Call<'_>) -> Result<Answer, Problem> {
    item::only_format(&call.asked.query)?;
    let directory = directory(call)?;
    let consensus = directory.inputs.consensus.as_deref().ok_or_else(|| missing("newest"))?;
    let diversity = diversity(&call.published.edition.snapshot.network);
    call.form.item(&consensus_row(consensus, &diversity), &call.meta(), "consensus")
}

/// What changed since the one before, or between two hours of the history that `from` and `to` name.
pub(super) fn diff(call: Call<'_>) -> Result<Answer, Problem> {
    let is_choice = |(name, _): &&(String, String)| matches!(name.as_str(), "from" | "to");
    let (chosen, rest): (Vec<_>, Vec<_>) = call.asked.query.iter().partition(is_choice);
    if !chosen.is_empty() {
        item::only_format(&rest.into_iter().cloned().collect::<Vec<_>>())?;
        return chosen_diff(call, &chosen);
    }
    let directory = directory(call)?;
    let diff = directory.inputs.diff.as_deref().ok_or_else(|| missing("before the newest"))?;
    list(call, &diff_rows(diff), "consensus-diff")
}

fn chosen_diff(call: Call<'_>, pairs: &[&(String, String)]) -> Result<Answer, Problem> {
    let chosen = Chosen::parse(pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())));
    if let Chosen::Wrong(problem) = chosen {
        return Err(Problem::BadQuery(problem));
    }
    let diff = compared(&call.published.edition, &chosen)
        .map_err(|problem| Problem::NoSuchThing { kind: "pair of hours", id: problem })?;
    let rows = diff_rows(&diff);
    let mut meta = call.meta();
    meta.total = Some(rows.total);
    call.form.list(&rows, &meta, "consensus-diff")
}

/// The votes replayed.
pub(super) fn replay(call: Call<'_>) -> Result<Answer, Problem> {
    list(call, &replay_rows(&directory(call)?.report.replays), "consensus-replay")
}

/// A relay's flags: who gives them, and what would help.
pub(super) fn flags(call: Call<'_>, id: &str) -> Result<Answer, Problem> {
    let (directory, relay) = (directory(call)?, relay(id)?);
    let explained = explain(&directory.inputs.votes, relay, flags_of(directory, relay));
    let explained =
        explained.ok_or_else(|| Problem::NoSuchThing { kind: "relay in votes", id: id.to_owned() })?;
    list(call, &flag_rows(&explained), "relay-flags")
}

/// Every condition of a relay's flags at every authority.
pub(super) fn votes(call: Call<'_>, id: &str) -> Result<Answer, Problem> {
    let (directory, relay) = (directory(call)?, relay(id)?);
    let explained = explain(&directory.inputs.votes, relay, flags_of(directory, relay));
    let explained =
        explained.ok_or_else(|| Problem::NoSuchThing { kind: "relay in votes", id: id.to_owned() })?;
    list(call, &requirement_rows(&explained, &directory.inputs.votes), "relay-votes")
}

fn list(call: Call<'_>, rows: &Rows<'_>, name: &str) -> Result<Answer, Problem> {
    item::only_format(&call.asked.query)?;
    let mut meta = call.meta();
    meta.total = Some(rows.total);
    call.form.list(rows, &meta, name)
}

fn directory(call: Call<'_>) -> Result<&Directory, Problem> {
    call.published.edition.directory.as_deref().ok_or_else(|| missing("newest"))
}

fn missing(which: &str) -> Problem {
    Problem::NoSuchThing { kind: "consensus", id: which.to_owned() }
}

fn relay(id: &str) -> Result<Fingerprint, Problem> {
    id.parse().map_err(|_| Problem::NoSuchThing { kind: "relay", id: id.to_owned() })
}

/// The relay's flags in the consensus; empty when it is not in it, none without a consensus.
fn flags_of(directory: &Directory, relay: Fingerprint) -> Option<FlagSet> {
    directory.inputs.consensus.as_ref()?;
    let relays = &directory.inputs.relays;
    let found = relays.binary_search_by_key(&relay, |one| one.fingerprint).ok();
    Some(found.map(|at| relays[at].flags).unwrap_or_default())
}
