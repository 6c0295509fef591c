//! The leaderboards of operators: all of them at a glance, and the ranks of one, page by page.

mod path;
mod value;

pub(crate) use path::{board_path, page_count, parse_board};
pub(crate) use value::{shown, value_with_unit};

use super::{Site, finish};
use crate::frame::{Frame, Section};
use crate::list::ListSort;
use crate::prepared::meter;
use crate::rows::{Named, Tile, list_titles};
use crate::{Page, format};
use allium_analysis::leaderboard::{Board, Category, Standing};
use allium_model::{GroupKind, GroupPosition, OperatorKey};
use allium_views::{ListKind, group_name};
use askama::Template;
use path::PAGE_ROWS;

/// A row of a board.
struct BoardRow<'a> {
    rank: usize,
    operator: Named<'a>,
    is_verified: bool,
    title: Option<&'static str>,
    value: String,
    /// The value with its unit, where no head gives it.
    value_with_unit: String,
    meter: String,
    relays: String,
    weight_percent: String,
}

/// A board on the page of all of them.
struct BoardCard<'a> {
    title: &'static str,
    measure: String,
    rows: Vec<BoardRow<'a>>,
    missing: Option<&'static str>,
    href: String,
    ranked: String,
}

#[derive(Template)]
#[template(path = "leaderboards.html")]
struct LeaderboardsPage<'a> {
    frame: Frame<'a>,
    tiles: Vec<Tile>,
    champions: Vec<BoardRow<'a>>,
    champions_missing: Option<&'static str>,
    boards: Vec<BoardCard<'a>>,
    advised: Option<String>,
}

#[derive(Template)]
#[template(path = "leaderboard.html")]
struct LeaderboardPage<'a> {
    frame: Frame<'a>,
    category: Category,
    sentence: String,
    measure: String,
    method: String,
    podium: Vec<BoardRow<'a>>,
    rows: Vec<BoardRow<'a>>,
    missing: Option<&'static str>,
    previous: Option<String>,
    next: Option<String>,
    range: Option<String>,
    others: Vec<(&'static str, String, bool)>,
}

/// Rows of a board on the page of all boards.
const CARD_ROWS: usize = 5;

/// Longest name in a card, in characters.
const CARD_NAME: usize = 30;

/// Longest name on the page of a board, in characters.
const ROW_NAME: usize = 60;

pub(super) fn render_all(site: Site<'_>) -> Option<String> {
    let boards = &site.snapshot().report.leaderboards;
    let frame = Frame::new(site, &Page::Leaderboards, "Leaderboards", Section::Leaderboards)
        .described("Operators of the Tor network ranked by what they contribute, in nineteen categories.")
        .crumb("Operators", &operators_page())
        .here("Leaderboards")
        .data_at("/api/v1/leaderboards");
    let masters = boards.board(Category::ReliabilityMasters);
    finish(&LeaderboardsPage {
        tiles: tiles(site),
        champions: boards
            .reliability_champions()
            .filter_map(|standing| row(site, masters, standing, CARD_NAME))
            .collect(),
        champions_missing: masters.missing.map(allium_analysis::leaderboard::MissingData::sentence),
        boards: boards.iter().map(|board| card(site, board)).collect(),
        advised: advised(site),
        frame,
    })
}

fn operators_page() -> Page {
    Page::List(ListKind::Groups(GroupKind::Operator), ListSort::ConsensusWeight, 1)
}

/// The share of operators that have something to do, in a sentence.
fn advised(site: Site<'_>) -> Option<String> {
    let operators = &site.snapshot().report.operators;
    (operators.active > 0).then(|| {
        format!(
            "{} of {} operators with running relays ({} %) have at least one recommendation on their page.",
            format::count(operators.with_recommendation),
            format::count(operators.active),
            format::percent_of(operators.with_recommendation, operators.active)
        )
    })
}

fn tiles(site: Site<'_>) -> Vec<Tile> {
    let report = &site.snapshot().report;
    let boards = &report.leaderboards;
    let ranked = boards.ranked_operators(site.network());
    let sums = report.groups(GroupKind::Operator).groups.iter().map(|group| &group.aggregate);
    let bandwidth = format::bandwidth(sums.clone().map(|sum| sum.observed_bandwidth.total).sum());
    let weight: f64 = sums.map(|sum| sum.consensus_weight_fraction.total).sum();
    vec![
        Tile::new("Operators ranked", format::count(ranked), "", "with relays and a contact".to_owned()),
        Tile::new(
            "Their bandwidth",
            bandwidth.number,
            bandwidth.unit,
            "observed, as relays claim".to_owned(),
        ),
        Tile::new("Their weight", format::percent(weight), "%", "of the consensus".to_owned()),
        Tile::new(
            "Boards with ranks",
            boards.live_boards().to_string(),
            "",
            format!("of {}", Category::ALL.len()),
        ),
    ]
}

