//! Where others run relays: the places that may stand as examples in a recommendation.

use crate::Report;
use crate::scores::Spread;
use allium_model::{AsNumber, CountryCode, GroupKey, GroupKind, Network, TextId};
use std::collections::BTreeSet;

/// Fewest operators in a place before it is given as an example: it is shown to be possible.
const FEWEST_OPERATORS: usize = 3;

/// Examples given of each kind.
const EXAMPLES: usize = 3;

/// Places in which at least three operators run relays.
#[derive(Debug, Default)]
pub struct Candidates {
    /// By rising share of the network's weight.
    countries: Vec<CountryCode>,
    /// By rising share of the network's weight.
    ases: Vec<AsNumber>,
    /// By falling number of operators.
    platforms: Vec<TextId>,
    ipv6_ases: BTreeSet<AsNumber>,
}

impl Candidates {
    pub(super) fn new(network: &Network, report: &Report) -> Self {
        let has_ipv6 =
            |relay: &&allium_model::Relay| relay.or_addresses.iter().any(std::net::SocketAddr::is_ipv6);
        let with_ipv6 = network.relays().iter().filter(|relay| relay.running).filter(has_ipv6);
        let rare_first = |kind| used(network, report, kind).into_iter().rev();
        let country = |key| if let GroupKey::Country(code) = key { Some(code) } else { None };
        let asn = |key| if let GroupKey::As(number) = key { Some(number) } else { None };
        let platform = |key| if let GroupKey::Platform(text) = key { Some(text) } else { None };
        Self {
            countries: rare_first(GroupKind::Country).filter_map(|(key, _)| country(key)).collect(),
            ases: rare_first(GroupKind::As).filter_map(|(key, _)| asn(key)).collect(),
            platforms: by_operators(used(network, report, GroupKind::Platform))
                .filter_map(platform)
                .collect(),
            ipv6_ases: with_ipv6.filter_map(|relay| relay.asn).collect(),
        }
    }

    /// Whether some running relay in an AS has an IPv6 address.
    pub fn has_ipv6(&self, number: AsNumber) -> bool {
        self.ipv6_ases.contains(&number)
    }

    /// Countries that are not in a spread, those with the least weight first.
    pub fn countries_besides(&self, spread: &Spread) -> Vec<CountryCode> {
        besides(&self.countries, &spread.countries)
    }

    /// ASes that are not in a spread, those with the least weight first.
    pub fn ases_besides(&self, spread: &Spread) -> Vec<AsNumber> {
        besides(&self.ases, &spread.ases)
    }

    /// Operating systems that are not in a spread, those with most operators first.
    pub fn platforms_besides(&self, spread: &Spread) -> Vec<TextId> {
        besides(&self.platforms, &spread.platforms)
    }
}

/// The groups of a kind with enough operators, by falling weight, with the number of operators.
fn used(network: &Network, report: &Report, kind: GroupKind) -> Vec<(GroupKey, usize)> {
    let groups = report.groups(kind);
    let operators = |index: usize| groups.groups[index].aggregate.operators;
    let enough = groups.order.iter().filter(|position| operators(position.index()) >= FEWEST_OPERATORS);
    let keyed = enough.filter_map(|position| Some((network.groups(kind).get(*position)?.key, position)));
    keyed.map(|(key, position)| (key, operators(position.index()))).collect()
}

fn by_operators(mut groups: Vec<(GroupKey, usize)>) -> impl Iterator<Item = GroupKey> {
    groups.sort_by_key(|(_, operators)| std::cmp::Reverse(*operators));
    groups.into_iter().map(|(key, _)| key)
}

fn besides<T: PartialEq + Copy>(candidates: &[T], held: &[(T, f64)]) -> Vec<T> {
    let is_new = |candidate: &&T| !held.iter().any(|(key, _)| key == *candidate);
    candidates.iter().filter(is_new).take(EXAMPLES).copied().collect()
}
