//! One board: operators by falling value, with their ranks.

use super::Category;
use allium_model::{GroupKind, GroupPosition, Network, OperatorKey};

/// An operator's row of a board.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Standing {
    /// The operator's place in the index of operators.
    pub operator: GroupPosition,
    /// Rank from 1; equal values share the best (1, 2, 2, 4).
    pub rank: usize,
    /// The value in the unit of the category, above zero.
    pub value: f64,
}

/// Why a board ranks nobody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MissingData {
    /// No uptime document.
    Uptime,
    /// No bandwidth document.
    Bandwidth,
    /// No results of domain proof checks.
    Proofs,
}

impl MissingData {
    /// What was not there, as a sentence.
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::Uptime => "No uptime document was read.",
            Self::Bandwidth => "No bandwidth document was read.",
            Self::Proofs => "No results of domain proof checks were read.",
        }
    }
}

/// The ranking of a category.
#[derive(Debug, Clone, PartialEq)]
pub struct Board {
    /// The category.
    pub category: Category,
    /// The document without which nobody can be ranked; none when it is there.
    pub missing: Option<MissingData>,
    standings: Vec<Standing>,
    /// By operator: its place among the standings.
    places: Vec<Option<u32>>,
}

/// Where an operator stands in a category.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Place {
    /// The category.
    pub category: Category,
    /// Rank from 1.
    pub rank: usize,
    /// Operators with a rank in the category.
    pub ranked: usize,
    /// The value in the unit of the category.
    pub value: f64,
}

/// What a rank is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Title {
    /// One of the first three, with the category's own title.
    Podium(&'static str),
    /// Rank 4 to 10.
    TopTen,
    /// Rank 11 to 25.
    TopTwentyFive,
}

impl Title {
    /// The title in words.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Podium(title) => title,
            Self::TopTen => "Top 10",
            Self::TopTwentyFive => "Top 25",
        }
    }
}

impl Place {
    /// What the rank is called; nothing beyond 25.
    pub fn title(&self) -> Option<Title> {
        title(self.category, self.rank)
    }
}

pub(super) fn title(category: Category, rank: usize) -> Option<Title> {
    match rank {
        1..=3 => Some(Title::Podium(category.podium()[rank - 1])),
        4..=10 => Some(Title::TopTen),
        11..=25 => Some(Title::TopTwentyFive),
        _ => None,
    }
}

impl Board {
    /// Ranks values; what is not above zero has no rank. `names` decides the order of equal ones.
    pub(super) fn rank(
        category: Category,
        mut values: Vec<(GroupPosition, f64)>,
        names: &[String],
        missing: Option<MissingData>,
    ) -> Self {
        values.retain(|(_, value)| value.is_finite() && *value > 0.0);
        let name = |position: GroupPosition| names.get(position.index());
        values.sort_by(|(left, left_value), (right, right_value)| {
            let by_value = level(*right_value).total_cmp(&level(*left_value));
            by_value.then_with(|| name(*left).cmp(&name(*right))).then(left.cmp(right))
        });
        let mut places = vec![None; names.len()];
        let mut standings: Vec<Standing> = Vec::with_capacity(values.len());
        for (index, (operator, value)) in values.into_iter().enumerate() {
            let tied = standings.last().filter(|last| is_tie(last.value, value));
            let rank = tied.map_or(index + 1, |last| last.rank);
            standings.push(Standing { operator, rank, value });
            if let Some(place) = places.get_mut(operator.index()) {
                *place = Some(index as u32);
            }
        }
        Self { category, missing, standings, places }
    }

    /// Everybody with a rank, the first first; equal ones by name.
    pub fn standings(&self) -> &[Standing] {
        &self.standings
    }

    /// Where an operator stands; none without a rank.
    pub fn place(&self, operator: GroupPosition) -> Option<Place> {
        let index = self.places.get(operator.index()).copied().flatten()?;
        let standing = self.standings[index as usize];
        Some(Place {
            category: self.category,
            rank: standing.rank,
            ranked: self.standings.len(),
            value: standing.value,
        })
    }

    /// What a rank is called; nothing beyond 25.
    pub fn title(&self, rank: usize) -> Option<Title> {
        title(self.category, rank)
    }
}

/// A value as it is compared: to nine decimals, since sums of shares carry float noise behind.
fn level(value: f64) -> f64 {
    (value * 1e9).round()
}

fn is_tie(left: f64, right: f64) -> bool {
    level(left).total_cmp(&level(right)).is_eq()
}

/// The names of the operators as ties are ordered by: without regard to case.
pub(super) fn names(network: &Network) -> Vec<String> {
    let operators = network.groups(GroupKind::Operator).iter();
    let name = |position| match network.operator(position) {
        OperatorKey::VerifiedDomain(text) | OperatorKey::ClaimedDomain(text) | OperatorKey::Contact(text) => {
            network.text(text).to_lowercase()
        }
    };
    operators.map(|group| name(group.position)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ranked(values: &[f64], names: &[&str]) -> Vec<(u32, usize)> {
        let names: Vec<_> = names.iter().map(|name| (*name).to_owned()).collect();
        let values =
            values.iter().enumerate().map(|(index, value)| (GroupPosition(index as u32), *value)).collect();
        let board = Board::rank(Category::Bandwidth, values, &names, None);
        board.standings().iter().map(|standing| (standing.operator.0, standing.rank)).collect()
    }

    #[test]
    fn ties_share_a_rank_and_are_listed_by_name() {
        let found = ranked(&[3.0, 7.0, 7.0, 9.0], &["d", "c", "b", "a"]);
        assert_eq!(found, [(3, 1), (2, 2), (1, 2), (0, 4)]);
    }

    #[test]
    fn zero_and_what_is_no_number_have_no_rank() {
        assert_eq!(ranked(&[0.0, f64::NAN, -1.0, 0.5], &["a", "b", "c", "d"]), [(3, 1)]);
    }

    #[test]
    fn noise_behind_the_ninth_decimal_is_a_tie() {
        assert_eq!(ranked(&[0.1 + 0.2, 0.3], &["b", "a"]), [(1, 1), (0, 1)]);
    }

    #[test]
    fn titles_end_after_rank_25() {
        let name = |rank| title(Category::Ipv6Leaders, rank).map(Title::name);
        let names = [1, 3, 4, 10, 11, 25, 26].map(name);
        let expected = ["IPv6 legend", "IPv6 champion", "Top 10", "Top 10", "Top 25", "Top 25"];
        assert_eq!(names[..6], expected.map(Some));
        assert_eq!(names[6], None);
    }
}
