//! The history of a relay, in a range that the caller chooses.

use super::super::answer::Answer;
use super::super::problem::Problem;
use super::Call;
use allium_model::{Fingerprint, HourState, RelayDay, RelaySeries, TimeRange, Timestamp};
use allium_views::relay_history_rows;

/// Seconds of a day.
const DAY: i64 = 86_400;
/// Days that are given when no start is asked for.
const DEFAULT_DAYS: i64 = 30;
/// Days of one answer at most.
const MOST_DAYS: i64 = 400;

/// The rows of a relay: `from` and `until` choose the range, `until` is not in it.
pub(super) fn relay(call: Call<'_>, id: &str) -> Result<Answer, Problem> {
    let missing = || Problem::NoSuchThing { kind: "relay", id: id.to_owned() };
    let fingerprint: Fingerprint = id.parse().map_err(|_| missing())?;
    let series = series(call, fingerprint)?;
    let rows = relay_history_rows(&series);
    let was_seen = |day: &RelayDay| day.running_hours > 0;
    let is_seen = series.days.iter().any(was_seen) || series.hours.iter().any(is_running);
    if !is_seen && call.published.edition.snapshot.network.find(fingerprint).is_none() {
        return Err(missing());
    }
    let mut meta = call.meta();
    meta.total = Some(rows.total);
    call.form.list(&rows, &meta, &format!("relay-{fingerprint}-history"))
}

fn is_running(state: &HourState) -> bool {
    matches!(state, HourState::Running { .. })
}

/// What is kept of the range; nothing while there is no history.
fn series(call: Call<'_>, fingerprint: Fingerprint) -> Result<RelaySeries, Problem> {
    let kept = call.published.edition.history.as_ref().and_then(|history| Some((history, history.range()?)));
    let (history, kept) = match kept {
        Some((history, kept)) => (Some(history), kept),
        // The parameters are still checked.
        None => (None, TimeRange { from: Timestamp(0), until: Timestamp(0) }),
    };
    let range = range(call, kept)?;
    let Some(history) = history else { return Ok(RelaySeries::default()) };
    history.relay(fingerprint, range).map_err(|error| {
        tracing::warn!(%error, "failed to read the history of a relay");
        Problem::Failed
    })
}

/// The range that was asked for, within what is kept.
fn range(call: Call<'_>, kept: TimeRange) -> Result<TimeRange, Problem> {
    let (mut from, mut until) = (None, None);
    for (name, value) in &call.asked.query {
        match name.as_str() {
            "from" => from = Some(time("from", value)?),
            "until" => until = Some(time("until", value)?),
            "format" => {}
            _ => {
                let known = "from, until, format";
                return Err(Problem::BadQuery(format!("{name:?} is no parameter here; there are {known}")));
            }
        }
    }
    let until = until.unwrap_or(kept.until).min(kept.until);
    let from = from.unwrap_or_else(|| until.plus_seconds(-DEFAULT_DAYS * DAY)).max(kept.from);
    if until.seconds_since(from) > MOST_DAYS * DAY {
        return Err(Problem::BadQuery(format!("a range of at most {MOST_DAYS} days is answered at once")));
    }
    Ok(TimeRange { from: from.min(until), until })
}

/// A time as `2026-02-22T13:00:00Z`, or a day, which means its start.
fn time(name: &str, value: &str) -> Result<Timestamp, Problem> {
    let day = || value.parse().ok().map(allium_model::Date::start);
    value.parse().ok().or_else(day).ok_or_else(|| {
        Problem::BadQuery(format!(
            "{name} cannot be {value:?}: 2026-02-22T13:00:00Z or 2026-02-22 is expected"
        ))
    })
}
