//! The leaderboards of operators (`docs/methods/leaderboards.md`, and a page for each category).
//!
//! Who is ranked: operators, that is verified or claimed domains and contact texts. Relays without a
//! contact are nobody's and are in no board. A value of zero has no rank, ties share one.

mod board;
mod category;
mod metric;
mod served;

pub use board::{Board, MissingData, Place, Standing, Title};
pub use category::{Category, Unit};
pub use metric::veteran_factor;

use crate::Report;
use allium_model::{GroupKind, GroupPosition, Histories, Network};
use served::Served;

/// Every board of a snapshot, and where each operator stands.
#[derive(Debug, Default)]
pub struct Leaderboards {
    boards: Vec<Board>,
}

/// Lowest mean uptime of a reliability champion, 0 to 1.
pub const CHAMPION_UPTIME: f64 = 0.95;

/// Last rank of the reliability champions.
const CHAMPIONS: usize = 10;

impl Leaderboards {
    /// Ranks the operators of a network. `report` holds the sums and uptimes of the groups.
    pub(crate) fn new(network: &Network, histories: &Histories, report: &Report) -> Self {
        let served = histories.bandwidth.as_deref().map(|table| Served::new(network, table));
        let context = metric::Context { network, report, served: served.as_ref() };
        let names = board::names(network);
        let rank = |category: Category| {
            let groups = network.groups(GroupKind::Operator).iter();
            let values = groups.filter_map(|group| Some((group.position, context.value(category, group)?)));
            Board::rank(category, values.collect(), &names, context.missing(category))
        };
        Self { boards: Category::ALL.map(rank).into() }
    }

    /// The board of a category.
    pub fn board(&self, category: Category) -> &Board {
        &self.boards[category as usize]
    }

    /// Every board, in the order of [`Category::ALL`].
    pub fn iter(&self) -> impl Iterator<Item = &Board> {
        self.boards.iter()
    }

    /// The first of a category; of several with the same value the first by name.
    pub fn champion(&self, category: Category) -> Option<&Standing> {
        self.board(category).standings().first()
    }

    /// Where an operator stands, in the order of [`Category::ALL`].
    pub fn places(&self, operator: GroupPosition) -> impl Iterator<Item = Place> {
        self.boards.iter().filter_map(move |board| board.place(operator))
    }

    /// The best rank of an operator, with the first category in which it has it.
    pub fn best_place(&self, operator: GroupPosition) -> Option<Place> {
        self.places(operator).min_by_key(|place| place.rank)
    }

    /// Operators among the reliability masters with at least [`CHAMPION_UPTIME`], up to rank 10.
    pub fn reliability_champions(&self) -> impl Iterator<Item = &Standing> {
        let masters = self.board(Category::ReliabilityMasters).standings();
        masters.iter().filter(|standing| standing.rank <= CHAMPIONS && standing.value >= CHAMPION_UPTIME)
    }

    /// Operators with a rank in at least one board.
    pub fn ranked_operators(&self, network: &Network) -> usize {
        let operators = network.groups(GroupKind::Operator).iter();
        operators.filter(|group| self.places(group.position).next().is_some()).count()
    }

    /// Boards that rank somebody.
    pub fn live_boards(&self) -> usize {
        self.boards.iter().filter(|board| !board.standings().is_empty()).count()
    }
}

#[cfg(test)]
mod tests;
