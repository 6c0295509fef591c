//! The whole network over time: mean uptime, its dips, and bandwidth (`docs/methods/network-history.md`).
//!
//! Only relays of the snapshot are in the histories. What relays that left did is not known here, so
//! earlier times show the survivors.

use crate::metrics::series::{Bins, TimeSeries};
use crate::metrics::uptime::ByPeriod;
use allium_model::{Histories, History, Network, Period, PeriodHistories, Relay, RelayBandwidth, Timestamp};

/// A mean or sum over relays by time.
#[derive(Debug, Clone, PartialEq)]
pub struct NetworkSeries {
    /// The values.
    pub series: TimeSeries,
    /// Relays with a known value, for each bin.
    pub relays: Vec<u32>,
}

/// Bandwidth of the network by time.
#[derive(Debug, Clone, PartialEq)]
pub struct BandwidthSeries {
    /// Bytes per second read by the relays with a known value.
    pub read: NetworkSeries,
    /// Bytes per second written by the relays with a known value.
    pub written: NetworkSeries,
    /// Half of what relays read and wrote / what the same relays advertise now, 0 to 1 and above.
    pub utilisation: TimeSeries,
}

/// The mean uptime of the relays of a network over each period; none without histories.
pub fn uptime_history(network: &Network, histories: &Histories) -> ByPeriod<Option<NetworkSeries>> {
    Period::ALL.map(|period| {
        let table = histories.uptime.as_ref()?;
        let entries: Vec<_> =
            network.relays().iter().filter_map(|relay| table.get(relay.fingerprint)).collect();
        let mut cells = Cells::of_period(entries.iter().map(|entry| &entry.overall), period)?;
        for entry in entries {
            cells.add_period(&entry.overall, period, 1.0);
        }
        Some(cells.means())
    })
}

/// The bandwidth of the relays of a network over a period; none without histories. Bins at the end that
/// far fewer relays have than the fullest one are cut off: their relays did not report yet.
pub fn bandwidth_history(
    network: &Network,
    histories: &Histories,
    period: Period,
) -> Option<BandwidthSeries> {
    let entries = bandwidth_entries(network.relays().iter(), histories)?;
    bandwidth_of(&entries, period)
}

/// How much of what they advertise some relays use over a period, with the number of relays of each bin;
/// none without histories.
pub fn utilisation<'a>(
    relays: impl Iterator<Item = &'a Relay>,
    histories: &Histories,
    period: Period,
) -> Option<NetworkSeries> {
    let bandwidth = bandwidth_of(&bandwidth_entries(relays, histories)?, period)?;
    Some(NetworkSeries { series: bandwidth.utilisation, relays: bandwidth.read.relays })
}

/// Histories of relays with what each advertises.
fn bandwidth_entries<'a>(
    relays: impl Iterator<Item = &'a Relay>,
    histories: &Histories,
) -> Option<Vec<(&RelayBandwidth, Option<u64>)>> {
    let table = histories.bandwidth.as_ref()?;
    let entry = |relay: &Relay| Some((table.get(relay.fingerprint)?, relay.advertised_bandwidth));
    Some(relays.filter_map(entry).collect())
}

fn bandwidth_of(entries: &[(&RelayBandwidth, Option<u64>)], period: Period) -> Option<BandwidthSeries> {
    let empty = Cells::of_period(entries.iter().map(|(entry, _)| &entry.written), period)?;
    let (mut read, mut written) = (empty.clone(), empty.clone());
    let (mut used, mut capacity) = (empty.clone(), empty);
    for (entry, advertised) in entries {
        let read_bins = read.add_period(&entry.read, period, f64::INFINITY);
        let written_bins = written.add_period(&entry.written, period, f64::INFINITY);
        let Some(advertised) = advertised.filter(|advertised| *advertised > 0) else { continue };
        for (cell, read) in read_bins {
            if let Ok(place) = written_bins.binary_search_by_key(&cell, |(cell, _)| *cell) {
                used.put(cell, f64::midpoint(read, written_bins[place].1));
                capacity.put(cell, advertised as f64);
            }
        }
    }
    let length = complete_bins(&written.counts());
    let ratio = |used: Option<f64>, capacity: Option<f64>| Some(used? / capacity?);
    let (used, capacity) = (used.sums().cut(length).series, capacity.sums().cut(length).series);
    let values = used.values.iter().zip(&capacity.values).map(|(used, capacity)| ratio(*used, *capacity));
    let utilisation = TimeSeries { values: values.collect(), ..used };
    Some(BandwidthSeries { read: read.sums().cut(length), written: written.sums().cut(length), utilisation })
}

