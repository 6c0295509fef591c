//! Diversity of a set of relays over countries, ASes and platforms, and what a relay more would do to it
//! (`docs/methods/diversity.md`).

use crate::quantile;
use allium_model::{AsNumber, CountryCode, Network, RelayPosition, TextId};

/// Diversity of a set of relays.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Diversity {
    /// 100 x the mean of the parts that are known, 0 to 100.
    pub score: f64,
    /// 1 - HHI of the weight over countries, 0 to 1; none when no country is known.
    pub country: Option<f64>,
    /// 1 - HHI of the weight over ASes, 0 to 1.
    pub asn: Option<f64>,
    /// 1 - HHI of the weight over platforms, 0 to 1.
    pub platform: Option<f64>,
}

/// What a relay that is thought of being added has of one property.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pick<T> {
    /// What most of the weight has already.
    Heaviest,
    /// Something that no relay of the set has.
    New,
    /// This.
    Of(T),
}

/// A relay that is thought of being added, with the median weight of the set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Added {
    /// Its country.
    pub country: Pick<CountryCode>,
    /// Its AS.
    pub asn: Pick<AsNumber>,
    /// Its platform.
    pub platform: Pick<TextId>,
}

impl Added {
    /// A relay like most of the set.
    pub const LIKE_MOST: Self =
        Self { country: Pick::Heaviest, asn: Pick::Heaviest, platform: Pick::Heaviest };
}

/// How the consensus weight of the running relays of a set is spread. Relays of which a property is not
/// known do not count for that property.
#[derive(Debug, Clone, PartialEq)]
pub struct Spread {
    /// Weight by country, the heaviest first.
    pub countries: Vec<(CountryCode, f64)>,
    /// Weight by AS, the heaviest first.
    pub ases: Vec<(AsNumber, f64)>,
    /// Weight by platform, the heaviest first.
    pub platforms: Vec<(TextId, f64)>,
    /// Median consensus weight of the running relays; none without any.
    pub median_weight: Option<f64>,
}

impl Spread {
    /// The spread of the running ones of some relays.
    pub fn of(network: &Network, members: &[RelayPosition]) -> Self {
        let running = || {
            let relays = members.iter().map(|position| network.relay(*position));
            relays.filter(|relay| relay.running)
        };
        let weight = |relay: &allium_model::Relay| relay.consensus_weight.unwrap_or(0) as f64;
        let mut weights: Vec<f64> = running().map(weight).collect();
        weights.sort_unstable_by(f64::total_cmp);
        Self {
            countries: buckets(running().filter_map(|relay| Some((relay.country?, weight(relay))))),
            ases: buckets(running().filter_map(|relay| Some((relay.asn?, weight(relay))))),
            platforms: buckets(running().filter_map(|relay| Some((relay.operating_system?, weight(relay))))),
            median_weight: quantile(&weights, 0.5),
        }
    }

    /// The diversity; none when no property of a relay with weight is known.
    pub fn diversity(&self) -> Option<Diversity> {
        Diversity::of_parts(evenness(&self.countries), evenness(&self.ases), evenness(&self.platforms))
    }

    /// The diversity with a relay more, of the median weight; none as for [`Self::diversity`].
    pub fn what_if(&self, added: Added) -> Option<Diversity> {
        let weight = self.median_weight?;
        Diversity::of_parts(
            evenness_with(&self.countries, added.country, weight),
            evenness_with(&self.ases, added.asn, weight),
            evenness_with(&self.platforms, added.platform, weight),
        )
    }
}

impl Diversity {
    fn of_parts(country: Option<f64>, asn: Option<f64>, platform: Option<f64>) -> Option<Self> {
        let known: Vec<f64> = [country, asn, platform].into_iter().flatten().collect();
        let mean = known.iter().sum::<f64>() / known.len() as f64;
        (!known.is_empty()).then_some(Self { score: 100.0 * mean, country, asn, platform })
    }
}

/// 1 - HHI of weights; none without weight.
fn evenness<T>(buckets: &[(T, f64)]) -> Option<f64> {
    let (total, squares) = sums(buckets.iter().map(|(_, weight)| *weight));
    (total > 0.0).then(|| (1.0 - squares / (total * total)).max(0.0))
}

/// The same with a relay of so much weight more.
fn evenness_with<T: PartialEq>(buckets: &[(T, f64)], pick: Pick<T>, weight: f64) -> Option<f64> {
    let place = match pick {
        Pick::Heaviest if buckets.is_empty() => return None,
        Pick::Heaviest => Some(0),
        Pick::New => None,
        Pick::Of(key) => buckets.iter().position(|(bucket, _)| *bucket == key),
    };
    let held = |index| if place == Some(index) { weight } else { 0.0 };
    let changed = buckets.iter().enumerate().map(|(index, (_, old))| ((), old + held(index)));
    let added = place.is_none().then_some(((), weight));
    evenness(&changed.chain(added).collect::<Vec<_>>())
}

