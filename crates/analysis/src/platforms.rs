//! Operating systems of the running relays: shares, diversity, and who runs something else than Linux
//! (`docs/methods/platform-diversity.md`).

use crate::Snapshot;
use allium_model::{Group, GroupKind, GroupPosition, Network, RelayPosition};

/// Fewest relays not on Linux that make a hero by count.
pub const HERO_RELAYS: usize = 10;
/// Fewest running relays of an operator that is a hero by share.
pub const HERO_FEWEST_RELAYS: usize = 5;
/// Share of relays not on Linux that makes a hero.
pub const HERO_SHARE: f64 = 0.5;

/// Relays, weight and capacity of a part of the network, each as a share of the running network.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Shares {
    /// Running relays.
    pub relays: usize,
    /// Their share of all running relays, 0 to 1.
    pub relay_fraction: f64,
    /// Their share of consensus weight, 0 to 1.
    pub weight_fraction: f64,
    /// Their share of advertised bandwidth, 0 to 1.
    pub capacity_fraction: f64,
}

/// A system with its shares.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PlatformShare {
    /// The system's place in the index of platforms.
    pub platform: GroupPosition,
    /// Its shares.
    pub shares: Shares,
    /// Operators with a running relay on it.
    pub operators: usize,
}

/// An operator that runs many of its relays on something else than Linux.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PlatformHero {
    /// The operator's place in the index of operators.
    pub operator: GroupPosition,
    /// Its running relays on a known system that is not Linux.
    pub other_relays: usize,
    /// Its running relays.
    pub relays: usize,
}

/// The entropy of the systems in bits: -sum p log2 p over the known systems.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Shannon {
    /// By relays.
    pub relays: f64,
    /// By consensus weight.
    pub weight: f64,
    /// By advertised bandwidth.
    pub capacity: f64,
}

/// The systems of the network.
#[derive(Debug, Clone, PartialEq)]
pub struct PlatformReport {
    /// Every system with a running relay, by falling number of relays.
    pub platforms: Vec<PlatformShare>,
    /// Relays whose system is not known.
    pub unknown: Shares,
    /// Relays on a known system that is not Linux.
    pub not_linux: Shares,
    /// Entropy.
    pub shannon: Shannon,
    /// Heroes by falling number of relays not on Linux, then by relays; all of them.
    pub heroes: Vec<PlatformHero>,
}

impl PlatformReport {
    /// The systems of a snapshot.
    pub fn new(snapshot: &Snapshot) -> Self {
        let network = &snapshot.network;
        let share = |group: Group<'_>| PlatformShare {
            platform: group.position,
            shares: shares(snapshot, group.members.iter().copied()),
            operators: snapshot.group_report(GroupKind::Platform, group.position).aggregate.operators,
        };
        let mut platforms: Vec<_> = network.groups(GroupKind::Platform).iter().map(share).collect();
        platforms.retain(|platform| platform.shares.relays > 0);
        platforms.sort_by_key(|platform| (std::cmp::Reverse(platform.shares.relays), platform.platform));
        let all = (0..network.relays().len() as u32).map(RelayPosition);
        let of =
            |value: fn(&Shares) -> f64| shannon(platforms.iter().map(|platform| value(&platform.shares)));
        Self {
            unknown: shares(snapshot, network.groups(GroupKind::Platform).rest().iter().copied()),
            not_linux: shares(snapshot, all.filter(|relay| is_not_on_linux(network, *relay))),
            shannon: Shannon {
                relays: of(|shares| shares.relay_fraction),
                weight: of(|shares| shares.weight_fraction),
                capacity: of(|shares| shares.capacity_fraction),
            },
            heroes: heroes(network),
            platforms,
        }
    }
}

/// Whether a relay is on a known system whose name does not begin with Linux.
fn is_not_on_linux(network: &Network, relay: RelayPosition) -> bool {
    network.relay(relay).operating_system.is_some_and(|text| !network.text(text).starts_with("Linux"))
}

fn shares(snapshot: &Snapshot, members: impl Iterator<Item = RelayPosition>) -> Shares {
    let totals = &snapshot.report.totals;
    let (mut relays, mut weight, mut capacity) = (0, 0.0, 0_u64);
    for position in members {
        let relay = snapshot.network.relay(position);
        if relay.running {
            relays += 1;
            weight += relay.running_weight_fraction();
            capacity = capacity.saturating_add(relay.advertised_bandwidth.unwrap_or(0));
        }
    }
    Shares {
        relays,
        relay_fraction: relays as f64 / totals.relays.total.max(1) as f64,
        weight_fraction: weight,
        capacity_fraction: capacity as f64 / totals.advertised_bandwidth.total.max(1) as f64,
    }
}

