//! `allium list`: the lists of the site in the terminal.

use super::{load_shown, now_or, print_rows, say};
use crate::cli::{ListArgs, ListName};
use crate::config::Config;
use crate::failure::{ExitCode, Failure};
use allium_model::GroupKind;
use allium_views::{
    Query, RELAY_DEFAULT_COLUMNS, group_columns, group_default_columns, list_groups, list_relays,
};

pub fn run(args: &ListArgs, config: Config) -> Result<(), Failure> {
    let query = query(args)?;
    let edition = load_shown(&config.with_source(&args.source), now_or(args.source.now))?;
    let snapshot = &edition.snapshot;
    let is_table = args.format == crate::cli::Format::Table;
    let rows = match kind(args.what) {
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

const fn kind(name: ListName) -> Option<GroupKind> {
    match name {
        ListName::Relays => None,
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
