//! The histories that sources keep of each relay, beside the snapshot.
//!
//! A [`Histories`] holds what the uptime, bandwidth, weights and clients documents say, each as a
//! table by fingerprint. Tables are shared: a new details document changes the network and not them.
//! A relay that left the network may still have histories here, which is how statistics of the past
//! can count it.

use crate::{Fingerprint, Flag, History, Period, Timestamp};
use std::sync::Arc;

/// The histories of one quantity in the four periods. A longer period that is absent may mean that
/// the relay is young, see [`PeriodHistories::longest`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct PeriodHistories([Option<History>; 4]);

impl PeriodHistories {
    /// The history of a period.
    pub fn get(&self, period: Period) -> Option<&History> {
        self.0[period as usize].as_ref()
    }

    /// Sets the history of a period.
    pub fn set(&mut self, period: Period, history: History) {
        self.0[period as usize] = Some(history);
    }

    /// The longest period up to `period` that has a history: Onionoo leaves out a period of which the
    /// next shorter one tells everything already.
    pub fn longest(&self, period: Period) -> Option<(Period, &History)> {
        let up_to = Period::ALL[..=period as usize].iter().rev();
        up_to.copied().find_map(|period| Some((period, self.get(period)?)))
    }

    /// Every history there is, from the shortest period.
    pub fn iter(&self) -> impl Iterator<Item = (Period, &History)> {
        Period::ALL.into_iter().filter_map(|period| Some((period, self.get(period)?)))
    }

    /// Whether there is no history at all.
    pub fn is_empty(&self) -> bool {
        self.0.iter().all(Option::is_none)
    }
}

/// What a history comes to, where its bins are not needed one by one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BinSummary {
    /// Start of the first bin.
    pub start: Timestamp,
    /// End of the last bin.
    pub end: Timestamp,
    /// Length of a bin in seconds.
    pub interval_seconds: i64,
    /// Bins, known or not.
    pub bins: u32,
    /// Bins with a known value.
    pub known: u32,
    /// Sum of the known values.
    pub sum: f64,
}

impl BinSummary {
    /// Mean of the known values; none without any.
    pub fn mean(&self) -> Option<f64> {
        (self.known > 0).then(|| self.sum / f64::from(self.known))
    }
}

impl From<&History> for BinSummary {
    fn from(history: &History) -> Self {
        let (known, sum) = history.known_sum();
        let bins = history.len();
        Self {
            start: history.start(),
            end: history.end(bins - 1),
            interval_seconds: history.interval_seconds,
            bins: bins as u32,
            known,
            sum,
        }
    }
}

/// How much of the time a relay had a flag, by period.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FlagUptime {
    /// The flag.
    pub flag: Flag,
    periods: [Option<BinSummary>; 4],
}

impl FlagUptime {
    /// The uptime with a flag; `periods` in the order of [`Period::ALL`].
    pub fn new(flag: Flag, periods: [Option<BinSummary>; 4]) -> Self {
        Self { flag, periods }
    }

    /// The period's summary.
    pub fn get(&self, period: Period) -> Option<&BinSummary> {
        self.periods[period as usize].as_ref()
    }

    /// The longest period up to `period` that has a summary.
    pub fn longest(&self, period: Period) -> Option<(Period, &BinSummary)> {
        let up_to = Period::ALL[..=period as usize].iter().rev();
        up_to.copied().find_map(|period| Some((period, self.get(period)?)))
    }
}

/// A relay's entry of the uptime document.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct RelayUptime {
    /// Share of consensuses that listed the relay as running, 0 to 1 a bin.
    pub overall: PeriodHistories,
    /// Share of consensuses in which it had a flag, for each flag with a history.
    pub flags: Box<[FlagUptime]>,
}

/// Whether a relay hit its configured rate limits, as its extra-info document says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RateLimitOverload {
    /// When it last did.
    pub at: Timestamp,
    /// Configured rate limit in bytes per second.
    pub rate_limit: u64,
    /// Configured burst limit in bytes per second.
    pub burst_limit: u64,
    /// How often it could not write for the limit.
    pub write_count: u64,
    /// How often it could not read for the limit.
    pub read_count: u64,
}

/// A relay's entry of the bandwidth document.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct RelayBandwidth {
    /// Bytes per second that it read.
    pub read: PeriodHistories,
    /// Bytes per second that it wrote.
    pub written: PeriodHistories,
    /// Whether it hit its rate limits.
    pub rate_limit_overload: Option<RateLimitOverload>,
    /// When it last ran out of file descriptors.
    pub file_descriptors_exhausted: Option<Timestamp>,
}

/// A relay's entry of the weights document.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct RelayWeights {
    /// Consensus weight, without unit.
    pub consensus_weight: PeriodHistories,
    /// Share of the network's consensus weight, 0 to 1.
    pub consensus_weight_fraction: PeriodHistories,
    /// Probability of being chosen as guard, 0 to 1.
    pub guard_probability: PeriodHistories,
    /// Probability of being chosen as middle, 0 to 1.
    pub middle_probability: PeriodHistories,
    /// Probability of being chosen as exit, 0 to 1.
    pub exit_probability: PeriodHistories,
}