/// The sum of numbers and of their squares.
fn sums(numbers: impl Iterator<Item = f64>) -> (f64, f64) {
    numbers.fold((0.0, 0.0), |(sum, squares), number| (sum + number, squares + number * number))
}

/// Weights by what they belong to, the heaviest first and equal ones in their own order.
fn buckets<T: Ord + Copy>(weights: impl Iterator<Item = (T, f64)>) -> Vec<(T, f64)> {
    let mut all: Vec<(T, f64)> = weights.collect();
    all.sort_by(|left, right| left.0.cmp(&right.0).then(left.1.total_cmp(&right.1)));
    let sum = |chunk: &[(T, f64)]| (chunk[0].0, chunk.iter().map(|(_, weight)| weight).sum());
    let mut sums: Vec<(T, f64)> = all.chunk_by(|left, right| left.0 == right.0).map(sum).collect();
    sums.sort_by(|left, right| right.1.total_cmp(&left.1));
    sums
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::str::FromStr;

    fn spread(countries: &[f64], ases: &[f64], median: f64) -> Spread {
        let code = |index: usize| CountryCode::from_str(&format!("A{}", char::from(b'A' + index as u8)));
        let countries = countries.iter().enumerate().map(|(index, weight)| (code(index).unwrap(), *weight));
        let ases = ases.iter().enumerate().map(|(index, weight)| (AsNumber(index as u32 + 1), *weight));
        Spread {
            countries: countries.collect(),
            ases: ases.collect(),
            platforms: Vec::new(),
            median_weight: Some(median),
        }
    }

    #[test]
    fn the_score_is_the_mean_of_what_is_known() {
        // Countries 0.5, 0.3, 0.2: 1 - 0.38. One AS: 0. No platform is known.
        let diversity = spread(&[50.0, 30.0, 20.0], &[100.0], 30.0).diversity().unwrap();
        assert!((diversity.score - 31.0).abs() < 1e-9);
        assert_eq!((diversity.asn, diversity.platform), (Some(0.0), None));
        assert_eq!(spread(&[], &[], 1.0).diversity(), None);
        assert_eq!(spread(&[0.0], &[0.0], 1.0).diversity(), None);
    }

    #[test]
    fn a_relay_in_a_new_country_is_computed_with_the_median_weight() {
        // Countries 60, 40 become 60, 40, 50: 1 - 7700/22500. The AS stays one.
        let spread = spread(&[60.0, 40.0], &[100.0], 50.0);
        let with = spread.what_if(Added { country: Pick::New, ..Added::LIKE_MOST }).unwrap();
        assert!((with.country.unwrap() - (1.0 - 7700.0 / 22_500.0)).abs() < 1e-9);
        assert_eq!(with.asn, Some(0.0));
        let same = spread.what_if(Added { asn: Pick::Of(AsNumber(1)), ..Added::LIKE_MOST }).unwrap();
        assert!((same.country.unwrap() - (1.0 - (110.0 * 110.0 + 1600.0) / 22_500.0)).abs() < 1e-9);
        let elsewhere = Added { asn: Pick::Of(AsNumber(9)), ..Added::LIKE_MOST };
        assert!((spread.what_if(elsewhere).unwrap().asn.unwrap() - (1.0 - 12_500.0 / 22_500.0)).abs() < 1e-9);
    }

    proptest! {
        #[test]
        fn scores_are_percentages_and_ignore_the_order(mut weights in prop::collection::vec(0.0..1e6_f64, 1..12)) {
            let score = |weights: &[f64]| spread(weights, weights, 1.0).diversity().map(|found| found.score);
            let before = score(&weights);
            prop_assert!(before.is_none_or(|score| (0.0..100.0).contains(&score)));
            weights.reverse();
            let after = score(&weights);
            prop_assert_eq!(before.is_some(), after.is_some());
            prop_assert!((before.unwrap_or(0.0) - after.unwrap_or(0.0)).abs() < 1e-9);
        }

        #[test]
        fn more_of_the_heaviest_never_adds_diversity(weights in prop::collection::vec(1.0..1e6_f64, 1..12)) {
            let mut falling = weights;
            falling.sort_by(|left, right| right.total_cmp(left));
            let spread = spread(&falling, &falling, 100.0);
            let (now, then) = (spread.diversity().unwrap(), spread.what_if(Added::LIKE_MOST).unwrap());
            prop_assert!(then.score <= now.score + 1e-9);
        }
    }
}
