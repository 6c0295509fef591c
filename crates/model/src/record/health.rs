//! The health of the network at one moment, as history keeps it.

use super::CountrySet;
use crate::Timestamp;

/// A component of the health of a network (`docs/methods/network-health.md`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum HealthComponent {
    /// Weight of running relays against the last known weight of those seen in 7 days.
    Availability,
    /// Weight-weighted uptime over 30 days.
    Reliability,
    /// How evenly weight is spread over operators, ASes, countries and platforms.
    Diversity,
    /// What remains without the largest groups.
    Resilience,
    /// How much of the capacity is free.
    Capacity,
}

impl HealthComponent {
    /// Every component.
    pub const ALL: [Self; 5] =
        [Self::Availability, Self::Reliability, Self::Diversity, Self::Resilience, Self::Capacity];

    /// Its name in the store and in JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Availability => "availability",
            Self::Reliability => "reliability",
            Self::Diversity => "diversity",
            Self::Resilience => "resilience",
            Self::Capacity => "capacity",
        }
    }

    /// The component of a name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|component| component.name() == name)
    }

    /// Its weight in the score; the sum is 1.
    pub const fn weight(self) -> f64 {
        match self {
            Self::Availability | Self::Reliability => 0.25,
            Self::Diversity => 0.20,
            Self::Resilience | Self::Capacity => 0.15,
        }
    }
}

/// The components of the health of the network at one moment, each 0 to 1; `None` where the data of
/// that moment do not give it.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct HealthRecord {
    /// When, in the time of the data.
    pub at: Timestamp,
    /// In the order of [`HealthComponent::ALL`].
    pub components: [Option<f64>; 5],
    /// Advertised bandwidth of running exits, in bytes per second.
    pub exit_capacity_bytes_per_second: Option<u64>,
    /// The same of guards.
    pub guard_capacity_bytes_per_second: Option<u64>,
    /// Countries with a running relay; `None` where countries are not known.
    pub countries: Option<CountrySet>,
}

impl HealthRecord {
    /// A component, 0 to 1.
    pub const fn component(&self, component: HealthComponent) -> Option<f64> {
        self.components[component as usize]
    }

    /// The score, 0 to 100: the weighted mean of the components that are known. `None` with less than
    /// half of the weight present.
    pub fn score(&self) -> Option<f64> {
        score_over(self, |component| self.component(component).is_some())
    }

    /// The change of a component since another moment, in points; `None` unless it is known at both.
    pub fn component_change(&self, component: HealthComponent, before: &Self) -> Option<f64> {
        Some(100.0 * (self.component(component)? - before.component(component)?))
    }

    /// The change of the score since another moment, in points, over the components known at both.
    pub fn change_since(&self, before: &Self) -> Option<f64> {
        let is_known =
            |component| self.component(component).is_some() && before.component(component).is_some();
        Some(score_over(self, is_known)? - score_over(before, is_known)?)
    }
}

/// The weighted mean of some components, scaled to 100.
fn score_over(record: &HealthRecord, counts: impl Fn(HealthComponent) -> bool) -> Option<f64> {
    let (mut sum, mut weight) = (0.0, 0.0);
    for component in HealthComponent::ALL.into_iter().filter(|component| counts(*component)) {
        sum += component.weight() * record.component(component)?;
        weight += component.weight();
    }
    // The weights are hundredths; the noise of their sums must not decide at exactly one half.
    (weight > 0.5 - 1e-9).then(|| 100.0 * sum / weight)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(components: [Option<f64>; 5]) -> HealthRecord {
        HealthRecord { components, ..HealthRecord::default() }
    }

    #[test]
    fn the_score_is_the_weighted_mean_of_what_is_known() {
        let all = record([Some(1.0), Some(0.9), Some(0.5), Some(0.8), Some(0.6)]);
        // 25 + 22.5 + 10 + 12 + 9
        assert!((all.score().unwrap() - 78.5).abs() < 1e-9);
        let some = record([Some(1.0), None, Some(0.5), None, Some(0.6)]);
        // (25 + 10 + 9) / 0.6
        assert!((some.score().unwrap() - 44.0 / 0.6).abs() < 1e-9);
        assert_eq!(record([Some(1.0), None, Some(0.5), None, None]).score(), None);
        // 0.25 + 0.25 is half of the weight, which is enough.
        assert_eq!(record([Some(1.0), Some(1.0), None, None, None]).score(), Some(100.0));
    }

    #[test]
    fn a_change_counts_what_is_known_at_both_times() {
        let now = record([Some(1.0), Some(0.9), None, Some(0.8), Some(0.6)]);
        let before = record([Some(0.9), Some(0.9), Some(0.1), Some(0.8), Some(0.6)]);
        // 2.5 points of 0.8
        assert!((now.change_since(&before).unwrap() - 2.5 / 0.8).abs() < 1e-9);
        assert_eq!(now.change_since(&record([None; 5])), None);
    }
}
