//! When the relays and operators of today appeared.

use super::Content;
use super::section::Section;
use super::table::{Head, Table, number, text};
use crate::figures::FigureName;
use crate::format;
use crate::list::ListSort;
use crate::pages::{Method, Site};
use crate::rows::Tile;
use allium_analysis::growth::{Growth, GrowthMonth};
use allium_model::GroupKind;
use allium_views::ListKind;

const HEADS: &[Head] = &[
    ("Month", false),
    ("Relays", true),
    ("Exits", true),
    ("Guards", true),
    ("Middles", true),
    ("Operators by their oldest relay", true),
];

/// So many months are listed.
const MONTHS: usize = 36;

pub(super) fn content(site: Site<'_>) -> Content {
    let growth = Growth::new(site.network());
    let list = crate::Page::List(ListKind::Groups(GroupKind::FirstSeen), ListSort::FirstSeen, 1);
    Content {
        title: "Growth of what is still there",
        description: "When the Tor relays and operators of today first appeared.",
        sentence: "Relays and operators that run today, by when they first appeared. Those that left are not known here, so this shows the age of what is left and not how large the network was.".into(),
        tiles: tiles(site, &growth),
        form: None,
        sections: vec![
            Section::new("Relays that are still there").figure(site, FigureName::FirstSeen).figure(site, FigureName::RelaysByYear).link(&site.links().page(&list), "Every day on which relays were first seen").method(site, Method::Growth),
            Section::new("Operators that are still there").figure(site, FigureName::OperatorsByYear).method(site, Method::Growth),
            months(site, &growth),
        ],
    }
}

fn tiles(site: Site<'_>, growth: &Growth) -> Vec<Tile> {
    let overview = &site.snapshot().report.overview;
    let all = site.snapshot().report.totals.relays.total;
    let median = growth.median_month().map_or_else(|| "-".into(), |month| month.to_string());
    let oldest = growth.months.first().map_or_else(|| "-".into(), |first| first.month.to_string());
    let share = |part| format!("{} % of running relays", format::percent_of(part, all));
    vec![
        Tile::new("Half were there by", median, "", "running relays"),
        Tile::new("Oldest from", oldest, "", "month of first consensus"),
        Tile::new(
            "First seen in 30 days",
            format::count(overview.new_relays.month),
            "",
            share(overview.new_relays.month),
        ),
        Tile::new(
            "First seen in a year",
            format::count(overview.new_relays.year),
            "",
            share(overview.new_relays.year),
        ),
    ]
}

fn months(site: Site<'_>, growth: &Growth) -> Section {
    let row = |month: &GrowthMonth| {
        vec![
            text(month.month.to_string()),
            number(format::count(month.relays.total)),
            number(format::count(month.relays.exit)),
            number(format::count(month.relays.guard)),
            number(format::count(month.relays.middle)),
            number(format::count(month.operators)),
        ]
    };
    Section::new(format!("The last {MONTHS} months"))
        .table(Table::new("Months", HEADS).rows(growth.months.iter().rev().take(MONTHS).map(row)))
        .remark("Roles are those of today. The first month is that of the data and is not over.")
        .method(site, Method::Growth)
}
