//! Replayed votes, one flag of one authority a row.

use super::{number, rows, text};
use crate::Value;
use crate::rows::{RowHead, Rows};
use allium_analysis::directory::VoteReplay;

const COLUMNS: [RowHead; 11] = [
    text("authority", "Authority"),
    text("identity", "Identity"),
    text("valid_after", "Valid after"),
    text("flag", "Flag"),
    text("coverage", "Judged by"),
    number("agreement_ratio", "Agreement"),
    number("agreeing", "Agree"),
    number("expected", "Expected, not given"),
    number("unexpected", "Given, not expected"),
    number("near", "Within rounding"),
    number("unevaluated", "Not evaluated"),
];

/// Agreement of votes with the rules, by authority and flag.
pub fn replay_rows(replays: &[VoteReplay]) -> Rows<'_> {
    let values = replays.iter().flat_map(|replay| replay.flags.iter().map(move |flag| (replay, flag)));
    let row = |(replay, flag): (&'_ VoteReplay, &allium_analysis::directory::FlagReplay)| {
        let count = |count: u32| Value::Integer(u64::from(count));
        vec![
            Value::display(&replay.nickname),
            Value::display(replay.identity),
            Value::display(replay.valid_after),
            Value::Text(flag.flag.name().into()),
            Value::Text(flag.coverage.name().into()),
            Value::number(flag.ratio()),
            count(flag.agreeing),
            count(flag.expected),
            count(flag.unexpected),
            count(flag.near),
            count(flag.unevaluated),
        ]
    };
    rows(&COLUMNS, values.map(row).collect())
}