/// Entropy in bits of amounts, which need not add up to 1; 0 of a single one.
pub fn shannon(amounts: impl Iterator<Item = f64> + Clone) -> f64 {
    let amounts = amounts.filter(|amount| *amount > 0.0 && amount.is_finite());
    let total: f64 = amounts.clone().sum();
    let terms = amounts.map(|amount| amount / total).map(|share| share * share.log2());
    (-terms.sum::<f64>()).max(0.0)
}

fn heroes(network: &Network) -> Vec<PlatformHero> {
    let hero = |group: Group<'_>| {
        let running = || group.members.iter().copied().filter(|member| network.relay(*member).running);
        let relays = running().count();
        let other_relays = running().filter(|member| is_not_on_linux(network, *member)).count();
        let is_by_share = relays >= HERO_FEWEST_RELAYS && other_relays as f64 >= HERO_SHARE * relays as f64;
        (other_relays >= HERO_RELAYS || is_by_share).then_some(PlatformHero {
            operator: group.position,
            other_relays,
            relays,
        })
    };
    let mut heroes: Vec<_> = network.groups(GroupKind::Operator).iter().filter_map(hero).collect();
    heroes.sort_by_key(|hero| (std::cmp::Reverse((hero.other_relays, hero.relays)), hero.operator));
    heroes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{network, relay};
    use proptest::prelude::*;
    use serde_json::{Value, json};

    fn relays(from: u32, count: u32, contact: &str, system: &str) -> Vec<Value> {
        let fields = json!({
            "contact": contact,
            "platform": format!("Tor 0.4.8.21 on {system}"),
            "consensus_weight_fraction": 0.05,
            "advertised_bandwidth": 1000,
        });
        (from..from + count).map(|number| relay(number, &fields)).collect()
    }

    fn report(relays: &[Value]) -> PlatformReport {
        PlatformReport::new(&Snapshot::new(network(relays)))
    }

    #[test]
    fn hand_worked_shares_and_entropy() {
        // 2 Linux, 1 FreeBSD, 1 OpenBSD: entropy 0.5 * 1 + 2 * 0.25 * 2 = 1.5 bits.
        let all = [relays(1, 2, "a", "Linux"), relays(3, 1, "b", "FreeBSD"), relays(4, 1, "b", "OpenBSD")];
        let found = report(&all.concat());
        assert_eq!(found.platforms.iter().map(|row| row.shares.relays).collect::<Vec<_>>(), [2, 1, 1]);
        for entropy in [found.shannon.relays, found.shannon.weight, found.shannon.capacity] {
            assert!((entropy - 1.5).abs() < 1e-12, "{entropy}");
        }
        assert_eq!((found.not_linux.relays, found.unknown.relays), (2, 0));
        assert!((found.not_linux.weight_fraction - 0.5).abs() < 1e-12);
        assert!((found.not_linux.capacity_fraction - 0.5).abs() < 1e-12);
    }

    #[test]
    fn heroes_have_ten_others_or_half_of_at_least_five() {
        let all = [
            relays(1, 10, "ten", "FreeBSD"),
            relays(11, 30, "ten", "Linux"),
            relays(50, 3, "half", "OpenBSD"),
            relays(53, 3, "half", "Linux"),
            relays(60, 4, "few", "FreeBSD"),
            relays(70, 9, "nine", "FreeBSD"),
            relays(80, 10, "nine", "Linux"),
        ];
        let found = report(&all.concat());
        let heroes: Vec<_> = found.heroes.iter().map(|hero| (hero.other_relays, hero.relays)).collect();
        assert_eq!(heroes, [(10, 40), (3, 6)]);
    }

    #[test]
    fn relays_of_unknown_system_are_not_others() {
        let mut all = relays(1, 1, "a", "Linux");
        all.push(relay(2, &json!({ "platform": null })));
        let found = report(&all);
        assert_eq!((found.unknown.relays, found.not_linux.relays, found.platforms.len()), (1, 0, 1));
    }

    proptest! {
        #[test]
        fn entropy_lies_between_none_and_that_of_equal_parts(
            mut amounts in proptest::collection::vec(0.0_f64..1e6, 0..30),
        ) {
            let found = shannon(amounts.iter().copied());
            let parts = amounts.iter().filter(|amount| **amount > 0.0).count();
            prop_assert!((0.0..=(parts.max(1) as f64).log2() + 1e-9).contains(&found));
            amounts.reverse();
            prop_assert!((shannon(amounts.iter().map(|amount| amount * 3.0)) - found).abs() < 1e-9);
        }
    }
}