/// A bin at the end is complete if it has at least this share of the relays of the fullest bin.
const COMPLETE: f64 = 0.8;

/// Number of bins up to the last complete one.
fn complete_bins(relays: &[u32]) -> usize {
    let most = relays.iter().copied().max().unwrap_or(0);
    relays
        .iter()
        .rposition(|count| f64::from(*count) >= COMPLETE * f64::from(most))
        .map_or(0, |last| last + 1)
}

impl NetworkSeries {
    fn cut(mut self, length: usize) -> Self {
        self.series.values.truncate(length);
        self.relays.truncate(length);
        self
    }

    /// Mean of the known values; none without any.
    pub fn mean(&self) -> Option<f64> {
        let (count, sum) =
            self.series.known().fold((0_u32, 0.0), |(n, sum), (_, value)| (n + 1, sum + value));
        (count > 0).then(|| sum / f64::from(count))
    }

    /// The last known value, with the mid-point of its bin and the relays it is of.
    pub fn last(&self) -> Option<(Timestamp, f64, u32)> {
        let bin = self.series.values.iter().rposition(Option::is_some)?;
        Some((self.series.midpoint(bin), self.series.values[bin]?, self.relays[bin]))
    }
}

/// Sums of relays in bins of equal length, each relay once a bin.
#[derive(Debug, Clone)]
struct Cells {
    first: Timestamp,
    interval_seconds: i64,
    sums: Vec<(f64, u32)>,
}

