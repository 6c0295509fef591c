//! Bandwidth served by operators, put together by time (`docs/methods/leaderboard-bandwidth-masters.md`).

use crate::metrics::uptime::Window;
use allium_model::{Group, GroupKind, History, HistoryTable, Network, Period, Relay, RelayBandwidth};

/// What the relays of operators served over the two periods that are ranked, and in all.
pub(super) struct Served {
    /// By operator.
    operators: Vec<OperatorServed>,
}

#[derive(Clone, Copy, Default)]
struct OperatorServed {
    six_months: Mean,
    five_years: Mean,
    bytes: f64,
}

/// A mean over time and the relays that are eligible for it.
#[derive(Clone, Copy, Default)]
struct Mean {
    bytes_per_second: Option<f64>,
    eligible: usize,
}

impl Served {
    pub(super) fn new(network: &Network, table: &HistoryTable<RelayBandwidth>) -> Self {
        let windows = [Period::SixMonths, Period::FiveYears].map(|period| window(table, period));
        let operator = |group: Group<'_>| {
            let relays = group.members.iter().map(|position| network.relay(*position));
            let known: Vec<_> =
                relays.filter_map(|relay| Some((relay, table.get(relay.fingerprint)?))).collect();
            OperatorServed {
                six_months: mean(&known, Period::SixMonths, windows[0]),
                five_years: mean(&known, Period::FiveYears, windows[1]),
                bytes: known.iter().map(|(_, entry)| bytes(entry)).sum(),
            }
        };
        Self { operators: network.groups(GroupKind::Operator).iter().map(operator).collect() }
    }

    /// Mean of read and written bytes per second over a period; none with fewer eligible relays than
    /// `fewest`.
    pub(super) fn mean(&self, operator: Group<'_>, period: Period, fewest: usize) -> Option<f64> {
        let served = self.operators.get(operator.position.index())?;
        let mean = if period == Period::FiveYears { served.five_years } else { served.six_months };
        mean.bytes_per_second.filter(|_| mean.eligible >= fewest)
    }

    /// Bytes read and written as far as the histories go back.
    pub(super) fn bytes(&self, operator: Group<'_>) -> f64 {
        self.operators.get(operator.position.index()).map_or(0.0, |served| served.bytes)
    }
}

/// The period's time up to the newest bin of any relay.
fn window(table: &HistoryTable<RelayBandwidth>, period: Period) -> Option<Window> {
    let ends = table.iter().filter_map(|(_, entry)| entry.written.get(period).or(entry.read.get(period)));
    let end = ends.map(|history| history.end(history.len() - 1)).max()?;
    Some(Window { start: end.minus_months(period.months()), end })
}

/// Everything read and written: each history by the longest period there is, which holds the others.
fn bytes(entry: &RelayBandwidth) -> f64 {
    let total = |history: &History| {
        history.values().flatten().map(|value| value * history.interval_seconds as f64).sum::<f64>()
    };
    let longest = [&entry.read, &entry.written].map(|histories| histories.longest(Period::FiveYears));
    longest.into_iter().flatten().map(|(_, history)| total(history)).sum()
}

/// The mean over time of what the relays together served: bins are put together by their time, and the
/// mean is over those of which something is known.
fn mean(relays: &[(&Relay, &RelayBandwidth)], period: Period, window: Option<Window>) -> Mean {
    let Some(window) = window else { return Mean::default() };
    let histories: Vec<_> = relays
        .iter()
        .flat_map(|(_, entry)| [&entry.read, &entry.written])
        .filter_map(|histories| Some(histories.longest(period)?.1))
        .collect();
    let is_eligible = |(relay, entry): &&(&Relay, &RelayBandwidth)| is_eligible(relay, entry, period, window);
    Mean {
        bytes_per_second: mean_of_sums(&histories, window),
        eligible: relays.iter().filter(is_eligible).count(),
    }
}

/// No document has longer histories; a hostile one gets no more memory.
const MAX_SLOTS: i64 = 100_000;

