//! Times in which the whole network was less there than usual (`docs/methods/network-history.md`).

use crate::Ladder;
use crate::network_history::NetworkSeries;
use crate::statistics::MedianAndMad;
use allium_model::Timestamp;

/// What is usual is the median of the bins within a week before and after.
const AROUND_SECONDS: i64 = 7 * 86_400;
/// A dip is at least this deep, as a ratio: half a point.
const LEAST_DEPTH: f64 = 0.005;
/// A dip is at least so many robust standard deviations deep.
const LEAST_Z: f64 = 5.0;

/// Relays that left within so long are still in a snapshot and pull the end of its mean down, while those
/// that left before are not: the last bins tell of no dip.
const LEAVING_SECONDS: i64 = 7 * 86_400;

/// Neighbouring bins in which the mean uptime of the network was much below what is usual.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct NetworkDip {
    /// Start of the first bin.
    pub start: Timestamp,
    /// End of the last bin.
    pub end: Timestamp,
    /// Lowest mean uptime, 0 to 1.
    pub lowest: f64,
    /// What was usual then, 0 to 1.
    pub usual: f64,
    /// Relays with a known value in the lowest bin.
    pub relays: u32,
}

impl NetworkDip {
    /// How deep it was, 0 to 1.
    pub fn depth(&self) -> f64 {
        self.usual - self.lowest
    }

    /// How many relays fewer than usual were there in the lowest bin, on average.
    pub fn missing_relays(&self) -> f64 {
        self.depth() * f64::from(self.relays)
    }
}

/// The dips of a network, from the earliest. What the spread around the usual is comes from the same bins.
pub fn network_dips(history: &NetworkSeries) -> Vec<NetworkDip> {
    let series = &history.series;
    let usual: Vec<_> = (0..series.values.len()).map(|bin| usual_at(history, bin)).collect();
    let off = series.values.iter().zip(&usual).filter_map(|(value, usual)| Some((*value)? - (*usual)?));
    let Some(spread) = MedianAndMad::of(off) else { return Vec::new() };
    let least = (LEAST_Z * 1.4826 * spread.mad).max(LEAST_DEPTH);
    let mut dips: Vec<NetworkDip> = Vec::new();
    let mut previous = None;
    for (bin, (value, usual)) in series.values.iter().zip(usual).enumerate() {
        let (Some(value), Some(usual)) = (*value, usual) else { continue };
        let to_end = (series.values.len() - bin) as i64 * series.interval_seconds;
        if usual - value < least || to_end <= LEAVING_SECONDS {
            continue;
        }
        let here = dip_at(history, bin, value, usual);
        match dips.last_mut().filter(|_| bin > 0 && previous == Some(bin - 1)) {
            Some(dip) if value < dip.lowest => *dip = NetworkDip { start: dip.start, ..here },
            Some(dip) => dip.end = here.end,
            None => dips.push(here),
        }
        previous = Some(bin);
    }
    dips
}

fn dip_at(history: &NetworkSeries, bin: usize, lowest: f64, usual: f64) -> NetworkDip {
    let half = history.series.interval_seconds / 2;
    let midpoint = history.series.midpoint(bin);
    let (start, end) = (midpoint.plus_seconds(-half), midpoint.plus_seconds(half));
    NetworkDip { start, end, lowest, usual, relays: history.relays[bin] }
}

/// The median around a bin; none with fewer than five known bins.
fn usual_at(history: &NetworkSeries, bin: usize) -> Option<f64> {
    let reach = (AROUND_SECONDS / history.series.interval_seconds.max(1)).max(2) as usize;
    let values = &history.series.values;
    let around = &values[bin.saturating_sub(reach)..(bin + reach + 1).min(values.len())];
    let ladder = Ladder::of(around.iter().copied().flatten());
    ladder.quantile(0.5).filter(|_| ladder.len() >= 5)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::series::TimeSeries;
    use proptest::prelude::*;

    const HALF_DAY: i64 = 43_200;

    fn history(values: Vec<Option<f64>>) -> NetworkSeries {
        let relays = vec![1000; values.len()];
        let series = TimeSeries { first: Timestamp(0), interval_seconds: HALF_DAY, values };
        NetworkSeries { series, relays }
    }

    #[test]
    fn a_dip_has_its_length_and_depth() {
        let mut values = vec![Some(0.98); 60];
        values[30] = Some(0.95);
        values[31] = Some(0.90);
        values[32] = Some(0.979);
        values[40] = Some(0.976);
        let found = network_dips(&history(values));
        assert_eq!(found.len(), 1);
        let dip = found[0];
        assert_eq!(
            (dip.start, dip.end),
            (Timestamp(30 * HALF_DAY - HALF_DAY / 2), Timestamp(31 * HALF_DAY + HALF_DAY / 2))
        );
        assert!((dip.depth() - 0.08).abs() < 1e-12 && (dip.missing_relays() - 80.0).abs() < 1e-9);
    }

    #[test]
    fn the_last_week_tells_of_no_dip() {
        let mut values = vec![Some(0.98); 60];
        values[50..].fill(Some(0.9));
        assert_eq!(network_dips(&history(values.clone())), []);
        values[45] = Some(0.9);
        assert_eq!(network_dips(&history(values)).len(), 1);
    }

    #[test]
    fn a_gap_parts_two_dips() {
        let mut values = vec![Some(0.98); 60];
        (values[30], values[31], values[32]) = (Some(0.9), None, Some(0.9));
        assert_eq!(network_dips(&history(values)).len(), 2);
        assert_eq!(network_dips(&history(Vec::new())), []);
    }

    proptest! {
        #[test]
        fn dips_follow_each_other_and_are_deep(
            values in proptest::collection::vec(proptest::option::of(0.0_f64..1.0), 0..120),
        ) {
            let found = network_dips(&history(values));
            prop_assert!(found.iter().all(|dip| dip.depth() >= LEAST_DEPTH && dip.start < dip.end));
            prop_assert!(found.windows(2).all(|pair| pair[0].end <= pair[1].start));
        }
    }
}
