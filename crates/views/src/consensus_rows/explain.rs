//! A relay's flags explained: one flag a row, or one condition of one authority a row.

use super::{number, rows, text};
use crate::Value;
use crate::rows::{RowHead, Rows};
use allium_analysis::directory::flags::{Judgement, Quantity, Requirement, Value as Known};
use allium_analysis::directory::{Explanation, FlagExplanation};
use allium_model::VoteBook;

const FLAG_COLUMNS: [RowHead; 8] = [
    text("flag", "Flag"),
    text("in_consensus", "In consensus"),
    number("authorities_giving", "Give it"),
    number("authorities_voting", "Vote on it"),
    number("authorities_missing", "Short of majority"),
    number("authorities_eligible", "Eligible at"),
    text("in_the_way", "In the way"),
    text("next_step", "Next step"),
];

/// Each flag of a relay: who gives it, who votes on it, and what would help.
pub fn flag_rows(explanation: &Explanation) -> Rows<'_> {
    let row = |flag: &FlagExplanation| {
        let count = |count: u32| Value::Integer(u64::from(count));
        vec![
            Value::Text(flag.flag.name().into()),
            Value::bool(flag.in_consensus),
            count(flag.given.count),
            count(flag.given.of),
            count(flag.given.short_of_majority()),
            count(flag.eligible.count),
            flag.next_step.map_or(Value::Null, |step| Value::Text(step.kind.name().into())),
            flag.next_step.map_or(Value::Null, |step| Value::Text(step.advice().into())),
        ]
    };
    rows(&FLAG_COLUMNS, explanation.flags.iter().map(row).collect())
}

const REQUIREMENT_COLUMNS: [RowHead; 11] = [
    text("authority", "Authority"),
    text("flag", "Flag"),
    text("given", "Given"),
    text("verdict", "Verdict"),
    text("requirement", "Requirement"),
    text("requirement_flag", "Of flag"),
    number("value", "Value"),
    number("threshold", "Threshold"),
    text("unit", "Unit"),
    text("state", "State"),
    number("missing", "Missing"),
];

/// Each condition of each flag at each authority that lists the relay. A value or threshold that the
/// vote does not say is unknown.
pub fn requirement_rows<'a>(explanation: &'a Explanation, book: &'a VoteBook) -> Rows<'a> {
    let mut values = Vec::new();
    for opinion in &explanation.opinions {
        let Some(authority) = book.authorities().get(opinion.column) else { continue };
        for judgement in &opinion.judgements {
            let conditions = judgement.requirements.iter();
            values.extend(conditions.map(|condition| row(&authority.nickname, judgement, condition)));
        }
    }
    rows(&REQUIREMENT_COLUMNS, values)
}

fn row<'a>(authority: &'a str, judgement: &'a Judgement, condition: &'a Requirement) -> Vec<Value<'a>> {
    let amount = |quantity: Option<Quantity>| Value::number(quantity.map(Quantity::number));
    let value = match condition.value {
        Known::Known(quantity) => Some(quantity),
        Known::NotInVotes | Known::NotPublished => None,
    };
    let bar = condition.bar.quantity();
    vec![
        Value::text(Some(authority)),
        Value::Text(judgement.flag.name().into()),
        Value::Bool(judgement.is_given),
        Value::Text(judgement.verdict().name().into()),
        Value::Text(condition.kind.name().into()),
        condition.kind.flag().map_or(Value::Null, |flag| Value::Text(flag.name().into())),
        amount(value),
        amount(bar),
        value.or(bar).map_or(Value::Null, |quantity| Value::Text(quantity.unit().into())),
        Value::Text(condition.state().name().into()),
        amount(condition.missing()),
    ]
}
