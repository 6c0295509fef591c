//! Paths of the boards and the number of their pages.

use crate::Page;
use allium_analysis::leaderboard::Category;

/// Ranks on a page.
pub(super) const PAGE_ROWS: usize = 50;

/// Pages of a board with so many ranks; an empty board has one.
pub(crate) fn page_count(ranks: usize) -> usize {
    ranks.div_ceil(PAGE_ROWS).max(1)
}

/// The path of a page of a board.
pub(crate) fn board_path(category: Category, page: usize) -> String {
    match page {
        1 => format!("/leaderboards/{}/", category.slug()),
        page => format!("/leaderboards/{}/page-{page}/", category.slug()),
    }
}

/// Reads what follows `/leaderboards/`: the slug, and the number of the page.
pub(crate) fn parse_board(slug: &str, page: usize) -> Option<Page> {
    Category::from_slug(slug).map(|category| Page::Leaderboard(category, page))
}
