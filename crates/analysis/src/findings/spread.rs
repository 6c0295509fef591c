//! How uptimes are spread in each period, and how each relay's uptime varies.

use super::eligible;
use crate::distribution::ClassCounts;
use crate::metrics::uptime::ByPeriod;
use crate::statistics::{BoxPlot, MedianAndMad, Moments, share_above};
use crate::{Ladder, Snapshot};
use allium_model::{Period, RelayPosition};

/// The uptimes of the eligible relays of a period.
#[derive(Debug, Clone, PartialEq)]
pub struct PeriodSpread {
    /// Mean, standard deviation, skewness.
    pub moments: Moments,
    /// Median and MAD.
    pub middle: MedianAndMad,
    /// The box.
    pub box_plot: BoxPlot,
    /// Relays by health class.
    pub classes: ClassCounts,
    /// Share of relays above 95 %, 0 to 1.
    pub above_95: f64,
    /// Share of relays above 98 %, 0 to 1.
    pub above_98: f64,
    /// Share of relays that were never seen missing, 0 to 1.
    pub whole: f64,
    /// Share of relays under 50 %, 0 to 1.
    pub under_50: f64,
    /// Relays more than 3.5 robust standard deviations under the median; none where MAD is 0.
    pub robust_outliers: Option<usize>,
}

/// A relay whose ratio is at least this was there in every bin; rounding of stored values takes the rest.
const WHOLE: f64 = 0.9995;

/// The spread of each period; none without eligible relays.
pub fn period_spreads(snapshot: &Snapshot) -> ByPeriod<Option<PeriodSpread>> {
    Period::ALL.map(|period| {
        let values: Vec<f64> = eligible(snapshot, period).map(|(_, ratio)| ratio).collect();
        spread_of(&values)
    })
}

fn spread_of(values: &[f64]) -> Option<PeriodSpread> {
    let middle = MedianAndMad::of(values.iter().copied())?;
    let is_outlier = |value: &&f64| middle.robust_z(**value).is_some_and(|z| z < -3.5);
    Some(PeriodSpread {
        moments: Moments::of(values.iter().copied())?,
        box_plot: BoxPlot::of(&Ladder::of(values.iter().copied()))?,
        classes: ClassCounts::of(values.iter().copied()),
        above_95: share_above(values, 0.95)?,
        above_98: share_above(values, 0.98)?,
        whole: values.iter().filter(|value| **value >= WHOLE).count() as f64 / values.len() as f64,
        under_50: values.iter().filter(|value| **value < 0.5).count() as f64 / values.len() as f64,
        robust_outliers: (middle.mad > 0.0).then(|| values.iter().filter(is_outlier).count()),
        middle,
    })
}

/// A relay's mean uptime and how much its bins vary.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RelaySpread {
    /// The relay.
    pub relay: RelayPosition,
    /// Its uptime, 0 to 1.
    pub ratio: f64,
    /// Standard deviation of its known bins, 0 to 1.
    pub standard_deviation: f64,
}

/// Mean and spread of each eligible relay over a period, in the order of relays.
pub fn relay_spreads(snapshot: &Snapshot, period: Period) -> Vec<RelaySpread> {
    let of = |(relay, ratio): (RelayPosition, f64)| {
        let entry = snapshot.histories.uptime_of(snapshot.network.relay(relay).fingerprint)?;
        let (_, history) = entry.overall.longest(period)?;
        let bins: Vec<f64> = history.values().flatten().map(|value| value.min(1.0)).collect();
        let standard_deviation = Moments::of(bins.iter().copied())?.standard_deviation?;
        Some(RelaySpread { relay, ratio, standard_deviation })
    };
    eligible(snapshot, period).filter_map(of).collect()
}
