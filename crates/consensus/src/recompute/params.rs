//! Consensus parameters.

use super::low_median;
use allium_documents::dirspec::Vote;

/// Votes that suffice for a parameter even where they are not half of the authorities.
const ENOUGH_VOTES: usize = 3;

/// The parameters that half of the authorities or at least three vote on, with their low medians, in
/// the order of `name=`.
pub(super) fn params<'a>(votes: &[&Vote<'a>], authorities: usize) -> Vec<(&'a str, i32)> {
    let mut all: Vec<(&str, i32)> =
        votes.iter().flat_map(|vote| vote.header.params.iter().copied()).collect();
    all.sort_by(|(a, _), (b, _)| a.bytes().chain([b'=']).cmp(b.bytes().chain([b'='])));
    let series = all.chunk_by(|(a, _), (b, _)| a == b);
    let enough = series.filter(|votes| votes.len() > authorities / 2 || votes.len() >= ENOUGH_VOTES);
    enough
        .filter_map(|votes| {
            let values: Vec<i32> = votes.iter().map(|(_, value)| *value).collect();
            Some((votes[0].0, low_median(&values)?))
        })
        .collect()
}

/// The parameters as a `params` line says them.
pub(super) fn text(params: &[(&str, i32)]) -> String {
    params.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join(" ")
}
