//! How far authorities agree: each with the consensus, each with each other, and whether they fall
//! apart into groups that do not count each other's votes.
//!
//! Two opinions on a flag are compared over the relays that carry it in one of them: the share that
//! carries it in both. The mean is taken over the flags that the authority votes on. See
//! `docs/methods/authority-agreement.md`.

use allium_model::{Fingerprint, Flag, FlagSet, VoteBook};
use std::collections::BTreeSet;

/// Flags that say nothing about agreement: they are warnings, or made while the consensus is computed.
const WITHOUT_OPINION: [Flag; 3] = [Flag::StaleDesc, Flag::Sybil, Flag::NoEdConsensus];

/// Equal decisions on one flag.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FlagAgreement {
    /// The flag.
    pub flag: Flag,
    /// Relays that carry it in both.
    pub both: u32,
    /// Relays that carry it in at least one.
    pub either: u32,
}

impl FlagAgreement {
    /// The share of equal decisions, 0 to 1; none when no relay carries the flag.
    pub fn ratio(self) -> Option<f64> {
        (self.either > 0).then(|| f64::from(self.both) / f64::from(self.either))
    }
}

/// The flags of one vote, ascending by fingerprint, and which flags it votes on.
pub(crate) struct ColumnFlags {
    known: Vec<Flag>,
    relays: Vec<(Fingerprint, FlagSet)>,
}

impl ColumnFlags {
    /// The flags of one column of a book.
    pub(crate) fn new(book: &VoteBook, column: usize) -> Self {
        let known = book.authorities()[column].known_flags.iter().filter_map(|flag| flag.parse().ok());
        let relays =
            book.rows().filter_map(|(fingerprint, entries)| Some((fingerprint, entries[column]?.flags)));
        Self { known: known.collect(), relays: relays.collect() }
    }
}

/// Agreement of each vote of a book with a consensus, flag by flag, in the order of the votes.
/// `consensus` is ascending by fingerprint.
pub fn agreements(book: &VoteBook, consensus: &[(Fingerprint, FlagSet)]) -> Vec<Vec<FlagAgreement>> {
    (0..book.authorities().len())
        .map(|column| {
            let vote = ColumnFlags::new(book, column);
            compare(&vote.relays, consensus, |flag| vote.known.contains(&flag))
        })
        .collect()
}

/// The mean agreement of one vote with a consensus, 0 to 1; none when no flag can be compared.
pub fn agreement_ratio(book: &VoteBook, column: usize, consensus: &[(Fingerprint, FlagSet)]) -> Option<f64> {
    (column < book.authorities().len())
        .then(|| agreement_of(&ColumnFlags::new(book, column), consensus))
        .flatten()
}

pub(crate) fn agreement_of(vote: &ColumnFlags, consensus: &[(Fingerprint, FlagSet)]) -> Option<f64> {
    mean(&compare(&vote.relays, consensus, |flag| vote.known.contains(&flag)))
}

fn mean(agreements: &[FlagAgreement]) -> Option<f64> {
    let ratios: Vec<f64> = agreements.iter().filter_map(|agreement| agreement.ratio()).collect();
    (!ratios.is_empty()).then(|| ratios.iter().sum::<f64>() / ratios.len() as f64)
}

/// Compares two ascending lists over the flags that count.
fn compare(
    left: &[(Fingerprint, FlagSet)],
    right: &[(Fingerprint, FlagSet)],
    is_compared: impl Fn(Flag) -> bool,
) -> Vec<FlagAgreement> {
    let (mut both, mut either) = ([0; Flag::ALL.len()], [0; Flag::ALL.len()]);
    for (left, right) in merged(left, right) {
        for flag in Flag::ALL {
            let (in_left, in_right) = (left.contains(flag), right.contains(flag));
            both[flag as usize] += u32::from(in_left && in_right);
            either[flag as usize] += u32::from(in_left || in_right);
        }
    }
    Flag::ALL
        .into_iter()
        .filter(|flag| is_compared(*flag) && !WITHOUT_OPINION.contains(flag))
        .map(|flag| FlagAgreement { flag, both: both[flag as usize], either: either[flag as usize] })
        .collect()
}

/// Walks two ascending lists together; a relay that one does not have has no flags there.
fn merged<'a>(
    mut left: &'a [(Fingerprint, FlagSet)],
    mut right: &'a [(Fingerprint, FlagSet)],
) -> impl Iterator<Item = (FlagSet, FlagSet)> + 'a {
    std::iter::from_fn(move || {
        let next = [left.first(), right.first()].into_iter().flatten().map(|relay| relay.0).min()?;
        let take = |side: &mut &'a [(Fingerprint, FlagSet)]| match side.split_first() {
            Some(((fingerprint, flags), rest)) if *fingerprint == next => {
                *side = rest;
                *flags
            }
            _ => FlagSet::default(),
        };
        Some((take(&mut left), take(&mut right)))
    })
}

/// Agreement of every authority with every other.
#[derive(Debug, Clone, PartialEq)]
pub struct AgreementMatrix {
    /// Nicknames and identities, in the order of rows and columns.
    pub authorities: Vec<(String, Fingerprint)>,
    /// Row by row: mean agreement over the flags that both vote on, 0 to 1; 1 on the diagonal.
    pub ratios: Vec<Vec<Option<f64>>>,
}

