//! What an AS is as a place for relays: stars, risk, diversity, age (`docs/methods/as-profile.md`).

use super::owner::Owner;
use crate::Concentration;
use crate::overview::{PolicyCounts, policy_counts};
use allium_model::{CountryCode, Network, Relay, RelayPosition};
use std::collections::BTreeMap;

/// Share of weight above which the risk of an AS is medium.
pub const MEDIUM_RISK: f64 = 0.05;
/// Share of weight above which it is high, and which no AS should have.
pub const HIGH_RISK: f64 = 0.10;
/// Share of weight that the ten largest ASes together should not have.
pub const TOP_TEN_LIMIT: f64 = 0.40;

/// The uptimes from which on an AS has five, four, three and two stars, 0 to 1.
pub const STAR_LIMITS: [f64; 4] = [0.97, 0.95, 0.93, 0.90];

/// The stars of an uptime, 1 to 5.
pub fn stars(uptime_ratio: f64) -> u8 {
    let lost = STAR_LIMITS.into_iter().filter(|limit| uptime_ratio < *limit).count();
    5 - lost as u8
}

/// How much of the network depends on an AS.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Risk {
    /// No more than [`MEDIUM_RISK`].
    Low,
    /// More than [`MEDIUM_RISK`].
    Medium,
    /// More than [`HIGH_RISK`].
    High,
}

impl Risk {
    /// The risk of a share of consensus weight, 0 to 1.
    pub fn of_share(share: f64) -> Self {
        match () {
            () if share > HIGH_RISK => Self::High,
            () if share > MEDIUM_RISK => Self::Medium,
            () => Self::Low,
        }
    }

    /// The word in lower case.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }
}

/// How diverse the running relays of an AS are, 0 to 10: ten times the mean of 1 - HHI of their weight
/// over owners and over platforms. None without weight. A relay without a known platform does not count
/// for platforms.
pub(super) fn diversity(network: &Network, members: &[RelayPosition]) -> Option<f64> {
    let owners = evenness(network, members, |position, _| Some(Owner::of(network, position)));
    let platforms = evenness(network, members, |_, relay| relay.operating_system);
    let parts: Vec<f64> = [owners, platforms].into_iter().flatten().collect();
    (!parts.is_empty()).then(|| 10.0 * parts.iter().sum::<f64>() / parts.len() as f64)
}

/// 1 - HHI of the weight of running relays over the values of a property.
fn evenness<K: Ord>(
    network: &Network,
    members: &[RelayPosition],
    key: impl Fn(RelayPosition, &Relay) -> Option<K>,
) -> Option<f64> {
    let mut weights: BTreeMap<K, f64> = BTreeMap::new();
    for position in members {
        let relay = network.relay(*position);
        if let Some(key) = key(*position, relay).filter(|_| relay.running) {
            *weights.entry(key).or_default() += relay.consensus_weight.unwrap_or(0) as f64;
        }
    }
    let total: f64 = weights.values().sum();
    (total > 0.0)
        .then(|| (1.0 - Concentration::of(weights.values().map(|weight| weight / total)).hhi).max(0.0))
}

/// Mean age of the running relays since first seen, in years of 365.25 days; none without any.
pub fn mean_age_years(network: &Network, members: &[RelayPosition]) -> Option<f64> {
    let running = || members.iter().map(|position| network.relay(*position)).filter(|relay| relay.running);
    let count = running().count();
    let seconds: i64 = running().map(|relay| network.published().seconds_since(relay.first_seen)).sum();
    (count > 0).then(|| seconds as f64 / count as f64 / (365.25 * 86_400.0))
}

/// The exits of an AS by what their policies let out.
pub fn exit_policies(network: &Network, members: &[RelayPosition]) -> PolicyCounts {
    policy_counts(network, members)
}

/// The country of most running relays, the first by code of equals; none when no country is known.
pub(super) fn main_country(network: &Network, members: &[RelayPosition]) -> Option<CountryCode> {
    let mut counts: BTreeMap<CountryCode, usize> = BTreeMap::new();
    let running = members.iter().map(|position| network.relay(*position)).filter(|relay| relay.running);
    for country in running.filter_map(|relay| relay.country) {
        *counts.entry(country).or_default() += 1;
    }
    let most = counts.into_iter().max_by(|left, right| left.1.cmp(&right.1).then(right.0.cmp(&left.0)));
    most.map(|(country, _)| country)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{network, relay};
    use proptest::prelude::*;
    use serde_json::json;

    #[test]
    fn stars_and_risk_change_at_their_limits() {
        let given =
            [(1.0, 5), (0.97, 5), (0.969_99, 4), (0.95, 4), (0.93, 3), (0.90, 2), (0.899, 1), (0.0, 1)];
        for (uptime, expected) in given {
            assert_eq!(stars(uptime), expected, "{uptime}");
        }
        for (share, expected) in [
            (0.0, Risk::Low),
            (0.05, Risk::Low),
            (0.0501, Risk::Medium),
            (0.10, Risk::Medium),
            (0.1001, Risk::High),
        ] {
            assert_eq!(Risk::of_share(share), expected, "{share}");
        }
    }

    #[test]
    fn diversity_is_that_of_owners_and_platforms_by_weight() {
        // Owners 300 of a, 100 of b: HHI 0.5625 + 0.0625; platforms 400 of Linux, unknown left out: HHI 1.
        let network = network(&[
            relay(1, &json!({"contact": "a", "consensus_weight": 300})),
            relay(2, &json!({"contact": "b", "consensus_weight": 100})),
            relay(3, &json!({"contact": "c", "consensus_weight": 900, "running": false})),
        ]);
        let found = diversity(&network, network.default_order()).unwrap();
        assert!((found - 10.0 * f64::midpoint(0.375, 0.0)).abs() < 1e-9, "{found}");
        assert_eq!(diversity(&network, &[]), None);
    }

    #[test]
    fn age_and_country_are_those_of_running_relays() {
        // 2024-02-02 to 2026-02-01 are 730 days.
        let network = network(&[
            relay(1, &json!({"country": "nl"})),
            relay(2, &json!({"country": "de", "first_seen": "2026-02-01 00:00:00"})),
            relay(3, &json!({"country": "de", "running": false})),
        ]);
        let found = mean_age_years(&network, network.default_order()).unwrap();
        assert!((found - 365.0 / 365.25).abs() < 1e-9);
        // One running relay each: the first by code.
        assert_eq!(main_country(&network, network.default_order()), "DE".parse().ok());
        assert_eq!((mean_age_years(&network, &[]), main_country(&network, &[])), (None, None));
    }

    proptest! {
        #[test]
        fn stars_rise_with_uptime_and_diversity_is_in_range(
            left in 0.0..=1.0_f64, right in 0.0..=1.0_f64, weights in prop::collection::vec(0_u32..1000, 1..12),
        ) {
            prop_assert!(stars(left.min(right)) <= stars(left.max(right)));
            let relays: Vec<_> = (0..).zip(&weights).map(|(number, weight)| {
                relay(number, &json!({"contact": format!("o{}", number % 5), "consensus_weight": weight}))
            }).collect();
            let network = network(&relays);
            let mut members = network.default_order().to_vec();
            let found = diversity(&network, &members);
            prop_assert!(found.is_none_or(|score| (0.0..10.0).contains(&score)));
            members.reverse();
            prop_assert_eq!(diversity(&network, &members), found);
        }
    }
}
