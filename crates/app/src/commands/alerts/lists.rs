//! `allium alerts subscriptions`, `outbox` and `audit`: lists without addresses.

use super::{Place, left, right};
use crate::failure::Failure;
use allium_alert::{Draft, Subscription};
use allium_notify::{Delivered, StoredSubscription, Waiting};
use allium_views::{RowHead, Value};
use clap::Args;

/// Options of `alerts outbox`.
#[derive(Debug, Args)]
pub struct OutboxArgs {
    /// What was delivered, refused or given up instead, newest first.
    #[arg(long)]
    pub log: bool,
    /// Most rows.
    #[arg(long, default_value_t = 1000)]
    pub limit: u32,
}

const SUBSCRIPTION_COLUMNS: [RowHead; 6] = [
    left("id", "Id"),
    left("receiver", "Receiver"),
    left("origin", "From"),
    left("query", "What"),
    left("created", "Asked"),
    left("confirmed", "Confirmed"),
];

/// Subscriptions of teams, then those of addresses.
pub(super) fn subscriptions(place: &Place) -> Result<(), Failure> {
    let stored = place.wait(place.desk.subscriptions())?;
    let teams = place.desk.teams().iter().map(team_row);
    place.print(&SUBSCRIPTION_COLUMNS, teams.chain(stored.iter().map(stored_row)).collect())
}

fn team_row(subscription: &Subscription) -> Vec<Value<'_>> {
    vec![
        Value::display(subscription.id),
        Value::display(subscription.receiver),
        Value::Text("configuration".into()),
        Value::display(Draft::of(subscription).to_query()),
        Value::Null,
        Value::Null,
    ]
}

fn stored_row(subscription: &StoredSubscription) -> Vec<Value<'_>> {
    vec![
        Value::display(subscription.id),
        Value::display(subscription.receiver),
        Value::Text("mail".into()),
        Value::text(Some(&subscription.query)),
        Value::Time(subscription.created),
        Value::time(subscription.confirmed),
    ]
}

const WAITING_COLUMNS: [RowHead; 8] = [
    left("id", "Id"),
    left("channel", "Channel"),
    left("kind", "Kind"),
    left("data_time", "Data of"),
    left("created", "Decided"),
    right("attempts", "Attempts"),
    left("next_attempt", "Next attempt"),
    left("problem", "Problem"),
];

const LOG_COLUMNS: [RowHead; 9] = [
    left("id", "Id"),
    left("channel", "Channel"),
    left("kind", "Kind"),
    left("result", "Result"),
    right("attempts", "Attempts"),
    left("created", "Decided"),
    left("ended", "Ended"),
    right("delay_seconds", "Since data s"),
    left("problem", "Problem"),
];

/// What waits, or what was done.
pub(super) fn outbox(args: &OutboxArgs, place: &Place) -> Result<(), Failure> {
    if args.log {
        let log = place.wait(place.desk.deliveries(args.limit))?;
        return place.print(&LOG_COLUMNS, log.iter().map(log_row).collect());
    }
    let waiting = place.wait(place.desk.outbox(args.limit))?;
    place.print(&WAITING_COLUMNS, waiting.iter().map(waiting_row).collect())
}

fn waiting_row(waiting: &Waiting) -> Vec<Value<'_>> {
    vec![
        Value::display(waiting.id),
        Value::text(waiting.channel.as_deref()),
        Value::Text(waiting.kind.into()),
        Value::time(waiting.published),
        Value::Time(waiting.created),
        Value::Integer(u64::from(waiting.attempts)),
        Value::time(waiting.next_attempt),
        Value::text(waiting.problem.as_deref()),
    ]
}

fn log_row(delivered: &Delivered) -> Vec<Value<'_>> {
    let delay = delivered.seconds_since_publication().and_then(|seconds| u64::try_from(seconds).ok());
    vec![
        Value::display(delivered.id),
        Value::text(delivered.channel.as_deref()),
        Value::text(Some(&delivered.kind)),
        Value::text(Some(&delivered.result)),
        Value::Integer(u64::from(delivered.attempts)),
        Value::Time(delivered.created),
        Value::Time(delivered.ended),
        Value::integer(delay),
        Value::text(delivered.problem.as_deref()),
    ]
}

const AUDIT_COLUMNS: [RowHead; 4] =
    [left("at", "When"), left("author", "Who"), left("action", "What"), left("detail", "Detail")];

/// Changes that are listed.
const MOST_CHANGES: u32 = 1000;

/// Who changed what.
pub(super) fn audit(place: &Place) -> Result<(), Failure> {
    let entries = place.wait(place.desk.audit(MOST_CHANGES))?;
    let rows = entries.iter().map(|entry| {
        vec![
            Value::Time(entry.at),
            Value::text(Some(&entry.author)),
            Value::text(Some(&entry.action)),
            Value::text(Some(&entry.detail)),
        ]
    });
    place.print(&AUDIT_COLUMNS, rows.collect())
}
