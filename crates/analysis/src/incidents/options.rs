//! From when on something is an incident (`docs/methods/detection.md`).

/// The thresholds. Counts of relays are meant for a network of about ten thousand; where the network is
/// smaller, [`IncidentOptions::scaled`] says what takes their place.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct IncidentOptions {
    /// Relays lost at once beyond which no cause is needed for an incident.
    pub lost_relays: u32,
    /// The same of exits.
    pub lost_exits: u32,
    /// How many times the 99th percentile of 30 days the losses must be as well.
    pub lost_norm_factor: f64,
    /// Share of the weight lost from which on a loss is a warning.
    pub warning_weight_ratio: f64,
    /// The same for critical.
    pub critical_weight_ratio: f64,
    /// Relays of a group from which on its outage concerns the network.
    pub network_relays: u32,
    /// Share of the weight from which on it does.
    pub network_weight_ratio: f64,
    /// Fewest relays of a small group that is told of, as a notice.
    pub small_group_relays: u32,
    /// Share of a small group that must have vanished.
    pub small_group_depth_ratio: f64,
    /// Least share of any group that must have vanished for it to be a cause.
    pub min_depth_ratio: f64,
    /// How many times as often as elsewhere relays of a group must have vanished.
    pub min_lift: f64,
    /// Decimal logarithm of the largest chance, corrected for the number of groups looked at.
    pub max_chance_log10: f64,
    /// Within this share of the best score the smaller group wins.
    pub tie_ratio: f64,
    /// Relays never seen before that join at once.
    pub joins: u32,
    /// How many times the 99th percentile of 30 days they must be as well.
    pub joins_norm_factor: f64,
    /// Share of those hit that must be back for an incident to be over.
    pub recovered_ratio: f64,
    /// Seconds after which what stayed away counts as gone for good.
    pub permanent_seconds: i64,
    /// Share of the 30-day median of exits (guards) below which there are too few: warning, critical.
    pub level_ratios: [f64; 2],
    /// Exits and guards below which there are too few while less than 7 days are known.
    pub level_floors: [u32; 2],
    /// Running relays from which on those floors have a meaning.
    pub level_floor_relays: u32,
    /// Churn as a multiple of its 30-day median.
    pub churn_factor: f64,
    /// Share of a group's 7-day median below which it declines.
    pub decline_ratio: f64,
    /// Relays that a declining group must have lost.
    pub decline_relays: u32,
    /// Departures of a relay within a day from which on it flaps.
    pub flapping_departures: usize,
}

impl Default for IncidentOptions {
    fn default() -> Self {
        Self {
            lost_relays: 100,
            lost_exits: 30,
            lost_norm_factor: 3.0,
            warning_weight_ratio: 0.02,
            critical_weight_ratio: 0.05,
            network_relays: 30,
            network_weight_ratio: 0.01,
            small_group_relays: 5,
            small_group_depth_ratio: 0.8,
            min_depth_ratio: 0.1,
            min_lift: 3.0,
            max_chance_log10: -6.0,
            tie_ratio: 0.95,
            joins: 50,
            joins_norm_factor: 5.0,
            recovered_ratio: 0.8,
            permanent_seconds: 7 * 86_400,
            level_ratios: [0.85, 0.70],
            level_floors: [1600, 3000],
            level_floor_relays: 5000,
            churn_factor: 2.0,
            decline_ratio: 0.7,
            decline_relays: 10,
            flapping_departures: 3,
        }
    }
}

/// Relays of the network that the counts are meant for.
const MEANT_FOR: f64 = 10_000.0;
/// What a count is at least, however small the network.
const FEWEST: f64 = 10.0;

impl IncidentOptions {
    /// A count for a network of so many running relays: its share of ten thousand, at least 10, and never
    /// more than the count itself.
    pub fn scaled(count: u32, relays: usize) -> f64 {
        let count = f64::from(count);
        (count * relays as f64 / MEANT_FOR).clamp(FEWEST.min(count), count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_shrink_with_the_network_down_to_ten() {
        let scaled = |relays| IncidentOptions::scaled(100, relays);
        let found = [20_000, 10_000, 4000, 5].map(scaled).map(|count| count as u32);
        assert_eq!(found, [100, 100, 40, 10]);
    }
}