impl Cells {
    /// Empty bins over the histories of a period.
    fn of_period<'a>(
        histories: impl Iterator<Item = &'a PeriodHistories> + Clone,
        period: Period,
    ) -> Option<Self> {
        let grid = Bins::spanning(histories.filter_map(|histories| histories.get(period)))?.sums();
        let sums = vec![(0.0, 0); grid.values.len()];
        Some(Self { first: grid.first, interval_seconds: grid.interval_seconds, sums })
    }

    /// Adds a relay: the mean of its known bins within each bin of the grid, none of them above `most`.
    /// Where a period has no history of its own, because the relay is young, the next shorter one counts.
    fn add_period(&mut self, histories: &PeriodHistories, period: Period, most: f64) -> Vec<(usize, f64)> {
        let bins = histories.longest(period).map(|(_, history)| self.resampled(history, most));
        let bins = bins.unwrap_or_default();
        for (cell, value) in &bins {
            self.put(*cell, *value);
        }
        bins
    }

    fn resampled(&self, history: &History, most: f64) -> Vec<(usize, f64)> {
        let mut bins: Vec<(usize, f64, u32)> = Vec::new();
        for (bin, value) in history.values().enumerate() {
            let from_start = history.midpoint(bin).seconds_since(self.first) + self.interval_seconds / 2;
            let cell = usize::try_from(from_start.div_euclid(self.interval_seconds)).ok();
            let (Some(value), Some(cell)) = (value, cell.filter(|cell| *cell < self.sums.len())) else {
                continue;
            };
            match bins.last_mut().filter(|last| last.0 == cell) {
                Some(last) => (last.1, last.2) = (last.1 + value.min(most), last.2 + 1),
                None => bins.push((cell, value.min(most), 1)),
            }
        }
        bins.into_iter().map(|(cell, sum, count)| (cell, sum / f64::from(count))).collect()
    }

    fn put(&mut self, cell: usize, value: f64) {
        if let Some((sum, count)) = self.sums.get_mut(cell) {
            *sum += value;
            *count += 1;
        }
    }

    fn counts(&self) -> Vec<u32> {
        self.sums.iter().map(|(_, count)| *count).collect()
    }

    fn means(&self) -> NetworkSeries {
        self.series(|(sum, count)| sum / f64::from(count))
    }

    fn sums(&self) -> NetworkSeries {
        self.series(|(sum, _)| sum)
    }

    fn series(&self, value: impl Fn((f64, u32)) -> f64) -> NetworkSeries {
        let values = self.sums.iter().map(|cell| (cell.1 > 0).then(|| value(*cell))).collect();
        let series = TimeSeries { first: self.first, interval_seconds: self.interval_seconds, values };
        NetworkSeries { series, relays: self.counts() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{NOW, fingerprint, history, network, of_period, relay, uptimes};
    use allium_model::HistoryTable;
    use serde_json::json;
    use std::sync::Arc;

    #[test]
    fn relays_meet_by_time_and_strangers_do_not_count() {
        let uptime = uptimes(
            Period::SixMonths,
            &[(1, vec![Some(999), Some(999)]), (2, vec![Some(0)]), (9, vec![Some(0), Some(0)])],
        );
        let histories = Histories { uptime: Some(uptime), ..Histories::default() };
        let found = uptime_history(&network(&[relay(1, &json!({})), relay(2, &json!({}))]), &histories);
        assert_eq!(found[0], None);
        let found = found[1].as_ref().unwrap();
        assert_eq!(
            (found.series.values.as_slice(), found.relays.as_slice()),
            ([Some(1.0), Some(0.5)].as_slice(), [1, 2].as_slice())
        );
        assert_eq!((found.mean(), found.last().map(|last| (last.1, last.2))), (Some(0.75), Some((0.5, 2))));
    }

    #[test]
    fn a_young_relay_with_finer_bins_counts_once_a_bin() {
        let old = of_period(Period::SixMonths, history(24, 1.0 / 999.0, &[Some(999), Some(999)]));
        let young =
            of_period(Period::OneMonth, history(6, 1.0 / 999.0, &[Some(0), Some(999), Some(0), Some(999)]));
        let mut cells = Cells::of_period([&old, &young].into_iter(), Period::SixMonths).unwrap();
        cells.add_period(&old, Period::SixMonths, 1.0);
        cells.add_period(&young, Period::SixMonths, 1.0);
        let found = cells.means();
        assert_eq!(found.relays, [1, 2]);
        assert!((found.series.values[1].unwrap() - 0.75).abs() < 1e-12);
    }

    fn bandwidths(relays: &[(u32, [Vec<Option<i64>>; 2])]) -> Histories {
        let entry = |(number, [read, written]): &(u32, [Vec<Option<i64>>; 2])| {
            let of = |values: &[Option<i64>]| of_period(Period::OneMonth, history(24, 10.0, values));
            let entry = RelayBandwidth { read: of(read), written: of(written), ..RelayBandwidth::default() };
            (fingerprint(*number), entry)
        };
        let table = HistoryTable::new(NOW, relays.iter().map(entry).collect());
        Histories { bandwidth: Some(Arc::new(table)), ..Histories::default() }
    }

    #[test]
    fn bandwidth_is_summed_and_compared_with_what_the_same_relays_advertise() {
        let values = |values: [i64; 2]| values.map(Some).to_vec();
        let histories = bandwidths(&[
            (1, [values([10, 20]), values([30, 20])]),
            (2, [values([10, 10]), values([10, 10])]),
        ]);
        let relays = [
            relay(1, &json!({ "advertised_bandwidth": 400 })),
            relay(2, &json!({ "advertised_bandwidth": null })),
        ];
        let found = bandwidth_history(&network(&relays), &histories, Period::OneMonth).unwrap();
        assert_eq!(found.read.series.values, [Some(200.0), Some(300.0)]);
        assert_eq!(found.written.series.values, [Some(400.0), Some(300.0)]);
        // Relay 1 alone: (100 + 300) / 2 of 400, then (200 + 200) / 2 of 400.
        assert_eq!(found.utilisation.values, [Some(0.5), Some(0.5)]);
    }

    #[test]
    fn the_end_that_few_reported_yet_is_cut() {
        assert_eq!(complete_bins(&[5, 10, 10, 8, 7, 1]), 4);
        assert_eq!((complete_bins(&[]), complete_bins(&[0, 0])), (0, 2));
    }
}
