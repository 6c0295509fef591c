//! The running network by class of relay: bandwidth, weight and uptime of each
//! (`docs/methods/relay-classes.md`).
//!
//! Classes overlap, a relay is in every class that fits it; only the three roles exclude each other.

use crate::metrics::uptime::UptimeReport;
use crate::quantile;
use allium_model::{Flag, Network, Period, Relay, RelayPosition, Role};

/// A class of relays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RelayClass {
    /// Every running relay.
    All,
    /// One of the exclusive roles.
    InRole(Role),
    /// Having a flag.
    WithFlag(Flag),
    /// With IPv4 and IPv6 addresses for onion routing.
    DualStack,
    /// Without an IPv6 address for onion routing.
    Ipv4Only,
    /// Measured by at least three authorities.
    Measured,
}

impl RelayClass {
    /// Every class, in the order in which pages list them.
    pub const ALL: [Self; 12] = [
        Self::All,
        Self::InRole(Role::Exit),
        Self::InRole(Role::Guard),
        Self::InRole(Role::Middle),
        Self::WithFlag(Flag::Fast),
        Self::WithFlag(Flag::Stable),
        Self::WithFlag(Flag::HSDir),
        Self::WithFlag(Flag::V2Dir),
        Self::WithFlag(Flag::Authority),
        Self::DualStack,
        Self::Ipv4Only,
        Self::Measured,
    ];

    /// The class in words.
    pub fn name(self) -> &'static str {
        match self {
            Self::All => "All running relays",
            Self::InRole(Role::Exit) => "Exits",
            Self::InRole(Role::Guard) => "Guards that are no exits",
            Self::InRole(Role::Middle) => "Middles",
            Self::WithFlag(flag) => flag.name(),
            Self::DualStack => "IPv4 and IPv6",
            Self::Ipv4Only => "IPv4 only",
            Self::Measured => "Measured",
        }
    }

    /// Whether a relay is in the class.
    pub fn holds(self, relay: &Relay) -> bool {
        let has_ipv6 = || relay.or_addresses.iter().any(std::net::SocketAddr::is_ipv6);
        let has_ipv4 = || relay.or_addresses.iter().any(std::net::SocketAddr::is_ipv4);
        match self {
            Self::All => true,
            Self::InRole(role) => relay.role() == role,
            Self::WithFlag(flag) => relay.flags.contains(flag),
            Self::DualStack => has_ipv4() && has_ipv6(),
            Self::Ipv4Only => has_ipv4() && !has_ipv6(),
            Self::Measured => relay.measured == Some(true),
        }
    }
}

/// Mean and median of the known values of a quantity.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Middle {
    /// Relays with a value.
    pub count: usize,
    /// Arithmetic mean.
    pub mean: Option<f64>,
    /// Median.
    pub median: Option<f64>,
}

impl Middle {
    /// Of values in any order.
    pub fn of(values: impl Iterator<Item = f64>) -> Self {
        let mut values: Vec<f64> = values.filter(|value| value.is_finite()).collect();
        values.sort_unstable_by(f64::total_cmp);
        let mean = values.iter().sum::<f64>() / values.len() as f64;
        Self {
            count: values.len(),
            mean: (!values.is_empty()).then_some(mean),
            median: quantile(&values, 0.5),
        }
    }
}

/// What is measured of a class.
#[derive(Debug, Clone, PartialEq)]
pub struct ClassReport {
    /// The class.
    pub class: RelayClass,
    /// Running relays.
    pub relays: usize,
    /// Share of consensus weight, 0 to 1.
    pub consensus_weight_fraction: f64,
    /// Sum of observed bandwidths in bytes per second.
    pub observed_bandwidth: u64,
    /// Observed bandwidth of a relay in bytes per second.
    pub observed: Middle,
    /// Observed minus advertised bandwidth of a relay, without sign, in bytes per second.
    pub advertised_gap: Middle,
    /// Consensus weight of all / observed bandwidth of all, over the relays that have both above zero, per
    /// Mbit/s.
    pub weight_per_mbit: Option<f64>,
    /// Consensus weight / observed bandwidth of a relay, per Mbit/s.
    pub relay_weight_per_mbit: Middle,
    /// Eligible uptimes over one month, 0 to 1.
    pub uptime: Middle,
}

/// Consensus weight per Mbit/s of observed bandwidth; none where either is unknown or zero.
pub fn weight_per_mbit(relay: &Relay) -> Option<f64> {
    let (weight, mbit) = weight_and_mbit(relay)?;
    Some(weight / mbit)
}

fn weight_and_mbit(relay: &Relay) -> Option<(f64, f64)> {
    let weight = relay.consensus_weight.filter(|weight| *weight > 0)?;
    let observed = relay.observed_bandwidth.filter(|observed| *observed > 0)?;
    Some((weight as f64, observed as f64 * 8e-6))
}

/// Measures every class.
pub(crate) fn class_reports(network: &Network, uptime: &UptimeReport) -> Vec<ClassReport> {
    RelayClass::ALL.into_iter().map(|class| class_report(network, uptime, class)).collect()
}

fn class_report(network: &Network, uptime: &UptimeReport, class: RelayClass) -> ClassReport {
    let members: Vec<(RelayPosition, &Relay)> = (0..)
        .map(RelayPosition)
        .zip(network.relays())
        .filter(|(_, relay)| relay.running && class.holds(relay))
        .collect();
    let relays = || members.iter().map(|(_, relay)| *relay);
    let (weight, mbit) = relays()
        .filter_map(weight_and_mbit)
        .fold((0.0, 0.0), |sum: (f64, f64), part| (sum.0 + part.0, sum.1 + part.1));
    let uptimes = members.iter().filter_map(|(position, _)| uptime.relay(*position, Period::OneMonth));
    ClassReport {
        class,
        relays: members.len(),
        consensus_weight_fraction: relays().map(Relay::running_weight_fraction).sum(),
        observed_bandwidth: relays()
            .filter_map(|relay| relay.observed_bandwidth)
            .fold(0, u64::saturating_add),
        observed: Middle::of(relays().filter_map(|relay| relay.observed_bandwidth.map(|value| value as f64))),
        advertised_gap: Middle::of(relays().filter_map(|relay| {
            Some(relay.observed_bandwidth?.abs_diff(relay.advertised_bandwidth?) as f64)
        })),
        weight_per_mbit: (mbit > 0.0).then(|| weight / mbit),
        relay_weight_per_mbit: Middle::of(relays().filter_map(weight_per_mbit)),
        uptime: Middle::of(uptimes.filter(|value| value.is_eligible).map(|value| value.ratio)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mean_and_median_are_of_known_values() {
        let middle = Middle::of([1.0, f64::NAN, 3.0, 8.0].into_iter());
        assert_eq!(middle, Middle { count: 3, mean: Some(4.0), median: Some(3.0) });
        assert_eq!(Middle::of(std::iter::empty()), Middle::default());
    }
}
