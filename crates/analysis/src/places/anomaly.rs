//! Places with an uptime that is lower than chance explains (`docs/methods/place-anomaly.md`).
//!
//! A place's mean is compared with means of as many owners drawn from the places that it is compared with.
//! The draws come from a seed that depends on the place alone, so equal input gives equal answers.

use super::estimate::FEWEST_RELAYS;
use super::false_discovery::{RATE, adjusted};
use super::owner::Owned;
use crate::statistics::MedianAndMad;
use std::ops::Range;

/// Fewest places that are compared with each other.
pub const FEWEST_PLACES: usize = 5;
/// A place is no finding unless it lies so far below the median place, as a ratio: one point.
pub const LEAST_GAP: f64 = 0.01;

/// Most draws for a place.
const DRAWS: usize = 9_999;
/// A place is left alone after so many draws that are no better than it is (Besag and Clifford, 1991).
const ENOUGH: usize = 20;

/// What the test says of a place.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Anomaly {
    /// Eligible relays of the place.
    pub relays: usize,
    /// Their owners.
    pub owners: usize,
    /// Places that it was compared with, itself included.
    pub places: usize,
    /// Median of the means of these places, 0 to 1.
    pub median: f64,
    /// The place's mean less the median, -1 to 1.
    pub gap: f64,
    /// The gap in robust standard deviations of the places' means; none where the MAD is 0.
    pub robust_z: Option<f64>,
    /// Share of draws that are no better than the place, 0 to 1.
    pub p_value: f64,
    /// The p-value adjusted for the number of places tested.
    pub adjusted_p_value: f64,
}

impl Anomaly {
    /// Whether it is a finding: at a false-discovery rate of 5 %, and a point or more below the median.
    pub fn is_found(&self) -> bool {
        self.adjusted_p_value <= RATE && self.gap <= -LEAST_GAP
    }
}

/// A place: what tells its draws from those of others, and the uptimes of its eligible relays.
#[derive(Debug)]
pub(super) struct Tested {
    /// A number of its own.
    pub(super) seed: u64,
    /// Uptimes by owner.
    pub(super) values: Vec<Owned>,
}

/// Tests the places of each set against each other; the false-discovery rate holds over all sets. A
/// place with fewer than [`FEWEST_RELAYS`] relays lends its relays to the draws and is not tested; nor is
/// any place of a set in which fewer than [`FEWEST_PLACES`] are left.
pub(super) fn test(sets: &[Vec<Tested>]) -> Vec<Vec<Option<Anomaly>>> {
    let mut found: Vec<Vec<Option<Anomaly>>> = sets.iter().map(|set| test_set(set)).collect();
    let all = || found.iter().flatten().flatten();
    let q_values = adjusted(&all().map(|anomaly| anomaly.p_value).collect::<Vec<_>>());
    for (anomaly, q_value) in found.iter_mut().flatten().flatten().zip(q_values) {
        anomaly.adjusted_p_value = q_value;
    }
    found
}

fn test_set(set: &[Tested]) -> Vec<Option<Anomaly>> {
    let parts: Vec<Vec<Part>> = set.iter().map(|place| by_owner(&place.values)).collect();
    let is_tested = |place: &Tested| place.values.len() >= FEWEST_RELAYS;
    let tested = || set.iter().zip(&parts).filter(|(place, _)| is_tested(place));
    let Some(spread) = MedianAndMad::of(tested().map(|(_, own)| mean(own))) else {
        return vec![None; set.len()];
    };
    let places = tested().count();
    let pool: Vec<f64> = parts.iter().flatten().map(|part| part.mean).collect();
    let mut start = 0;
    let one = |(place, own): (&Tested, &Vec<Part>)| {
        let elsewhere = Elsewhere { pool: &pool, own: start..start + own.len() };
        start = elsewhere.own.end;
        (is_tested(place) && places >= FEWEST_PLACES).then(|| {
            let p_value = p_value(own, &elsewhere, place.seed);
            Anomaly {
                relays: place.values.len(),
                owners: own.len(),
                places,
                median: spread.median,
                gap: mean(own) - spread.median,
                robust_z: spread.robust_z(mean(own)),
                p_value,
                adjusted_p_value: p_value,
            }
        })
    };
    set.iter().zip(&parts).map(one).collect()
}

