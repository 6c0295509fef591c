//! The leaderboards as rows: the boards, and the operators of one board.

use crate::column::{Align, Column};
use crate::rows::{group_matches, select};
use crate::{Query, QueryError, Rows, Value, group_id, group_name};
use allium_analysis::leaderboard::{Board, Category, MissingData, Standing, Title, Unit};
use allium_analysis::{Aggregate, Snapshot};
use allium_model::{Group, GroupKind, GroupPosition, OperatorKey};

/// A row of a board: the category and the place among its standings.
type Key = (Category, usize);

/// Name, side and value of a column whose head is its title.
const fn column<K>(
    name: &'static str,
    head: &'static str,
    align: Align,
    value: for<'a> fn(&'a Snapshot, K) -> Value<'a>,
) -> Column<K> {
    Column { name, head, align, value }
}

fn board(snapshot: &Snapshot, category: Category) -> &Board {
    snapshot.report.leaderboards.board(category)
}

fn standing(snapshot: &Snapshot, (category, index): Key) -> Standing {
    board(snapshot, category).standings()[index]
}

fn operator(snapshot: &Snapshot, position: GroupPosition) -> Option<Group<'_>> {
    snapshot.network.groups(GroupKind::Operator).get(position)
}

fn sum(snapshot: &Snapshot, key: Key) -> &Aggregate {
    &snapshot.group_report(GroupKind::Operator, standing(snapshot, key).operator).aggregate
}

fn named(snapshot: &Snapshot, position: Option<GroupPosition>) -> Value<'_> {
    let group = position.and_then(|position| operator(snapshot, position));
    group.map_or(Value::Null, |group| Value::Text(group_name(snapshot, group)))
}

fn id(snapshot: &Snapshot, position: Option<GroupPosition>) -> Value<'_> {
    let group = position.and_then(|position| operator(snapshot, position));
    group.map_or(Value::Null, |group| Value::Text(group_id(snapshot, group)))
}

/// The unit of a category as columns name units.
pub const fn leaderboard_unit(category: Category) -> &'static str {
    match category.unit() {
        Unit::BytesPerSecond => "bytes_per_second",
        Unit::Bytes => "bytes",
        Unit::Ratio => "ratio",
        Unit::Relays => "relays",
        Unit::Countries => "countries",
        Unit::Addresses => "addresses",
        Unit::Points => "points",
    }
}

fn champion(snapshot: &Snapshot, category: Category) -> Option<&Standing> {
    snapshot.report.leaderboards.champion(category)
}

static BOARDS: &[&Column<Category>] = &[
    &column("leaderboard", "Leaderboard", Align::Left, |_, category| Value::Text(category.slug().into())),
    &column("title", "Title", Align::Left, |_, category| Value::Text(category.title().into())),
    &column("measure", "Measure", Align::Left, |_, category| Value::Text(category.measure().into())),
    &column("unit", "Unit", Align::Left, |_, category| Value::Text(leaderboard_unit(category).into())),
    &column("ranked_operators", "Ranked", Align::Right, |s, category| {
        Value::Integer(board(s, category).standings().len() as u64)
    }),
    &column("champion_id", "Champion's id", Align::Left, |s, category| {
        id(s, champion(s, category).map(|first| first.operator))
    }),
    &column("champion_name", "Champion", Align::Left, |s, category| {
        named(s, champion(s, category).map(|first| first.operator))
    }),
    &column("champion_value", "Value", Align::Right, |s, category| {
        Value::number(champion(s, category).map(|first| first.value))
    }),
    &column("missing", "Missing", Align::Left, |s, category| {
        Value::text(board(s, category).missing.map(MissingData::sentence))
    }),
    &column("method", "Method", Align::Left, |_, category| Value::Text(category.method().into())),
];

static STANDINGS: &[&Column<Key>] = &[
    &column("rank", "Rank", Align::Right, |s, key| Value::Integer(standing(s, key).rank as u64)),
    &column("id", "Id", Align::Left, |s, key| id(s, Some(standing(s, key).operator))),
    &column("name", "Name", Align::Left, |s, key| named(s, Some(standing(s, key).operator))),
    &column("verified", "Verified", Align::Left, |s, key| {
        let key = s.network.operator(standing(s, key).operator);
        Value::Bool(matches!(key, OperatorKey::VerifiedDomain(_)))
    }),
    &column("leaderboard", "Leaderboard", Align::Left, |_, (category, _)| {
        Value::Text(category.slug().into())
    }),
    &column("value", "Value", Align::Right, |s, key| Value::Number(standing(s, key).value)),
    &column("unit", "Unit", Align::Left, |_, (category, _)| Value::Text(leaderboard_unit(category).into())),
    &column("award", "Award", Align::Left, |s, key| {
        Value::text(board(s, key.0).title(standing(s, key).rank).map(Title::name))
    }),
    &column("relays", "Relays", Align::Right, |s, key| Value::Integer(sum(s, key).relays.total as u64)),
    &column("consensus_weight_fraction", "Weight share", Align::Right, |s, key| {
        Value::Number(sum(s, key).consensus_weight_fraction.total)
    }),
];

/// Every column of a board, in the order of JSON objects and CSV.
pub fn leaderboard_columns() -> Vec<&'static str> {
    STANDINGS.iter().map(|column| column.name).collect()
}

/// The columns that a terminal table shows when none are asked for.
pub const LEADERBOARD_DEFAULT_COLUMNS: &[&str] =
    &["rank", "name", "verified", "value", "unit", "award", "relays", "id"];

/// All boards.
pub fn list_leaderboards<'a>(snapshot: &'a Snapshot, query: &Query) -> Result<Rows<'a>, QueryError> {
    if !query.filter.is_empty() {
        return Err(QueryError::UnknownParameter {
            name: "of a filter".into(),
            known: "sort, limit, offset, fields".into(),
        });
    }
    let names: Vec<&str> = BOARDS.iter().map(|column| column.name).collect();
    select(snapshot, Category::ALL.into(), query, BOARDS, &names)
}

/// The operators of a board with at least one relay that matches the filter, by rank.
pub fn list_leaderboard<'a>(
    snapshot: &'a Snapshot,
    category: Category,
    query: &Query,
    columns: &[&str],
) -> Result<Rows<'a>, QueryError> {
    let matcher = query.filter.matcher(snapshot);
    let standings = board(snapshot, category).standings().iter().enumerate();
    let keys = standings
        .filter(|(_, standing)| {
            group_matches(snapshot, GroupKind::Operator, standing.operator, query, &matcher)
        })
        .map(|(index, _)| (category, index));
    select(snapshot, keys.collect(), query, STANDINGS, columns)
}
