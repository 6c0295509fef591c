//! Bandwidths and consensus weights of relays.

use crate::dice::Dice;

/// What a relay says of its bandwidth, in bytes per second, and what was measured of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Bandwidth {
    pub(crate) rate: u64,
    pub(crate) burst: u64,
    pub(crate) observed: u64,
    /// Consensus weight, without unit.
    pub(crate) weight: u64,
    pub(crate) measured: bool,
}

/// Rate of a relay without a configured limit: 1 GiB/s.
pub(crate) const UNLIMITED: u64 = 1 << 30;
/// Consensus weight of a relay that was not measured.
pub(crate) const UNMEASURED_WEIGHT: u64 = 20;
/// Days after which nearly every relay was measured.
const MEASURED_AFTER_DAYS: f64 = 3.0;

impl Bandwidth {
    /// Bandwidth of a relay whose like usually carry `typical` bytes per second.
    pub(crate) fn draw(dice: &mut Dice, typical: f64, age_days: f64) -> Self {
        let observed = dice.log_normal(typical, 0.6).clamp(20e3, 160e6);
        let rate = if dice.chance(0.6) { UNLIMITED } else { limit(observed * (1.0 + 2.0 * dice.unit())) };
        let burst = if dice.chance(0.5) { rate } else { rate * 2 };
        let weight = (observed / 1000.0 * dice.log_normal(1.0, 0.4)) as u64 + 1;
        let measured = age_days > MEASURED_AFTER_DAYS && !dice.chance(0.005);
        let weight = if measured { weight } else { UNMEASURED_WEIGHT };
        Self { rate, burst, observed: observed as u64, weight, measured }
    }

    /// The least of rate, burst and observed bandwidth, in bytes per second.
    pub(crate) fn advertised(&self) -> u64 {
        self.rate.min(self.burst).min(self.observed)
    }
}

/// A limit as people write it: whole mebibytes, at least one quarter.
fn limit(bytes_per_second: f64) -> u64 {
    const QUARTER: u64 = 1 << 18;
    if bytes_per_second < 4e6 {
        (bytes_per_second as u64 / QUARTER + 1) * QUARTER
    } else {
        (bytes_per_second as u64 >> 20) << 20
    }
}
