//! Operators: how many relays each runs and how it runs them.

use super::contact;
use super::family::FamilyKind;
use super::naming;
use super::software::UpdateStyle;
use super::styles;
use crate::data::contacts::{ContactStyle, ProofOutcome};
use crate::data::countries;
use crate::dice::{Dice, Subject};
use crate::options::SimOptions;

/// Somebody who runs relays.
#[derive(Debug)]
pub(crate) struct Operator {
    /// Number of its relays.
    pub(crate) size: usize,
    /// Position in the list of authorities, for the operator of one.
    pub(crate) authority: Option<usize>,
    pub(crate) style: ContactStyle,
    /// What the validator finds of its claim; none without a claim.
    pub(crate) outcome: Option<ProofOutcome>,
    /// Two words that name it, such as `quiet` and `onion`.
    pub(crate) words: (&'static str, &'static str),
    pub(crate) domain: String,
    pub(crate) contact: Option<String>,
    /// Position in the table of countries.
    pub(crate) home: usize,
    pub(crate) family: FamilyKind,
    pub(crate) family_id: Option<String>,
    pub(crate) update_style: UpdateStyle,
    pub(crate) system: &'static str,
    /// Age of its first relay in days at the end.
    pub(crate) age_days: f64,
    /// Bandwidth of its typical relay in bytes per second.
    pub(crate) bandwidth_bytes_per_second: f64,
    /// Share of its relays that are exits.
    pub(crate) exit_share: f64,
    /// Relays on one address, 1 to 8.
    pub(crate) relays_per_address: usize,
    /// Positions of its relays, in order.
    pub(crate) members: Vec<u32>,
}

/// Relays from which on a fleet is run by professionals.
pub(crate) const LARGE_FLEET: usize = 10;

/// Draws all operators, the authorities' first and then by falling size.
pub(crate) fn draw(options: &SimOptions) -> Vec<Operator> {
    let authorities = (options.relays / 20).min(crate::data::words::AUTHORITIES.len());
    let sizes = sizes(options.seed, options.relays - authorities);
    let styles = styles::assign(options.seed, &sizes);
    let mut operators: Vec<Operator> = Vec::with_capacity(authorities + sizes.len());
    for number in 0..authorities + sizes.len() {
        let mut dice = Dice::new(options.seed, Subject::Style, number);
        operators.push(match number.checked_sub(authorities) {
            None => authority(&mut dice, number),
            Some(at) => ordinary(&mut dice, number, sizes[at], styles[at]),
        });
    }
    contact::make_some_hostile(&mut operators, options.relays);
    operators
}

/// Sizes in falling order that sum to `relays`: a few very large ones, most of them 1.
fn sizes(seed: u64, relays: usize) -> Vec<usize> {
    let mut dice = Dice::new(seed, Subject::Operators, 0);
    let mut sizes: Vec<usize> =
        [14, 20, 35].map(|part| relays / part).into_iter().filter(|s| *s > 8).collect();
    let mut left = relays - sizes.iter().sum::<usize>();
    let largest = (relays / 25).max(8);
    while left > 0 {
        let size = size(&mut dice, largest).min(left);
        sizes.push(size);
        left -= size;
    }
    sizes.sort_unstable_by(|a, b| b.cmp(a));
    sizes
}

/// One size: 1 to 3 for most, else a Pareto tail with exponent 0.9.
fn size(dice: &mut Dice, largest: usize) -> usize {
    match dice.unit() {
        ..0.80 => 1,
        0.80..0.89 => 2,
        0.89..0.93 => 3,
        _ => tail_size(dice, largest),
    }
}

/// A size of 4 to `largest` from a Pareto distribution that is cut off there.
fn tail_size(dice: &mut Dice, largest: usize) -> usize {
    const EXPONENT: f64 = 0.9;
    let below_largest = 1.0 - (4.0 / largest as f64).powf(EXPONENT);
    (4.0 * (1.0 - dice.unit() * below_largest).powf(-1.0 / EXPONENT)) as usize
}

fn ordinary(dice: &mut Dice, number: usize, size: usize, style: styles::Assigned) -> Operator {
    let words = naming::words(dice);
    let domain = naming::domain(words, number);
    let family = FamilyKind::draw(dice, size, style.contact);
    let bandwidth = typical_bandwidth(dice, size);
    Operator {
        size,
        authority: None,
        style: style.contact,
        outcome: style.outcome,
        contact: contact::text(dice, style.contact, words, &domain),
        words,
        domain,
        home: countries::draw(dice),
        family_id: family.uses_id().then(|| super::family::id(dice)),
        family,
        update_style: UpdateStyle::draw(dice),
        system: super::software::system(dice, size),
        age_days: dice.log_normal(420.0, 1.4).clamp(0.3, 5500.0),
        bandwidth_bytes_per_second: bandwidth,
        exit_share: *dice.pick(&[0.0, 0.0, 0.0, 0.0, 0.1, 0.3, 1.0, 1.0]),
        relays_per_address: *dice.pick(&[1, 1, 1, 2, 2, 4, 8]),
        members: Vec::new(),
    }
}

/// Bandwidth of an operator's typical relay in bytes per second: some small ones at home, the hosts
/// of large fleets alike.
fn typical_bandwidth(dice: &mut Dice, size: usize) -> f64 {
    let (median, sigma) = match size {
        LARGE_FLEET.. => (15e6, 0.4),
        ..4 if dice.chance(0.15) => (0.3e6, 0.7),
        _ => (7e6, 0.7),
    };
    dice.log_normal(median, sigma)
}

fn authority(dice: &mut Dice, number: usize) -> Operator {
    let none = styles::Assigned { contact: ContactStyle::Email, outcome: None };
    Operator {
        authority: Some(number),
        home: [0, 1, 2, 4, 11, 0, 1, 8, 9][number % 9],
        age_days: 4000.0 + 100.0 * number as f64,
        exit_share: 0.0,
        system: "Linux",
        update_style: UpdateStyle::Prompt,
        bandwidth_bytes_per_second: 3e6,
        ..ordinary(dice, number, 1, none)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_sum_up_and_most_operators_run_one_relay() {
        for relays in [1, 7, 100, 1000, 20_000] {
            assert_eq!(sizes(3, relays).iter().sum::<usize>(), relays);
        }
        let sizes = sizes(3, 20_000);
        let singles = sizes.iter().filter(|size| **size == 1).count();
        assert!(singles * 10 > sizes.len() * 7, "{singles} of {}", sizes.len());
        assert!(sizes[0] > 1000);
    }
}
