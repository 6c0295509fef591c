//! What a set of relays adds up to.
//!
//! Counts, sums and shares are over the running members; members that are not running are counted
//! apart. Sums saturate. Unknown properties count as nothing, never as one more country or AS.

use allium_model::{AroiState, GroupKind, Network, Relay, RelayPosition, Role, Timestamp};

/// A quantity of a set of relays, whole and by the exclusive roles.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct ByRole<T> {
    /// Over all running members.
    pub total: T,
    /// Over the exits.
    pub exit: T,
    /// Over the guards that are not exits.
    pub guard: T,
    /// Over the rest.
    pub middle: T,
}

impl<T: Copy> ByRole<T> {
    /// The part of a role.
    pub fn of(&self, role: Role) -> T {
        match role {
            Role::Exit => self.exit,
            Role::Guard => self.guard,
            Role::Middle => self.middle,
        }
    }

    fn add(&mut self, role: Role, amount: T, add: impl Fn(T, T) -> T) {
        let part = match role {
            Role::Exit => &mut self.exit,
            Role::Guard => &mut self.guard,
            Role::Middle => &mut self.middle,
        };
        *part = add(*part, amount);
        self.total = add(self.total, amount);
    }
}

/// What a set of relays adds up to.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Aggregate {
    /// Running relays.
    pub relays: ByRole<usize>,
    /// Members that are not running.
    pub offline_relays: usize,
    /// Running relays that are both guard and exit.
    pub guard_and_exit_relays: usize,
    /// Running relays that at least three authorities measured.
    pub measured_relays: usize,
    /// Running relays on a recommended version.
    pub recommended_version_relays: usize,
    /// Running relays with an IPv6 address for onion routing.
    pub ipv6_relays: usize,
    /// Running relays whose domain proof is valid.
    pub verified_relays: usize,
    /// Observed bandwidth in bytes per second.
    pub observed_bandwidth: ByRole<u64>,
    /// Advertised bandwidth in bytes per second.
    pub advertised_bandwidth: ByRole<u64>,
    /// Consensus weight.
    pub consensus_weight: u64,
    /// Share of the network's consensus weight, 0 to 1.
    pub consensus_weight_fraction: ByRole<f64>,
    /// Probability that a circuit's guard is one of them, 0 to 1.
    pub guard_probability: f64,
    /// Probability that a circuit's middle is one of them, 0 to 1.
    pub middle_probability: f64,
    /// Probability that a circuit's exit is one of them, 0 to 1.
    pub exit_probability: f64,
    /// First time that one of the members, running or not, was seen.
    pub first_seen: Option<Timestamp>,
    /// Countries of the running members.
    pub countries: usize,
    /// ASes of the running members.
    pub ases: usize,
    /// Operators of the running members.
    pub operators: usize,
    /// Families of the running members.
    pub families: usize,
    /// Operating systems of the running members.
    pub platforms: usize,
    /// Versions of the running members.
    pub versions: usize,
}

/// Adds up the given relays.
pub fn aggregate(network: &Network, members: &[RelayPosition]) -> Aggregate {
    let mut sum = Aggregate::default();
    for position in members {
        let relay = network.relay(*position);
        sum.first_seen = Some(sum.first_seen.map_or(relay.first_seen, |first| first.min(relay.first_seen)));
        if relay.running {
            add_running(&mut sum, relay);
        } else {
            sum.offline_relays += 1;
        }
    }
    let running = || members.iter().copied().filter(|position| network.relay(*position).running);
    sum.countries = distinct(running().filter_map(|position| network.relay(position).country));
    sum.ases = distinct(running().filter_map(|position| network.relay(position).asn));
    sum.platforms = distinct(running().filter_map(|position| network.relay(position).operating_system));
    sum.versions = distinct(running().filter_map(|position| network.relay(position).version));
    let groups =
        |kind| running().filter_map(move |position| network.groups(kind).position_of_relay(position));
    sum.operators = distinct(groups(GroupKind::Operator));
    sum.families = distinct(groups(GroupKind::Family));
    sum
}

fn add_running(sum: &mut Aggregate, relay: &Relay) {
    let role = relay.role();
    sum.relays.add(role, 1, |left, right| left + right);
    sum.guard_and_exit_relays += usize::from(relay.is_guard_and_exit());
    sum.measured_relays += usize::from(relay.measured == Some(true));
    sum.recommended_version_relays += usize::from(relay.recommended_version == Some(true));
    sum.ipv6_relays += usize::from(relay.or_addresses.iter().any(std::net::SocketAddr::is_ipv6));
    sum.verified_relays += usize::from(relay.aroi == AroiState::Valid);
    sum.observed_bandwidth.add(role, relay.observed_bandwidth.unwrap_or(0), u64::saturating_add);
    sum.advertised_bandwidth.add(role, relay.advertised_bandwidth.unwrap_or(0), u64::saturating_add);
    sum.consensus_weight = sum.consensus_weight.saturating_add(relay.consensus_weight.unwrap_or(0));
    sum.consensus_weight_fraction.add(role, relay.running_weight_fraction(), |left, right| left + right);
    sum.guard_probability += relay.guard_probability.unwrap_or(0.0);
    sum.middle_probability += relay.middle_probability.unwrap_or(0.0);
    sum.exit_probability += relay.exit_probability.unwrap_or(0.0);
}

fn distinct<T: Ord>(values: impl Iterator<Item = T>) -> usize {
    let mut values: Vec<T> = values.collect();
    values.sort_unstable();
    values.dedup();
    values.len()
}
