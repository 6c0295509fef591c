//! The difference between two consensuses, one change a row.

use super::{number, rows, text};
use crate::Value;
use crate::rows::{RowHead, Rows};
use allium_analysis::directory::{ConsensusDiff, DiffRelay, ItemChange, RelayChange};
use allium_model::FlagSet;

const COLUMNS: [RowHead; 9] = [
    text("change", "Change"),
    text("fingerprint", "Fingerprint"),
    text("item", "Nickname or item"),
    text("flags_won", "Flags won"),
    text("flags_lost", "Flags lost"),
    text("before", "Before"),
    text("after", "After"),
    number("weight_before", "Weight before"),
    number("weight_after", "Weight after"),
];

/// Relays that joined, relays that left, relays in both that won or lost a flag or changed version or
/// nickname, then items of head and foot. Relays of which only the weight changed are left out.
pub fn diff_rows(diff: &ConsensusDiff) -> Rows<'_> {
    let joined = diff.joined.iter().map(|relay| single("joined", relay, [false, true]));
    let left = diff.left.iter().map(|relay| single("left", relay, [true, false]));
    let changed = diff.changed.iter().filter(|change| !is_weight_only(change)).map(changed);
    rows(&COLUMNS, joined.chain(left).chain(changed).chain(diff.items.iter().map(item)).collect())
}

fn is_weight_only(change: &RelayChange) -> bool {
    !change.has_flag_change() && change.version_before.is_none() && change.nickname_before.is_none()
}

fn single<'a>(what: &'static str, relay: &'a DiffRelay, [is_before, is_after]: [bool; 2]) -> Vec<Value<'a>> {
    let weight = |is_there: bool| Value::integer(relay.weight.map(u64::from).filter(|_| is_there));
    vec![
        Value::Text(what.into()),
        Value::display(relay.fingerprint),
        Value::text(relay.nickname.as_deref()),
        flags(if is_after { relay.flags } else { FlagSet::default() }),
        flags(if is_before { relay.flags } else { FlagSet::default() }),
        Value::Null,
        Value::Null,
        weight(is_before),
        weight(is_after),
    ]
}

fn changed(change: &RelayChange) -> Vec<Value<'_>> {
    let what = if change.has_flag_change() {
        "flags"
    } else if change.version_before.is_some() {
        "version"
    } else {
        "nickname"
    };
    let (before, after) = match (&change.version_before, &change.nickname_before) {
        (Some(before), _) => (Some(before), change.relay.version.as_deref()),
        (None, Some(before)) => (Some(before), change.relay.nickname.as_deref()),
        (None, None) => (None, None),
    };
    vec![
        Value::Text(what.into()),
        Value::display(change.relay.fingerprint),
        Value::text(change.relay.nickname.as_deref()),
        flags(change.won),
        flags(change.lost),
        Value::text(before.map(String::as_str)),
        Value::text(after),
        Value::integer(change.weight_before.map(u64::from)),
        Value::integer(change.relay.weight.map(u64::from)),
    ]
}

fn item(change: &ItemChange) -> Vec<Value<'_>> {
    vec![
        Value::Text("item".into()),
        Value::Null,
        Value::text(Some(&change.item)),
        Value::Null,
        Value::Null,
        Value::text(change.before.as_deref()),
        Value::text(change.after.as_deref()),
        Value::Null,
        Value::Null,
    ]
}

fn flags(set: FlagSet) -> Value<'static> {
    Value::List(set.iter().map(|flag| flag.name().into()).collect())
}