/// Half the mean over slots of the sum over histories of read and written bytes per second.
fn mean_of_sums(histories: &[&History], window: Window) -> Option<f64> {
    let slot = histories.iter().map(|history| history.interval_seconds).max()?;
    let slots = (window.end.seconds_since(window.start) / slot + 2).min(MAX_SLOTS);
    let first = window.start.0.div_euclid(slot);
    let mut sums: Vec<Option<f64>> = vec![None; slots as usize];
    for history in histories {
        let part_of_slot = history.interval_seconds as f64 / slot as f64;
        for (bin, value) in history.values().enumerate() {
            let midpoint = history.midpoint(bin);
            let place = usize::try_from(midpoint.0.div_euclid(slot) - first).ok();
            let is_within = midpoint >= window.start && midpoint <= window.end;
            if let (Some(value), Some(cell), true) =
                (value, place.and_then(|place| sums.get_mut(place)), is_within)
            {
                *cell.get_or_insert(0.0) += value * part_of_slot;
            }
        }
    }
    let known: Vec<f64> = sums.into_iter().flatten().collect();
    (!known.is_empty()).then(|| known.iter().sum::<f64>() / known.len() as f64 / 2.0)
}

/// The rule of uptime: half of the bins are known, and the relay was known for half of the period.
fn is_eligible(relay: &Relay, entry: &RelayBandwidth, period: Period, window: Window) -> bool {
    let Some((_, history)) = entry.written.longest(period).or_else(|| entry.read.longest(period)) else {
        return false;
    };
    let known_for = window.end.seconds_since(window.start.max(relay.first_seen));
    let within =
        |(bin, value): (usize, Option<f64>)| value.is_some() && history.midpoint(bin) >= window.start;
    let known_bins = history.values().enumerate().filter(|bin| within(*bin)).count();
    let known_seconds = known_bins as i64 * history.interval_seconds;
    2 * known_for >= window.end.seconds_since(window.start) && 2 * known_seconds >= known_for
}

#[cfg(test)]
mod tests {
    use super::*;
    use allium_model::Timestamp;

    const DAY: i64 = 86_400;

    fn history(first_day: i64, days: i64, values: &[Option<i64>]) -> History {
        let first = first_day * DAY + days * DAY / 2;
        let last = first + days * DAY * (values.len() as i64 - 1);
        History::new(Timestamp(first), Timestamp(last), days * DAY, 10.0, None, values.iter().copied())
            .unwrap()
    }

    fn served(histories: &[&History]) -> Option<f64> {
        mean_of_sums(histories, Window { start: Timestamp(0), end: Timestamp(10 * DAY) })
    }

    #[test]
    fn relays_are_added_up_by_time() {
        // Day 0: 10; day 1: 30 + 50; day 2: 70; day 3: not known. (10 + 80 + 70) / 3 / 2.
        let old = history(0, 1, &[Some(1), Some(3), None, None]);
        let young = history(1, 1, &[Some(5), Some(7)]);
        assert!((served(&[&old, &young]).unwrap() - 160.0 / 6.0).abs() < 1e-9);
    }

    #[test]
    fn finer_bins_are_parts_of_a_slot() {
        // Slots of two days: 20 and half of 10 + 30. Half of 40.
        let coarse = history(0, 2, &[Some(2)]);
        let fine = history(0, 1, &[Some(1), Some(3)]);
        assert!((served(&[&coarse, &fine]).unwrap() - 20.0).abs() < 1e-9);
    }

    #[test]
    fn what_is_not_known_is_not_zero() {
        assert_eq!(served(&[&history(0, 1, &[None, None])]), None);
        assert_eq!(served(&[]), None);
        let half = history(0, 1, &[Some(4), None]);
        assert!((served(&[&half]).unwrap() - 20.0).abs() < 1e-9);
    }

    #[test]
    fn everything_read_and_written_counts_once() {
        let mut entry = RelayBandwidth::default();
        entry.read.set(Period::OneMonth, history(0, 1, &[Some(1)]));
        entry.read.set(Period::OneYear, history(0, 1, &[Some(1), None, Some(2)]));
        entry.written.set(Period::OneMonth, history(0, 1, &[Some(4)]));
        assert!((bytes(&entry) - 70.0 * DAY as f64).abs() < 1e-6);
    }
}
