//! Which operator writes what kind of contact, and whose claims hold.
//!
//! Shares are shares of relays. Large operators are placed where most is missing, so that a few of
//! them do not decide the picture; small ones are drawn from what is left.

use crate::data::contacts::{ContactStyle, OUTCOMES, ProofOutcome, STYLES};
use crate::dice::{Dice, Subject};

/// An operator's contact style and, with a claim, what the validator finds.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Assigned {
    pub(crate) contact: ContactStyle,
    pub(crate) outcome: Option<ProofOutcome>,
}

impl ContactStyle {
    /// Whether the contact claims a domain.
    pub(crate) fn claims_domain(self) -> bool {
        matches!(self, Self::UriRsa | Self::DnsRsa | Self::UriFamilyId)
    }
}

/// Styles for operators of these sizes, which fall.
pub(crate) fn assign(seed: u64, sizes: &[usize]) -> Vec<Assigned> {
    let mut dice = Dice::new(seed, Subject::Operators, 1);
    let relays: usize = sizes.iter().sum();
    let mut styles = Quota::new(STYLES.map(|(style, share, _)| (style, share)).to_vec(), relays as f64);
    let claiming = relays as f64 * STYLES.iter().filter(|s| s.0.claims_domain()).map(|s| s.1).sum::<f64>();
    let mut outcomes = Quota::new(OUTCOMES.to_vec(), claiming);
    let mut assigned = Vec::with_capacity(sizes.len());
    for size in sizes {
        let may_have = |style: &ContactStyle| STYLES.iter().any(|s| s.0 == *style && *size <= s.2);
        let contact = styles.take(&mut dice, *size, may_have);
        let outcome = contact.claims_domain().then(|| outcomes.take(&mut dice, *size, |_| true));
        assigned.push(Assigned { contact, outcome });
    }
    assigned
}

/// Kinds with the number of relays that each still lacks.
struct Quota<T> {
    missing: Vec<(T, f64)>,
}

/// Relays from which on an operator is placed where most is missing.
const LARGE: usize = 4;

impl<T: Copy> Quota<T> {
    fn new(shares: Vec<(T, f64)>, relays: f64) -> Self {
        Self { missing: shares.into_iter().map(|(kind, share)| (kind, share * relays)).collect() }
    }

    fn take(&mut self, dice: &mut Dice, size: usize, may: impl Fn(&T) -> bool) -> T {
        let chosen = if size >= LARGE { self.most_missing(&may) } else { self.drawn(dice, &may) };
        self.missing[chosen].1 -= size as f64;
        self.missing[chosen].0
    }

    fn most_missing(&self, may: &impl Fn(&T) -> bool) -> usize {
        let allowed = self.missing.iter().enumerate().filter(|(_, kind)| may(&kind.0));
        allowed.max_by(|a, b| a.1.1.total_cmp(&b.1.1)).map_or(0, |(position, _)| position)
    }

    fn drawn(&self, dice: &mut Dice, may: &impl Fn(&T) -> bool) -> usize {
        let positions: Vec<usize> = (0..self.missing.len()).collect();
        let weight = |position: &usize| {
            let (kind, missing) = &self.missing[*position];
            if may(kind) { missing.max(0.5) } else { 0.0 }
        };
        *dice.weighted(&positions, weight)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_of_relays_are_met_whatever_the_seed() {
        let sizes = [vec![700, 500, 280], vec![40; 60], vec![3; 400], vec![1; 3000]].concat();
        let relays: usize = sizes.iter().sum();
        for seed in 0..10 {
            let assigned = assign(seed, &sizes);
            let share = |wanted: &dyn Fn(&Assigned) -> bool| {
                let count: usize =
                    assigned.iter().zip(&sizes).filter(|(a, _)| wanted(a)).map(|(_, s)| s).sum();
                count as f64 / relays as f64
            };
            assert!((share(&|a| a.outcome == Some(ProofOutcome::Valid)) - 0.30).abs() < 0.05);
            assert!((share(&|a| a.contact == ContactStyle::None) - 0.13).abs() < 0.03);
        }
    }
}