/// What the clients document says, added up over all bridges: no bridge is kept by itself.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct BridgeClients {
    /// Bridges with a history.
    pub bridges: usize,
    /// By period: start of the first bin, length of a bin in seconds, and the sum over bridges of the
    /// average number of clients in each bin; a bin that no bridge knows is `None`.
    pub periods: [Option<ClientSums>; 4],
}

/// Sums of clients over bridges on one grid of bins.
#[derive(Debug, Clone, PartialEq)]
pub struct ClientSums {
    /// Start of the first bin.
    pub start: Timestamp,
    /// Length of a bin in seconds.
    pub interval_seconds: i64,
    /// Clients in each bin.
    pub clients: Vec<Option<f64>>,
}

/// Entries of one document, by fingerprint.
#[derive(Debug, Clone, PartialEq)]
pub struct HistoryTable<T> {
    /// The time of the document's data.
    pub published: Timestamp,
    entries: Vec<(Fingerprint, T)>,
}

impl<T> HistoryTable<T> {
    /// Sorts the entries; of those with the same fingerprint the first wins.
    pub fn new(published: Timestamp, mut entries: Vec<(Fingerprint, T)>) -> Self {
        // Entries are large, so that each is better moved once.
        entries.sort_by_cached_key(|(fingerprint, _)| *fingerprint);
        entries.dedup_by_key(|(fingerprint, _)| *fingerprint);
        entries.shrink_to_fit();
        Self { published, entries }
    }

    /// The entry of a relay.
    pub fn get(&self, fingerprint: Fingerprint) -> Option<&T> {
        let index = self.entries.binary_search_by_key(&fingerprint, |(fingerprint, _)| *fingerprint).ok()?;
        Some(&self.entries[index].1)
    }

    /// Every entry, sorted by fingerprint.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (Fingerprint, &T)> {
        self.entries.iter().map(|(fingerprint, entry)| (*fingerprint, entry))
    }

    /// Number of entries.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is no entry.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}

/// The histories at hand; a document that was not read is `None`.
#[derive(Debug, Clone, Default)]
pub struct Histories {
    /// Of the uptime document.
    pub uptime: Option<Arc<HistoryTable<RelayUptime>>>,
    /// Of the bandwidth document.
    pub bandwidth: Option<Arc<HistoryTable<RelayBandwidth>>>,
    /// Of the weights document.
    pub weights: Option<Arc<HistoryTable<RelayWeights>>>,
    /// Of the clients document.
    pub clients: Option<Arc<BridgeClients>>,
}

impl Histories {
    /// The uptime histories of a relay.
    pub fn uptime_of(&self, relay: Fingerprint) -> Option<&RelayUptime> {
        self.uptime.as_ref()?.get(relay)
    }

    /// The bandwidth histories of a relay.
    pub fn bandwidth_of(&self, relay: Fingerprint) -> Option<&RelayBandwidth> {
        self.bandwidth.as_ref()?.get(relay)
    }

    /// The weight histories of a relay.
    pub fn weights_of(&self, relay: Fingerprint) -> Option<&RelayWeights> {
        self.weights.as_ref()?.get(relay)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn history(values: &[Option<i64>]) -> History {
        let last = Timestamp(3600 * (values.len() as i64 - 1));
        History::new(Timestamp(0), last, 3600, 0.5, None, values.iter().copied()).unwrap()
    }

    #[test]
    fn a_period_that_is_absent_is_told_by_the_next_shorter_one() {
        let mut histories = PeriodHistories::default();
        histories.set(Period::OneMonth, history(&[Some(1)]));
        assert_eq!(histories.longest(Period::OneYear).map(|(period, _)| period), Some(Period::OneMonth));
        histories.set(Period::SixMonths, history(&[Some(1)]));
        assert_eq!(histories.longest(Period::FiveYears).map(|(period, _)| period), Some(Period::SixMonths));
        assert_eq!(histories.longest(Period::OneMonth).map(|(period, _)| period), Some(Period::OneMonth));
    }

    #[test]
    fn a_summary_counts_known_bins_only() {
        let summary = BinSummary::from(&history(&[Some(2), None, Some(0), Some(1)]));
        assert_eq!((summary.bins, summary.known, summary.sum), (4, 3, 1.5));
        assert_eq!((summary.start, summary.end), (Timestamp(-1800), Timestamp(12_600)));
        assert_eq!(summary.mean(), Some(0.5));
    }

    #[test]
    fn of_two_entries_of_a_relay_the_first_wins() {
        let relay = |end: &str| format!("{}{end}", "0".repeat(38)).parse::<Fingerprint>().unwrap();
        let table =
            HistoryTable::new(Timestamp(0), vec![(relay("02"), 1), (relay("01"), 2), (relay("02"), 3)]);
        assert_eq!((table.len(), table.get(relay("02")), table.get(relay("03"))), (2, Some(&1), None));
    }
}
