//! How the consensus is spread over regions of the world, and its exits over exit policies
//! (`docs/methods/consensus-quality.md`).
//!
//! Regions are those of UN M49. Shares are of weights, as clients choose by them. What no document
//! tells, a relay's country or an exit's policy, is a part of the total and of no group.

use crate::Concentration;
use allium_model::{CountryCode, Network, PolicySummary, Region, Role, Subregion, printable};
use std::collections::BTreeMap;

/// Shares of groups in something, the largest first.
#[derive(Debug, Clone, PartialEq)]
pub struct Spread<G> {
    /// Groups with their share of the total, 0 to 1, falling.
    pub shares: Vec<(G, f64)>,
    /// Share of what belongs to no known group, 0 to 1.
    pub unknown: f64,
    /// Concentration of the shares of the known part, which add up to 1.
    pub concentration: Concentration,
}

impl<G> Spread<G> {
    /// The share of the largest group in the known part; none without one.
    pub fn largest(&self) -> Option<(&G, f64)> {
        let (group, _) = self.shares.first()?;
        Some((group, self.concentration.top_share(1)))
    }
}

/// Diversity of regions and exit policies of one moment.
#[derive(Debug, Clone, PartialEq)]
pub struct Diversity {
    /// Running relays by the region of their country, by consensus weight. Regions without relays have a
    /// share of 0. None when no relay has a country.
    pub regions: Option<Spread<Region>>,
    /// Running exits by their port summary for IPv4, such as `accept 80, 443`, by consensus weight. None when no exit has one.
    pub exit_policies: Option<Spread<String>>,
}

/// Measures the diversity of the running relays of a network.
pub fn diversity(network: &Network) -> Diversity {
    let relays = || network.relays().iter().filter(|relay| relay.running);
    let of_region = relays().map(|relay| {
        let region = relay.country.and_then(CountryCode::subregion).map(Subregion::region);
        (region, relay.consensus_weight.unwrap_or(0))
    });
    let exits = relays().filter(|relay| relay.role() == Role::Exit);
    let of_policy = exits.map(|relay| {
        let parts = relay.exit_policy_summary.map(|summary| parts(network, summary));
        (parts, relay.consensus_weight.unwrap_or(0))
    });
    let mut regions = spread(of_region);
    if let Some(spread) = &mut regions {
        let inhabited = Region::ALL.into_iter().filter(|region| *region != Region::Antarctica);
        let empty: Vec<(Region, f64)> = inhabited
            .filter(|region| spread.shares.iter().all(|(other, _)| other != region))
            .map(|region| (region, 0.0))
            .collect();
        spread.shares.extend(empty);
    }
    let exit_policies = spread(of_policy).map(|found| Spread {
        shares: found.shares.iter().map(|(parts, share)| (label(*parts), *share)).collect(),
        unknown: found.unknown,
        concentration: found.concentration,
    });
    Diversity { regions, exit_policies }
}

/// What is done with ports, and which.
fn parts(network: &Network, summary: PolicySummary) -> (&'static str, &str) {
    match summary {
        PolicySummary::Accept(ports) => ("accept", network.text(ports)),
        PolicySummary::Reject(ports) => ("reject", network.text(ports)),
    }
}

fn label((what, ports): (&str, &str)) -> String {
    format!("{what} {}", printable(ports))
}

fn spread<G: Ord + Copy>(weights: impl Iterator<Item = (Option<G>, u64)>) -> Option<Spread<G>> {
    let mut sums: BTreeMap<Option<G>, u64> = BTreeMap::new();
    for (group, weight) in weights {
        let sum = sums.entry(group).or_default();
        *sum = sum.saturating_add(weight);
    }
    let unknown = sums.remove(&None).unwrap_or(0) as f64;
    let known: f64 = sums.values().map(|sum| *sum as f64).sum();
    if known <= 0.0 {
        return None;
    }
    let total = known + unknown;
    let concentration = Concentration::of(sums.values().map(|sum| *sum as f64 / known));
    let mut shares: Vec<(G, f64)> =
        sums.into_iter().filter_map(|(group, sum)| Some((group?, sum as f64 / total))).collect();
    shares.sort_by(|(one, left), (other, right)| right.total_cmp(left).then(one.cmp(other)));
    Some(Spread { shares, unknown: unknown / total, concentration })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{network, relay};
    use serde_json::json;

    fn exit(number: u32, policy: &serde_json::Value, weight: u64) -> serde_json::Value {
        let flags = ["Exit", "Fast", "Running", "Valid"];
        relay(
            number,
            &json!({"flags": flags, "exit_policy_summary": policy, "country": "us", "consensus_weight": weight}),
        )
    }

    #[test]
    fn weights_are_spread_over_regions_and_what_has_no_country_is_apart() {
        let network = network(&[
            relay(1, &json!({"consensus_weight": 600})),
            relay(2, &json!({"country": "us", "consensus_weight": 200})),
            relay(3, &json!({"country": "xz", "consensus_weight": 200})),
            relay(4, &json!({"country": "jp", "consensus_weight": 500, "running": false})),
        ]);
        let regions = diversity(&network).regions.unwrap();
        let expected = [(Region::Europe, 0.6), (Region::Americas, 0.2)];
        assert_eq!(regions.shares[..2], expected);
        assert_eq!(
            regions.shares[2..],
            [Region::Africa, Region::Asia, Region::Oceania].map(|one| (one, 0.0))
        );
        assert_eq!((regions.unknown, regions.largest()), (0.2, Some((&Region::Europe, 0.75))));
        // 1 / (0.75 ^ 2 + 0.25 ^ 2)
        assert!((regions.concentration.effective_number().unwrap() - 1.6).abs() < 1e-12);
    }

    #[test]
    fn exits_are_spread_over_their_policies_and_accept_is_not_reject() {
        let network = network(&[
            exit(1, &json!({"accept": ["80", "443"]}), 300),
            exit(2, &json!({"accept": ["80", "443"]}), 200),
            exit(3, &json!({"reject": ["80", "443"]}), 500),
            relay(4, &json!({"exit_policy_summary": {"accept": ["1-65535"]}, "consensus_weight": 900})),
        ]);
        let policies = diversity(&network).exit_policies.unwrap();
        let labels: Vec<&str> = policies.shares.iter().map(|(label, _)| label.as_str()).collect();
        assert_eq!(labels, ["accept 80, 443", "reject 80, 443"]);
        assert!((policies.concentration.effective_number().unwrap() - 2.0).abs() < 1e-12);
    }

    #[test]
    fn what_no_document_tells_is_unknown_and_not_even() {
        let network = network(&[relay(1, &json!({"country": null}))]);
        assert_eq!(diversity(&network), Diversity { regions: None, exit_policies: None });
    }
}
