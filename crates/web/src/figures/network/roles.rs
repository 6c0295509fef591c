//! Which roles the relays of a country, a system or operators of a size have.

use super::diversity::name_of;
use super::percent;
use crate::Edition;
use allium_analysis::Snapshot;
use allium_analysis::roles::{RoleRow, RowOf, role_rows, size_rows};
use allium_charts::{Chart, Figure, MatrixChart, MatrixRow, Unit};
use allium_model::{GroupKind, Role};

/// So many groups of a kind are shown.
pub(crate) const MOST_ROWS: usize = 20;

/// Countries by weight.
pub(crate) fn by_country(edition: &Edition) -> Option<Figure> {
    matrix(edition, "Country", &role_rows(&edition.snapshot, GroupKind::Country))
}

/// Operating systems by weight.
pub(crate) fn by_platform(edition: &Edition) -> Option<Figure> {
    matrix(edition, "System", &role_rows(&edition.snapshot, GroupKind::Platform))
}

/// Operators by number of relays.
pub(crate) fn by_size(edition: &Edition) -> Option<Figure> {
    matrix(edition, "Operators with", &size_rows(&edition.snapshot))
}

/// What a row is called.
pub(crate) fn row_name(snapshot: &Snapshot, of: RowOf) -> String {
    match of {
        RowOf::Group(kind, position) => name_of(snapshot, kind, position),
        RowOf::Size(size) => size.name().into(),
        RowOf::NotKnown => "not known".into(),
    }
}

fn matrix(edition: &Edition, thing: &str, rows: &[RoleRow]) -> Option<Figure> {
    let snapshot = &edition.snapshot;
    let row = |row: &RoleRow| MatrixRow {
        label: format!("{} ({})", row_name(snapshot, row.of), crate::format::count(row.relays.total)),
        values: Role::ALL.map(|role| row.share(role).map(percent)).into(),
    };
    let chart = MatrixChart {
        unit: Unit::Percent,
        thing: thing.into(),
        columns: ["Exits", "Guards", "Middles"].map(str::to_owned).into(),
        rows: rows.iter().filter(|row| row.relays.total > 0).take(MOST_ROWS).map(row).collect(),
        ..MatrixChart::default()
    };
    let title = format!(
        "Roles by {}",
        match thing {
            "Country" => "country",
            "System" => "operating system",
            _ => "size of operator",
        }
    );
    let note = "Share of the running relays of a row that have the role; their number in brackets.";
    super::shown(Figure::new(title, Chart::Matrix(chart)).with_note(note))
}