/// The means of the owners of all places but one.
struct Elsewhere<'a> {
    /// Those of all places, one place after the other.
    pool: &'a [f64],
    /// Where those of the place itself are.
    own: Range<usize>,
}

impl Elsewhere<'_> {
    fn len(&self) -> usize {
        self.pool.len() - self.own.len()
    }

    fn get(&self, index: usize) -> f64 {
        self.pool[if index < self.own.start { index } else { index + self.own.len() }]
    }
}

/// The relays of one owner in one place.
#[derive(Debug, Clone, Copy)]
struct Part {
    mean: f64,
    relays: f64,
}

/// The parts of a place, in an order that does not depend on that of its relays.
fn by_owner(values: &[Owned]) -> Vec<Part> {
    let mut values = values.to_vec();
    values.sort_unstable_by(|left, right| left.0.cmp(&right.0).then(left.1.total_cmp(&right.1)));
    let part = |own: &[Owned]| {
        let relays = own.len() as f64;
        Part { mean: own.iter().map(|(_, value)| value).sum::<f64>() / relays, relays }
    };
    let mut parts: Vec<Part> = values.chunk_by(|left, right| left.0 == right.0).map(part).collect();
    parts.sort_unstable_by(|left, right| {
        right.relays.total_cmp(&left.relays).then(left.mean.total_cmp(&right.mean))
    });
    parts
}

fn mean(parts: &[Part]) -> f64 {
    let (sum, relays) = parts
        .iter()
        .fold((0.0, 0.0), |(sum, relays), part| (sum + part.mean * part.relays, relays + part.relays));
    sum / relays
}

/// Share of draws that are no better than the place. In a draw every owner of the place gets the mean of
/// an owner drawn from the other places.
fn p_value(parts: &[Part], elsewhere: &Elsewhere<'_>, seed: u64) -> f64 {
    let mut draws = Draws(seed);
    let relays: f64 = parts.iter().map(|part| part.relays).sum();
    // Rounding must not make a draw of equal values better than the place.
    let own = mean(parts) * relays + 1e-9;
    let mut no_better = 0;
    for draw in 1..=DRAWS {
        let drawn: f64 =
            parts.iter().map(|part| part.relays * elsewhere.get(draws.below(elsewhere.len()))).sum();
        no_better += usize::from(drawn <= own);
        if no_better == ENOUGH {
            return ENOUGH as f64 / draw as f64;
        }
    }
    (no_better + 1) as f64 / (DRAWS + 1) as f64
}

/// `SplitMix64` (Steele, Lea and Flood, 2014): numbers from a seed.
struct Draws(u64);

impl Draws {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below a limit of at least 1; the bias of the multiplication is below 1e-12 here.
    fn below(&mut self, limit: usize) -> usize {
        ((u128::from(self.next()) * limit as u128) >> 64) as usize
    }
}

#[cfg(test)]
mod tests {
    use super::super::owner::owned;
    use super::*;
    use proptest::prelude::*;

    /// Places of so many relays, each of an owner of its own, with uptimes around 0.97.
    fn places(count: u32, relays: u32) -> Vec<Tested> {
        let mut draws = Draws(7);
        let place = |place: u32| {
            let mut value = |relay: u32| {
                (place * 1000 + relay, 0.94 + 0.06 * (draws.next() >> 11) as f64 / (1_u64 << 53) as f64)
            };
            Tested { seed: u64::from(place), values: owned(&(0..relays).map(&mut value).collect::<Vec<_>>()) }
        };
        (0..count).map(place).collect()
    }

