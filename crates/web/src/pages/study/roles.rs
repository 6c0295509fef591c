//! Roles by country, system and size of operator.

use super::Content;
use super::section::{Section, Width};
use super::table::{Head, Table, number, text};
use crate::figures::FigureName;
use crate::figures::network::row_name;
use crate::format;
use crate::pages::{Method, Site};
use crate::rows::Tile;
use allium_analysis::roles::{RoleRow, RowOf, role_rows, size_rows};
use allium_model::{GroupKind, Role};

const HEADS: &[Head] = &[
    ("Relays of", false),
    ("Exits", true),
    ("Guards", true),
    ("Middles", true),
    ("Weight, %", true),
    ("Most typical role", false),
];

/// So many countries are listed.
const MOST_COUNTRIES: usize = 25;
/// A country with so many relays and without an exit is named.
const GAP_RELAYS: usize = 20;

pub(super) fn content(site: Site<'_>) -> Content {
    let countries = role_rows(site.snapshot(), GroupKind::Country);
    let platforms = role_rows(site.snapshot(), GroupKind::Platform);
    Content {
        title: "Roles of relays",
        description: "Exits, guards and middles by country, operating system and size of operator.",
        sentence: "Each running relay has one role: exit, guard or middle. Rows say how the relays of a country, a system or operators of a size divide; the typical role is the one that is most over-represented against the network.".into(),
        tiles: tiles(site),
        form: None,
        sections: vec![
            Section::new("By size of operator").width(Width::Half).figure(site, FigureName::RolesBySize).method(site, Method::RoleMatrix),
            Section::new("By operating system").width(Width::Half).figure(site, FigureName::RolesByPlatform).method(site, Method::RoleMatrix),
            Section::new("By country").figure(site, FigureName::RolesByCountry).method(site, Method::RoleMatrix),
            gaps(site, &countries),
            table(site, "Countries in numbers", &countries, MOST_COUNTRIES),
            table(site, "Sizes of operators in numbers", &size_rows(site.snapshot()), MOST_COUNTRIES),
            table(site, "Operating systems in numbers", &platforms, MOST_COUNTRIES),
        ],
    }
}

fn tiles(site: Site<'_>) -> Vec<Tile> {
    let sum = &site.snapshot().report.totals;
    let labels = ["Exits", "Guards", "Middles"];
    let tile = |(role, label): (&Role, &'static str)| {
        Tile::new(
            label,
            format::count(sum.relays.of(*role)),
            "",
            format!(
                "{} % of relays, {} % of weight",
                format::percent_of(sum.relays.of(*role), sum.relays.total),
                format::percent(sum.consensus_weight_fraction.of(*role))
            ),
        )
    };
    Role::ALL.iter().zip(labels).map(tile).collect()
}

fn table(site: Site<'_>, title: &'static str, rows: &[RoleRow], most: usize) -> Section {
    let totals = &site.snapshot().report.totals.relays;
    let row = |row: &RoleRow| {
        let share = |role: Role| {
            let share = row.share(role).map_or_else(|| "0".into(), |share| format!("{:.1}", share * 100.0));
            number(format!("{} ({share} %)", format::count(row.relays.of(role))))
        };
        let name = match row.of {
            RowOf::Group(kind, position) => super::reliability::group_cell(site, kind, position),
            RowOf::Size(_) | RowOf::NotKnown => text(row_name(site.snapshot(), row.of)),
        };
        let mut cells = vec![name];
        cells.extend(Role::ALL.map(share));
        cells.push(number(format::percent(row.weight_fraction.total)));
        cells.push(text(typical(row, totals)));
        cells
    };
    let shown = rows.iter().filter(|row| row.relays.total > 0).take(most);
    let section = Section::new(title).table(Table::new(title, HEADS).rows(shown.map(row)));
    let all = rows.len();
    if all > most {
        section.remark(format!("The first {most} of {all} by consensus weight."))
    } else {
        section
    }
}

/// The role that is most over-represented, with how many times as common it is.
fn typical(row: &RoleRow, totals: &allium_analysis::ByRole<usize>) -> String {
    let best = Role::ALL
        .into_iter()
        .filter_map(|role| Some((role, row.specialisation(totals, role)?)))
        .max_by(|left, right| left.1.total_cmp(&right.1));
    best.map_or_else(|| "-".into(), |(role, times)| format!("{}, {times:.2} times the network", role.name()))
}

fn gaps(site: Site<'_>, countries: &[RoleRow]) -> Section {
    let is_gap = |row: &&RoleRow| row.relays.total >= GAP_RELAYS && row.relays.exit == 0;
    let names: Vec<_> = countries
        .iter()
        .filter(is_gap)
        .map(|row| {
            format!("{} ({} relays)", row_name(site.snapshot(), row.of), format::count(row.relays.total))
        })
        .collect();
    let with_exit = countries.iter().filter(|row| row.relays.exit > 0).count();
    let words = if names.is_empty() {
        format!("Every country with at least {GAP_RELAYS} running relays has an exit.")
    } else {
        format!("Countries with at least {GAP_RELAYS} running relays and no exit: {}.", names.join(", "))
    };
    Section::new("Gaps")
        .text(words)
        .text(format!(
            "{} of {} have an exit.",
            format::count(with_exit),
            format::counted(countries.len(), "country", "countries")
        ))
        .remark("Why there is none is not measured here.")
        .method(site, Method::RoleMatrix)
}