fn card<'a>(site: Site<'a>, board: &Board) -> BoardCard<'a> {
    let category = board.category;
    let standings = board.standings().iter().take(CARD_ROWS);
    BoardCard {
        title: category.title(),
        measure: value::head(category),
        rows: standings.filter_map(|standing| row(site, board, standing, CARD_NAME)).collect(),
        missing: board.missing.map(allium_analysis::leaderboard::MissingData::sentence),
        href: site.links().page(&Page::Leaderboard(category, 1)),
        ranked: format::counted(board.standings().len(), "rank", "ranks"),
    }
}

fn row<'a>(site: Site<'a>, board: &Board, standing: &Standing, longest: usize) -> Option<BoardRow<'a>> {
    let snapshot = site.snapshot();
    let sum = &snapshot.group_report(GroupKind::Operator, standing.operator).aggregate;
    let best = board.standings().first().map_or(0.0, |first| first.value);
    Some(BoardRow {
        value_with_unit: value_with_unit(board.category, standing.value),
        rank: standing.rank,
        operator: operator(site, standing.operator, longest)?,
        is_verified: matches!(snapshot.network.operator(standing.operator), OperatorKey::VerifiedDomain(_)),
        title: board.title(standing.rank).map(allium_analysis::leaderboard::Title::name),
        value: shown(board.category, standing.value),
        meter: meter(standing.value, best),
        relays: format::count(sum.relays.total),
        weight_percent: format::percent(sum.consensus_weight_fraction.total),
    })
}

/// An operator's name with the link to its page.
fn operator(site: Site<'_>, position: GroupPosition, longest: usize) -> Option<Named<'_>> {
    let group = site.network().groups(GroupKind::Operator).get(position)?;
    let name = format::shortened(&group_name(site.snapshot(), group), longest).into();
    Some(Named { name, href: site.group_link(group.key) })
}

pub(super) fn render(site: Site<'_>, category: Category, page: &Page, number: usize) -> Option<String> {
    let board = site.snapshot().report.leaderboards.board(category);
    let total = board.standings().len();
    let pages = page_count(total);
    let first = (number.checked_sub(1)?) * PAGE_ROWS;
    let standings = board.standings().get(first..total.min(first + PAGE_ROWS))?;
    if number > pages {
        return None;
    }
    let link = |number: usize| site.links().page(&Page::Leaderboard(category, number));
    let rows = |standings: &[Standing], longest| -> Vec<BoardRow<'_>> {
        standings.iter().filter_map(|standing| row(site, board, standing, longest)).collect()
    };
    let podium = board.standings().iter().take_while(|standing| standing.rank <= 3).count().min(PODIUM_ROWS);
    let last = first + standings.len();
    finish(&LeaderboardPage {
        frame: frame(site, category, page, number),
        category,
        sentence: sentence(category, total),
        measure: value::head(category),
        method: site.links().to(format_args!("/methods/{}/", category.method())),
        podium: if number == 1 { rows(&board.standings()[..podium], CARD_NAME) } else { Vec::new() },
        rows: rows(standings, ROW_NAME),
        missing: board.missing.map(allium_analysis::leaderboard::MissingData::sentence),
        previous: (number > 1).then(|| link(number - 1)),
        next: (number < pages).then(|| link(number + 1)),
        range: (pages > 1).then(|| {
            format!("{} to {} of {}", format::count(first + 1), format::count(last), format::count(total))
        }),
        others: others(site, category),
    })
}

/// Operators on a podium: with ties there may be more than three.
const PODIUM_ROWS: usize = 6;

fn frame<'a>(site: Site<'a>, category: Category, page: &Page, number: usize) -> Frame<'a> {
    let page_words = if number == 1 { String::new() } else { format!(", page {number}") };
    let offset = (number - 1) * PAGE_ROWS;
    Frame::new(site, page, format!("{} - leaderboard{page_words}", category.title()), Section::Leaderboards)
        .described(format!("Operators of the Tor network ranked by: {}.", category.measure().to_lowercase()))
        .crumb(list_titles(ListKind::Groups(GroupKind::Operator)).0, &operators_page())
        .crumb("Leaderboards", &Page::Leaderboards)
        .here(category.title())
        .data_at(format!("/api/v1/leaderboards/{}?limit={PAGE_ROWS}&offset={offset}", category.slug()))
}

fn sentence(category: Category, total: usize) -> String {
    let ranked = format::counted(total, "operator has a rank", "operators have a rank");
    format!("{}. {ranked}; equal values share one.", value::meaning(category))
}

fn others(site: Site<'_>, current: Category) -> Vec<(&'static str, String, bool)> {
    let link = |category: Category| {
        let href = site.links().page(&Page::Leaderboard(category, 1));
        (category.title(), href, category == current)
    };
    Category::ALL.map(link).into()
}
