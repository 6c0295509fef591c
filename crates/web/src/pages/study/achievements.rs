//! The achievement wheel: twelve categories with their champions.

use super::Content;
use super::reliability::operator_cell;
use super::section::Section;
use super::table::{Cell, Head, Table, number, text};
use crate::figures::FigureName;
use crate::figures::network::wheel::{CATEGORIES, board_path};
use crate::format;
use crate::pages::{Method, Site, value_with_unit};
use crate::rows::Tile;
use allium_analysis::leaderboard::{Category, Leaderboards};
use allium_model::GroupKind;

const HEADS: &[Head] =
    &[("Category", false), ("Champion", false), ("Measure", false), ("Value", true), ("Ranked", true)];

pub(super) fn content(site: Site<'_>) -> Content {
    let boards = &site.snapshot().report.leaderboards;
    Content {
        title: "Achievements",
        description: "Twelve categories in which operators of Tor relays excel, with the first of each.",
        sentence: "The first operator of twelve leaderboards. A place says how much of one thing an operator has, not how good it is; the method of each board says what counts.".into(),
        tiles: tiles(site, boards),
        form: None,
        sections: vec![
            Section::new("The wheel").figure(site, FigureName::AchievementWheel).method(site, Method::Leaderboards),
            champions(site, boards),
        ],
    }
}

fn tiles(site: Site<'_>, boards: &Leaderboards) -> Vec<Tile> {
    let live = CATEGORIES.iter().filter(|category| boards.champion(**category).is_some()).count();
    let operators = site.network().groups(GroupKind::Operator).len();
    vec![
        Tile::new("Categories with a champion", format::count(live), "", format!("of {}", CATEGORIES.len())),
        Tile::new(
            "Operators with a rank",
            format::count(boards.ranked_operators(site.network())),
            "",
            format!("of {}, in any of {} boards", format::count(operators), Category::ALL.len()),
        ),
        Tile::new(
            "Data of",
            site.network().published().date().to_string(),
            "",
            "ranks change with every document",
        ),
    ]
}

fn champions(site: Site<'_>, boards: &Leaderboards) -> Section {
    let row = |category: &Category| {
        let board = boards.board(*category);
        let (champion, value) = match boards.champion(*category) {
            Some(standing) => {
                (operator_cell(site, standing.operator), value_with_unit(*category, standing.value))
            }
            None => (text(board.missing.map_or("nobody", |missing| missing.sentence())), "-".into()),
        };
        let path = board_path(*category).map(|path| site.links().to(path));
        vec![
            Cell::Link(path, category.title().to_owned()),
            champion,
            text(category.measure()),
            number(value),
            number(format::count(board.standings().len())),
        ]
    };
    Section::new("Champions").table(Table::new("Champions", HEADS).rows(CATEGORIES.iter().map(row)))
}
