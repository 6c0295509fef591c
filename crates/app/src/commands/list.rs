//! `allium list`: the lists of the site in the terminal.

use super::{load_shown, now_or, print_rows, say};
use crate::cli::{ListArgs, ListName};
use crate::config::Config;
use crate::failure::{ExitCode, Failure};
use allium_analysis::Snapshot;
use allium_analysis::leaderboard::Category;
use allium_model::GroupKind;
use allium_views::{
    LEADERBOARD_DEFAULT_COLUMNS, Query, QueryError, RELAY_DEFAULT_COLUMNS, Rows, group_columns,
    group_default_columns, leaderboard_columns, list_groups, list_leaderboard, list_leaderboards,
    list_relays,
};

pub fn run(args: &ListArgs, config: Config) -> Result<(), Failure> {
    let query = query(args)?;
    let edition = load_shown(&config.with_source(&args.source), now_or(args.source.now))?;
    let snapshot = &edition.snapshot;
    let is_table = args.format == crate::cli::Format::Table;
    let rows = match kind(args.what) {
        None if args.what == ListName::Leaderboards => boards(snapshot, args, &query, is_table)?,
        _ if args.leaderboard.is_some() => {
            return Err(Failure::new(ExitCode::Usage, "--leaderboard belongs to: allium list leaderboards"));
        }
        None if is_table => list_relays(snapshot, &query, RELAY_DEFAULT_COLUMNS),
        None => list_relays(
            snapshot,
            &query,
            &allium_views::RELAY_COLUMNS.iter().map(|column| column.name).collect::<Vec<_>>(),
        ),
        Some(kind) if is_table => list_groups(snapshot, kind, &query, &group_default_columns(kind)),
        Some(kind) => list_groups(
            snapshot,
            kind,
            &query,
            &group_columns(kind).iter().map(|column| column.name).collect::<Vec<_>>(),
        ),
    };
    let rows = rows.map_err(|error| Failure::new(ExitCode::Usage, error))?;
    print_rows(&edition, &rows, args.format, true)?;
    if rows.rows.is_empty() {
        say(format_args!("nothing fits"));
    }
    Ok(())
}

/// All leaderboards, or the operators of one.
fn boards<'a>(
    snapshot: &'a Snapshot,
    args: &ListArgs,
    query: &Query,
    is_table: bool,
) -> Result<Result<Rows<'a>, QueryError>, Failure> {
    let Some(slug) = &args.leaderboard else { return Ok(list_leaderboards(snapshot, query)) };
    let unknown = || {
        let known: Vec<&str> = Category::ALL.iter().map(|category| category.slug()).collect();
        let message =
            format_args!("there is no leaderboard {slug:?}; known are {}", known.join(", ")).to_string();
        Failure::new(ExitCode::Usage, message)
    };
    let category = Category::from_slug(slug).ok_or_else(unknown)?;
    let all = leaderboard_columns();
    let columns = if is_table { LEADERBOARD_DEFAULT_COLUMNS } else { &all };
    Ok(list_leaderboard(snapshot, category, query, columns))
}

const fn kind(name: ListName) -> Option<GroupKind> {
    match name {
        ListName::Relays | ListName::Leaderboards => None,
        ListName::Operators => Some(GroupKind::Operator),
        ListName::Families => Some(GroupKind::Family),
        ListName::Countries => Some(GroupKind::Country),
        ListName::Ases => Some(GroupKind::As),
        ListName::Platforms => Some(GroupKind::Platform),
        ListName::Versions => Some(GroupKind::Version),
        ListName::Flags => Some(GroupKind::Flag),
        ListName::FirstSeen => Some(GroupKind::FirstSeen),
    }
}

/// The same query as a URL would ask, so that both mean the same.
fn query(args: &ListArgs) -> Result<Query, Failure> {
    let text = |number: &Option<usize>| number.map(|number| number.to_string());
    let pairs = [
        ("country", args.country.clone()),
        ("as", args.asn.clone()),
        ("flag", args.flag.clone()),
        ("role", args.role.clone()),
        ("contact", args.contact.clone()),
        ("family", args.family.map(|family| family.to_string())),
        ("platform", args.platform.clone()),
        ("version", args.version.clone()),
        ("running", args.running.map(|running| running.to_string())),
        ("search", args.search.clone()),
        ("sort", args.sort.clone()),
        ("limit", text(&args.limit)),
        ("offset", text(&args.offset)),
        ("fields", args.columns.clone()),
    ];
    let given = pairs.iter().filter_map(|(name, value)| Some((*name, value.as_deref()?)));
    Query::parse(given).map_err(|error| Failure::new(ExitCode::Usage, error))
}
