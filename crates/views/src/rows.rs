//! The rows that a query selects.

use crate::column::{self, Align, Column};
use crate::fold::holds_folded;
use crate::query::{Matcher, Sort};
use crate::{NETWORK_COLUMNS, Query, QueryError, RELAY_COLUMNS, Value, group_columns, group_name};
use allium_analysis::Snapshot;
use allium_model::{GroupKind, GroupPosition, RelayPosition};
use std::cmp::Ordering;

/// What a writer needs to know of a column.
#[derive(Debug, Clone, Copy)]
pub struct RowHead {
    /// Name in JSON and CSV.
    pub name: &'static str,
    /// Head in terminal tables.
    pub head: &'static str,
    /// Side in tables.
    pub align: Align,
}

/// One row.
#[derive(Debug)]
pub struct Row<'a> {
    /// Its values, one for each column.
    pub values: Vec<Value<'a>>,
}

/// The rows that a query selects, with their columns.
#[derive(Debug)]
pub struct Rows<'a> {
    /// The columns.
    pub columns: Vec<RowHead>,
    /// The rows of the page that was asked for.
    pub rows: Vec<Row<'a>>,
    /// Rows that match, on all pages.
    pub total: usize,
}

/// The relays that a query selects.
pub fn list_relays<'a>(
    snapshot: &'a Snapshot,
    query: &Query,
    columns: &[&str],
) -> Result<Rows<'a>, QueryError> {
    let keys = snapshot.network.default_order().iter().copied();
    let matcher = query.filter.matcher(snapshot);
    let matching: Vec<RelayPosition> = keys.filter(|position| matcher.matches(*position)).collect();
    select(snapshot, matching, query, RELAY_COLUMNS, columns)
}

/// The groups of a kind that a query selects: those with at least one relay that matches the filter.
/// Their values are those of the whole group, as on its page.
pub fn list_groups<'a>(
    snapshot: &'a Snapshot,
    kind: GroupKind,
    query: &Query,
    columns: &[&str],
) -> Result<Rows<'a>, QueryError> {
    let order = snapshot.report.groups(kind).order.iter().copied();
    let matcher = query.filter.matcher(snapshot);
    let matching = order
        .filter(|position| group_matches(snapshot, kind, *position, query, &matcher))
        .map(|position| (kind, position));
    select(snapshot, matching.collect(), query, &group_columns(kind), columns)
}

pub(crate) fn group_matches(
    snapshot: &Snapshot,
    kind: GroupKind,
    position: GroupPosition,
    query: &Query,
    matcher: &Matcher<'_>,
) -> bool {
    let Some(group) = snapshot.network.groups(kind).get(position) else { return false };
    let named = |needle: &String| holds_folded(&group_name(snapshot, group), needle);
    if query.filter.search.as_ref().is_some_and(named) {
        return group.members.iter().any(|member| matcher.matches_without_search(*member));
    }
    query.filter.is_empty() || group.members.iter().any(|member| matcher.matches(*member))
}

/// One row with every value of a relay.
pub(crate) fn all_of<'a, K: Copy>(
    snapshot: &'a Snapshot,
    key: K,
    columns: &[&'static Column<K>],
) -> Rows<'a> {
    let values = columns.iter().map(|column| (column.value)(snapshot, key)).collect();
    Rows {
        columns: columns.iter().map(|column| head(column)).collect(),
        rows: vec![Row { values }],
        total: 1,
    }
}

impl<'a> Rows<'a> {
    /// Everything known of a relay.
    pub fn of_relay(snapshot: &'a Snapshot, position: RelayPosition) -> Self {
        all_of(snapshot, position, RELAY_COLUMNS)
    }

    /// Everything known of a group.
    pub fn of_group(snapshot: &'a Snapshot, kind: GroupKind, position: GroupPosition) -> Self {
        all_of(snapshot, (kind, position), &group_columns(kind))
    }

    /// Everything known of the network as a whole.
    pub fn of_network(snapshot: &'a Snapshot) -> Self {
        all_of(snapshot, (), NETWORK_COLUMNS)
    }
}

fn head<K>(column: &Column<K>) -> RowHead {
    RowHead { name: column.name, head: column.head, align: column.align }
}

pub(crate) fn select<'a, K: Copy>(
    snapshot: &'a Snapshot,
    mut keys: Vec<K>,
    query: &Query,
    all: &[&'static Column<K>],
    default_columns: &[&str],
) -> Result<Rows<'a>, QueryError> {
    let named = |name: &str| {
        column::find(all, name).ok_or_else(|| QueryError::UnknownColumn {
            name: name.to_owned(),
            known: all.iter().map(|column| column.name).collect::<Vec<_>>().join(", "),
        })
    };
    let chosen: Vec<_> = match &query.columns {
        Some(names) => names.iter().map(|name| named(name)).collect::<Result<_, _>>()?,
        None => default_columns.iter().map(|name| named(name)).collect::<Result<_, _>>()?,
    };
    if let Some(sort) = &query.sort {
        sort_keys(snapshot, &mut keys, named(&sort.column)?, sort);
    }
    let total = keys.len();
    let page = keys.into_iter().skip(query.page.offset).take(query.page.limit.unwrap_or(usize::MAX));
    let row = |key| Row { values: chosen.iter().map(|column| (column.value)(snapshot, key)).collect() };
    Ok(Rows {
        rows: page.map(row).collect(),
        columns: chosen.iter().map(|column| head(column)).collect(),
        total,
    })
}

/// Sorts by a column; unknown values come last in both directions, equal ones keep the default order.
fn sort_keys<K: Copy>(snapshot: &Snapshot, keys: &mut Vec<K>, column: &Column<K>, sort: &Sort) {
    let mut valued: Vec<(Value<'_>, K)> =
        keys.iter().map(|key| ((column.value)(snapshot, *key), *key)).collect();
    valued.sort_by(|(left, _), (right, _)| match (left.is_null(), right.is_null()) {
        (false, false) if sort.descending => right.order(left),
        (false, false) => left.order(right),
        (true, true) => Ordering::Equal,
        (left_unknown, right_unknown) => left_unknown.cmp(&right_unknown),
    });
    *keys = valued.into_iter().map(|(_, key)| key).collect();
}