    fn found(places: Vec<Tested>) -> Vec<usize> {
        let tested = test(&[places]);
        let is_found = |place: &usize| tested[0][*place].is_some_and(|anomaly| anomaly.is_found());
        (0..tested[0].len()).filter(is_found).collect()
    }

    #[test]
    fn robust_z_is_that_of_the_means() {
        // Means 0.90, 0.96, 0.97, 0.98, 0.99: median 0.97, distances 0.07, 0.01, 0, 0.01, 0.02: MAD 0.01.
        let place = |place: u32, value: f64| Tested {
            seed: 1,
            values: owned(&(0..5).map(|relay| (place * 10 + relay, value)).collect::<Vec<_>>()),
        };
        let set = [0.90, 0.96, 0.97, 0.98, 0.99];
        let tested = test(&[set.iter().zip(0..).map(|(value, number)| place(number, *value)).collect()]);
        let lowest = tested[0][0].unwrap();
        assert!((lowest.robust_z.unwrap() + 0.07 / (0.01 * 1.482_602_218_505_602)).abs() < 1e-9);
        assert!((lowest.gap + 0.07).abs() < 1e-12);
        // No owner elsewhere is as low, so no draw is: 1 / 10,000.
        assert!((lowest.p_value - 0.0001).abs() < 1e-12 && lowest.is_found());
        assert_eq!((lowest.relays, lowest.owners, lowest.places), (5, 5, 5));
    }

    #[test]
    fn nothing_is_found_where_nothing_is_wrong() {
        assert_eq!(found(places(60, 12)), [] as [usize; 0]);
    }

    #[test]
    fn a_place_that_was_away_is_found() {
        let mut set = places(60, 12);
        for (_, value) in &mut set[17].values {
            *value *= 0.9;
        }
        assert_eq!(found(set), [17]);
    }

    #[test]
    fn one_owner_that_was_away_is_as_unusual_as_such_owners_are() {
        // Twelve relays of one owner at 0.9, and one owner in each of the other 19 places as low: of 228
        // owners elsewhere 19 are no better.
        let mut set = places(20, 12);
        for place in &mut set {
            place.values[0].1 = 0.9;
        }
        set[3].values = owned(&[(9999, 0.9); 12]);
        let found = test(&[set])[0][3].unwrap();
        assert!((found.p_value - 19.0 / 228.0).abs() < 0.03 && !found.is_found(), "{}", found.p_value);
        assert_eq!((found.relays, found.owners), (12, 1));
    }

    #[test]
    fn few_relays_or_places_are_not_tested() {
        let few = test(&[places(4, 12), places(6, 4)]);
        assert!(few.iter().flatten().all(Option::is_none));
    }

    proptest! {
        #[test]
        fn p_values_are_shares_and_order_does_not_matter(
            values in prop::collection::vec(prop::collection::vec((0_u32..200, 0.0..=1.0_f64), 5..12), 5..9),
        ) {
            let set = |is_reversed: bool| {
                let place = |(seed, values): (u64, &Vec<(u32, f64)>)| {
                    let mut values = owned(values);
                    if is_reversed { values.reverse(); }
                    Tested { seed, values }
                };
                (0..).zip(&values).map(place).collect::<Vec<_>>()
            };
            let forth = test(&[set(false)]);
            for anomaly in forth.iter().flatten().flatten() {
                prop_assert!(anomaly.p_value > 0.0 && anomaly.p_value <= 1.0);
                prop_assert!(anomaly.adjusted_p_value >= anomaly.p_value && anomaly.adjusted_p_value <= 1.0);
            }
            let back = test(&[set(true)]);
            prop_assert_eq!(forth[0].iter().map(|a| a.map(|a| a.p_value)).collect::<Vec<_>>(),
                back[0].iter().map(|a| a.map(|a| a.p_value)).collect::<Vec<_>>());
        }
    }
}