impl AgreementMatrix {
    /// The matrix of a round's votes.
    pub fn of(book: &VoteBook) -> Self {
        let columns: Vec<ColumnFlags> =
            (0..book.authorities().len()).map(|column| ColumnFlags::new(book, column)).collect();
        let mut ratios = vec![vec![Some(1.0); columns.len()]; columns.len()];
        for left in 0..columns.len() {
            for right in left + 1..columns.len() {
                let ratio = pair(&columns[left], &columns[right]);
                ratios[left][right] = ratio;
                ratios[right][left] = ratio;
            }
        }
        let name = |summary: &allium_model::VoteSummary| (summary.nickname.clone(), summary.identity);
        Self { authorities: book.authorities().iter().map(name).collect(), ratios }
    }
}

fn pair(left: &ColumnFlags, right: &ColumnFlags) -> Option<f64> {
    let is_common = |flag| left.known.contains(&flag) && right.known.contains(&flag);
    mean(&compare(&left.relays, &right.relays, is_common))
}

/// Authorities that count each other's votes: one consensus as one of them made it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VotingGroup {
    /// Identities whose votes were counted together, ascending.
    pub voters: BTreeSet<Fingerprint>,
}

/// Groups of authorities that never counted a common vote, from the voters of each consensus of one
/// round that was seen. One group: all took part in the same vote. Two or more: the authorities fell
/// apart.
pub fn voting_groups<'a>(rounds: impl IntoIterator<Item = &'a [Fingerprint]>) -> Vec<VotingGroup> {
    let mut groups: Vec<BTreeSet<Fingerprint>> = Vec::new();
    for voters in rounds {
        let mut joined: BTreeSet<Fingerprint> = voters.iter().copied().collect();
        if joined.is_empty() {
            continue;
        }
        groups.retain(|group| {
            let is_apart = group.is_disjoint(&joined);
            if !is_apart {
                joined.extend(group);
            }
            is_apart
        });
        groups.push(joined);
    }
    groups.sort_by_key(|group| (std::cmp::Reverse(group.len()), group.first().copied()));
    groups.into_iter().map(|voters| VotingGroup { voters }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn relay(number: u8) -> Fingerprint {
        Fingerprint([number; 20])
    }

    fn set(flags: &[Flag]) -> FlagSet {
        flags.iter().copied().collect()
    }

    #[test]
    fn agreement_is_the_share_of_relays_with_the_flag_in_both() {
        let vote = ColumnFlags {
            known: vec![Flag::Fast, Flag::Exit, Flag::StaleDesc],
            relays: vec![(relay(1), set(&[Flag::Fast])), (relay(2), set(&[Flag::Fast, Flag::StaleDesc]))],
        };
        let consensus = [(relay(1), set(&[Flag::Fast, Flag::Guard])), (relay(3), set(&[Flag::Fast]))];
        // Fast: relay 1 in both, 2 and 3 in one; no relay has Exit; Guard is not voted on.
        assert_eq!(agreement_of(&vote, &consensus), Some(1.0 / 3.0));
    }

    #[test]
    fn nothing_to_compare_is_no_agreement_rather_than_a_full_one() {
        let vote = ColumnFlags { known: vec![Flag::Fast], relays: Vec::new() };
        assert_eq!(agreement_of(&vote, &[]), None);
    }

    #[test]
    fn groups_with_a_common_voter_are_one() {
        let groups = |rounds: &[&[u8]]| {
            let rounds: Vec<Vec<Fingerprint>> =
                rounds.iter().map(|voters| voters.iter().map(|voter| relay(*voter)).collect()).collect();
            voting_groups(rounds.iter().map(Vec::as_slice)).iter().map(|g| g.voters.len()).collect::<Vec<_>>()
        };
        assert_eq!(groups(&[&[1, 2, 3], &[3, 4]]), [4]);
        assert_eq!(groups(&[&[1, 2], &[3, 4, 5]]), [3, 2]);
        assert_eq!(groups(&[&[1, 2], &[4, 5], &[2, 4]]), [4]);
        assert_eq!(groups(&[&[]]), Vec::<usize>::new());
    }

    proptest! {
        #[test]
        fn comparison_is_symmetric(
            left in proptest::collection::btree_map(0_u8..20, 0_usize..14, 0..20),
            right in proptest::collection::btree_map(0_u8..20, 0_usize..14, 0..20),
        ) {
            let list = |relays: std::collections::BTreeMap<u8, usize>| -> Vec<(Fingerprint, FlagSet)> {
                relays.into_iter().map(|(name, flag)| (relay(name), set(&[Flag::ALL[flag]]))).collect()
            };
            let (left, right) = (list(left), list(right));
            prop_assert_eq!(compare(&left, &right, |_| true), compare(&right, &left, |_| true));
            for agreement in compare(&left, &left, |_| true) {
                prop_assert_eq!(agreement.both, agreement.either);
            }
        }
    }
}
