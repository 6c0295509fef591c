//! Lists: the query, the rows, and the way to the next ones.

use super::super::answer::Answer;
use super::super::problem::{Problem, escaped};
use super::Call;
use allium_analysis::leaderboard::Category;
use allium_views::{
    ListKind, PARAMETERS, Query, QueryError, RELAY_COLUMNS, Rows, group_columns, leaderboard_columns,
    list_groups, list_leaderboard, list_leaderboards, list_relays,
};
use axum::http::header::LINK;

/// Rows of an answer when the query names no number.
pub(super) const DEFAULT_LIMIT: usize = 100;

/// Most rows of an answer.
pub(super) const MAX_LIMIT: usize = 1000;

/// Columns that are left out of lists unless they are asked for: each may hold thousands of entries.
const LONG_COLUMNS: [&str; 4] = ["effective_family", "alleged_family", "indirect_family", "exit_policy"];

/// The answer of a list.
pub(super) fn answer(call: Call<'_>, kind: ListKind) -> Result<Answer, Problem> {
    let query = read_query(&call.asked.query)?;
    let limit = query.page.limit.unwrap_or(DEFAULT_LIMIT);
    let rows = rows(call, kind, &query)?;
    with_next(call, &rows, query.page.offset, limit, kind.name())
}

/// All leaderboards.
pub(super) fn leaderboards(call: Call<'_>) -> Result<Answer, Problem> {
    let query = read_query(&call.asked.query)?;
    let limit = query.page.limit.unwrap_or(DEFAULT_LIMIT);
    let rows =
        list_leaderboards(&call.published.edition.snapshot, &query).map_err(|error| refused(&error))?;
    with_next(call, &rows, query.page.offset, limit, "leaderboards")
}

/// The operators of a leaderboard.
pub(super) fn leaderboard(call: Call<'_>, slug: &str) -> Result<Answer, Problem> {
    let missing = || Problem::NoSuchThing { kind: "leaderboard", id: slug.to_owned() };
    let category = Category::from_slug(slug).ok_or_else(missing)?;
    let query = read_query(&call.asked.query)?;
    let limit = query.page.limit.unwrap_or(DEFAULT_LIMIT);
    let snapshot = &call.published.edition.snapshot;
    let rows = list_leaderboard(snapshot, category, &query, &leaderboard_columns());
    let rows = rows.map_err(|error| refused(&error))?;
    with_next(call, &rows, query.page.offset, limit, &format!("leaderboard-{slug}"))
}

/// The rows of a page with their number and the way to the next ones.
pub(super) fn with_next(
    call: Call<'_>,
    rows: &Rows<'_>,
    offset: usize,
    limit: usize,
    name: &str,
) -> Result<Answer, Problem> {
    let mut meta = call.meta();
    meta.total = Some(rows.total);
    meta.offset = Some(offset);
    meta.limit = Some(limit);
    meta.next = next_target(call, offset.saturating_add(limit), rows.total, limit);
    let answer = call.form.list(rows, &meta, name)?;
    Ok(match &meta.next {
        Some(next) => answer.with(LINK, &format!("<{next}>; rel=\"next\"")),
        None => answer,
    })
}

/// The query with the bounds of the API. `format` is not one of its parameters, but the reader of an
/// error should see it among them.
fn read_query(pairs: &[(String, String)]) -> Result<Query, Problem> {
    let of_query = pairs.iter().filter(|(name, _)| name != "format");
    let parsed = Query::parse(of_query.map(|(name, value)| (name.as_str(), value.as_str())));
    let mut query = parsed.map_err(|error| match error {
        QueryError::UnknownParameter { name, .. } => {
            let known = format!("{}, format", PARAMETERS.join(", "));
            refused(&QueryError::UnknownParameter { name, known })
        }
        other => refused(&other),
    })?;
    let limit = query.page.limit.unwrap_or(DEFAULT_LIMIT);
    if limit > MAX_LIMIT {
        let reason = format!("one answer has at most {MAX_LIMIT} rows; follow `next` for more");
        return Err(refused(&QueryError::BadValue { name: "limit", value: limit.to_string(), reason }));
    }
    query.page.limit = Some(limit);
    Ok(query)
}

fn refused(error: &QueryError) -> Problem {
    Problem::BadQuery(error.to_string())
}

fn rows<'a>(call: Call<'a>, kind: ListKind, query: &Query) -> Result<Rows<'a>, Problem> {
    let snapshot = &call.published.edition.snapshot;
    let listed = match kind {
        ListKind::Relays => {
            let names = RELAY_COLUMNS.iter().map(|column| column.name);
            let short: Vec<&str> = names.filter(|name| !LONG_COLUMNS.contains(name)).collect();
            list_relays(snapshot, query, &short)
        }
        ListKind::Groups(kind) => {
            let names: Vec<&str> = group_columns(kind).iter().map(|column| column.name).collect();
            list_groups(snapshot, kind, query, &names)
        }
    };
    listed.map_err(|error| refused(&error))
}

/// Path and query of the next rows, with everything else as it was asked for.
fn next_target(call: Call<'_>, offset: usize, total: usize, limit: usize) -> Option<String> {
    if offset >= total {
        return None;
    }
    let kept = call.asked.query.iter().filter(|(name, _)| name != "offset" && name != "limit");
    let kept = kept
        .fold(String::new(), |text, (name, value)| format!("{text}{}={}&", escaped(name), escaped(value)));
    let base_path = &call.app.options.settings.base_path;
    let path = call.asked.path.trim_end_matches('/');
    Some(format!("{base_path}{path}?{kept}limit={limit}&offset={offset}"))
}
